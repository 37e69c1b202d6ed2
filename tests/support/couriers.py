"""A world for couriers: time that stands still, receivers that answer as told, and everything that was said."""

from __future__ import annotations

import random
from collections.abc import Sequence

from shared.effects.ledger import Effect, Entry, Ledger
from shared.effects.ledger_courier import Courier, Purpose
from shared.effects.ledger_health import Notice
from shared.effects.port import Kind, Outcome, Outgoing
from shared.store.port import Store

OK = Outcome(Kind.ACCEPTED, 200)
DOWN = Outcome(Kind.RETRY, 503)


class World:
    """One store, any number of couriers over it, and receivers by endpoint."""

    def __init__(self, store: Store, seed: int = 1) -> None:
        self.store = store
        self.now = 1_000_000.0
        self.ledger = Ledger(store)
        self.random = random.Random(seed)
        self.answers: dict[str, Outcome | Exception] = {}
        self.sent: list[tuple[str, str]] = []
        self.arrived: list[str] = []
        self.told: list[Sequence[Entry]] = []
        self.notices: list[Notice] = []

    def wire(self) -> float:
        """Be the clock."""
        return self.now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Be the sender: every endpoint answers as told, else well."""
        self.sent.append((outgoing.key, outgoing.url))
        answer = self.answers.get(outgoing.url, OK)
        if isinstance(answer, Exception):
            raise answer
        if answer.kind is Kind.ACCEPTED:
            self.arrived.append(outgoing.key)
        return answer

    def courier(self, **options: int) -> Courier:
        """Return another courier; ``mail`` cannot be repeated."""
        hook, mail = (Purpose(self, self._prepare, repeatable=repeatable) for repeatable in (True, False))
        return Courier(
            self.ledger, {"hook": hook, "mail": mail}, self, self.random.random,
            settled=self._settled, noticed=self._noticed, **options,
        )  # fmt: skip

    async def plan(self, *effects: Effect) -> None:
        """Plan effects now."""
        await self.ledger.plan(effects, self.now)

    async def run(self, courier: Courier, seconds: float = 0.0, step: float = 1.0) -> None:
        """Let time pass and the courier work."""
        end = self.now + seconds
        while True:
            await courier.turn()
            await courier.settle_down()
            if self.now >= end:
                return
            self.now = min(end, self.now + step)

    async def _prepare(self, effect: Effect, attempt: int) -> Outgoing:
        return Outgoing(effect.key, effect.endpoint, b"{}", (("attempt", str(attempt)),))

    async def _settled(self, batch: Sequence[Entry]) -> None:
        self.told.append(list(batch))

    async def _noticed(self, notices: Sequence[Notice]) -> None:
        self.notices += notices


def effect(item: str = "p1", endpoint: str = "https://a.example/", purpose: str = "hook") -> Effect:
    """Return an effect."""
    return Effect(item, 1, "e1", endpoint, purpose, {"type": "policy.matched"})
