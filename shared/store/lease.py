"""A lease: one of several processes that share a store does the sweeping."""

from __future__ import annotations

from typing import Protocol

from shared.store.port import Row, Store

TABLE = "leases"


class Wire(Protocol):
    """What tells the machine's time."""

    def wire(self) -> float:
        """Return seconds since the epoch."""
        ...


class Lease:
    """A row that names who holds a task, and until when.

    It keeps copies from doing work twice; it is no lock. Whoever holds it may lose it unnoticed (a frozen process), so
    the work itself must bear being done twice.

    Args:
        store: where the row is.
        name: the task.
        owner: who asks; different for every process.
        clock: the machine's time.
        seconds: how long a holder may stay silent.
    """

    def __init__(self, store: Store, name: str, owner: str, clock: Wire, seconds: float = 15.0) -> None:
        self._store = store
        self._name = name
        self._owner = owner
        self._clock = clock
        self._seconds = seconds

    async def held(self) -> bool:
        """Take or prolong the lease; return whether it is ours now. Raises ``Unavailable``."""
        now = self._clock.wire()
        row = (await self._store.rows(TABLE, [self._name])).get(self._name)
        if row is None:
            return await self._swap(1, None, now + self._seconds)
        if row.data["owner"] != self._owner and row.data["until"] > now:
            return False
        return await self._swap(row.version + 1, row.version, now + self._seconds)

    async def release(self) -> None:
        """Give it back at once, if it is ours. Raises ``Unavailable``."""
        row = (await self._store.rows(TABLE, [self._name])).get(self._name)
        if row is not None and row.data["owner"] == self._owner:
            await self._swap(row.version + 1, row.version, 0.0)

    async def _swap(self, version: int, expected: int | None, until: float) -> bool:
        return await self._store.swap(Row(TABLE, self._name, version, {"owner": self._owner, "until": until}), expected)
