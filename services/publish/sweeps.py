"""What publishing does because a day has come: validity that a date changes is said anew (有效性巡检)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

from services.publish.domain.item import Desk
from services.publish.handlers import review_item_validity
from services.publish.store import ITEM
from shared.bus.dispatch import Dispatcher
from shared.clock import Clock
from shared.contracts.problems import Refused, Unavailable
from shared.store.port import Query, Store

EVERY_SECONDS = 30.0
CHUNK = 200


class ValiditySweep:
    """Looks at state, not at timers: a night in which nobody swept costs nothing."""

    def __init__(self, store: Store, dispatcher: Dispatcher, clock: Clock, desk: Desk) -> None:
        self._store, self._dispatcher, self._clock, self._desk = store, dispatcher, clock, desk

    async def run(self) -> None:
        """Sweep now and every half minute."""
        while True:
            with suppress(Unavailable):
                await self.sweep()
            await asyncio.sleep(EVERY_SECONDS)

    async def sweep(self) -> int:
        """Review every item whose validity held until yesterday at most; return how many said something."""
        today = self._clock.business().date()
        high = (today - timedelta(days=1)).isoformat()
        after: str | None = None
        changed = 0
        while True:
            page = await self._store.select(ITEM.kind, Query(order="due", low="0", high=high, after=after, limit=CHUNK))
            for stored in page.items:
                command = review_item_validity(self._desk, stored.id, str(stored.index["due"]), today)
                with suppress(Refused):
                    changed += bool((await self._dispatcher.execute(command)).events)
            if page.next is None:
                return changed
            after = page.next
