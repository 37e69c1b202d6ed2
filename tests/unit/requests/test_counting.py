"""The projection of tallies: the same from any cut of the log, twice, and from zero; pinned offsets give the report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import pytest

from bench.cityyear import YEAR, events
from services.requests.domain.reporting import report
from services.requests.domain.reporting.tables import ALL
from services.requests.views import Counting, Yearbook
from shared.bus.memory import MemoryLog
from shared.bus.port import Draft, Slot, TopicSpec
from shared.contracts.envelope import Envelope, encode
from shared.contracts.facts import FACTS
from shared.contracts.topics import Topics
from shared.replay.follower import Follower, Vector
from shared.replay.projection import News, digest_of
from shared.store.sqlite import SqliteStore
from tests.unit.requests.conftest import RULES

TOWN = list(events(RULES, 60, 4))


async def counted(cuts: Sequence[int], said: Sequence[Envelope] = TOWN) -> tuple[str, SqliteStore]:
    store = SqliteStore(":memory:")
    projection = Counting(store, "blue")
    for start, end in pairwise([0, *cuts, len(said)]):
        heard = [e for e in said[start:end] if e.type in projection.hears]
        news = [News(e, FACTS[e.type].model_validate(e.data)) for e in heard]
        await store.put(await projection.apply(news))
    return await digest_of(projection), store


async def test_cutting_the_log_otherwise_changes_nothing() -> None:
    whole, store = await counted([])
    assert len(await Yearbook(store, RULES).tallies(None, YEAR - 1)) == 60
    for cuts in ([1, 2, 3], [50], list(range(0, len(TOWN), 7))):
        assert (await counted(cuts))[0] == whole


async def test_a_batch_applied_again_after_a_crash_changes_nothing() -> None:
    whole, _ = await counted([])
    assert (await counted([], [*TOWN[:90], *TOWN[40:]]))[0] == whole


async def filled(said: Sequence[Envelope] = TOWN) -> MemoryLog:
    log = MemoryLog()
    await log.ensure([TopicSpec("requests", 4, 1), TopicSpec("requests.dead", 4, 1)])
    await log.append("requests", [Draft(each.subject, encode(each)) for each in said])
    return log


async def rebuilt(log: MemoryLog, until: Vector | None = None) -> tuple[Vector, SqliteStore]:
    store = SqliteStore(":memory:")
    follower = Follower(log, store, Topics(), Counting(store, "blue"), "blue")
    at = await follower.catch_up(until)
    assert follower.faults == 0
    return at, store


async def test_the_year_counted_from_zero_is_whole_and_sound_in_every_body() -> None:
    _, store = await rebuilt(await filled())
    yearbook = Yearbook(store, RULES)
    watched = (await yearbook.overview(None, YEAR, date(YEAR, 12, 31))).bodies
    assert [each.body for each in watched if not each.sound] == []
    before = (await yearbook.overview(None, YEAR - 1, date(YEAR - 1, 12, 31))).bodies
    assert sum(each.report.two.cells["r1", ALL] for each in (*before, *watched)) == 60
    assert sum(each.numbers.highest for each in (*before, *watched)) == 60


async def test_the_report_at_pinned_offsets_is_the_same_whatever_happened_since() -> None:
    log = await filled(TOWN[:200])
    at, before = await rebuilt(log)
    await log.append("requests", [Draft(each.subject, encode(each)) for each in TOWN[200:]])
    now, after = await rebuilt(log)
    pinned, again = await rebuilt(log, at)
    assert sum(now.values()) > sum(at.values())
    assert pinned == at == {Slot("requests", n): at[Slot("requests", n)] for n in range(4)}
    tables = [
        report(await Yearbook(store, RULES).tallies(None, YEAR), YEAR, RULES).two.cells
        for store in (before, again, after)
    ]
    assert tables[0] == tables[1]
    assert tables[0] != tables[2]


async def test_a_fact_of_a_case_nobody_heard_begin_is_left_alone() -> None:
    _, store = await counted([], [each for each in TOWN if each.type != "requests.request-received"])
    assert await Yearbook(store, RULES).tallies(None, 2019) == []


@pytest.mark.parametrize("year", [2019, YEAR - 1, YEAR + 1])
async def test_a_year_sees_only_the_cases_that_can_matter_to_it(year: int) -> None:
    _, store = await counted([])
    known = await Yearbook(store, RULES).tallies(None, year)
    assert all(tally.matters_until >= f"{year}-01-01" for tally in known)
    assert len(known) == 60 if year < YEAR else len(known) < 60
