"""Following receipts to their verdicts (回执查询)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gongkai.client import Client, Problem, Unreachable

Verdict = Mapping[str, Any]
_SHORTEST, _LONGEST = 0.1, 1.0


def follow(
    client: Client,
    receipts: Iterable[str],
    wait: float,
    *,
    told: Callable[[int], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    elapsed: Callable[[], float] = time.monotonic,
) -> dict[str, Verdict]:
    """Ask for verdicts until all are there or ``wait`` seconds are over.

    A platform that is away meanwhile is asked again; ``told`` hears how many are judged.

    Returns:
        The verdicts there are, by receipt.
    """
    end = elapsed() + wait
    found: dict[str, Verdict] = {}
    waiting = list(dict.fromkeys(receipts))
    pause = _SHORTEST
    while waiting:
        left = []
        for number, receipt in enumerate(waiting):
            if elapsed() >= end:
                left += waiting[number:]
                break
            verdict = _ask(client, receipt)
            if verdict is None:
                left.append(receipt)
            else:
                found[receipt] = verdict
        told(len(found))
        if not left or elapsed() + pause > end:
            break
        pause = _SHORTEST if len(left) < len(waiting) else min(_LONGEST, pause * 2)
        waiting = left
        sleep(pause)
    return found


def _ask(client: Client, receipt: str) -> Verdict | None:
    try:
        verdict: Verdict = client.get(f"/feed/v1/receipts/{receipt}")
    except (Problem, Unreachable):
        return None
    return None if verdict.get("state") == "accepted" else verdict
