"""How long until every open case that a published calendar touches is counted anew, and no other is?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from bench.figures import Result, rounded
from bench.town import Town
from services.requests.domain.casework import extend, receive, register
from services.requests.domain.registers import NATIONAL
from services.requests.domain.state import Application, Request
from services.requests.domain.timing import Doing
from services.requests.handlers import hears
from services.requests.handlers.calendars import Recounts
from services.requests.store import REQUEST
from shared.bus.dispatch import Dispatcher
from shared.bus.unit import Held
from shared.clock import ZONE, Clock
from shared.contracts.envelope import decode
from shared.contracts.facts.ops import CalendarPublished
from shared.contracts.facts.requests import DeadlineRecomputed
from shared.contracts.sealed import Sealed
from shared.contracts.topics import Topics
from shared.law.book import Lawbook
from shared.law.rules import load_rules
from shared.store.sqlite import SqliteStore
from shared.wiring import Platform

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=ZONE)
_GOAL_SECONDS = 30.0
_PATIENCE = 240.0
_EXTENDED = 2
"""Every second case is extended, and so reaches into the year to come."""
_DAYS = tuple(date(2026, 11, day) for day in (13, 16, 17, 18, 19, 20, 23, 24, 25, 26, 27, 30))
_LAW = load_rules()
_BOX = Sealed(key="bench", nonce="AAAAAAAAAAAAAAAA", box="A" * 64)
_ARRANGED = CalendarPublished(
    year=2027,
    version="2027.1",
    notices=("示例通知〔2026〕1号",),
    off={"元旦": (date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 4))},
    work=(),
    published_at=NOW,
    by="bench",
    reason="bench",
)


async def run(town: Town) -> list[Result]:
    """Publish 2027 while a service with open cases runs; the last event in the log ends the time."""
    number = 5_000 if town.quick else 50_000
    place = town.place()
    touched = await _seed(place.data / "requests" / "state.db", number)
    more = {"NOW": NOW.isoformat()}
    async with (
        town.platform(place) as platform,
        town.running(place, "services.requests", "/requests/v1/health/ready", **more),
    ):
        start = time.perf_counter()
        await platform.say(_ARRANGED, _ARRANGED.version)
        await _said(platform, touched)
        seconds = time.perf_counter() - start
        await asyncio.sleep(2)  # whatever is said about cases that nothing touched would be said by now
        changed = await _changed(platform)
    if changed != touched:
        raise RuntimeError(f"{changed} cases were counted anew, {touched} are touched")
    figures = {"open_cases": number, "changed": changed, "untouched": number - changed}
    return [
        Result(
            "calendars", seconds, "s", "goal", _GOAL_SECONDS, 1.0, least=False,
            more={**figures, "changed_per_s": rounded(changed / seconds)},
        )
    ]  # fmt: skip


async def _seed(path: Path, number: int) -> int:
    """Store open cases as a service would have; return how many of them count days of 2027."""
    store = SqliteStore(str(path))
    clock, law = Clock(NOW), Lawbook(_LAW)
    # What is in force when the cases come in has been dealt with.
    await Recounts(store, Dispatcher(store, clock, Topics(""), hears(law)), clock, law, _no_wait).work()
    touched, waiting = 0, []
    for case in _cases(number):
        touched += case.provisional
        waiting.append(Held(REQUEST, case.request_id, 0, len(case.timeline), case).stored())
        if len(waiting) == 500:
            await store.save(waiting)
            waiting = []
    await store.save(waiting)
    await store.close()
    return touched


def _cases(number: int) -> Iterator[Request]:
    for n in range(number):
        day = _DAYS[n % len(_DAYS)]
        then = Doing(datetime(day.year, day.month, day.day, 10, tzinfo=ZONE), "bench", _LAW)
        request_id = f"r{n:019d}"
        asked = Application(
            body="bench-01", place=NATIONAL, channel="counter", category="np", applicant=f"a{n}", information=f"i{n}",
            name=_BOX, contact=_BOX, description=_BOX, form="电子文件", delivery="网上获取", submitted_on=day,
        )  # fmt: skip
        case: Request | None = None
        for fact in receive(None, request_id, asked, None, then):
            case = REQUEST.evolve(case, fact)
        for fact in register(case, f"〔2026〕第{n}号", then):
            case = REQUEST.evolve(case, fact)
        for fact in extend(case, None, "bench", "情况复杂", None, then) if n % _EXTENDED == 0 else ():
            case = REQUEST.evolve(case, fact)
        if case is not None:
            yield case


async def _said(platform: Platform, events: int) -> None:
    topic = platform.topics.of("requests")
    async with asyncio.timeout(_PATIENCE):
        while sum(end for _, end in (await platform.log.bounds(topic)).values()) < events:
            await asyncio.sleep(0.02)


async def _changed(platform: Platform) -> int:
    """Count the cases that were counted anew; none may be twice, and every day must move."""
    topic = platform.topics.of("requests")
    bounds = await platform.log.bounds(topic)
    left = sum(end - first for first, end in bounds.values())
    cases: set[str] = set()
    async for records in platform.log.read({slot: first for slot, (first, _) in bounds.items()}):
        for record in records:
            event = decode(record.value)
            if event.type != DeadlineRecomputed.type or event.data["before"] == event.data["due"]:
                raise RuntimeError(f"not expected: {event.type} of {event.subject}")
            if event.subject in cases:
                raise RuntimeError(f"twice: {event.subject}")
            cases.add(event.subject)
        left -= len(records)
        if left <= 0:
            break
    return len(cases)


async def _no_wait() -> None:
    """Wait for nothing: no relay runs yet."""
