"""The hand-over to publish: a report is opened, its tables are computed once, and the next year is held to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from services.requests.store import TABLING
from services.requests.sweeps import Tabler, stillness
from services.requests.views import Counting
from shared.bus.memory import MemoryLog
from shared.bus.port import Draft, TopicSpec
from shared.contracts.canonical import canonical
from shared.contracts.envelope import Envelope, encode
from shared.contracts.topics import Topics
from shared.replay.rebuild import Projector
from tests.unit.requests.conftest import BODY, RULES, Desk


@asynccontextmanager
async def still() -> AsyncIterator[dict[str, int]]:
    yield {"requests/1": 7, "requests/0": 12}


def tabler(desk: Desk) -> Tabler:
    return Tabler(desk.store, desk.dispatcher, still, RULES)


async def opened(desk: Desk, year: int, edition: int = 1, format_: str = "2021") -> None:
    """Publish says that an edition was opened."""
    report = f"rp:{BODY}:{year}"
    data = {"report_id": report, "body": BODY, "year": year, "format": format_, "edition": edition}
    now = desk.clock.business()
    await desk.settle(
        Envelope(f"{report}:{edition}", "/publish", "publish.report-opened", report, now,
                 {**data, "opened_at": now.isoformat()}, sequence=edition)
    )  # fmt: skip


async def published(desk: Desk, year: int, edition: int, left_over: dict[str, int]) -> None:
    report, now = f"rp:{BODY}:{year}", desk.clock.business()
    day = now.date().isoformat()
    view = {
        "report_id": report, "body": BODY, "name": "上海市电力保障局", "year": year, "format": "2021",
        "edition": edition, "due_on": day, "published_on": day, "first_published_on": day,
        "tables": {"II": {"r4": left_over}},
    }  # fmt: skip
    data = {"report_id": report, "edition": edition, "report": view, "published_at": now.isoformat(), "by": "p"}
    await desk.settle(
        Envelope(f"{report}:9{edition}", "/publish", "publish.report-published", report, now, data,
                 sequence=90 + edition)
    )  # fmt: skip


def answers(desk: Desk) -> list[dict[str, Any]]:
    return [dict(event.data) for event in desk.said if event.type == "requests.tables-computed"]


async def test_an_opened_report_gets_its_tables_once(desk: Desk) -> None:
    desk.clock.to("2026-12-21")
    first, second = await desk.opened("e1"), await desk.opened("e2", category="com")
    await desk.decide(first, "D2")
    desk.clock.to("2027-01-11")
    await desk.decide(second, "A1")
    await opened(desk, 2026)
    assert answers(desk) == []
    assert await tabler(desk).sweep() == 1
    assert await tabler(desk).sweep() == 0
    [said] = answers(desk)
    assert (said["report_id"], said["body"], said["year"], said["edition"]) == (f"rp:{BODY}:2026", BODY, 2026, 1)
    assert (said["table_two"]["r1"]["sum"], said["table_two"]["D2"]["np"]) == (2, 1)
    assert said["left_over"] == {"com": [second]}
    assert said["table_three"]["suit"]["total"] == 0
    assert (said.get("violations", []), said["positions"]) == ([], {"requests/0": 12, "requests/1": 7})
    event = desk.said[-1]
    assert event.causationid == f"tabling:rp:{BODY}:2026:1"


async def test_the_same_cases_give_the_same_bytes_and_a_late_one_shows_in_the_next_edition(desk: Desk) -> None:
    desk.clock.to("2026-12-21")
    await desk.opened("e1")
    desk.clock.to("2027-01-11")
    for edition in (1, 2):
        await opened(desk, 2026, edition)
        await tabler(desk).sweep()
    late = await desk.opened("e9", channel="registered", submitted_on="2026-12-30", signed_on="2026-12-31")
    await opened(desk, 2026, 3)
    await tabler(desk).sweep()
    first, again, corrected = answers(desk)
    assert canonical({**first, "edition": 0}) == canonical({**again, "edition": 0})
    assert (first["table_two"]["r1"]["sum"], corrected["table_two"]["r1"]["sum"]) == (1, 2)
    assert first["cases_digest"] != corrected["cases_digest"]
    assert late in corrected["left_over"]["np"]


async def test_a_report_opened_before_its_year_is_over_is_counted_up_to_that_day(desk: Desk) -> None:
    desk.clock.to("2026-06-01")
    await desk.opened("e1")
    await opened(desk, 2026)
    desk.clock.to("2026-06-02")
    await desk.opened("e2")
    await tabler(desk).sweep()
    assert answers(desk)[0]["table_two"]["r1"]["sum"] == 1


async def test_an_old_report_is_asked_for_in_its_own_format(desk: Desk) -> None:
    await opened(desk, 2020, format_="2019")
    await tabler(desk).sweep()
    [said] = answers(desk)
    assert said["format"] == "2019"
    assert "F" in said["table_two"]
    assert "F3" not in said["table_two"]


async def test_next_year_is_held_against_what_was_published_and_names_the_case(desk: Desk) -> None:
    desk.clock.to("2026-12-21")
    kept = await desk.opened("e1")
    desk.clock.to("2027-01-11")
    await opened(desk, 2026)
    await tabler(desk).sweep()
    await published(desk, 2026, 1, {"np": 1, "sum": 1})
    table = f"/requests/v1/reports/table-two?body={BODY}&year=2027"
    assert (await desk.client().get(table)).json["holds"]
    late = await desk.opened("e9", channel="registered", submitted_on="2026-12-30", signed_on="2026-12-31")
    found = (await desk.client().get(table)).json["violations"]
    assert {(v["identity"], v["where"], v["left"], v["right"]) for v in found} == {
        ("CARRIED_OVER", "np", 2, 1),
        ("CARRIED_OVER", "sum", 2, 1),
    }
    assert {case for v in found for case in v["cases"]} == {late}
    assert kept not in str(found)
    await opened(desk, 2027)
    await tabler(desk).sweep()
    [*_, said] = answers(desk)
    assert late in said["violations"][0]
    await published(desk, 2026, 2, {"np": 2, "sum": 2})
    assert (await desk.client().get(table)).json["holds"]
    await published(desk, 2026, 1, {"np": 7, "sum": 7})
    assert (await desk.client().get(table)).json["holds"]


async def test_published_figures_that_are_not_ours_name_no_case(desk: Desk) -> None:
    await published(desk, 2025, 1, {"np": 3, "sum": 3})
    found = (await desk.client().get(f"/requests/v1/reports/table-two?body={BODY}&year=2026")).json["violations"]
    assert [(v["where"], v["left"], v["right"], v["cases"]) for v in found] == [("np", 0, 3, []), ("sum", 0, 3, [])]


async def test_the_live_tallies_are_caught_up_and_held_still_while_somebody_counts(desk: Desk) -> None:
    case = await desk.opened()
    log = MemoryLog()
    await log.ensure([TopicSpec("requests", 4, 1), TopicSpec("requests.dead", 4, 1)])
    cases = [event for event in desk.said if event.subject == case]
    await log.append("requests", [Draft(event.subject, encode(event)) for event in cases])
    await desk.store.drop("counting.blue.cases")
    projector = Projector(log, desk.store, Topics(), lambda colour: Counting(desk.store, colour))
    await opened(desk, 2026)
    assert await Tabler(desk.store, desk.dispatcher, stillness(projector), RULES).sweep() == 1
    [said] = answers(desk)
    assert sum(said["positions"].values()) == len(cases)
    assert said["table_two"]["r4"]["np"] == 1


@pytest.mark.parametrize("edition", [1, 2])
async def test_an_edition_that_was_overtaken_is_not_answered(desk: Desk, edition: int) -> None:
    await opened(desk, 2026, 2)
    await opened(desk, 2026, edition)
    await tabler(desk).sweep()
    assert [said["edition"] for said in answers(desk)] == [2]
    [stored] = (await desk.store.load(TABLING.kind, [f"rt:{BODY}:2026"])).values()
    assert not TABLING.parse(stored.state).due
