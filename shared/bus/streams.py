"""The one module that knows Faust: derived streams that can be thrown away and counted again from zero.

Faust 0.15.3 as released loses what a handler raises on, and what is in flight when it runs more than one handler; so
there is one handler, nothing is acknowledged before it is durable, and what cannot be read is buried first. Faust
windows and tables are not used: they file by append time and expire by the wall clock. A count is a set instead: one
row per bucket and event, inserted where absent, so that an event that comes twice counts once.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from shared.bus.port import Record
from shared.contracts.envelope import Envelope, decode
from shared.contracts.problems import Unavailable
from shared.store.port import Query, Row, Store

MARKS, META = "marks", "meta"
_FLUSH_SECONDS, _MOST = 0.2, 2_000
_LOOK_SECONDS, _STALLED_SECONDS = 5.0, 30.0
_log = structlog.get_logger(__name__)

Mark = tuple[str, str]
"""The bucket an event counts in (``date and hour|dimension``) and what makes it one and the same event."""
Bury = Callable[[Record, Exception], Awaitable[None]]
Ends = Callable[[], Awaitable[Mapping[int, int]]]


@dataclass(frozen=True)
class Stream:
    """A derived stream.

    ``marks`` is pure and depends on the event's own content only; an event counts in as many buckets as it names.
    ``bury`` keeps what cannot be read; ``ends`` gives the end of every partition, to notice a standstill.
    """

    name: str
    topic: str
    marks: Callable[[Envelope], Sequence[Mark]]
    store: Store
    bury: Bury
    ends: Ends


async def counts(store: Store, first: str | None = None, last: str | None = None) -> dict[str, int]:
    """Return how many events there are in each bucket, of those between two only where they are given."""
    between = Query(order="bucket", low=first, high=last) if first or last else Query()
    found = await store.count(MARKS, between, by="bucket")
    return {str(bucket): count for bucket, count in found.items()}


async def generation(store: Store, now: float) -> str:
    """Return what a new file of counts is told apart by: it belongs to a group that has read nothing yet."""
    await store.insert([Row(META, "generation", 1, {"since": f"{now:.0f}"})])
    return str((await store.rows(META, ["generation"]))["generation"].data["since"])


def run(stream: Stream, bootstrap: str, group: str, folder: Path, loop: asyncio.AbstractEventLoop) -> None:
    """Run a worker until SIGTERM or SIGINT; ends the process with a status other than 0 where it cannot go on."""
    import faust  # heavy, and of no use to who only shows the counts

    app = faust.App(
        group,
        broker=[f"kafka://{each}" for each in bootstrap.split(",")],
        store="memory://",
        datadir=folder,
        key_serializer="raw",
        value_serializer="raw",
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=8.0,
        broker_heartbeat_interval=2.0,
        broker_commit_every=200,
        broker_commit_interval=0.5,
        topic_disable_leader=True,
        web_enabled=False,
        worker_redirect_stdouts=False,
        loop=loop,
    )
    counter = Counter(stream)
    topic = app.topic(stream.topic, key_type=bytes, value_type=bytes, internal=False)

    async def count(events: Any) -> None:
        async for event in events.noack().events():
            await counter.take(event)

    app.agent(topic, name=stream.name)(count)
    app.task(counter.flush_for_ever)
    app.task(counter.watch)
    faust.Worker(app, loop=loop, loglevel="WARNING", redirect_stdouts=False).execute_from_commandline()


class Counter:
    """Takes events, makes them durable in batches, and only then lets Faust acknowledge them."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._waiting: list[tuple[Any, list[Row]]] = []
        self._room = asyncio.Event()
        self._room.set()
        self._at: dict[int, int] = {}

    async def take(self, event: Any) -> None:
        """Mark one event; it is acknowledged by a later flush. A dead letter that cannot be written ends the worker."""
        message = event.message
        rows: list[Row] = []
        try:
            rows = [_row(mark) for mark in self._stream.marks(decode(event.value))]
        except Exception as error:  # noqa: BLE001 -- one bad record must neither end the stream nor vanish
            key = message.key.decode("utf-8", "replace") if message.key else None
            record = Record(
                message.topic, message.partition, message.offset, int(message.timestamp * 1000), key, event.value
            )
            try:
                await self._stream.bury(record, error)
            except Exception:  # noqa: BLE001 -- whatever it was: going on would lose the record
                _log.exception("a record could neither be counted nor buried")
                os._exit(70)  # unacknowledged: the next process meets it again
        self._waiting.append((event, rows))
        if len(self._waiting) >= _MOST:
            self._room.clear()
        await self._room.wait()

    async def flush_for_ever(self) -> None:
        """Flush whenever there is something."""
        while True:
            await self.flush()
            await asyncio.sleep(_FLUSH_SECONDS)

    async def flush(self) -> None:
        """Make what waits durable, then acknowledge it; a store that is away is waited for."""
        waiting, self._waiting = self._waiting, []
        rows = [row for _, each in waiting for row in each]
        while rows:
            try:
                await self._stream.store.insert(rows)
                break
            except Unavailable as error:
                _log.warning("counts cannot be written", error=repr(error))
                await asyncio.sleep(1)
        for event, _ in waiting:
            event.ack()
            self._at[event.message.partition] = event.message.offset + 1
        self._room.set()

    async def watch(self) -> None:
        """End the process when records wait and none was taken for half a minute; its keeper starts it again."""
        seen, since = dict(self._at), 0.0
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                ends = await self._stream.ends()
            except Unavailable:
                continue
            behind = any(self._at.get(partition, end) < end for partition, end in ends.items())
            since = since + _LOOK_SECONDS if behind and seen == self._at else 0.0
            seen = dict(self._at)
            if since >= _STALLED_SECONDS:
                _log.error("the stream stands still", at=self._at, ends=dict(ends))
                os._exit(71)


def _row(mark: Mark) -> Row:
    bucket, event = mark
    name = hashlib.blake2b(f"{bucket}\n{event}".encode(), digest_size=16).hexdigest()
    return Row(MARKS, name, 1, {}, {"bucket": bucket})
