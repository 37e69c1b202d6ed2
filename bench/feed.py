"""How fast does the door take events in, compared with writing the same bytes into the log as whole batches?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import aiohttp
from aiokafka import AIOKafkaProducer

from bench import samples
from bench.figures import Result, alternate, compared
from bench.town import Town, agency, keys, post
from shared.bus.kafka.producer import BATCH_BYTES
from shared.bus.port import TopicSpec, partition_of

BATCH = 500
_AT_ONCE = 4
"""Batches in flight: as many as the door lets wait (2,000 events), and as many partitions as there are."""
_PARTITIONS = 4
_PER_KEY = 4


async def run(town: Town) -> list[Result]:
    """Measure with ``_AT_ONCE`` batches of 500 in flight on both sides."""
    rounds, batches = (3, 24) if town.quick else (7, 80)
    place = town.place()
    async with town.platform(place) as platform:
        warm = _AT_ONCE
        tokens = await keys(platform, agency(), (rounds * batches + warm) // _PER_KEY + 1)
        plain = f"{place.prefix}plain"
        await platform.log.ensure([TopicSpec(plain, _PARTITIONS, 1)])
        async with town.running(place, "bench.door", "/feed/v1/schemas") as url, aiohttp.ClientSession() as session:
            made = [
                samples.lines([samples.document_event(n * BATCH + i) for i in range(BATCH)]) for n in range(batches)
            ]
            series = _Series(session, url, tokens)
            await series.send(made[:warm])
            producer = AIOKafkaProducer(
                bootstrap_servers=place.bootstrap, acks="all", enable_idempotence=True, linger_ms=0,
                max_batch_size=BATCH_BYTES,
            )  # fmt: skip
            await producer.start()
            try:
                await _produce(producer, plain, made[:warm])
                found = await alternate(
                    rounds,
                    lambda: _timed(series.send(made), batches),
                    lambda: _timed(_produce(producer, plain, made), batches),
                )
            finally:
                await producer.stop()
    size = sum(len(line) for line in made[0]) // BATCH
    against = "whole batches (send_batch) of the same bytes"
    return [compared("feed", "events/s", against, 0.25, found, event_bytes=size, batch=BATCH, in_flight=_AT_ONCE)]


class _Series:
    """Batches one after the other, each under a key that still has room; event ids differ from round to round."""

    def __init__(self, session: aiohttp.ClientSession, url: str, tokens: Sequence[str]) -> None:
        self._session, self._url, self._tokens = session, url, tokens
        self._sent = 0

    async def send(self, batches: Sequence[Sequence[bytes]]) -> None:
        queue = [b"\n".join(batch) for batch in batches]
        await asyncio.gather(*(self._drain(queue) for _ in range(_AT_ONCE)))

    async def _drain(self, queue: list[bytes]) -> None:
        while queue:
            body = queue.pop()
            token = self._tokens[self._sent // _PER_KEY]
            self._sent += 1
            answer = await post(self._session, self._url, token, body)
            if len(answer["accepted"]) != BATCH:
                raise RuntimeError(f"{len(answer['accepted'])} of {BATCH} accepted: {answer['rejected'][:1]}")


async def _produce(producer: Any, topic: str, batches: Sequence[Sequence[bytes]]) -> None:
    queue = list(batches)
    await asyncio.gather(*(_drain(producer, topic, queue) for _ in range(_AT_ONCE)))


async def _drain(producer: Any, topic: str, queue: list[Sequence[bytes]]) -> None:
    while queue:
        parts: dict[int, list[tuple[bytes, bytes]]] = {}
        for number, line in enumerate(queue.pop()):
            key = f"{samples.AGENCY}|doc-{number}"
            parts.setdefault(partition_of(key, _PARTITIONS), []).append((key.encode(), line))
        await asyncio.gather(*(_part(producer, topic, partition, part) for partition, part in parts.items()))


async def _part(producer: Any, topic: str, partition: int, records: Sequence[tuple[bytes, bytes]]) -> None:
    batch = producer.create_batch()
    for key, line in records:
        if batch.append(key=key, value=line, timestamp=None, headers=[]) is None:
            raise RuntimeError("more than one batch")
    await (await producer.send_batch(batch, topic, partition=partition))


async def _timed(work: Any, batches: int) -> float:
    start = time.perf_counter()
    await work
    return batches * BATCH / (time.perf_counter() - start)
