"""Saving aggregates in SQLite: everything is encoded before, checked first, and written last."""

# ruff: noqa: S608 -- values are always bound; only names that checked_name and checked_field let through are pasted

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any

import orjson

from shared.store.port import Conflict, KeyTaken, Row, Stored
from shared.store.query import plain

_UPSERT_DOCUMENT = """
INSERT INTO "d:{0}" (id, version, sequence, state, keys, idx, causes) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, sequence = excluded.sequence, state = excluded.state,
    keys = excluded.keys, idx = excluded.idx, causes = excluded.causes
"""
_PUT_ROW = """
INSERT INTO "r:{0}" (id, version, data, idx) VALUES {1}
ON CONFLICT (id) DO UPDATE SET version = excluded.version, data = excluded.data, idx = excluded.idx
    WHERE excluded.version > version
"""
_LINE = "(?, ?, ?, ?)"
LINES = 500
"""Rows in one statement at most: a third faster than one by one, and while it runs the event loop does."""
_OWE = "INSERT INTO outbox (kind, document, event, topic, key, value) VALUES (?, ?, ?, ?, ?, ?)"
LISTED = "IN (SELECT value FROM json_each(?))"
"""One text for any number of values, so that the statement is prepared once."""


@dataclass(slots=True)
class Unit:
    """The documents of one kind in one save, ready to be written."""

    kind: str
    documents: Sequence[Stored]
    encoded: list[tuple[Any, ...]] = field(default_factory=list)
    owed: list[tuple[Any, ...]] = field(default_factory=list)
    freed: list[tuple[str]] = field(default_factory=list)
    gained: list[tuple[str, str]] = field(default_factory=list)


def listing(values: Iterable[str]) -> str:
    """Return values as the argument of ``LISTED``."""
    return orjson.dumps(list(values)).decode()


def units_of(documents: Sequence[Stored]) -> list[Unit]:
    """Encode the documents of a save, by kind. Raises ``ValueError`` for what no store could keep."""
    units = []
    for kind, group in groupby(sorted(documents, key=lambda document: document.kind), lambda document: document.kind):
        unit = Unit(kind, list(group))
        if len({document.id for document in unit.documents}) < len(unit.documents):
            raise ValueError(f"one save holds one version of a document: {kind}")
        for document in unit.documents:
            keys, index, causes = (
                orjson.dumps(value).decode() for value in (document.keys, plain(document.index), dict(document.causes))
            )
            unit.encoded.append((document.id, document.version, document.sequence, document.state, keys, index, causes))
            for event in document.outbox:
                if event.key != document.id:
                    raise ValueError(f"an owed event is keyed by its document: {event.id}")
                unit.owed.append((kind, document.id, event.id, event.topic, event.key, event.value))
        units.append(unit)
    return units


def rows_of(rows: Sequence[Row]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Encode rows, by table, in the order given."""
    tables: dict[str, list[tuple[Any, ...]]] = {}
    dumps = orjson.dumps
    for row in rows:
        data = row.data if row.data.__class__ is dict else dict(row.data)
        index = dumps(plain(row.index)).decode() if row.index else "{}"
        line = row.id, row.version, dumps(data).decode(), index
        if (lines := tables.get(row.table)) is None:
            tables[row.table] = [line]
        else:
            lines.append(line)
    return list(tables.items())


def save(
    connection: sqlite3.Connection, units: Sequence[Unit], rows: Sequence[tuple[str, list[tuple[Any, ...]]]]
) -> None:
    """Check every version and every new key, then write. Raises ``Conflict`` or ``KeyTaken`` before the first write."""
    conflicts = [name for unit in units for name in _check_versions(connection, unit)]
    if conflicts:
        raise Conflict(conflicts)
    for unit in units:
        _check_keys(connection, unit)
    for unit in units:
        connection.executemany(f'DELETE FROM "k:{unit.kind}" WHERE key = ?', unit.freed)
        connection.executemany(f'INSERT INTO "k:{unit.kind}" (key, id) VALUES (?, ?)', unit.gained)
        connection.executemany(_UPSERT_DOCUMENT.format(unit.kind), unit.encoded)
        connection.executemany(_OWE, unit.owed)
    put(connection, rows)


def put(connection: sqlite3.Connection, rows: Sequence[tuple[str, list[tuple[Any, ...]]]]) -> None:
    """Write each row where it is newer than the stored one."""
    for table, encoded in rows:
        for at in range(0, len(encoded), LINES):
            lines = encoded[at : at + LINES]
            sql = _PUT_ROW.format(table, ", ".join([_LINE] * len(lines)))
            connection.execute(sql, list(chain.from_iterable(lines)))


def _check_versions(connection: sqlite3.Connection, unit: Unit) -> list[str]:
    """Return the ids saved by somebody else, and note which keys change."""
    ids = listing(document.id for document in unit.documents)
    found = connection.execute(f'SELECT id, version, keys FROM "d:{unit.kind}" WHERE id {LISTED}', (ids,))
    stored = {line[0]: (line[1], line[2]) for line in found}
    conflicts = []
    unit.freed, unit.gained = [], []
    for document, encoded in zip(unit.documents, unit.encoded, strict=True):
        version, keys = stored.get(document.id, (0, "[]"))
        if version != document.version - 1:
            conflicts.append(document.id)
        elif keys != encoded[4]:
            before = set(orjson.loads(keys))
            unit.freed += [(key,) for key in before.difference(document.keys)]
            unit.gained += [(key, document.id) for key in dict.fromkeys(document.keys) if key not in before]
    return conflicts


def _check_keys(connection: sqlite3.Connection, unit: Unit) -> None:
    if not unit.gained:
        return
    wanted: dict[str, str] = {}
    for key, owner in unit.gained:
        if wanted.setdefault(key, owner) != owner:
            raise KeyTaken(key)
    sql = f'SELECT key FROM "k:{unit.kind}" WHERE key {LISTED}'
    freed = {key for (key,) in unit.freed}
    for (key,) in connection.execute(sql, (listing(wanted),)).fetchall():
        if key not in freed:
            raise KeyTaken(key)
