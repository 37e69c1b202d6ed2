"""The store over MongoDB: one document per aggregate, any number of processes.

Written to the part that PyMongo's own async client and motor share; ``mongodb+motor://`` selects motor.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared.store.mongo_open import connect, unavailable
from shared.store.mongo_query import conditions, joined, path, stretch, value_at
from shared.store.mongo_save import check, duplicates, line_of, owed_of, put_of, row_of, stored_of, write
from shared.store.port import Conflict, Owed, Page, Query, Row, Scalar, Stored
from shared.store.query import checked_name, cursor_of, pieces, wanted

_ROWS = "rows."
_KIND = attrgetter("kind")
_REMEMBERED = 20_000


class MongoStore:
    """The port over one MongoDB database.

    Each document is written atomically by itself, so a ``save`` of several that meets a conflict at a race may have
    written some of them: the caller loads and decides again, and their causes absorb what was done. What a document
    still owes from an earlier process is handed over before what the new save owes, so its order holds.

    Args:
        url: ``mongodb://host/database``; ``mongodb+motor://…`` uses motor. Make it inside the running event loop.
    """

    def __init__(self, url: str) -> None:
        self._client = connect(url)
        self._database: Any = self._client.get_default_database("gongkai")
        self._hearers: list[Callable[[str, Sequence[Owed]], None]] = []
        self._told: dict[tuple[str, str], None] = {}
        self._indexed: set[tuple[str, tuple[str, ...]]] = set()

    async def load(self, kind: str, ids: Sequence[str]) -> dict[str, Stored]:
        async with unavailable():
            found = self._database[checked_name(kind)].find({"_id": {"$in": list(ids)}}, {"outbox": 0})
            return {line["_id"]: stored_of(kind, line) async for line in found}

    async def find(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        asked = set(keys)
        async with unavailable():
            found = self._database[checked_name(kind)].find({"keys": {"$in": list(asked)}}, {"keys": 1})
            return {key: line["_id"] async for line in found for key in asked.intersection(line["keys"])}

    async def select(self, kind: str, query: Query) -> Page[Stored]:
        found, cursor = await self._page(checked_name(kind), query, {"outbox": 0})
        return Page([stored_of(kind, line) for line in found], cursor)

    async def save(self, documents: Sequence[Stored], rows: Sequence[Row] = ()) -> None:
        if len({(document.kind, document.id) for document in documents}) < len(documents):
            raise ValueError("one save holds one version of a document")
        if any(event.key != document.id for document in documents for event in document.outbox):
            raise ValueError("an owed event is keyed by its document")
        kinds = [(kind, list(group)) for kind, group in groupby(sorted(documents, key=_KIND), _KIND)]
        async with unavailable():
            left = {kind: await check(await self._documents(kind), group) for kind, group in kinds}
            for kind, group in kinds:
                await self._write(kind, group, left[kind])
        if rows:
            await self.put(rows)

    async def owed(self, limit: int = 5000) -> list[tuple[str, Owed]]:
        found: list[tuple[str, Owed]] = []
        async with unavailable():
            for kind in await self._kinds():
                collection = await self._documents(kind)
                lines = collection.find({"outbox.id": {"$exists": True, "$gt": ""}}, {"outbox": 1})
                async for line in lines.limit(limit - len(found)):
                    found += [(kind, event) for event in owed_of(line["outbox"])]
                if len(found) >= limit:
                    break
        return found[:limit]

    async def forget(self, kind: str, events: Mapping[str, Sequence[str]]) -> None:
        changes = [
            UpdateOne({"_id": name}, {"$pull": {"outbox": {"id": {"$in": list(gone)}}}})
            for name, gone in events.items()
        ]
        if changes:
            async with unavailable():
                await self._database[checked_name(kind)].bulk_write(changes, ordered=False)

    def on_saved(self, hear: Callable[[str, Sequence[Owed]], None]) -> None:
        self._hearers.append(hear)

    async def rows(self, table: str, ids: Sequence[str]) -> dict[str, Row]:
        async with unavailable():
            found = self._rows(table).find({"_id": {"$in": list(ids)}})
            return {line["_id"]: row_of(table, line) async for line in found}

    async def page(self, table: str, query: Query) -> Page[Row]:
        found, cursor = await self._page(_ROWS + checked_name(table), query, None)
        return Page([row_of(table, line) for line in found], cursor)

    async def count(self, table: str, query: Query, by: str | None = None) -> dict[Scalar, int]:
        async with unavailable():
            collection = self._rows(table)
            await self._index(collection, wanted(query, by))
            if by is None:
                return {None: await collection.count_documents(joined(conditions(query)))}
            group = {"_id": f"${path(by)}", "count": {"$sum": 1}}
            found = collection.aggregate([{"$match": joined(conditions(query))}, {"$group": group}])
            cursor = await found if inspect.isawaitable(found) else found  # the one call the two drivers spell apart
            return {line["_id"]: line["count"] async for line in cursor}

    async def put(self, rows: Sequence[Row]) -> None:
        async with unavailable():
            for table in dict.fromkeys(row.table for row in rows):
                mine = [row for row in rows if row.table == table]
                refused = await self._bulk(self._rows(table), [put_of(row, upsert=True) for row in mine])
                if refused:  # not newer, unless somebody made the row in between: then this decides
                    again = [put_of(mine[place], upsert=False) for place in sorted(refused)]
                    await self._bulk(self._rows(table), again)

    async def insert(self, rows: Sequence[Row]) -> list[str]:
        written: list[str] = []
        async with unavailable():
            for table in dict.fromkeys(row.table for row in rows):
                mine = [row for row in rows if row.table == table]
                refused = await self._bulk(self._rows(table), [InsertOne(line_of(row)) for row in mine])
                written += [row.id for place, row in enumerate(mine) if place not in refused]
        return written

    async def swap(self, row: Row, expected: int | None) -> bool:
        async with unavailable():
            if expected is None:
                try:
                    await self._rows(row.table).insert_one(line_of(row))
                except DuplicateKeyError:
                    return False
                return True
            line = line_of(row)
            del line["_id"]
            done = await self._rows(row.table).update_one({"_id": row.id, "version": expected}, {"$set": line})
            return bool(done.matched_count)

    async def delete(self, table: str, ids: Sequence[str]) -> None:
        async with unavailable():
            await self._rows(table).delete_many({"_id": {"$in": list(ids)}})

    async def drop(self, table: str) -> None:
        async with unavailable():
            collection = self._rows(table)
            await collection.drop()
            self._indexed = {known for known in self._indexed if known[0] != collection.name}

    async def kinds(self) -> dict[str, int]:
        async with unavailable():
            counts = {kind: await self._database[kind].estimated_document_count() for kind in await self._kinds()}
        return {kind: count for kind, count in counts.items() if count}

    async def close(self) -> None:
        closing = self._client.close()
        if inspect.isawaitable(closing):
            await closing

    async def _write(self, kind: str, documents: Sequence[Stored], left: Mapping[str, list[Owed]]) -> None:
        # who may give a key up goes before who can only take one
        old = [document for document in documents if document.id in left]
        new = [document for document in documents if document.id not in left]
        for part in filter(None, (old, new)):
            written, beaten = await write(self._database[kind], part)
            for document in written:
                self._tell(kind, [*left.get(document.id, ()), *document.outbox])
            if beaten:
                await check(self._database[kind], beaten)  # says whether it was a version or a key
                raise Conflict([document.id for document in beaten])

    def _tell(self, kind: str, events: Sequence[Owed]) -> None:
        """Hand over what this process was not told before; what it was is already somebody's here."""
        if not self._hearers:
            return
        fresh = [event for event in events if (kind, event.id) not in self._told]
        self._told.update(dict.fromkeys((kind, event.id) for event in fresh))
        for old in list(islice(self._told, max(0, len(self._told) - _REMEMBERED))):
            del self._told[old]
        if fresh:
            for hear in self._hearers:
                hear(kind, fresh)

    async def _page(
        self, name: str, query: Query, fields: dict[str, int] | None
    ) -> tuple[list[dict[str, Any]], str | None]:
        way = -1 if query.down else 1
        sort = [*([(path(query.order), way)] if query.order else []), ("_id", way)]
        found: list[dict[str, Any]] = []
        async with unavailable():
            collection = self._database[name]
            await self._index(collection, wanted(query))
            for piece in pieces(query):
                parts = [*conditions(query), *stretch(piece, query.order, down=query.down)]
                lines = collection.find(joined(parts), fields).sort(sort).limit(query.limit + 1 - len(found))
                found += [line async for line in lines]
                if len(found) > query.limit:
                    last = found[query.limit - 1]
                    return found[: query.limit], cursor_of(value_at(last, query.order), last["_id"])
        return found, None

    async def _bulk(self, collection: Any, writes: Sequence[Any]) -> set[int]:
        """Write all; return the places of those whose ``_id`` is taken."""
        try:
            await collection.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            return duplicates(error)
        return set()

    def _rows(self, table: str) -> Any:
        return self._database[_ROWS + checked_name(table)]

    async def _kinds(self) -> list[str]:
        names = await self._database.list_collection_names()
        return sorted(name for name in names if not name.startswith((_ROWS, "system.")))

    async def _documents(self, kind: str) -> Any:
        """Return the collection of a kind, with its unique keys and the index over what is owed."""
        collection = self._database[checked_name(kind)]
        if (kind, ()) not in self._indexed:
            await collection.create_index("keys", unique=True)
            await collection.create_index("outbox.id", partialFilterExpression={"outbox.id": {"$exists": True}})
            self._indexed.add((kind, ()))
        return collection

    async def _index(self, collection: Any, shapes: Sequence[tuple[str, ...]]) -> None:
        for fields in shapes:
            if (collection.name, fields) not in self._indexed:
                await collection.create_index([*((path(field), 1) for field in fields), ("_id", 1)])
                self._indexed.add((collection.name, fields))
