"""What the services of one process share: the log, time, the law, who may call, the way out."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from fastapi import FastAPI

from shared.bus.kafka import KafkaLog
from shared.bus.port import Draft, TopicSpec
from shared.clock import Clock
from shared.contracts.envelope import Envelope, decode, encode
from shared.contracts.facts import FACTS
from shared.contracts.facts.base import Fact
from shared.contracts.facts.ops import CalendarPublished, DeadOrdered
from shared.contracts.problems import Unavailable, Undecodable
from shared.contracts.topics import OWNERS, Topics
from shared.law.book import Lawbook
from shared.law.rules import Rules, load_rules
from shared.law.workdays import YearTable
from shared.replay.operations import Operations
from shared.security.keyfiles import load_key
from shared.security.keys import KeyRing
from shared.security.limits import Buckets
from shared.security.receipts import Receipts
from shared.security.sessions import Sessions
from shared.web.auth import Access
from shared.web.feed import Verdicts
from shared.wiring.logs import configure_logs
from shared.wiring.settings import Settings

OPS_SOURCE = "/ops"
_COLLECT_AT = 50_000
"""Containers made and not freed before Python looks for cycles: above what a batch of events holds, which are none. At
the default of 700 that search takes a quarter of the time of a rebuild."""
_SWITCH_SECONDS = 0.0005
"""How long a thread that comes back from the disk waits while the event loop computes: at the default of 5 ms a COMMIT
stands still for longer than it takes."""
Hear = Callable[[Envelope, Fact], Awaitable[None]]


@dataclass
class Platform:
    """Opened by ``open``; every service of the process is built on it."""

    settings: Settings
    clock: Clock
    topics: Topics
    log: KafkaLog
    law: Lawbook
    ring: KeyRing
    access: Access
    receipts: Receipts
    buckets: Buckets = field(default_factory=Buckets)
    judges: dict[str, Verdicts] = field(default_factory=dict)
    apps: dict[str, FastAPI] = field(default_factory=dict)
    operations: dict[str, Operations] = field(default_factory=dict)
    discards: list[DeadOrdered] = field(default_factory=list)
    """Orders to give dead letters up, from the beginning: a restored store may be older than they are."""
    _hearers: list[Hear] = field(default_factory=list)
    _caught_up: asyncio.Event = field(default_factory=asyncio.Event)
    _tail: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, settings: Settings) -> Platform:
        """Connect, create and verify the topics, and follow the keys until they are known."""
        configure_logs()
        gc.set_threshold(_COLLECT_AT)
        sys.setswitchinterval(_SWITCH_SECONDS)
        clock = Clock(settings.now)
        ring = KeyRing()
        topics = Topics(settings.topic_prefix)
        key = load_key(settings.receipt_key_file or settings.data / "receipt.key", create=settings.loopback)
        # Every process has the receipt key, so each can check the sessions that another one opened.
        access = Access(ring, Sessions(ring, secret=key, secure=not settings.loopback), clock)
        platform = cls(
            settings, clock, topics, KafkaLog(settings.kafka), Lawbook(load_rules()), ring, access, Receipts(key)
        )
        platform.access = replace(access, say=platform.say)
        await platform.log.ensure(specs(settings))
        platform._tail = asyncio.create_task(platform._follow_ops())
        await platform._caught_up.wait()
        return platform

    @property
    def rules(self) -> Rules:
        """The rules as they are now, for whoever counts no days; others take ``law`` and ask anew."""
        return self.law.rules

    def on_ops(self, hear: Hear) -> None:
        """Register a coroutine function called with (envelope, fact) for every later fact on ``ops``."""
        self._hearers.append(hear)

    async def say(self, fact: Fact, subject: str) -> None:
        """Append a fact to ``ops``; returns once it is durable."""
        now = self.clock.business()
        id_ = f"ops-{subject}-{now.timestamp():.6f}"
        event = Envelope(id_, OPS_SOURCE, fact.type, subject, now, fact.wire(), correlationid=id_)
        await self.log.append(self.topics.of("ops"), [Draft(subject, encode(event))])

    async def _follow_ops(self) -> None:
        """Keep keys, calendars and everybody who listens to ``ops`` up to date; a broker away only delays it."""
        topic = self.topics.of("ops")
        at = {slot: first for slot, (first, _) in (await self.log.bounds(topic)).items()}
        ends = {slot: end for slot, (_, end) in (await self.log.bounds(topic)).items()}
        if all(at[slot] >= end for slot, end in ends.items()):
            self._caught_up.set()
        while True:
            with contextlib.suppress(Unavailable):
                async for records in self.log.read(at):
                    for record in records:
                        await self._hear(record.value)
                        slot = next(s for s in at if s.partition == record.partition)
                        at[slot] = record.offset + 1
                    if all(at[slot] >= end for slot, end in ends.items()):
                        self._caught_up.set()
            await asyncio.sleep(0.2)

    async def _hear(self, value: bytes | None) -> None:
        with contextlib.suppress(Undecodable, ValueError):
            event = decode(value)
            model = FACTS.get(event.type)
            if model is None:
                return
            fact = model.model_validate(event.data)
            self.ring.apply(fact)
            self.access.sessions.apply(fact, self.access.now())
            if isinstance(fact, CalendarPublished):
                self.law.publish(fact.model_dump(include=set(YearTable.model_fields)), fact.published_at)
            if isinstance(fact, DeadOrdered) and fact.mode == "discard":
                self.discards.append(fact)
            if self._caught_up.is_set():
                for hear in self._hearers:
                    await hear(event, fact)

    async def close(self) -> None:
        """Let go of the log."""
        if self._tail is not None:
            self._tail.cancel()
            await asyncio.gather(self._tail, return_exceptions=True)
        await self.log.close()


def specs(settings: Settings) -> list[TopicSpec]:
    """Return every topic as it must be; ``ops`` has one partition so that its order is everybody's order."""
    topics = Topics(settings.topic_prefix)
    made = []
    for owner in OWNERS:
        count = 1 if owner == "ops" else settings.partitions
        made += [TopicSpec(name, count, settings.replication) for name in (topics.of(owner), topics.dead(owner))]
    return made
