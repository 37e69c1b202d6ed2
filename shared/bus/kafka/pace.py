"""Fetching in moderation: at once after a silence, and not for every single record when many come."""

from __future__ import annotations

import asyncio
from typing import Any

TURNS = 3


class Pace:
    """At most one turn every ``seconds`` in the long run; after a silence ``TURNS`` of them at once.

    A request costs broker and consumer far more than the records it brings. So what comes one by one is fetched the
    moment it is there, and under load what came within a few milliseconds comes together.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for one's turn."""
        now = asyncio.get_running_loop().time()
        self._next = max(self._next, now - (TURNS - 1) * self._seconds)
        wait = self._next - now
        self._next += self._seconds
        if wait > 0:
            await asyncio.sleep(wait)


def pace_fetches(source: Any, seconds: float) -> None:
    """Let a started aiokafka consumer fetch at a pace, which it has no setting for."""
    fetcher, pace = source._fetcher, Pace(seconds)
    fetch = fetcher._proc_fetch_request

    async def paced(assignment: Any, node: Any, request: Any) -> Any:
        try:
            await pace.turn()
        except asyncio.CancelledError:
            return False  # as the fetcher itself answers when it is let go of
        return await fetch(assignment, node, request)

    fetcher._proc_fetch_request = paced
