"""How long do the annual reports of a whole city take: from what is stored, and from the log's beginning?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench.cityyear import BODIES, REQUESTS, YEAR, events
from bench.figures import Result, alternate, compared, rounded, spread
from bench.rebuild import consume
from bench.town import Town
from services.requests.domain.reporting import report
from services.requests.views import Counting, Watched, Yearbook
from shared.bus.port import Draft
from shared.contracts.envelope import encode
from shared.law.rules import Rules
from shared.replay.follower import Follower
from shared.store.sqlite import SqliteStore
from shared.wiring import Platform

STORED_SECONDS, ZERO_SECONDS = 10.0, 60.0
"""What is promised for a city of this size; the quick run asks for the same from a smaller one. A case is folded seven
times and its city counted at the end, so a tenth of merely reading is the goal beside it."""
_CHUNK = 1000


async def run(town: Town) -> list[Result]:
    """Measure both on the same events; every identity of every body must hold."""
    rounds, requests, bodies = (3, REQUESTS // 5, BODIES // 5) if town.quick else (3, REQUESTS, BODIES)
    place = town.place()
    async with town.platform(place) as platform:
        written = await _written(platform, requests, bodies)
        city = _City(town, platform, written)
        topics = [platform.topics.of("requests")]
        found = await alternate(rounds, city.from_zero, lambda: consume(place, topics, written))
    more = {"requests": requests, "bodies": bodies, "events": written}
    slowest = written / min(found[0])
    return [
        Result(
            "annual report, stored", sorted(city.seconds)[rounds // 2], "s", "promise", STORED_SECONDS, 1, least=False,
            rounds=rounds, spread=spread(city.seconds), more=more,
        ),
        compared(
            "annual report, from zero", "events/s", "bare consume + decode", 0.1, found,
            seconds=rounded(slowest), within=ZERO_SECONDS, kept=slowest <= ZERO_SECONDS, **more,
        ),
    ]  # fmt: skip


async def _written(platform: Platform, requests: int, bodies: int) -> int:
    drafts = [Draft(each.subject, encode(each)) for each in events(platform.rules, requests, bodies)]
    for at in range(0, len(drafts), _CHUNK):
        await platform.log.append(platform.topics.of("requests"), drafts[at : at + _CHUNK])
    return len(drafts)


class _City:
    """The city's tallies built from zero, each time into an empty store, and all its reports counted from them."""

    def __init__(self, town: Town, platform: Platform, written: int) -> None:
        self._town, self._platform, self._written = town, platform, written
        self.seconds: list[float] = []

    async def from_zero(self) -> float:
        """Return events a second from the first event read to the last body's tables and figures."""
        store = SqliteStore(self._folder() / "state.db")
        follower = Follower(self._platform.log, store, self._platform.topics, Counting(store, "blue"), "blue")
        start = time.perf_counter()
        await follower.catch_up()
        if follower.faults:
            raise RuntimeError(f"{follower.faults} faults")
        counting = time.perf_counter()
        watched = (await Yearbook(store, self._platform.rules).overview(None, YEAR, date(YEAR, 12, 31))).bodies
        end = time.perf_counter()
        self.seconds.append(end - counting)
        await self._sound(store, watched)
        await store.close()
        return self._written / (end - start)

    def _folder(self) -> Path:
        return self._town.place().data / "store"

    async def _sound(self, store: SqliteStore, watched: Sequence[Watched]) -> None:
        """The reports are those of all cases: nothing is broken, and their sum is the city's own report."""
        wrong = [each.body for each in watched if not each.sound]
        if wrong or not watched:
            raise RuntimeError(f"not sound: {wrong[:5]}")
        rules: Rules = self._platform.rules
        whole = report(await Yearbook(store, rules).tallies(None, YEAR), YEAR, rules)
        for cell, count in whole.two.cells.items():
            if sum(each.report.two.cells[cell] for each in watched) != count:
                raise RuntimeError(f"the bodies' reports do not add up to the city's in {cell}")
