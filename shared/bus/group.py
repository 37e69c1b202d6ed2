"""What a consumer needs of an adapter beyond the log: membership of a group, and nothing about how it is kept.

The promises, held to by the contract suite of the bus: a partition belongs to at most one member of a group at a time
(but for a member that lost touch without noticing); before it moves, ``revoked`` has returned; offsets committed inside
``revoked`` are where the next owner begins.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from shared.bus.port import Log, Record, Slot

Assigned = Callable[[frozenset[Slot]], None]
Revoked = Callable[[frozenset[Slot]], Awaitable[None]]

LARGEST = 1_000_000
"""Bytes of key and value together that one record may have, whatever the adapter."""

LARGEST_HEADERS = 32_768
"""Bytes of a record's headers; on top of ``LARGEST``, so that a dead letter of the largest record still fits."""

DEAD = ".dead"
"""What a topic's dead letters are named by."""


class Member(Protocol):
    """One member of a consumer group. ``Unavailable`` from any call means the membership is broken: make a new one."""

    async def join(self, assigned: Assigned, revoked: Revoked) -> None:
        """Become a member; ``assigned`` and ``revoked`` are called whenever partitions come or go, until ``leave``."""
        ...

    async def begin(self, slot: Slot) -> int:
        """Return where the group stands in a partition just assigned, and fetch from there.

        A group that is new to the partition begins at its first record, never at its end.
        """
        ...

    async def fetch(self, slot: Slot, most: int, timeout: float) -> list[Record]:
        """Return the next records of one partition in order; an empty list after ``timeout`` seconds without news."""
        ...

    async def idle(self, slot: Slot, seconds: float) -> None:
        """Wait without fetching from the partition, and stay a live member meanwhile."""
        ...

    def end(self, slot: Slot) -> int | None:
        """Return the end offset of a partition as last heard, for its lag; None before anything was heard."""
        ...

    async def commit(self, offsets: Mapping[Slot, int]) -> None:
        """Commit offsets; those of partitions that meanwhile belong to another member are quietly left alone."""
        ...

    def check(self) -> None:
        """Raise ``Unavailable`` if the membership broke while nobody was fetching."""
        ...

    async def leave(self) -> None:
        """Stop being a member, without calling ``revoked``. Never raises."""
        ...


class Bus(Log, Protocol):
    """A log with consumer groups."""

    def member(self, group: str, topics: Sequence[str], instance: str) -> Member:
        """Make a member, not joined yet; ``instance`` is its static name: unique, and the same after a restart."""
        ...
