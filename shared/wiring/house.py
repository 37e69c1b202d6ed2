"""What one service stands in: its store, relay, consumer and blobs, started and drained in the right order."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from shared.bus.consumer import Consumer
from shared.bus.decider import Hears
from shared.bus.dispatch import Dispatcher
from shared.bus.port import Record, Settler
from shared.contracts.codes import OpsCode
from shared.contracts.envelope import Envelope
from shared.contracts.facts.base import Fact
from shared.contracts.facts.ops import ConsumerPaused, ConsumerResumed, DeadOrdered
from shared.contracts.problems import Refused
from shared.replay.operations import Operations
from shared.replay.projection import Projection
from shared.replay.rebuild import Projector
from shared.store.blobs import Blobs
from shared.store.lease import Lease
from shared.store.port import Store
from shared.store.relay import Relay
from shared.store.sqlite import SqliteStore
from shared.store.sqlite_open import copy_database
from shared.wiring.commons import Platform

Task = Callable[[], Awaitable[None]]
UNIT = 100
"""Records per unit of work beside HTTP in the same process."""


class Paced:
    """A settler that takes no new unit while the relay owes too much."""

    def __init__(self, settler: Settler, relay: Relay) -> None:
        self._settler, self._relay = settler, relay

    async def settle(self, records: Sequence[Record]) -> None:
        """Wait for room, then settle."""
        await self._relay.room()
        await self._settler.settle(records)


class House:
    """One service's adapters: opened, told what it hears, started, drained.

    ``tasks`` run beside the consumer until the service stops; ``closers`` are called then.
    """

    def __init__(self, name: str, platform: Platform) -> None:
        """Open the service's store and what hangs on it; listens to nothing yet."""
        settings = platform.settings
        self.name = name
        self.platform = platform
        self.store = open_store(settings.store, settings.data / name, name)
        self.blobs = Blobs(settings.data / "blobs")
        owner = f"{settings.instance}-{os.getpid()}"
        copies = settings.store != "sqlite"
        lease = Lease(self.store, f"{name}.relay", owner, platform.clock) if copies else None
        self.relay = Relay(self.store, platform.log, lease)
        self.tasks: list[Task] = []
        self.closers: list[Task] = []
        self.projectors: dict[str, Projector] = {}
        self.operations: Operations | None = None
        self._running: list[asyncio.Task[None]] = []

    def listen(self, owners: Sequence[str], hears: Hears) -> Dispatcher:
        """Say what the service hears, on the topics of which owners; return its dispatcher."""
        platform, prefix = self.platform, self.platform.settings.topic_prefix
        self.owners, self.hears = tuple(owners), hears
        self.dispatcher = Dispatcher(self.store, platform.clock, platform.topics, hears)
        self.consumer = Consumer(
            platform.log,
            f"{prefix}{self.name}",
            [platform.topics.of(owner) for owner in owners],
            Paced(self.dispatcher, self.relay),
            self.store,
            most=UNIT,
            instance=f"{prefix}{self.name}-{platform.settings.instance or '0'}",
            clock=platform.clock.wire,
        )
        platform.on_ops(self.hear_ops)
        return self.dispatcher

    def project(self, make: Callable[[str], Projection]) -> Projector:
        """Keep a projection up to date in all its colours; ``make`` builds the one of a colour."""
        projector = Projector(self.platform.log, self.store, self.platform.topics, make)
        self.projectors[projector.name] = projector
        self.tasks.append(projector.run)
        return projector

    def operate(self, title: str) -> Operations:
        """Return what operators may look at and order here; the house keeps it, to restore and to close it."""
        platform = self.platform
        self.operations = Operations(
            name=self.name,
            title=title,
            log=platform.log,
            topics=platform.topics,
            clock=platform.clock,
            store=self.store,
            relay=self.relay,
            consumer=self.consumer,
            owners=self.owners,
            hears=self.hears,
            ring=platform.ring,
            law=platform.law,
            blobs=self.blobs,
            data=platform.settings.data,
            say=platform.say,
            projectors=self.projectors,
            snapshots=self._snapshots(),
        )
        return self.operations

    def _snapshots(self) -> dict[str, Callable[[Path], Awaitable[None]]]:
        """Return how to copy what a backup takes; MongoDB has tools of its own."""
        found: dict[str, Callable[[Path], Awaitable[None]]] = {}
        if isinstance(self.store, SqliteStore):
            found["state"] = self.store.snapshot
        vault = self.platform.settings.data / self.name / "vault.db"

        async def copy_vault(target: Path) -> None:
            if not vault.exists():
                raise Refused(OpsCode.SNAPSHOT_UNSUPPORTED, "本服务没有密钥库")
            await asyncio.to_thread(copy_database, vault, target)

        found["vault"] = copy_vault
        return found

    async def hear_ops(self, _: Envelope, fact: Fact) -> None:
        """Carry out what a person ordered of this service's consumer."""
        match fact:
            case DeadOrdered(consumer=self.consumer.name, mode="redrive"):
                await self.consumer.redrive(fact.topic, fact.key)
            case DeadOrdered(consumer=self.consumer.name):
                await self.consumer.discard(fact.topic, fact.key, person=fact.person, reason=fact.reason)
            case ConsumerPaused(consumer=self.consumer.name):
                await self._intend(f"{fact.person}：{fact.reason}")
            case ConsumerResumed(consumer=self.consumer.name):
                await self._intend(None)

    async def _intend(self, paused: str | None) -> None:
        if self.operations is not None:
            await self.operations.intend(paused)

    async def start(self) -> None:
        """Pay old debts first, then listen."""
        await self.relay.start()
        await self.recall_discards()
        if self.operations is not None:
            await self.operations.restore()
        self._running = [asyncio.create_task(self.consumer.run(), name=f"{self.name}.consumer")]
        self._running += [asyncio.create_task(_forever(task)) for task in self.tasks]

    async def recall_discards(self) -> None:
        """Give up again what a person gave up: a store brought back from a backup may not know of it."""
        for order in self.platform.discards:
            if order.consumer == self.consumer.name and order.since is not None and order.upto is not None:
                await self.consumer.recall(order.topic, order.key, order.since, order.upto)

    async def stop(self) -> None:
        """Drain the consumer, end the tasks, empty the relay, close the store."""
        await self.consumer.stop()
        for task in self._running[1:]:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self.operations is not None:
            await self.operations.close()
        for close in self.closers:
            await close()
        await self.relay.stop()
        await self.store.close()

    async def ready(self) -> list[str]:
        """Return why the service is not ready, in Chinese."""
        health = self.consumer.health
        reasons = [] if health.lost is None else [f"消费者未就绪：{health.lost}"]
        reasons += [f"还有 {health.coming} 个分区没有接手"] if health.coming else []
        reasons += [f"消费已停止：{health.stopped}"] if health.stopped else []
        reasons += [f"等待存储或消息系统恢复：{slot.topic}/{slot.partition}" for slot in health.held]
        reasons += [f"投影 {name} 还没有追上日志" for name, each in self.projectors.items() if not each.follows]
        return reasons


async def _forever(task: Task) -> None:
    await task()


def open_store(address: str, folder: object, name: str) -> Store:
    """Return the store an address names: ``sqlite`` under the folder, or a database of its own in MongoDB."""
    if address == "sqlite":
        return SqliteStore(f"{folder}/state.db")
    parts = urlsplit(address)
    database = f"{parts.path.lstrip('/') or 'gongkai'}_{name}"
    from shared.store.mongo import MongoStore  # heavy: a service on SQLite restarts without it

    return MongoStore(urlunsplit(parts._replace(path=f"/{database}")))
