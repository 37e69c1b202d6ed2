"""Closes what is due about withdrawn documents, so that a waiting retry never sends it (撤回后不再投递)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from services.notify.handlers.owed import WITHDRAWALS
from shared.contracts.problems import Unavailable
from shared.effects.ledger import Ledger, State
from shared.store.port import Query, Row

EVERY_SECONDS = 5.0


class Closing:
    """Works off noted withdrawals; resumes where a crash left it."""

    def __init__(self, ledger: Ledger, wire: Callable[[], float]) -> None:
        self._ledger = ledger
        self._wire = wire
        self._woken = asyncio.Event()

    def wake(self, _: Sequence[Row]) -> None:
        """Say that something was withdrawn."""
        self._woken.set()

    async def run(self) -> None:
        """Sweep whenever woken, and every few seconds for what was left."""
        while True:
            with suppress(Unavailable):
                await self.sweep()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), EVERY_SECONDS)
            self._woken.clear()

    async def sweep(self) -> None:
        """Close what is due for every document noted down."""
        store = self._ledger.store
        while rows := (await store.page(WITHDRAWALS, Query(limit=100))).items:
            for row in rows:
                await self._close(str(row.data["item"]))
            await store.delete(WITHDRAWALS, [row.id for row in rows])

    async def _close(self, item: str) -> None:
        after: str | None = None
        while True:
            asked = Query(equal={"item": item, "state": State.DUE.value}, after=after, limit=500)
            page = await self._ledger.page(asked)
            now = self._wire()
            for entry in page.items:
                await self._ledger.write(entry.step(state=State.CLOSED, due=None, settled=now, error="withdrawn"))
            after = page.next
            if after is None:
                return
