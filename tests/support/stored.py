"""Documents and rows as tests of the store want them: short."""

from __future__ import annotations

from typing import Any

from shared.store.port import Owed, Row, Scalar, Stored

TOPIC = "catalog"


def document(id: str, version: int = 1, owes: int = 0, *, keys: tuple[str, ...] = (), **more: Any) -> Stored:
    """Return a document that owes ``owes`` events, numbered on from ``sequence - owes``."""
    sequence = more.pop("sequence", version * max(owes, 1))
    return Stored(
        kind=more.pop("kind", "document"),
        id=id,
        version=version,
        sequence=sequence,
        state=more.pop("state", b'{"version":%d}' % version),
        keys=(f"id:{id}", *keys),
        outbox=tuple(owed(id, number) for number in range(sequence - owes + 1, sequence + 1)),
        **more,
    )


def owed(id: str, number: int) -> Owed:
    """Return the ``number``-th event of an aggregate."""
    return Owed(f"{id}:{number}", TOPIC, id, f"event {number} of {id}".encode())


def row(id: str, version: int = 1, table: str = "things", **index: Scalar) -> Row:
    """Return a row whose data tells its version."""
    return Row(table, id, version, {"version": version}, index)
