"""The embedded store: one SQLite file, one process, durable when ``save`` returns."""

# ruff: noqa: S608 -- values are always bound; only names that checked_name and checked_field let through are pasted

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import orjson

from shared.store import sqlite_query
from shared.store.port import Owed, Page, Query, Row, Scalar, Stored
from shared.store.query import checked_name, wanted
from shared.store.sqlite_commit import GroupCommit, unavailable
from shared.store.sqlite_open import Schema, connect, copy_database, take_lock
from shared.store.sqlite_save import LISTED, listing, put, rows_of, save, units_of

T = TypeVar("T")
_DOCUMENT = "id, version, sequence, state, keys, idx, causes"
_LARGE = 50
"""Rows from which on it costs less to write them in a thread than to hold up the event loop."""
_ROW = "id, version, data, idx"


class SqliteStore:
    """The port over one SQLite file.

    Args:
        path: the file (its folder is made and locked against a second process), or ``:memory:`` for tests.
        lock: name of the lock file in the folder; only a process that has a second store there, of its own, names
            another one.

    Raises ``FolderInUse`` (Chinese text) where another process holds the folder, ``Unavailable`` where SQLite cannot
    open the file. Reads see what is committed, on a connection of their own.
    """

    def __init__(self, path: Path | str, *, lock: str = "lock") -> None:
        private = str(path) == ":memory:"
        self._lock = None if private else take_lock(Path(path).parent, lock)
        self._hearers: list[Callable[[str, Sequence[Owed]], None]] = []
        self._path = Path(path)
        with unavailable():
            writer = connect(str(path))
            self._schema = Schema(writer)
            # a private database has no second connection; it commits at once, so a read never sees half a group
            self._reader = writer if private else connect(str(path), reader=True)
        self._commit = GroupCommit(writer, threaded=not private)

    async def load(self, kind: str, ids: Sequence[str]) -> dict[str, Stored]:
        await self._ready(f"d:{kind}")
        found = self._read(f'SELECT {_DOCUMENT} FROM "d:{kind}" WHERE id {LISTED}', listing(ids))
        return {line[0]: _stored(kind, line) for line in found}

    async def find(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        await self._ready(f"d:{kind}")
        return dict(self._read(f'SELECT key, id FROM "k:{kind}" WHERE key {LISTED}', listing(keys)))

    async def select(self, kind: str, query: Query) -> Page[Stored]:
        await self._ready(f"d:{kind}", wanted(query))
        with unavailable():
            found, cursor = sqlite_query.page(self._reader, f"d:{kind}", _DOCUMENT, query)
        return Page([_stored(kind, line) for line in found], cursor)

    async def save(self, documents: Sequence[Stored], rows: Sequence[Row] = ()) -> None:
        units, encoded = units_of(documents), rows_of(rows)
        for unit in units:
            await self._ready(f"d:{unit.kind}")
        for table, _ in encoded:
            await self._ready(f"r:{table}")
        owed = [(document.kind, document.outbox) for document in documents if document.outbox]
        await self._commit.run(lambda connection: save(connection, units, encoded), lambda: self._tell(owed))

    async def owed(self, limit: int = 5000) -> list[tuple[str, Owed]]:
        found = self._read("SELECT kind, event, topic, key, value FROM outbox ORDER BY n LIMIT ?", limit)
        return [(kind, Owed(event, topic, key, value)) for kind, event, topic, key, value in found]

    async def forget(self, kind: str, events: Mapping[str, Sequence[str]]) -> None:
        gone = [(document, event, kind) for document, names in events.items() for event in names]
        sql = "DELETE FROM outbox WHERE document = ? AND event = ? AND kind = ?"
        await self._commit.run(lambda connection: _many(connection, sql, gone))

    def on_saved(self, hear: Callable[[str, Sequence[Owed]], None]) -> None:
        self._hearers.append(hear)

    async def rows(self, table: str, ids: Sequence[str]) -> dict[str, Row]:
        await self._ready(f"r:{table}")
        found = self._read(f'SELECT {_ROW} FROM "r:{table}" WHERE id {LISTED}', listing(ids))
        return {line[0]: _row(table, line) for line in found}

    async def page(self, table: str, query: Query) -> Page[Row]:
        await self._ready(f"r:{table}", wanted(query))
        with unavailable():
            found, cursor = sqlite_query.page(self._reader, f"r:{table}", _ROW, query)
        return Page([_row(table, line) for line in found], cursor)

    async def count(self, table: str, query: Query, by: str | None = None) -> dict[Scalar, int]:
        await self._ready(f"r:{table}", wanted(query, by))
        with unavailable():
            return sqlite_query.count(self._reader, f"r:{table}", query, by)

    async def put(self, rows: Sequence[Row]) -> None:
        encoded = rows_of(rows)
        for table, _ in encoded:
            await self._ready(f"r:{table}")
        await self._commit.run(lambda connection: put(connection, encoded), large=len(rows) >= _LARGE)

    async def insert(self, rows: Sequence[Row]) -> list[str]:
        encoded = rows_of(list({(row.table, row.id): row for row in reversed(rows)}.values()))
        for table, _ in encoded:
            await self._ready(f"r:{table}")

        def work(connection: sqlite3.Connection) -> list[str]:
            written = []
            for table, lines in encoded:
                sql = f'INSERT INTO "r:{table}" ({_ROW}) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'
                written += [line[0] for line in reversed(lines) if connection.execute(sql, line).rowcount]
            return written

        return await self._commit.run(work)

    async def swap(self, row: Row, expected: int | None) -> bool:
        await self._ready(f"r:{row.table}")
        ((table, (line,)),) = rows_of([row])
        if expected is None:
            sql = f'INSERT INTO "r:{table}" ({_ROW}) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'
            args = line
        else:
            sql = f'UPDATE "r:{table}" SET version = ?, data = ?, idx = ? WHERE id = ? AND version = ?'
            args = (*line[1:], line[0], expected)
        return await self._commit.run(lambda connection: connection.execute(sql, args).rowcount == 1)

    async def delete(self, table: str, ids: Sequence[str]) -> None:
        await self._ready(f"r:{table}")
        sql, gone = f'DELETE FROM "r:{table}" WHERE id = ?', [(name,) for name in ids]
        await self._commit.run(lambda connection: _many(connection, sql, gone))

    async def drop(self, table: str) -> None:
        await self._ready(f"r:{table}")
        await self._commit.run(lambda connection: _many(connection, f'DELETE FROM "r:{table}"', [()]))

    async def kinds(self) -> dict[str, int]:
        names = sorted(table[2:] for table in self._schema.tables if table.startswith("d:"))
        counts = {name: self._read(f'SELECT COUNT(*) FROM "d:{name}"')[0][0] for name in names}
        return {name: count for name, count in counts.items() if count}

    async def snapshot(self, target: Path) -> None:
        """Write the database as it is at one moment into a new file, while saves go on. Raises ``Unavailable``."""
        with unavailable():
            await asyncio.to_thread(copy_database, self._path, target)

    async def close(self) -> None:
        await self._commit.close()
        self._reader.close()
        if self._lock is not None:
            self._lock.close()

    def _tell(self, owed: Sequence[tuple[str, Sequence[Owed]]]) -> None:
        for kind, events in owed:
            for hear in self._hearers:
                hear(kind, events)

    def _read(self, sql: str, *args: Scalar) -> list[tuple[Any, ...]]:
        with unavailable():
            return self._reader.execute(sql, args).fetchall()

    async def _ready(self, table: str, indexes: Sequence[Sequence[str]] = ()) -> None:
        """Make the table and indexes a call needs, in a commit of their own, so that no other work waits on DDL."""
        if self._schema.missing(table, indexes):
            checked_name(table[2:])
            await self._commit.run(lambda connection: self._schema.make(connection, table, indexes))
            self._schema.made(table, indexes)


def _many(connection: sqlite3.Connection, sql: str, args: Sequence[Sequence[Scalar]]) -> None:
    connection.executemany(sql, args)


def _stored(kind: str, line: Sequence[Any]) -> Stored:
    name, version, sequence, state, *texts = line[:7]
    keys, index, causes = map(orjson.loads, texts)
    return Stored(kind, name, version, sequence, state, tuple(keys), index, causes)


def _row(table: str, line: Sequence[Any]) -> Row:
    name, version, data, index = line[:4]
    return Row(table, name, version, orjson.loads(data), orjson.loads(index))
