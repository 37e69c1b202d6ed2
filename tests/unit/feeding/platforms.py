"""A platform that answers as a test says, and remembers what it was sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gongkai.client import Answer, Client, Unreachable
from gongkai.feeding.items import Item
from shared.documents.events import event

Reply = Answer | Unreachable
BUSY = Answer(503, {"retry-after": "5"}, b"{}")


def taken(ids: list[str], rejected: tuple[dict[str, Any], ...] = (), status: int = 202) -> Answer:
    accepted = [{"id": id_, "source": "/a/cli", "receipt": f"rc_{id_}"} for id_ in ids]
    return Answer(status, {}, json.dumps({"accepted": accepted, "rejected": list(rejected)}).encode())


class Platform(Client):
    """Answers from a script and then takes everything."""

    def __init__(self, *script: Reply) -> None:
        super().__init__("http://platform.test", "gk_x")
        self.script = list(script)
        self.calls: list[tuple[str, str, list[str]]] = []

    def call(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, *, kind: str = ""
    ) -> Answer:
        ids = [json.loads(line)["id"] for line in body.splitlines()] if kind == "application/x-ndjson" else []
        self.calls.append((method, path, ids))
        if self.script:
            reply = self.script.pop(0)
            if isinstance(reply, Unreachable):
                raise reply
            return reply
        if method == "PUT":
            return Answer(201, {}, json.dumps({"size": len(body), "mediatype": kind}).encode())
        return taken(ids)


class Watch:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def elapsed(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def items(count: int, type_: str = "feed.body-registered", size: int = 0) -> list[Item]:
    return [Item(n, event("/a/cli", type_, f"s{n}", f"e{n}", {"text": "字" * size})) for n in range(1, count + 1)]
