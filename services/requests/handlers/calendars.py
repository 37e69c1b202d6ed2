"""Cases counted anew when a calendar is published (期限重算): a job with a cursor, resumed wherever it stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from services.requests.domain.recounting import recount, touched
from services.requests.domain.state import Request
from services.requests.domain.timing import Doing
from services.requests.handlers.continuing import SYSTEM
from services.requests.store import REQUEST
from shared.bus.decider import Command, Context, Target
from shared.bus.dispatch import Dispatcher
from shared.clock import Clock
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Refused, Unavailable
from shared.law.book import Lawbook
from shared.law.workdays import YearTable
from shared.store.port import Query, Row, Store

JOBS = "recounts"
CHUNK = 500
EVERY_SECONDS = 60.0


class Recounts:
    """One job for every arrangement of a year, shipped or published: which cases it touches, and how far it is.

    The cursor is saved after each chunk, and the cause of every case's event names arrangement and case, so a job that
    was interrupted goes on, and one that is done twice says nothing twice.
    """

    def __init__(
        self, store: Store, dispatcher: Dispatcher, clock: Clock, law: Lawbook, room: Callable[[], Awaitable[None]]
    ) -> None:
        """``room`` waits while too much of what was said is not yet in the log."""
        self._store, self._dispatcher = store, dispatcher
        self._clock, self._law, self._room = clock, law, room
        self._news = asyncio.Event()
        law.on_published(lambda _: self._news.set())

    async def run(self) -> None:
        """Work at the start, at every publication, and now and then, should a store have been away."""
        while True:
            self._news.clear()
            with suppress(Unavailable):
                await self.work()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), EVERY_SECONDS)

    async def work(self) -> int:
        """Do what is not done yet; return how many cases were counted anew."""
        tables = {table.version: table for table in self._law.rules.calendars.years.values()}
        jobs = await self._store.rows(JOBS, list(tables))
        changed = 0
        for version, table in tables.items():
            job = jobs.get(version)
            if job is None or not job.data["done"]:
                changed += await self._carry_on(job or self._begun(table), table)
        return changed

    def _begun(self, table: YearTable) -> Row:
        begun = {"year": table.year, "notices": list(table.notices), "begun": self._clock.business().isoformat()}
        return Row(JOBS, table.version, 0, {**begun, "cursor": None, "looked": 0, "changed": 0, "done": False})

    async def _carry_on(self, job: Row, table: YearTable) -> int:
        """Look at every open case that counts days of the year or later ones, a chunk at a time."""
        before = job.data["changed"]
        while not job.data["done"]:
            await self._room()
            page = await self._store.select(REQUEST.kind, _touched(table.year, job.data["cursor"]))
            found = await asyncio.gather(*(self._look(REQUEST.parse(each.state), table) for each in page.items))
            counts = {"looked": job.data["looked"] + len(found), "changed": job.data["changed"] + sum(found)}
            over = {"cursor": page.next, "done": page.next is None}
            if over["done"]:
                over["ended"] = self._clock.business().isoformat()
            job = Row(JOBS, job.id, job.version + 1, {**job.data, **counts, **over})
            await self._store.put([job])
        return int(job.data["changed"] - before)

    async def _look(self, case: Request, table: YearTable) -> bool:
        if not touched(case, self._law.rules.calendars):
            return False

        def decide(state: Request | None, context: Context) -> list[Fact]:
            return recount(state, Doing(context.now, SYSTEM, self._law.rules))

        cause = f"calendar:{table.version}:{case.request_id}"
        with suppress(Refused):
            outcome = await self._dispatcher.execute(Command(REQUEST, Target(case.request_id), decide, cause))
            return bool(outcome.events)
        return False


def _touched(year: int, after: str | None) -> Query:
    return Query(equal={"open": 1}, order="counted_to", low=f"{year}-01-01", after=after, limit=CHUNK)


async def progress(store: Store) -> list[dict[str, Any]]:
    """Return how far the counting anew is, by arrangement, the newest first."""
    page = await store.page(JOBS, Query(limit=200, down=True))
    return [{"version": row.id, **{k: v for k, v in row.data.items() if k != "cursor"}} for row in page.items]
