"""Tables of annual reports that are wanted, computed from what is stored (报表编制)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from services.requests.domain.reporting import LastYear, Tally, report
from services.requests.domain.reporting.tabling import Tabling, answer, computed, tabling_id
from services.requests.store import TABLING
from services.requests.views import Yearbook
from shared.bus.decider import Command, Context, Target
from shared.bus.dispatch import Dispatcher
from shared.contracts.facts.base import Fact
from shared.contracts.facts.requests import TablesComputed
from shared.contracts.problems import Unavailable
from shared.law.rules import Rules
from shared.replay.rebuild import Projector
from shared.store.port import Query, Store

EVERY_SECONDS = 5.0
Positions = Mapping[str, int]
Stillness = Callable[[], AbstractAsyncContextManager[Positions]]
"""Holds the tallies still; gives how far into the log they have read."""


def stillness(projector: Projector) -> Stillness:
    """Return how to hold the live tallies still: caught up with the log, and not moving while somebody counts."""

    @asynccontextmanager
    async def held() -> AsyncIterator[Positions]:
        follower = await projector.live()
        async with follower.still() as move:
            vector = await move(None)
            yield {f"{slot.topic}/{slot.partition}": offset for slot, offset in vector.items()}

    return held


class Tabler:
    """Computes the tables that are wanted by looking at what is stored: nothing is lost with a process."""

    def __init__(self, store: Store, dispatcher: Dispatcher, still: Stillness, rules: Rules) -> None:
        self._store, self._dispatcher, self._still, self._rules = store, dispatcher, still, rules
        self._yearbook = Yearbook(store, rules)

    async def run(self) -> None:
        """Look at the start and every few seconds."""
        while True:
            with suppress(Unavailable):
                await self.sweep()
            await asyncio.sleep(EVERY_SECONDS)

    async def sweep(self) -> int:
        """Compute whatever is wanted; return how many editions were answered."""
        answered = 0
        while wanted := await self._wanted():
            for each in await self._computed(wanted):
                answered += await self._say(each)
        return answered

    async def _wanted(self) -> list[Tabling]:
        page = await self._store.select(TABLING.kind, Query(equal={"due": 1}, limit=500))
        return [TABLING.parse(stored.state) for stored in page.items]

    async def _computed(self, wanted: Sequence[Tabling]) -> list[TablesComputed]:
        """Count all of them at one position of the log, beside the loop: a city's take a second."""
        made: list[TablesComputed] = []
        async with self._still() as positions:
            for year in sorted({each.year for each in wanted}):
                cases, before = await self._yearbook.by_body(year), await self._yearbook.last_years(year)
                due = [each for each in wanted if each.year == year]
                made += await asyncio.to_thread(self._count, due, cases, before, positions)
        return made

    def _count(
        self,
        due: Sequence[Tabling],
        cases: Mapping[str, Sequence[Tally]],
        before: Mapping[str, LastYear],
        positions: Positions,
    ) -> list[TablesComputed]:
        made = []
        for each in due:
            known, last_year = cases.get(each.body, ()), before.get(each.body)
            counted = report(
                known, each.year, self._rules, as_of=each.as_of, format_=each.format or None, last_year=last_year
            )
            made.append(computed(each, counted, positions, self._rules))
        return made

    async def _say(self, made: TablesComputed) -> bool:
        def decide(state: Tabling | None, _: Context) -> list[Fact]:
            return answer(state, made)

        cause = f"tabling:{made.report_id}:{made.edition}"
        target = Target(tabling_id(made.body, made.year))
        return bool((await self._dispatcher.execute(Command(TABLING, target, decide, cause))).events)
