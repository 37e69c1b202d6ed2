"""Sending events to the door until it has them: in batches, with patience, without doing anything twice."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from gongkai.client import Answer, Client, Problem, Unreachable
from gongkai.feeding.items import Item

MOST_EVENTS = 500
MOST_BYTES = 3 * 1024 * 1024
EVENTS, INTAKE = "/feed/v1/events", "/requests/v1/intake"
LINES = "application/x-ndjson"
_AGAIN = frozenset({429, 502, 503, 504})
_PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the door said of one event: a receipt, or what is wrong with it."""

    line: int | None
    id: str
    receipt: str = ""
    errors: tuple[Mapping[str, str], ...] = ()


@dataclass
class Sender:
    """Sends through one client.

    ``patience`` is how long, in seconds, it goes on while the platform takes nothing; ``say`` is told of every pause
    with its seconds and the reason in Chinese.
    """

    client: Client
    patience: float = 600.0
    say: Callable[[float, str], None] = lambda _seconds, _why: None
    sleep: Callable[[float], None] = time.sleep
    elapsed: Callable[[], float] = time.monotonic
    _met: bool = field(default=False, init=False)

    def send(self, batch: Sequence[Item]) -> list[Outcome]:
        """Send one batch of ``batches``. Raises ``Problem`` (the key is refused) and ``Unreachable``."""
        path = INTAKE if batch[0].people else EVENTS
        body = b"\n".join(_line(item) for item in batch)
        return _outcomes(batch, self._until_taken("POST", path, body, LINES))

    def upload(self, raw: bytes, mediatype: str) -> dict[str, Any]:
        """Send a text or file ahead; return its reference. Raises ``Problem`` and ``Unreachable``."""
        sha256 = hashlib.sha256(raw).hexdigest()
        found: dict[str, Any] = self._until_taken("PUT", f"/feed/v1/blobs/{sha256}", raw, mediatype).must()
        return {"sha256": sha256, "size": found["size"], "mediatype": found["mediatype"]}

    def _until_taken(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        """Repeat the same bytes while the platform is away or overloaded; they carry the same ids."""
        end = self.elapsed() + self.patience
        while True:
            answer, wait, why = self._once(method, path, body, kind)
            if answer is not None and answer.status not in _AGAIN:
                self._met = True
                return answer
            if self.elapsed() + wait > end:
                raise Unreachable(f"{why}，已等待 {self.patience:.0f} 秒；再次运行同一命令即可续传")
            self.say(wait, why)
            self.sleep(wait)

    def _once(self, method: str, path: str, body: bytes, kind: str) -> tuple[Answer | None, float, str]:
        try:
            answer = self.client.call(method, path, body, kind=kind)
        except Unreachable:
            if not self._met:  # a wrong address, or nothing running there: waiting would not help
                raise
            return None, _PAUSE, "平台没有应答"
        why = "发送过快，平台要求稍候" if answer.status == 429 else "平台暂时无法接收"
        return answer, _wait(answer), why


def batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Cut events into batches the door takes; people's and others never in one."""
    for _, group in groupby(items, key=lambda item: item.people):
        batch: list[Item] = []
        size = 0
        for item in group:
            length = len(_line(item)) + 1
            if batch and (len(batch) >= MOST_EVENTS or size + length > MOST_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(item)
            size += length
        yield batch


def _line(item: Item) -> bytes:
    return json.dumps(item.event, ensure_ascii=False, separators=(",", ":")).encode()


def _wait(answer: Answer) -> float:
    given = answer.headers.get("retry-after", "")
    return min(60.0, max(0.1, float(given))) if given.isdigit() else _PAUSE


def _outcomes(batch: Sequence[Item], answer: Answer) -> list[Outcome]:
    told = _told(answer)
    if "rejected" not in told:
        if answer.status != 413:
            raise Problem(answer)
        told = {"rejected": [{"index": n, "errors": [_whole(told)]} for n in range(len(batch))]}
    wrong = {each["index"]: tuple(each["errors"]) for each in told["rejected"]}
    taken = iter(told.get("accepted", ()))
    outcomes = []
    for index, item in enumerate(batch):
        id_ = str(item.event.get("id", ""))
        if index in wrong:
            outcomes.append(Outcome(item.line, id_, errors=wrong[index]))
        else:
            outcomes.append(Outcome(item.line, id_, receipt=next(taken)["receipt"]))
    return outcomes


def _told(answer: Answer) -> Mapping[str, Any]:
    try:
        told = answer.json
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {}


def _whole(told: Mapping[str, Any]) -> dict[str, str]:
    detail = str(told.get("detail", "超过大小限制"))
    return {"code": str(told.get("code", "BODY_TOO_LARGE")), "pointer": "", "detail": detail}
