"""The store as the services see it: aggregates saved with what they owe, and rows for projections and ledgers.

Promises every adapter keeps, held to by one contract suite:

* ``save`` is one unit of work: all documents and rows of the call or none (SQLite); on MongoDB each document is atomic
  by itself and a caller that repeats the call after a crash changes nothing twice.
* Every version and every new key of the call is checked before the first write.
* What is saved is durable when ``save`` returns, and owed events are handed to ``on_saved`` in the same moment.
* ``forget`` never changes a version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from shared.contracts.light import light
from shared.contracts.problems import Unavailable

Scalar = str | int | float | None
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Owed:
    """An event that is saved and not yet confirmed by the log."""

    id: str
    topic: str
    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """An aggregate as stored.

    ``version`` is +1 per save and the compare-and-set (a new document is saved with version 1 and must not exist);
    ``sequence`` is +1 per event. ``state`` is canonical JSON of the folded state. ``keys`` are unique within the kind
    and always contain ``id:<id>``. ``index`` holds the few scalars that lists are filtered by. ``causes`` remembers
    what was handled: source aggregate -> highest sequence for events, cause id -> digest for receipts and HTTP keys.
    ``outbox`` given to ``save`` is what this save newly owes, keyed by the document's id (else ``ValueError``); what an
    earlier save still owes stays owed.
    """

    kind: str
    id: str
    version: int
    sequence: int
    state: bytes
    keys: tuple[str, ...] = ()
    index: Mapping[str, Scalar] = field(default_factory=dict)
    causes: Mapping[str, int | str] = field(default_factory=dict)
    outbox: tuple[Owed, ...] = ()


@light
class Row:
    """A row of a projection, a ledger or the platform itself.

    ``version`` is what newer means: ``put`` writes a row only where the stored one is absent or has a smaller version.
    """

    table: str
    id: str
    version: int
    data: Mapping[str, Any]
    index: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """Which documents or rows: every condition must hold; all fields named are index fields.

    ``low``/``high`` bound the field ``order`` (low inclusive, high inclusive). Results are sorted by (``order``, id),
    or by id alone, descending if ``down``; ``after`` is the cursor of the page before.

    A field holds numbers or strings, not both. None and an absent field are one value, which sorts before all others,
    is matched by ``equal`` and never by ``prefix``, ``low`` or ``high``. Fields are identifiers; a bad field, cursor or
    name of a kind or table is a ``ValueError``.
    """

    equal: Mapping[str, Scalar] = field(default_factory=dict)
    prefix: Mapping[str, str] = field(default_factory=dict)
    order: str | None = None
    low: Scalar = None
    high: Scalar = None
    down: bool = False
    after: str | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list and the cursor of the next, None at the end."""

    items: list[T]
    next: str | None


class Conflict(Exception):
    """Somebody saved these documents first: load and decide again."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"saved by somebody else meanwhile: {', '.join(ids)}")
        self.ids = tuple(ids)


class KeyTaken(Exception):
    """A unique key belongs to another document of the kind."""

    def __init__(self, key: str) -> None:
        super().__init__(f"key taken: {key}")
        self.key = key


class Store(Protocol):
    """State, what is owed, and why: written once. Every call may raise ``Unavailable``."""

    async def load(self, kind: str, ids: Sequence[str]) -> dict[str, Stored]:
        """Return those of the aggregates that exist, without their outboxes."""
        ...

    async def find(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        """Return the id behind each key that is known."""
        ...

    async def select(self, kind: str, query: Query) -> Page[Stored]:
        """Return a page of aggregates by their index."""
        ...

    async def save(self, documents: Sequence[Stored], rows: Sequence[Row] = ()) -> None:
        """Save everything as one unit of work. Raises ``Conflict``, ``KeyTaken`` or ``Unavailable``."""
        ...

    async def owed(self, limit: int = 5000) -> list[tuple[str, Owed]]:
        """Return (kind, event) owed by any document, per document in order; what a relay sweeps at its start."""
        ...

    async def forget(self, kind: str, events: Mapping[str, Sequence[str]]) -> None:
        """Forget confirmed events: document id -> event ids."""
        ...

    def on_saved(self, hear: Callable[[str, Sequence[Owed]], None]) -> None:
        """Register who is told (kind, owed events in order) the moment a save is durable; called on the event loop."""
        ...

    async def rows(self, table: str, ids: Sequence[str]) -> dict[str, Row]:
        """Return those of the rows that exist."""
        ...

    async def page(self, table: str, query: Query) -> Page[Row]:
        """Return a page of rows by their index."""
        ...

    async def count(self, table: str, query: Query, by: str | None = None) -> dict[Scalar, int]:
        """Count rows; with ``by``, per value of that index field, else under the single key None."""
        ...

    async def put(self, rows: Sequence[Row]) -> None:
        """Write each row where it is newer than the stored one, durably, as one unit of work."""
        ...

    async def insert(self, rows: Sequence[Row]) -> list[str]:
        """Write the rows whose id is absent; return their ids."""
        ...

    async def swap(self, row: Row, expected: int | None) -> bool:
        """Write the row where the stored version equals ``expected`` (None: absent); return whether it was."""
        ...

    async def delete(self, table: str, ids: Sequence[str]) -> None:
        """Delete rows; absent ones are fine."""
        ...

    async def drop(self, table: str) -> None:
        """Delete a whole table of rows."""
        ...

    async def kinds(self) -> dict[str, int]:
        """Count the aggregates of every kind; for backups, digests and the console."""
        ...

    async def close(self) -> None:
        """Finish what is being written and let go."""
        ...


__all__ = [
    "Conflict",
    "KeyTaken",
    "Owed",
    "Page",
    "Query",
    "Row",
    "Scalar",
    "Store",
    "Stored",
    "Unavailable",
]
