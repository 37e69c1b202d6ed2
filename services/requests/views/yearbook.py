"""Questions about a year: both tables, what does not hold, the figures of supervision; all from the tallies."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.requests.domain.reporting import (
    Figures,
    LastYear,
    Numbering,
    Report,
    Tally,
    figures,
    numbering,
    report,
    workdays,
)
from services.requests.domain.reporting.tabling import tabling_id
from services.requests.store import TABLING
from services.requests.views.counting import tallies
from shared.law.rules import Rules
from shared.store.port import Query, Store

_MANY = 1000


@dataclass(frozen=True, slots=True)
class Watched:
    """The year of one body: both tables with what does not hold, numbers that are missing or doubled, the figures."""

    body: str
    report: Report
    numbers: Numbering
    figures: Figures

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.report.violations and self.numbers.whole


@dataclass(frozen=True, slots=True)
class Overview:
    """The year of some bodies, one by one and together."""

    bodies: tuple[Watched, ...]
    report: Report
    figures: Figures


class Yearbook:
    """Questions to the tallies of a store."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self._store, self._rules = store, rules

    async def tallies(self, body: str | None, year: int) -> list[Tally]:
        """Return the tallies that can matter to a year, of one body or of all."""
        return [tally async for tally in tallies(self._store, body, year)]

    async def by_body(self, year: int) -> dict[str, list[Tally]]:
        """Return the tallies of a year by body, the bodies by id."""
        found: dict[str, list[Tally]] = {}
        for tally in await self.tallies(None, year):
            found.setdefault(tally.body, []).append(tally)
        return dict(sorted(found.items()))

    async def last_years(self, year: int) -> Mapping[str, LastYear]:
        """Return, by body, what the published report on the year before carried over."""
        query = Query(equal={"year": year - 1}, limit=_MANY)
        found: dict[str, LastYear] = {}
        while True:
            page = await self._store.select(TABLING.kind, query)
            known = [TABLING.parse(stored.state) for stored in page.items]
            found |= {each.body: each.carried for each in known if each.carried is not None}
            if page.next is None:
                return found
            query = replace(query, after=page.next)

    async def last_year(self, body: str, year: int) -> LastYear | None:
        """Return what the published report on the year before carried over; None while nothing is published."""
        id_ = tabling_id(body, year - 1)
        stored = (await self._store.load(TABLING.kind, [id_])).get(id_)
        return TABLING.parse(stored.state).carried if stored is not None else None

    async def report(self, body: str | None, year: int, as_of: date) -> Report:
        """Count both tables of a body, or of all bodies together, up to a day of the year."""
        known = await self.tallies(body, year)
        last_year = await self.last_year(body, year) if body is not None else None
        return report(known, year, self._rules, as_of=as_of, last_year=last_year)

    async def overview(self, body: str | None, year: int, today: date) -> Overview:
        """Count one body's year up to a day, or every body's, beside the loop: a city's takes a second."""
        found = {body: await self.tallies(body, year)} if body is not None else await self.by_body(year)
        before = await self.last_years(year)
        return await asyncio.to_thread(self._overview, found, before, year, today)

    def _overview(
        self, found: Mapping[str, Sequence[Tally]], before: Mapping[str, LastYear], year: int, today: date
    ) -> Overview:
        between, bodies = workdays(self._rules.calendars), []
        for body, known in found.items():
            counted = report(known, year, self._rules, as_of=today, last_year=before.get(body))
            seen = figures(known, counted, today.isoformat(), between)
            bodies.append(Watched(body, counted, numbering(known, year), seen))
        everything = [tally for known in found.values() for tally in known]
        whole = report(everything, year, self._rules, as_of=today)
        return Overview(tuple(bodies), whole, figures(everything, whole, today.isoformat(), between))

    async def behind(self, body: str | None, year: int, today: date, figure: str) -> list[Tally]:
        """Return the cases behind a counter of one body, or of all together."""
        known = await self.tallies(body, year)
        counted = report(known, year, self._rules, as_of=today)
        by_id = {tally.request_id: tally for tally in known}
        found = figures(known, counted, today.isoformat(), workdays(self._rules.calendars))
        return [by_id[id_] for id_ in found.cases.get(figure, ())]
