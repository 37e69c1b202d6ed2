"""Derived streams put together: a process of their own that counts, and the service that shows the counts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from shared.bus import streams
from shared.bus.deadletters import code_of, text_of, write
from shared.bus.group import DEAD
from shared.bus.kafka import KafkaLog
from shared.bus.port import Record
from shared.clock import Clock
from shared.contracts.envelope import Envelope
from shared.contracts.problems import Undecodable
from shared.contracts.topics import Topics
from shared.store.sqlite import SqliteStore
from shared.wiring.house import House
from shared.wiring.settings import load_settings

FILE = "streams.db"


def run_stream(name: str, owner: str, marks: Callable[[Envelope], Sequence[streams.Mark]]) -> None:
    """Entry of ``python -m services.<name> streams``: count the events of an owner's topic until told to stop."""
    settings = load_settings()
    folder = settings.data / name
    topic = Topics(settings.topic_prefix).of(owner)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    store = SqliteStore(folder / FILE, lock="streams.lock")
    group = f"{settings.topic_prefix}{name}.streams"
    since = loop.run_until_complete(streams.generation(store, Clock().wire()))
    log = loop.run_until_complete(_log(settings.kafka))

    async def bury(record: Record, error: Exception) -> None:
        if isinstance(error, Undecodable):
            return  # the services that hear the topic bury it; what counts nowhere is no second dead letter
        await log.append(record.topic + DEAD, [write(record, group, "", code=code_of(error), error=text_of(error))])

    async def ends() -> Mapping[int, int]:
        return {slot.partition: end for slot, (_, end) in (await log.bounds(topic)).items()}

    stream = streams.Stream(f"{name}.{owner}", topic, marks, store, bury, ends)
    streams.run(stream, settings.kafka, f"{group}-{since}", folder / "faust", loop)


async def _log(bootstrap: str) -> KafkaLog:
    return KafkaLog(bootstrap)


Counts = Callable[[str | None, str | None], Awaitable[Mapping[str, int]]]
"""Gives the counts of the buckets between two, or of all."""


def shown_counts(house: House) -> Counts:
    """Return how a service reads what its streams process counts; it reads the same file and never writes a count."""
    opened: list[SqliteStore] = []

    async def read(first: str | None, last: str | None) -> Mapping[str, int]:
        if not opened:
            path = house.platform.settings.data / house.name / FILE
            if not path.exists():
                return {}
            opened.append(SqliteStore(path, lock="streams-shown.lock"))
        return await streams.counts(opened[0], first, last)

    async def close() -> None:
        for store in opened:
            await store.close()

    house.closers.append(close)
    return read


def show_rates(house: House) -> None:
    """Let operators see what a service's streams process counts."""
    read = shown_counts(house)
    if house.operations is not None:
        house.operations.rates = lambda: read(None, None)
