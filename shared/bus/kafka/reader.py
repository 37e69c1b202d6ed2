"""Reading and asking without a group."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Mapping
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from shared.bus.kafka.pace import pace_fetches
from shared.bus.port import Record, Slot
from shared.contracts.problems import Unavailable

T = TypeVar("T")
_log = logging.getLogger(__name__)
_FOLLOW_MS = 1000
_FOLLOW_PACE_SECONDS = 0.05
_FETCH_WAIT_MS, _FOLLOW_WAIT_MS = 50, 250
"""How long the broker keeps a request for which there is nothing: long where many readers wait for little."""


def consumer(bootstrap: str, *, wait_ms: int = _FETCH_WAIT_MS, **more: Any) -> Any:
    """Return an aiokafka consumer with the settings all of ours share."""
    return AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="none",
        fetch_max_wait_ms=wait_ms,
        max_partition_fetch_bytes=2 * 1024 * 1024,
        request_timeout_ms=10_000,
        **more,
    )


async def disconnect(source: Any, seconds: float = 3.0) -> None:
    """Stop an aiokafka consumer for certain; never raises.

    Its own ``stop`` waits for a broker that is away, or ends in a stray cancellation of its fetcher before it closed
    the connections; hence a task of its own, and the client closed by hand after that.
    """
    stopping = asyncio.create_task(source.stop())
    _, stuck = await asyncio.wait([stopping], timeout=seconds)
    for task in stuck:
        task.cancel()
    failure: list[BaseException | None] = await asyncio.gather(stopping, return_exceptions=True)
    if failure != [None]:
        _log.warning("a consumer was disconnected the hard way: %r", failure[0])
        await source._client.close()


def record(found: Any) -> Record:
    """Return a record of the log as ours; only a foreign writer has a key that is no UTF-8."""
    key = None if found.key is None else found.key.decode("utf-8", "replace")
    return Record(found.topic, found.partition, found.offset, found.timestamp, key, found.value, tuple(found.headers))


def place(slot: Slot) -> Any:
    """Return a slot as aiokafka names it."""
    return TopicPartition(slot.topic, slot.partition)


async def read(
    bootstrap: str, start: Mapping[Slot, int], until: Mapping[Slot, int] | None, most: int
) -> AsyncGenerator[list[Record], None]:
    """Yield batches of single partitions; survives a broker that goes away and comes back."""
    left = {place(slot): at for slot, at in start.items() if until is None or at < until[slot]}
    ends = {} if until is None else {place(slot): end for slot, end in until.items()}
    if not left:
        return
    source = consumer(bootstrap, wait_ms=_FOLLOW_WAIT_MS if until is None else _FETCH_WAIT_MS)
    try:
        await _connect(source)
        if until is None:
            pace_fetches(source, _FOLLOW_PACE_SECONDS)
        source.assign(list(left))
        for tp, at in left.items():
            source.seek(tp, at)
        while left:
            for tp, found in (await _news(source, left, most)).items():
                if batch := [record(each) for each in found if tp not in ends or each.offset < ends[tp]]:
                    yield batch
                if tp in ends and found[-1].offset >= ends[tp] - 1:
                    del left[tp]
    finally:
        await disconnect(source)


async def _news(source: Any, left: Mapping[Any, int], most: int) -> dict[Any, list[Any]]:
    """Return what has come, from the partitions that are still wanted."""
    try:
        found: dict[Any, list[Any]] = await source.getmany(*left, timeout_ms=_FOLLOW_MS, max_records=most)
    except OffsetOutOfRangeError as error:
        raise ValueError(f"the log does not have these offsets: {error}") from error
    except KafkaError as error:
        raise Unavailable(f"cannot read: {error!r}") from error
    return found


async def _connect(source: Any) -> None:
    try:
        await source.start()
    except (KafkaError, OSError) as error:
        raise Unavailable(f"no broker: {error!r}") from error


class Offsets:
    """Questions about topics and offsets, over one connection kept for them."""

    def __init__(self, bootstrap: str, timeout: float) -> None:
        self._bootstrap, self._timeout = bootstrap, timeout
        self._source: Any = None
        self._counts: dict[str, int] = {}
        self._turn = asyncio.Lock()

    async def partitions(self, topic: str) -> int:
        """Return the number of partitions of a topic that exists; ``Unavailable`` otherwise."""
        if (known := self._counts.get(topic)) is not None:
            return known
        source = await self._connected()
        if topic not in await self._ask(source.topics()):
            raise Unavailable(f"no topic {topic}")
        found = await self._ask(source._client._wait_on_metadata(topic))
        count = self._counts[topic] = len(found)
        return count

    async def bounds(self, topic: str) -> dict[Slot, tuple[int, int]]:
        """Return the first and end offset of every partition."""
        slots = await self._slots(topic)
        source = await self._connected()
        first = await self._ask(source.beginning_offsets(list(slots)))
        end = await self._ask(source.end_offsets(list(slots)))
        return {slot: (first[tp], end[tp]) for tp, slot in slots.items()}

    async def at(self, topic: str, moment_ms: int) -> dict[Slot, int]:
        """Return per partition the first offset appended at or after a moment, else its end."""
        slots = await self._slots(topic)
        source = await self._connected()
        # The ends first: what is appended in between is younger than the moment or found by the time index.
        end = await self._ask(source.end_offsets(list(slots)))
        found = await self._ask(source.offsets_for_times(dict.fromkeys(slots, moment_ms)))
        return {slot: end[tp] if found[tp] is None else found[tp].offset for tp, slot in slots.items()}

    async def close(self) -> None:
        """Disconnect."""
        if self._source is not None:
            await disconnect(self._source)
            self._source = None

    async def _slots(self, topic: str) -> dict[Any, Slot]:
        return {TopicPartition(topic, n): Slot(topic, n) for n in range(await self.partitions(topic))}

    async def _connected(self) -> Any:
        async with self._turn:
            if self._source is None:
                source = consumer(self._bootstrap)
                try:
                    await self._ask(source.start())
                except Unavailable:
                    await disconnect(source)
                    raise
                self._source = source
            return self._source

    async def _ask(self, question: Awaitable[T]) -> T:
        try:
            return await asyncio.wait_for(question, self._timeout)
        except (KafkaError, OSError, TimeoutError) as error:
            raise Unavailable(f"no answer from the broker: {error!r}") from error
