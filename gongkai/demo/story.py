"""Steps that act and then prove, through public interfaces only, that it came about."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gongkai.client import Problem, Unreachable

T = TypeVar("T")
PATIENCE = float(os.environ.get("GONGKAI_DEMO_PATIENCE", "20"))
"""Seconds a step waits for what it caused to show."""


class NotHeld(Exception):
    """A step's proof failed; the text says what was expected and what was seen."""


def held(truth: object, expected: str, seen: object = None) -> None:
    """Raise ``NotHeld`` unless ``truth``."""
    if not truth:
        raise NotHeld(expected if seen is None else f"{expected}；实际：{seen!r:.600}")


async def eventually(question: Callable[[], T | None], told: str, patience: float = 1) -> T:
    """Ask in a thread until the answer is true; return it. Raises ``NotHeld`` after ``patience`` times the usual."""
    patience *= PATIENCE
    ends = time.monotonic() + patience
    last: object = None
    while True:
        try:
            last = await asyncio.to_thread(question)
        except (Problem, NotHeld) as error:
            last = str(error)
        else:
            if last:
                return last  # type: ignore[return-value]
        if time.monotonic() > ends:
            raise NotHeld(f"{told}（等候 {patience:g} 秒）；最后看到：{last!r:.400}")
        await asyncio.sleep(0.05)


@dataclass
class Told:
    """What came of one step."""

    number: int
    title: str
    held: bool = False
    skipped: bool = False
    seconds: float = 0.0
    observed: dict[str, Any] = field(default_factory=dict)
    problem: str = ""

    def plain(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class Step:
    """One step of the story: ``act`` does it, ``prove`` reads it back and returns what was observed."""

    number: int
    title: str
    act: Callable[[], Awaitable[None]]
    prove: Callable[[], Awaitable[dict[str, Any]]]


async def tell(step: Step, *, skip: bool, say: Callable[[Told], None]) -> Told:
    """Act (unless skipped) and prove; whatever fails is told, the story goes on."""
    told = Told(step.number, step.title, skipped=skip)
    begun = time.monotonic()
    try:
        if not skip:
            await step.act()
        told.observed = await step.prove()
        told.held = True
    except (NotHeld, Problem, Unreachable) as error:
        told.problem = str(error)
    except (LookupError, TypeError, ValueError) as error:
        told.problem = f"{type(error).__name__}: {error}"
    told.seconds = round(time.monotonic() - begun, 2)
    say(told)
    return told
