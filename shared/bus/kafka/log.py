"""The log on Kafka, put together from its parts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence

from shared.bus.kafka.member import KafkaMember
from shared.bus.kafka.producer import Call, Lane, Producers
from shared.bus.kafka.reader import Offsets, read
from shared.bus.kafka.topics import ensure
from shared.bus.port import Draft, Record, Slot, TopicSpec, Unknown, partition_of
from shared.bus.sizes import refuse_too_large
from shared.contracts.problems import Unavailable


class KafkaLog:
    """A log on Apache Kafka. Made inside a running event loop, connected when first used.

    Any number of tasks may append at the same time; what waits for one partition goes out as one batch.
    """

    def __init__(self, bootstrap: str, *, timeout: float = 15.0, compression: str | None = None) -> None:
        """Connect to nothing yet.

        Args:
            bootstrap: ``host:port[,host:port…]``.
            timeout: seconds after which an append is ``Unknown`` and a question ``Unavailable``.
            compression: a codec of the producer (``gzip``, ``lz4``…); off by default, it costs more than it saves here.
        """
        self._bootstrap = bootstrap
        self._timeout = timeout
        self._producers = Producers(bootstrap, compression, timeout)
        self._offsets = Offsets(bootstrap, timeout)
        self._lanes: dict[Slot, Lane] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def append(self, topic: str, drafts: Sequence[Draft]) -> None:
        """Append and wait for the confirmation of every partition."""
        refuse_too_large(drafts)
        if not drafts:
            return
        call = await self._queue(topic, drafts)
        await asyncio.wait([call.done], timeout=self._timeout)
        if not call.done.done():
            error = Unknown(f"{topic}: no confirmation within {self._timeout:g} s")
            call.fail(error)
            for lane in call.lanes:
                lane.cut(call, error)
        call.done.result()

    async def partitions(self, topic: str) -> int:
        """Ask the broker once; the number is fixed for life."""
        return await self._offsets.partitions(topic)

    async def bounds(self, topic: str) -> dict[Slot, tuple[int, int]]:
        """Ask the broker for the first and end offsets."""
        return await self._offsets.bounds(topic)

    async def offsets_at(self, topic: str, moment_ms: int) -> dict[Slot, int]:
        """Ask the broker's time index."""
        return await self._offsets.at(topic, moment_ms)

    def read(
        self, start: Mapping[Slot, int], until: Mapping[Slot, int] | None = None, *, most: int = 500
    ) -> AsyncGenerator[list[Record], None]:
        """Read by manual assignment, in no group."""
        return read(self._bootstrap, start, until, most)

    async def ensure(self, topics: Sequence[TopicSpec]) -> None:
        """Create missing topics and verify all of them."""
        await ensure(self._bootstrap, topics, self._timeout)

    async def close(self) -> None:
        """Fail what waits, flush what is in flight, disconnect."""
        await asyncio.gather(*(lane.close() for lane in self._lanes.values()))
        await self._producers.close()
        await self._offsets.close()

    def member(self, group: str, topics: Sequence[str], instance: str) -> KafkaMember:
        """Make a static member of a consumer group."""
        return KafkaMember(self._bootstrap, group, tuple(topics), instance)

    async def _queue(self, topic: str, drafts: Sequence[Draft]) -> Call:
        """Put the drafts into the lanes of their partitions.

        Whoever calls first is first in every lane, also while the number of partitions is not known yet: the lock wakes
        its waiters in order, and is free to take otherwise.
        """
        try:
            async with asyncio.timeout(self._timeout), self._turns.setdefault(topic, asyncio.Lock()):
                count = await self.partitions(topic)
                parts: dict[int, list[Draft]] = {}
                for draft in drafts:
                    parts.setdefault(partition_of(draft.key, count), []).append(draft)
                call = Call(len(parts))
                for partition, part in parts.items():
                    self._lane(Slot(topic, partition)).put(call, part)
                return call
        except TimeoutError:
            raise Unavailable(f"{topic}: no answer within {self._timeout:g} s") from None

    def _lane(self, slot: Slot) -> Lane:
        lane = self._lanes.get(slot)
        if lane is None:
            lane = self._lanes[slot] = Lane(self._producers, slot.topic, slot.partition)
        return lane
