"""Projections (投影): rows or files that are a pure function of topics; they never decide and have no clock."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

import orjson

from shared.bus.port import Record
from shared.contracts.envelope import Envelope
from shared.contracts.facts.base import Fact
from shared.contracts.light import light
from shared.store.port import Query, Row, Store

_PAGE = 1000


@light
class News:
    """An event a projection hears, with its fact, and the record it lies in where it was read from the log."""

    envelope: Envelope
    fact: Any
    record: Record | None = None


class Projection(Protocol):
    """A view of the log that can be thrown away and built again.

    ``hears`` maps the fact types it wants to their models; ``owners`` are the topics they are in. ``apply`` gets news
    in the order of the log, each event once, and returns the rows to save with the offsets; whatever else it writes
    (files, an index) must come out the same when the batch is applied again after a crash. Cutting the log into other
    batches must not change the outcome. ``export`` yields canonical lines, equal for equal projections; ``count`` is
    how many live items there are; ``clear`` removes everything; ``tidy`` is called when no news is waiting.
    ``counts_in`` are the tables whose rows, all of them, are named by their aggregate and versioned by its sequence.
    """

    name: str
    counts_in: Collection[str]
    owners: Sequence[str]
    hears: Mapping[str, type[Fact]]

    async def apply(self, news: Sequence[News]) -> Sequence[Row]: ...

    def export(self) -> AsyncIterator[bytes]: ...

    async def count(self) -> int: ...

    async def clear(self) -> None: ...

    async def tidy(self) -> None: ...


def table_of(name: str, colour: str, part: str) -> str:
    """Return the table of rows that a part of a projection has in one colour."""
    return f"{name}.{colour}.{part}"


def gone(table: str, id: str, version: int) -> Row:
    """Return the tombstone of a row: nothing of its content, and nothing older comes back."""
    return Row(table, id, version, {}, {})


async def live_rows(store: Store, table: str) -> AsyncGenerator[Row, None]:
    """Yield all rows of a table by id, without the tombstones."""
    after: str | None = None
    while True:
        page = await store.page(table, Query(after=after, limit=_PAGE))
        for row in page.items:
            if row.data:
                yield row
        after = page.next
        if after is None:
            return


async def digest_of(projection: Projection) -> str:
    """Return the SHA-256 over the canonical export of a projection (摘要)."""
    found = hashlib.sha256()
    async for line in projection.export():
        found.update(line)
        found.update(b"\n")
    return found.hexdigest()


class RowProjection:
    """A projection that is rows only.

    Args:
        name: of the projection; its tables are ``<name>.<colour>.<table>``.
        owners: whose topics it reads.
        facts: the facts ``fold`` wants.
        tables: the short names of the tables ``fold`` writes; the first one holds the live items.
        fold: pure; returns the rows a fact leads to, named by short table, ``gone(...)`` for one that goes. Every row
            is named by the aggregate of the event (``subject``) and versioned by its ``sequence``.
        store: where the rows are.
        colour: which of the two sets of tables.
    """

    def __init__(
        self,
        name: str,
        owners: Sequence[str],
        facts: Iterable[type[Fact]],
        tables: Sequence[str],
        fold: Callable[[Any, Envelope], Iterable[Row]],
        store: Store,
        colour: str,
    ) -> None:
        self.name = name
        self.owners = owners
        self.hears: Mapping[str, type[Fact]] = {fact.type: fact for fact in facts}
        self._fold = fold
        self._store = store
        self._tables = {short: table_of(name, colour, short) for short in tables}
        self.counts_in: Collection[str] = frozenset(self._tables.values())

    async def apply(self, news: Sequence[News]) -> Sequence[Row]:
        """Fold the news; of several rows of one id only the newest is written."""
        rows: dict[tuple[str, str], Row] = {}
        names = self._tables
        for each in news:
            for row in self._fold(each.fact, each.envelope):
                key = row.table, row.id
                if (known := rows.get(key)) is None or row.version > known.version:
                    rows[key] = row
        return [Row(names[row.table], row.id, row.version, row.data, row.index) for row in rows.values()]

    async def export(self) -> AsyncIterator[bytes]:
        """Yield one canonical JSON line per row, table by table, by id."""
        for short, table in sorted(self._tables.items()):
            async for row in live_rows(self._store, table):
                yield orjson.dumps([short, row.id, row.data], option=orjson.OPT_SORT_KEYS)

    async def count(self) -> int:
        """Count the rows of the first table."""
        first = next(iter(self._tables.values()))
        return sum([1 async for _ in live_rows(self._store, first)])

    async def clear(self) -> None:
        """Drop the tables."""
        for table in self._tables.values():
            await self._store.drop(table)

    async def tidy(self) -> None:
        """Rows need no tidying."""
