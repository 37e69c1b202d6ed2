"""The bus as the services see it: an append-only log of records, and consumers that settle before they move on.

Promises every adapter keeps, held to by one contract suite:

* ``append`` returns only once every record is durably written (``acks=all``), in the order given per partition. A
  record may be written twice; it is never silently dropped. A time-out is *unknown*, never *failed*.
* Records of one key are in one partition, ``partition_of(key, n)``, for life.
* A consumer hands over the records of one partition strictly in order and commits their offsets only after the
  settler returned. It may hand a record over again; it never skips one.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from shared.contracts.light import light
from shared.contracts.problems import Refused, Unavailable, Undecodable


@light
class Draft:
    """A record to append."""

    key: str
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


@light
class Record:
    """A record as it lies in the log; ``timestamp`` is the broker's append time in milliseconds since the epoch."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: str | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One partition of one topic."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as it must be: created once, verified at every start, fixed for life."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str] = field(default_factory=dict)


class Unknown(Unavailable):
    """The broker did not confirm in time: the records may or may not be in the log. Send the same ids again."""


class TooLarge(Exception):
    """A record no broker will take; ``index`` is its place in the batch."""

    def __init__(self, index: int, size: int) -> None:
        super().__init__(f"record {index} of {size} bytes is larger than the log takes")
        self.index = index


class Poison(Exception):
    """Raised by a settler: the record at ``index`` of the unit cannot be settled; nothing of the unit was saved."""

    def __init__(self, index: int, error: Exception) -> None:
        super().__init__(f"record {index}: {error!r}")
        self.index = index
        self.error = error

    @property
    def refused(self) -> bool:
        """True where trying again can never help; False for an unknown error (a bug), which gets a few tries."""
        return isinstance(self.error, Refused | Undecodable)


class Settler(Protocol):
    """What a consumer hands its units of work to."""

    async def settle(self, records: Sequence[Record]) -> None:
        """Settle the records of one partition, in order, as one unit of work.

        Returns once everything they cause is durably saved. Raises ``Unavailable`` (hold and try again) or ``Poison``.
        """
        ...


class Log(Protocol):
    """The log itself."""

    async def append(self, topic: str, drafts: Sequence[Draft]) -> None:
        """Append and wait for confirmation. Raises ``Unknown``, ``Unavailable`` or ``TooLarge`` (before any write)."""
        ...

    async def partitions(self, topic: str) -> int:
        """How many partitions a topic has."""
        ...

    async def bounds(self, topic: str) -> dict[Slot, tuple[int, int]]:
        """First offset and end offset (one past the last record) of every partition."""
        ...

    async def offsets_at(self, topic: str, moment_ms: int) -> dict[Slot, int]:
        """Per partition the first offset appended at or after the moment; the end offset where there is none."""
        ...

    def read(
        self, start: Mapping[Slot, int], until: Mapping[Slot, int] | None = None, *, most: int = 500
    ) -> AsyncGenerator[list[Record], None]:
        """Yield batches (each of one partition, in order) from ``start``.

        With ``until`` it ends when every partition has reached that offset; without, it follows the log until closed
        (``aclose``). Commits nothing and belongs to no group.
        """
        ...

    async def ensure(self, topics: Sequence[TopicSpec]) -> None:
        """Create the topics that are missing; raise ``ValueError`` where one differs from its specification."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...


def partition_of(key: str, count: int) -> int:
    """Return the partition a key lives in; the one place that decides it."""
    return zlib.crc32(key.encode()) % count
