"""Reviews that follow from the date (年度复核、历史公文重新审查): opened by looking at the documents."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import date

from services.catalog.domain.reviewing import BACKLOG, CLOSED
from services.catalog.handlers.reviews import open_backlog, open_yearly
from services.catalog.store import DOCUMENT
from shared.bus.decider import Command
from shared.bus.dispatch import Dispatcher
from shared.clock import Clock
from shared.contracts.problems import Refused, Unavailable
from shared.law.book import Lawbook
from shared.law.workdays import legal_date
from shared.store.port import Query, Scalar, Store

EVERY_SECONDS = 60.0
CHUNK = 200
MONTHS = 12


class ReviewSweep:
    """Opens what is to be reviewed; nothing is lost when no process ran on the first day of the year.

    Args:
        store: where the documents are.
        dispatcher: opens the reviews.
        clock: what year it is.
        law: how often (``review_months``) and since when (``attribute_backlog_since``).
        place: the jurisdiction whose numbers hold.
        room: waits while too much is owed to the log.
    """

    def __init__(
        self,
        store: Store,
        dispatcher: Dispatcher,
        clock: Clock,
        law: Lawbook,
        place: str,
        room: Callable[[], Awaitable[None]],
    ) -> None:
        self._store, self._dispatcher, self._clock = store, dispatcher, clock
        self._law, self._place, self._room = law, place, room

    async def run(self) -> None:
        """Sweep at the start and once a minute."""
        while True:
            with suppress(Unavailable):
                await self.sweep()
            await asyncio.sleep(EVERY_SECONDS)

    async def sweep(self) -> int:
        """Open every review that is due; return how many were opened. Doing it again opens nothing twice."""
        today = legal_date(self._clock.business())
        profiles = self._law.rules.profiles
        every = max(1, profiles.number(self._place, "review_months", today) // MONTHS)
        since = date.fromisoformat(str(profiles.value(self._place, "attribute_backlog_since", today)))
        opened = 0
        for attribute in BACKLOG:
            unseen = Query(equal={"backlogged": None}, order="written", low=since.isoformat())
            async for document_id in self._found(attribute, unseen):
                opened += await self._open(open_backlog(document_id, since, today))
        for attribute in CLOSED:
            for due in (Query(equal={"review_year": None}), Query(order="review_year", high=today.year - every)):
                async for document_id in self._found(attribute, due):
                    opened += await self._open(open_yearly(document_id, every, today))
        return opened

    async def _found(self, attribute: str, asked: Query) -> AsyncIterator[str]:
        equal: dict[str, Scalar] = {"state": "admitted", "attribute": attribute, **asked.equal}
        after: str | None = None
        while True:
            query = Query(equal=equal, order=asked.order, low=asked.low, high=asked.high, after=after, limit=CHUNK)
            page = await self._store.select(DOCUMENT.kind, query)
            for stored in page.items:
                yield stored.id
            after = page.next
            if after is None:
                return

    async def _open(self, command: Command) -> bool:
        await self._room()
        with suppress(Refused):
            return bool((await self._dispatcher.execute(command)).events)
        return False
