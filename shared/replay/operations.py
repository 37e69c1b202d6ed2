"""What operators may look at and order in one service: its adapters in one value, handed in by ``wiring``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from shared.bus.consumer import Consumer
from shared.bus.decider import Hears
from shared.bus.port import Log
from shared.clock import Clock
from shared.contracts.facts.base import Fact
from shared.contracts.topics import Topics
from shared.law.book import Lawbook
from shared.replay.causes import Trace
from shared.replay.dead import DeadLetters
from shared.replay.plans import Plans
from shared.replay.rebuild import Projector
from shared.replay.rebuilds import Rebuilds
from shared.replay.shadow import Shadow
from shared.security.keys import KeyRing
from shared.store.blobs import Blobs
from shared.store.port import Row, Store
from shared.store.relay import Relay

Say = Callable[[Fact, str], Awaitable[None]]
INTENTS = "operator_intents"


@dataclass
class Operations:
    """One service as its operators see it.

    ``say`` appends a fact to ``ops``; ``hears`` and ``owners`` are what the service listens to; ``ledger`` is the table
    of its effects; ``rates`` the counts of its derived streams, where it has any (bucket -> count);
    ``snapshots`` write what a backup takes (``state``, ``vault``) into a file, where the platform can.
    """

    name: str
    title: str
    log: Log
    topics: Topics
    clock: Clock
    store: Store
    relay: Relay
    consumer: Consumer
    owners: tuple[str, ...]
    hears: Hears
    ring: KeyRing
    law: Lawbook
    blobs: Blobs
    data: Path
    say: Say
    projectors: Mapping[str, Projector] = field(default_factory=dict)
    ledger: str = "effects"
    rates: Callable[[], Awaitable[Mapping[str, int]]] | None = None
    snapshots: Mapping[str, Callable[[Path], Awaitable[None]]] = field(default_factory=dict)

    @cached_property
    def dead(self) -> DeadLetters:
        """The dead letters of its consumer and its projections."""
        names = {self.consumer.name}
        names |= {f"projection:{name}.{colour}" for name in self.projectors for colour in ("blue", "green")}
        return DeadLetters(self.log, self.store, [self.topics.of(owner) for owner in self.owners], names)

    @cached_property
    def plans(self) -> Plans:
        """The replays that were planned here."""
        return Plans(
            self.log, self.store, self.topics, self.clock, self.owners, self.hears, self.projectors, self.ledger,
            lambda: self.consumer.settled,
        )  # fmt: skip

    @cached_property
    def rebuilds(self) -> Rebuilds:
        """The rebuilds of its projections."""
        return Rebuilds(self.store, self.projectors, self.clock)

    @cached_property
    def trace(self) -> Trace:
        """The chains of causes over all topics."""
        return Trace(self.log, self.topics)

    async def dry_run(self, consumer: str, topic: str, key: str) -> list[dict[str, Any]]:
        """Settle the dead letters of a key on a shadow; return what would be refused again, in order."""
        found = await self.dead.of_key(consumer, topic, key)
        shadow = Shadow(self.store, self.clock, self.topics, self.hears, (), self.ledger)
        refused = [each for letter in found for each in await shadow.chunk([letter.record]) if each.kind == "refused"]
        return [{"place": each.id, "error": each.what} for each in refused]

    async def intend(self, paused: str | None) -> None:
        """Pause or resume the consumer as a person wants it, so that a restart does not forget it."""
        version = int(self.clock.wire() * 1_000_000)
        await self.store.put([Row(INTENTS, self.consumer.name, version, {"paused": paused})])
        if paused is None:
            self.consumer.resume()
        else:
            self.consumer.pause(paused)

    async def restore(self) -> None:
        """Bring back what a person wanted before the process ended; call it before the consumer runs."""
        row = (await self.store.rows(INTENTS, [self.consumer.name])).get(self.consumer.name)
        if row is not None and row.data["paused"]:
            self.consumer.pause(row.data["paused"])
        await self.plans.resume_all()

    async def close(self) -> None:
        """Let go of what is under way; it goes on after the next start."""
        await self.plans.close()
        await self.rebuilds.close()
