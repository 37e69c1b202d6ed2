"""Membership of a Kafka consumer group."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from aiokafka import ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from shared.bus.group import Assigned, Revoked
from shared.bus.kafka.pace import pace_fetches
from shared.bus.kafka.reader import consumer, disconnect, place, record
from shared.bus.port import Record, Slot
from shared.contracts.problems import Unavailable

_log = logging.getLogger(__name__)
_SESSION_MS, _HEARTBEAT_MS, _REBALANCE_MS = 8_000, 2_000, 15_000
_COMMIT_SECONDS = 3.0
_PACE_SECONDS = 0.01
"""Short, because a person or a webhook waits for what a consumer does."""


class KafkaMember:
    """A static member: a restart under the same ``instance`` within the session takes its partitions up again at once.

    Two processes under one name fence each other, which only the log of the broker explains; the lock on the data
    folder prevents it.
    """

    def __init__(self, bootstrap: str, group: str, topics: tuple[str, ...], instance: str) -> None:
        self._topics = topics
        self._source = consumer(
            bootstrap,
            group_id=group,
            group_instance_id=instance,
            session_timeout_ms=_SESSION_MS,
            heartbeat_interval_ms=_HEARTBEAT_MS,
            rebalance_timeout_ms=_REBALANCE_MS,
        )
        self._waiting: dict[Any, asyncio.Future[None]] = {}
        self._watch: asyncio.Task[None] | None = None

    async def join(self, assigned: Assigned, revoked: Revoked) -> None:
        """Connect and subscribe; assignments arrive through the callbacks."""
        try:
            await self._source.start()
        except (KafkaError, OSError) as error:
            raise Unavailable(f"cannot join: {error!r}") from error
        pace_fetches(self._source, _PACE_SECONDS)
        self._watch = asyncio.create_task(self._wake_on())
        self._source.subscribe(list(self._topics), listener=_Listener(assigned, revoked))

    async def begin(self, slot: Slot) -> int:
        """Seek to the group's offset, else to the first record.

        Always an explicit seek: with ``auto_offset_reset="none"`` the fetcher may already have noted that a new group
        has no offset, and a seek clears that.
        """
        tp = place(slot)
        try:
            start: int | None = await self._source.committed(tp)
            if start is None:
                start = (await self._source.beginning_offsets([tp]))[tp]
            self._source.seek(tp, start)
        except (KafkaError, OSError) as error:
            raise Unavailable(f"cannot begin {slot}: {error!r}") from error
        return start

    async def fetch(self, slot: Slot, most: int, timeout: float) -> list[Record]:
        """Fetch from one partition."""
        tp = place(slot)
        try:
            found = await self._source.getmany(tp, max_records=most)
            if not found:
                await self._news(tp, timeout)
                found = await self._source.getmany(tp, max_records=most)
        except (KafkaError, OSError) as error:
            raise Unavailable(f"cannot fetch {slot}: {error!r}") from error
        return [record(each) for each in found.get(tp, ())]

    async def _news(self, tp: Any, timeout: float) -> None:
        """Wait until something of the partition has been fetched, or for ``timeout`` seconds."""
        waiting = self._waiting[tp] = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait([waiting], timeout=timeout)
            if waiting.done():
                waiting.result()
        finally:
            del self._waiting[tp]

    async def _wake_on(self) -> None:
        """Wake whoever waits for what was just fetched, and nobody else.

        Left to aiokafka, every fetch would wake everybody who waits, twelve tasks for the sake of one.
        """
        fetcher = self._source._fetcher
        while True:
            try:
                await fetcher._create_fetch_waiter()
            except KafkaError as error:
                for waiting in self._waiting.values():
                    if not waiting.done():
                        waiting.set_exception(error)
                continue
            for tp in fetcher._records:
                if (found := self._waiting.get(tp)) is not None and not found.done():
                    found.set_result(None)

    async def idle(self, slot: Slot, seconds: float) -> None:
        """Poll a paused partition: a member that polls nothing for long is put out of its group."""
        tp = place(slot)
        try:
            self._source.pause(tp)
            try:
                await self._source.getmany(tp, timeout_ms=int(seconds * 1000))
            finally:
                self._source.resume(tp)
        except (KafkaError, OSError) as error:
            raise Unavailable(f"cannot hold {slot}: {error!r}") from error

    def end(self, slot: Slot) -> int | None:
        """Return the high watermark of the last fetch."""
        try:
            found: int | None = self._source.highwater(place(slot))
        except IllegalStateError:
            return None
        return found

    async def commit(self, offsets: Mapping[Slot, int]) -> None:
        """Commit; a partition lost meanwhile is its new owner's affair."""
        if not offsets:
            return
        try:
            wanted = {place(slot): at for slot, at in offsets.items()}
            await asyncio.wait_for(self._source.commit(wanted), _COMMIT_SECONDS)
        except (CommitFailedError, IllegalStateError) as error:
            _log.info("offsets not committed, the group has moved on: %s", error)
        except (KafkaError, OSError, TimeoutError) as error:
            raise Unavailable(f"cannot commit: {error!r}") from error

    def check(self) -> None:
        """Ask aiokafka's coordinator task, which otherwise dies in silence."""
        try:
            self._source._coordinator.check_errors()
        except KafkaError as error:
            raise Unavailable(f"membership broken: {error!r}") from error

    async def leave(self) -> None:
        """Disconnect. A static member does not sign off, so its partitions wait for it for one session."""
        if self._watch is not None:
            self._watch.cancel()
        await disconnect(self._source)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, assigned: Assigned, revoked: Revoked) -> None:
        self._assigned, self._revoked = assigned, revoked

    async def on_partitions_revoked(self, revoked: Any) -> None:
        await self._revoked(frozenset(Slot(tp.topic, tp.partition) for tp in revoked))

    def on_partitions_assigned(self, assigned: Any) -> None:
        self._assigned(frozenset(Slot(tp.topic, tp.partition) for tp in assigned))
