"""Bursts looked for in the heat: suggested to people, a missed night included."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import date, timedelta

from services.requests.domain.hotspots import Burst, Found, Hotspot, bursts, detect, hotspot_id_of
from services.requests.domain.registers import NATIONAL
from services.requests.store import HOTSPOT
from services.requests.views.heat import Counts, daily
from shared.bus.decider import Command, Context, Target
from shared.bus.dispatch import Dispatcher
from shared.clock import Clock
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Unavailable
from shared.law.book import Lawbook
from shared.law.workdays import legal_date
from shared.store.port import Query, Store

EVERY_SECONDS = 600.0
LOOKED_BACK = 7
"""Days that are looked at, today included: nobody may have looked over a holiday."""


class Hotspots:
    """Looks for bursts; what it finds is an ordinary command, so that it is found once."""

    def __init__(self, counts: Counts, store: Store, dispatcher: Dispatcher, clock: Clock, law: Lawbook) -> None:
        self._counts, self._store, self._dispatcher = counts, store, dispatcher
        self._clock, self._law = clock, law

    async def run(self) -> None:
        """Look at the start and every ten minutes."""
        while True:
            with suppress(Unavailable):
                await self.sweep()
            await asyncio.sleep(EVERY_SECONDS)

    async def sweep(self) -> int:
        """Look at the last days; return how many bursts are new."""
        today = legal_date(self._clock.business())
        rule = Burst.model_validate(dict(self._law.rules.profiles.table(NATIONAL, "hotspot", today)))
        heat = await daily(self._counts, today - timedelta(days=LOOKED_BACK - 1 + rule.days), today)
        new = 0
        for back in reversed(range(LOOKED_BACK)):
            for found in bursts(heat, today - timedelta(days=back), rule):
                if not await self._known(found, rule):
                    new += await self._suggest(found, rule)
        return new

    async def _known(self, found: Found, rule: Burst) -> bool:
        since: date = found.on - timedelta(days=rule.quiet)
        query = Query({"spot": "|".join(found.spot)}, order="on", low=since.isoformat(), limit=1)
        return bool((await self._store.select(HOTSPOT.kind, query)).items)

    async def _suggest(self, found: Found, rule: Burst) -> bool:
        def decide(state: Hotspot | None, _: Context) -> list[Fact]:
            return detect(state, found, rule)

        id_ = hotspot_id_of(found.spot, found.on)
        command = Command(HOTSPOT, Target(id_), decide, f"sweep:hotspot:{id_}:{found.on}")
        return bool((await self._dispatcher.execute(command)).events)
