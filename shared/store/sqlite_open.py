"""Opening a database file: settings, the lock that keeps a second process out, tables and columns on demand."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from shared.store.query import checked_field, checked_name

_PRAGMAS = (
    "journal_mode=wal",
    "synchronous=full",
    "wal_autocheckpoint=4000",
    "cache_size=-65536",
    "mmap_size=268435456",
    "temp_store=memory",
)
_OUTBOX = """
CREATE TABLE IF NOT EXISTS outbox
    (n INTEGER PRIMARY KEY, kind TEXT, document TEXT, event TEXT, topic TEXT, key TEXT, value BLOB);
CREATE INDEX IF NOT EXISTS outbox_event ON outbox (document, event);
"""
_DOCUMENTS = """
CREATE TABLE IF NOT EXISTS "d:{0}"
    (id TEXT PRIMARY KEY, version INTEGER, sequence INTEGER, state BLOB, keys TEXT, idx TEXT, causes TEXT)
"""
_KEYS = 'CREATE TABLE IF NOT EXISTS "k:{0}" (key TEXT PRIMARY KEY, id TEXT) WITHOUT ROWID'
_ROWS = 'CREATE TABLE IF NOT EXISTS "r:{0}" (id TEXT PRIMARY KEY, version INTEGER, data TEXT, idx TEXT)'


class FolderInUse(RuntimeError):
    """Another process holds the data folder; the text says so in Chinese and names the way out."""


def take_lock(folder: Path, name: str) -> TextIO:
    """Return the open lock file of a data folder; the kernel lets go of it when the process ends, however it ends.

    Raises ``FolderInUse``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = (folder / name).open("a")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise FolderInUse(
            f"数据目录 {folder} 正被另一个进程使用。SQLite 存储下每个服务只能有一个进程；"
            "如果需要多个副本同时运行，请改用 MongoDB 存储。"
        ) from error
    return handle


def connect(target: str, *, reader: bool = False) -> sqlite3.Connection:
    """Return a connection with our settings. Raises ``sqlite3.Error``."""
    connection = sqlite3.connect(
        target, timeout=0.25, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").fetchall()
    if reader:
        connection.execute("PRAGMA query_only=on")
    return connection


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment into a new file; others may write to it meanwhile.

    Raises ``sqlite3.Error``.
    """
    reader = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=5)
    try:
        writer = sqlite3.connect(target)
        try:
            reader.backup(writer)  # in one step: pages of later commits are in the WAL and not seen
        finally:
            writer.close()
    finally:
        reader.close()


class Schema:
    """Which tables, columns and indexes there are.

    A kind or table of rows is a SQLite table of its own. Its ``idx`` column is the index as JSON; a field becomes a
    virtual column, and gets an index, when it is first asked for: so writing costs nothing for what nobody asks.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        connection.executescript(_OUTBOX)
        found = connection.execute("SELECT name, type FROM sqlite_master").fetchall()
        self.tables = {name for name, what in found if what == "table"}
        self._indexes = {name for name, what in found if what == "index"}

    def missing(self, table: str, indexes: Iterable[Sequence[str]]) -> bool:
        """Return whether ``make`` has something to do."""
        return table not in self.tables or any(index_name(table, fields) not in self._indexes for fields in indexes)

    def make(self, connection: sqlite3.Connection, table: str, indexes: Sequence[Sequence[str]]) -> None:
        """Make a table (``d:…`` or ``r:…``) and indexes over its fields, inside a transaction."""
        letter, name = table.split(":", 1)
        checked_name(name)
        if letter == "d":
            connection.execute(_KEYS.format(name))
        connection.execute((_DOCUMENTS if letter == "d" else _ROWS).format(name))
        columns = {row[1] for row in connection.execute(f'PRAGMA table_xinfo("{table}")')}
        for field in dict.fromkeys(field for fields in indexes for field in fields):
            if column(field) not in columns:
                kind = f"GENERATED ALWAYS AS (json_extract(idx, '$.{checked_field(field)}')) VIRTUAL"
                connection.execute(f'ALTER TABLE "{table}" ADD COLUMN {column(field)} {kind}')
        for fields in indexes:
            names = ", ".join([*map(column, fields), "id"])
            connection.execute(f'CREATE INDEX IF NOT EXISTS "{index_name(table, fields)}" ON "{table}" ({names})')

    def made(self, table: str, indexes: Sequence[Sequence[str]]) -> None:
        """Remember what ``make`` made, once it is committed."""
        self.tables.add(table)
        self._indexes.update(index_name(table, fields) for fields in indexes)


def column(field: str) -> str:
    """Return the name of the column of an index field."""
    return f"f_{field}"


def index_name(table: str, fields: Sequence[str]) -> str:
    """Return the name of the index over fields of a table."""
    return f"x:{table}:{','.join(fields)}"
