"""The tallies (计件台账): a narrow row per case, kept by a projection, from which everything is counted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from services.requests.domain.reporting import Tally, fold
from shared.contracts.facts import requests
from shared.contracts.facts.base import Fact
from shared.contracts.facts.requests import CaseFact
from shared.replay.projection import News, RowProjection, table_of
from shared.replay.rebuild import current
from shared.store.port import Query, Row, Store

COUNTING = "counting"
CASES = "cases"
_MANY = 5000


def case_facts() -> tuple[type[Fact], ...]:
    """Return every fact that can happen to a case."""
    known = vars(requests).values()
    return tuple(each for each in known if isinstance(each, type) and issubclass(each, CaseFact) and each != CaseFact)


class Counting(RowProjection):
    """Keeps the tally of every case: pure, but folded from the row that is there."""

    def __init__(self, store: Store, colour: str) -> None:
        super().__init__(COUNTING, ("requests",), case_facts(), (CASES,), lambda _, __: (), store, colour)
        self._store = store
        self._cases = table_of(COUNTING, colour, CASES)

    async def apply(self, news: Sequence[News]) -> Sequence[Row]:
        """Fold the news into the rows of their cases; what a row has already, after a crash, changes nothing."""
        rows = await self._store.rows(self._cases, list({each.envelope.subject for each in news}))
        known = {id_: (row.version, Tally.of(row.data)) for id_, row in rows.items()}
        changed: dict[str, tuple[int, Tally]] = {}
        for each in news:
            id_, sequence = each.envelope.subject, each.envelope.sequence or 0
            version, tally = known.get(id_, (0, None))
            folded = fold(tally, each.fact) if sequence > version else None
            if folded is not None:
                known[id_] = changed[id_] = (sequence, folded)
        return [self._row(id_, version, tally) for id_, (version, tally) in changed.items()]

    def _row(self, id_: str, version: int, tally: Tally) -> Row:
        return Row(self._cases, id_, version, tally.wire(), {"body": tally.body, "until": tally.matters_until})


async def tallies(store: Store, body: str | None, year: int) -> AsyncIterator[Tally]:
    """Yield the tallies that can matter to a year, of one body or of all of them."""
    table = table_of(COUNTING, await current(store, COUNTING), CASES)
    query = Query(equal={"body": body} if body else {}, order="until", low=f"{year}-01-01", limit=_MANY)
    while True:
        page = await store.page(table, query)
        for row in page.items:
            yield Tally.of(row.data)
        if page.next is None:
            return
        query = replace(query, after=page.next)
