"""Appending: whole batches, one in flight per partition, shared by all callers that wait at that moment.

aiokafka keeps retrying a batch for as long as its producer lives, so a caller that gave up does not know what became
of it. A producer that failed any batch is replaced: its sequence numbers have a gap the broker would refuse for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaProducer

from shared.bus.port import Draft, Unknown
from shared.contracts.problems import Unavailable

_log = logging.getLogger(__name__)
BATCH_BYTES = 900_000
_RETIRE_SECONDS = 20.0


class Call:
    """One ``append``: how many of its parts are unconfirmed, and who waits."""

    __slots__ = ("done", "lanes", "parts")

    def __init__(self, parts: int) -> None:
        self.parts = parts
        self.lanes: list[Lane] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def confirm(self) -> None:
        """Note that one part is durably written."""
        self.parts -= 1
        if not self.parts and not self.done.done():
            self.done.set_result(None)

    def fail(self, error: Exception) -> None:
        """Tell the caller; the first failure counts."""
        if not self.done.done():
            self.done.set_exception(error)
            self.done.exception()  # counts as seen: a caller that was cancelled will not come and look


class Producers:
    """The present producer, made when needed and replaced when it failed."""

    def __init__(self, bootstrap: str, compression: str | None, timeout: float) -> None:
        self._options = {
            "bootstrap_servers": bootstrap,
            "acks": "all",
            "enable_idempotence": True,
            "linger_ms": 0,
            "max_batch_size": BATCH_BYTES,
            "request_timeout_ms": 10_000,
            "compression_type": compression,
        }
        self._timeout = timeout
        self._current: Any = None
        self._making = asyncio.Lock()
        self._retiring: set[asyncio.Task[None]] = set()

    async def get(self) -> Any:
        """Return a started producer. Raises ``Unavailable`` where no broker answers."""
        async with self._making:
            if self._current is None:
                producer = AIOKafkaProducer(**self._options)
                try:
                    await asyncio.wait_for(producer.start(), self._timeout)
                except Exception as error:  # whatever it is, this producer never wrote anything
                    await _end(producer, 0.0)
                    raise Unavailable(f"no producer: {error!r}") from error
                self._current = producer
            return self._current

    def discard(self, producer: Any) -> None:
        """Never use this producer again; what other partitions have in flight in it may still finish."""
        if producer is self._current:
            self._current = None
            task = asyncio.create_task(_end(producer, _RETIRE_SECONDS))
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)

    async def close(self) -> None:
        """Flush for a moment, then let go."""
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        if self._current is not None:
            await _end(self._current, 5.0)
            self._current = None


async def _end(producer: Any, seconds: float) -> None:
    """Stop a producer. Its own ``stop`` waits for ever for a broker that is away, hence the hard way after a while."""
    stopping = asyncio.create_task(producer.stop())
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.wait([stopping], timeout=seconds)
    if not stopping.done():
        stopping.cancel()
        if sender := producer._sender.sender_task:
            sender.cancel()
        await producer.client.close()
    await asyncio.gather(stopping, return_exceptions=True)


class Lane:
    """The queue of one partition: what waits there while a batch is in flight becomes the next batch."""

    def __init__(self, producers: Producers, topic: str, partition: int) -> None:
        self._producers, self._topic, self._partition = producers, topic, partition
        self._queue: deque[tuple[Call, Sequence[Draft]]] = deque()
        self._running: asyncio.Task[None] | None = None

    def put(self, call: Call, drafts: Sequence[Draft]) -> None:
        """Queue one caller's drafts, in order, behind those of earlier callers."""
        call.lanes.append(self)
        self._queue.append((call, drafts))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())

    def cut(self, call: Call, error: Exception) -> None:
        """Fail what is queued from this call on: nothing may be written ahead of what its caller will send again."""
        kept: deque[tuple[Call, Sequence[Draft]]] = deque()
        while self._queue and self._queue[0][0] is not call:
            kept.append(self._queue.popleft())
        self._fail_queue(error)
        self._queue = kept

    async def close(self) -> None:
        """Fail everything that waits."""
        self._fail_queue(Unavailable("the log is being closed"))
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    def _fail_queue(self, error: Exception) -> None:
        for call, _ in self._queue:
            call.fail(error)
        self._queue.clear()

    async def _run(self) -> None:
        while self._queue:
            try:
                producer = await self._producers.get()
            except Unavailable as error:
                self._fail_queue(error)
                return
            if not self._queue:
                return
            batch, finished, begun = self._fill(producer)
            try:
                await (await producer.send_batch(batch, self._topic, partition=self._partition))
            except Exception as error:  # noqa: BLE001 - of any kind: whether it was written is not known
                _log.warning("a batch for %s/%d failed: %r", self._topic, self._partition, error)
                self._producers.discard(producer)
                unknown = Unknown(f"{self._topic}/{self._partition}: {error!r}")
                for call in (*finished, *begun):
                    call.fail(unknown)
                self._fail_queue(unknown)
            else:
                for call in finished:
                    call.confirm()

    def _fill(self, producer: Any) -> tuple[Any, list[Call], list[Call]]:
        """Take as much of the queue as one batch holds: the batch, the calls it completes, the call it breaks off."""
        batch = producer.create_batch()
        append = batch.append
        finished: list[Call] = []
        while self._queue:
            call, drafts = self._queue[0]
            for index, draft in enumerate(drafts):
                headers = list(draft.headers) if draft.headers else []
                if append(timestamp=None, key=draft.key.encode(), value=draft.value, headers=headers) is None:
                    if index:
                        self._queue[0] = (call, drafts[index:])
                    return batch, finished, [call] if index else []
            self._queue.popleft()
            finished.append(call)
        return batch, finished, []
