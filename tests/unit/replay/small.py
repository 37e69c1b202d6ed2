"""A small service in memory: it names bodies and owes a message about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from pydantic import BaseModel

from shared.bus.decider import Aggregate, Context, Heard, Hears, Plan, Policy, Target
from shared.bus.dispatch import Dispatcher
from shared.bus.memory import MemoryLog
from shared.bus.port import Draft, Record, Slot
from shared.clock import Clock
from shared.contracts.codes import OpsCode
from shared.contracts.envelope import Envelope, encode
from shared.contracts.facts.base import Fact
from shared.contracts.facts.feed import BodyRegistered
from shared.contracts.problems import Refused
from shared.contracts.topics import Topics
from shared.effects.ledger import Effect, Ledger
from shared.replay.plans import Plans
from shared.store.port import Row
from shared.store.sqlite import SqliteStore

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


class Named(Fact):
    type: ClassVar[str] = "catalog.test-named"
    name: str


class Count(BaseModel):
    names: tuple[str, ...] = ()


KIND = Aggregate("count", "catalog", Count, lambda state, fact: Count(names=(*(state or Count()).names, fact.name)))


def decide(state: Count | None, fact: Any, _: Context) -> Sequence[Fact]:
    if fact.name == "坏":
        raise Refused(OpsCode.TIME_INVALID)
    return [Named(name=fact.name)]


@dataclass
class Small:
    """A service that names bodies and owes a message about each."""

    log: MemoryLog
    store: SqliteStore
    now: float = 1_772_413_200.0

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.store)
        self.clock = Clock()
        self.woken: list[Row] = []
        self.text = "新机关"

    @property
    def hears(self) -> Hears:
        name = Policy("name", KIND, lambda heard: Target(heard.fact.body), decide)
        return {BodyRegistered.type: (name, Plan("owe", self.owe, self.woken.extend))}

    def owe(self, heard: Heard) -> list[Row]:
        effect = Effect(heard.fact.body, 1, "e1", "https", "notice", {"text": self.text})
        return self.ledger.rows([effect], 0.0)

    def plans(self, settled: dict[Slot, int] | None = None) -> Plans:
        found = settled or {}
        return Plans(self.log, self.store, Topics(), self.clock, ("feed",), self.hears, {}, settled=lambda: found)

    async def say(self, id: str, body: str, name: str = "甲局") -> None:
        fact = BodyRegistered(body=body, name=name)
        event = Envelope(id, "/a", fact.type, body, AT, fact.wire(), agency="a", receipt=f"rc_{id}")
        await self.log.append("feed", [Draft(body, encode(event))])

    async def live(self) -> None:
        """Settle everything, as the consumer does."""
        dispatcher = Dispatcher(self.store, self.clock, Topics(), self.hears)
        for record in await self.records():
            await dispatcher.settle([record])
        self.woken.clear()

    async def records(self) -> list[Record]:
        bounds = await self.log.bounds("feed")
        batches = self.log.read(dict.fromkeys(bounds, 0), {s: end for s, (_, end) in bounds.items()})
        return [record async for batch in batches for record in batch]
