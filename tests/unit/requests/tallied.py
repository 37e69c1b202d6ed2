"""The tallies held against the cases themselves."""

from __future__ import annotations

from datetime import date

from services.requests.store import REQUEST
from services.requests.views.counting import tallies
from shared.store.port import Query, Store


async def assert_tallies(store: Store) -> None:
    """The tally of every case says of it what the case says of itself."""
    known = {tally.request_id: tally async for tally in tallies(store, None, 2019)}
    for stored in (await store.select(REQUEST.kind, Query(limit=1000))).items:
        case, tally = REQUEST.parse(stored.state), known[stored.id]
        assert (tally.phase, tally.counts, tally.number or None) == (case.phase, case.counts, case.number)
        assert (tally.ended_on, tally.due) == (iso(case.finished_on), iso(case.due))
        assert [ruling.code for ruling in tally.rulings] == [decision.code for decision in case.decisions]
        assert tally.asked == sum(c.ended_on is None for c in case.consultations)
        ours = [remedy for remedy in case.remedies if not remedy.co_defendant]
        assert [(r.kind, r.result) for r in tally.remedies] == [(r.kind, r.result or "") for r in ours]


def iso(day: date | None) -> str:
    """A day as tallies have it."""
    return day.isoformat() if day else ""
