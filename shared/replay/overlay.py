"""A store for shadow runs: reads fall through to the live store, writes stay in memory and are thrown away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from shared.store.port import Conflict, KeyTaken, Owed, Page, Query, Row, Scalar, Store, Stored


class Overlay:
    """The store port over another store that it never writes to.

    Lists (``select``, ``page``, ``count``, ``kinds``) show the live store only: deciders see aggregates by id and by
    key, never by list. Nothing is ever told to a relay, so no event leaves a shadow.
    """

    def __init__(self, live: Store) -> None:
        self._live = live
        self._documents: dict[tuple[str, str], Stored] = {}
        self._keys: dict[tuple[str, str], str | None] = {}
        self._rows: dict[tuple[str, str], Row | None] = {}

    async def load(self, kind: str, ids: Sequence[str]) -> dict[str, Stored]:
        found = await self._live.load(kind, [id_ for id_ in ids if (kind, id_) not in self._documents])
        return found | {id_: self._documents[kind, id_] for id_ in ids if (kind, id_) in self._documents}

    async def find(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        found = await self._live.find(kind, [key for key in keys if (kind, key) not in self._keys])
        return found | {key: id_ for key in keys if (id_ := self._keys.get((kind, key))) is not None}

    async def save(self, documents: Sequence[Stored], rows: Sequence[Row] = ()) -> None:
        known: dict[tuple[str, str], Stored] = {}
        for kind in {document.kind for document in documents}:
            same = [document.id for document in documents if document.kind == kind]
            known |= {(kind, id_): document for id_, document in (await self.load(kind, same)).items()}
        for document in documents:
            before = known.get((document.kind, document.id))
            if (before.version if before is not None else 0) != document.version - 1:
                raise Conflict([document.id])
            owners = await self.find(document.kind, document.keys)
            if taken := next((key for key, id_ in owners.items() if id_ != document.id), None):
                raise KeyTaken(taken)
        for document in documents:
            before = known.get((document.kind, document.id))
            self._keys |= {(document.kind, key): None for key in (before.keys if before is not None else ())}
            self._keys |= {(document.kind, key): document.id for key in document.keys}
            self._documents[document.kind, document.id] = document
        await self.put(rows)

    def changed(self) -> list[Stored]:
        """Return the aggregates as they would be."""
        return list(self._documents.values())

    async def rows(self, table: str, ids: Sequence[str]) -> dict[str, Row]:
        found = await self._live.rows(table, [id_ for id_ in ids if (table, id_) not in self._rows])
        return found | {id_: row for id_ in ids if (row := self._rows.get((table, id_))) is not None}

    async def put(self, rows: Sequence[Row]) -> None:
        for row in rows:
            known = (await self.rows(row.table, [row.id])).get(row.id)
            if known is None or row.version > known.version:
                self._rows[row.table, row.id] = row

    async def insert(self, rows: Sequence[Row]) -> list[str]:
        fresh = [row for row in rows if not await self.rows(row.table, [row.id])]
        self._rows |= {(row.table, row.id): row for row in fresh}
        return [row.id for row in fresh]

    async def swap(self, row: Row, expected: int | None) -> bool:
        known = (await self.rows(row.table, [row.id])).get(row.id)
        if (known.version if known is not None else None) != expected:
            return False
        self._rows[row.table, row.id] = row
        return True

    async def delete(self, table: str, ids: Sequence[str]) -> None:
        self._rows |= dict.fromkeys([(table, id_) for id_ in ids])

    async def select(self, kind: str, query: Query) -> Page[Stored]:
        return await self._live.select(kind, query)

    async def page(self, table: str, query: Query) -> Page[Row]:
        return await self._live.page(table, query)

    async def count(self, table: str, query: Query, by: str | None = None) -> dict[Scalar, int]:
        return await self._live.count(table, query, by)

    async def kinds(self) -> dict[str, int]:
        return await self._live.kinds()

    async def owed(self, limit: int = 5000) -> list[tuple[str, Owed]]:
        return []

    async def forget(self, kind: str, events: Mapping[str, Sequence[str]]) -> None:
        """Nothing is owed here."""

    def on_saved(self, hear: Callable[[str, Sequence[Owed]], None]) -> None:
        """Nobody is told."""

    async def drop(self, table: str) -> None:
        raise NotImplementedError("a shadow drops no table")

    async def close(self) -> None:
        """The live store is not ours."""
