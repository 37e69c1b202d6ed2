"""What do Kafka and the relay cost the catalog, beside loading, deciding and saving alone?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from bench import samples
from bench.figures import Result, alternate, compared
from bench.town import Place, Town, agency
from services.catalog.handlers import FigurePolicies, Policies, hears
from shared.bus.dispatch import Dispatcher
from shared.bus.memory import MemoryLog
from shared.bus.port import Draft, Record, partition_of
from shared.clock import Clock
from shared.contracts.topics import FEED, Topics
from shared.law.rules import load_rules
from shared.security.receipts import Receipts
from shared.store.blobs import Blobs
from shared.store.sqlite import SqliteStore
from shared.web.feed.deps import DiskGuard, FeedDeps
from shared.web.feed.door import Door
from shared.wiring.house import UNIT

_PARTITIONS = 4
_EVENTS_OF_BODY, _EVENTS_OF_DOCUMENT = 2, 4
"""A body is registered and its filing judged; a document is filed, judged, archived, and its attribute determined."""
_PATIENCE = 120.0
_SKIPPED = 0.2
"""Share of the documents that only warm up; starting the process is not counted either."""


async def run(town: Town) -> list[Result]:
    """Measure units of work of the size the services use, on both sides."""
    rounds, number = (3, 2_500) if town.quick else (5, 6_000)
    bodies, documents = drafts(town.folder, samples.body_events()), drafts(town.folder, _events(number))
    found = await alternate(
        rounds, lambda: _through_kafka(town, bodies, documents), lambda: _alone(town.place(), bodies, documents)
    )
    more = {"documents": number, "unit_of_work": UNIT, "partitions": _PARTITIONS}
    return [compared("handling", "documents/s", "load + decide + save without Kafka", 0.7, found, **more)]


def _events(number: int) -> list[dict[str, object]]:
    return [samples.document_event(n) for n in range(number)]


def drafts(folder: Path, events: Sequence[dict[str, object]]) -> list[Draft]:
    """Return events as the door would put them into the log, made by the door itself."""
    deps = FeedDeps(
        MemoryLog(),
        Topics(""),
        Clock(),
        Receipts(bytes(32)),
        Blobs(folder / "blobs"),
        {},
        DiskGuard(folder),
    )
    taken = Door(deps).examine(agency(), samples.lines(list(events)))
    if taken.rejected:
        raise ValueError(f"the samples are not what the door takes: {taken.rejected[0]}")
    return list(taken.drafts.values())


async def _through_kafka(town: Town, bodies: Sequence[Draft], documents: Sequence[Draft]) -> float:
    """Let the catalog work through a backlog; measured by what its relay has appended."""
    place = town.place()
    async with town.platform(place) as platform, town.working(place, "bench.catalogue"):
        feed, said = platform.topics.of(FEED), platform.topics.of("catalog")

        async def reached(events: int) -> float:
            async with asyncio.timeout(_PATIENCE):
                while sum(end for _, end in (await platform.log.bounds(said)).values()) < events:
                    await asyncio.sleep(0.01)
            return time.perf_counter()

        told = len(bodies) * _EVENTS_OF_BODY
        await platform.log.append(feed, bodies)
        await reached(told)
        for at in range(0, len(documents), 1000):  # a moment, beside the seconds it takes to handle them
            await platform.log.append(feed, documents[at : at + 1000])
        start = await reached(told + int(len(documents) * _SKIPPED) * _EVENTS_OF_DOCUMENT)
        end = await reached(told + len(documents) * _EVENTS_OF_DOCUMENT)
    return len(documents) * (1 - _SKIPPED) / (end - start)


async def _alone(place: Place, bodies: Sequence[Draft], documents: Sequence[Draft]) -> float:
    """Settle the same records in units of the same size, all partitions at a time, with nobody to tell."""
    store = SqliteStore(place.data / "alone" / "state.db")
    figures = FigurePolicies(load_rules().table_one)
    dispatcher = Dispatcher(store, Clock(), Topics(""), hears(Policies(frozenset()), figures, lambda _: None))
    skipped = int(len(documents) * _SKIPPED)
    await _settle(dispatcher, bodies)
    await _settle(dispatcher, documents[:skipped])
    start = time.perf_counter()
    await _settle(dispatcher, documents[skipped:])
    rate = (len(documents) - skipped) / (time.perf_counter() - start)
    await store.close()
    return rate


async def _settle(dispatcher: Dispatcher, drafts: Sequence[Draft]) -> None:
    async def partition(records: Sequence[Record]) -> None:
        for at in range(0, len(records), UNIT):
            await dispatcher.settle(records[at : at + UNIT])

    await asyncio.gather(*map(partition, dealt(drafts)))


def dealt(drafts: Sequence[Draft]) -> list[list[Record]]:
    """Return the records of each partition, in order."""
    parts: list[list[Record]] = [[] for _ in range(_PARTITIONS)]
    for draft in drafts:
        number = partition_of(draft.key, _PARTITIONS)
        parts[number].append(Record(FEED, number, len(parts[number]), 0, draft.key, draft.value))
    return parts
