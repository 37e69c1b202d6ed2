"""Open cases and the calendars they are counted on: published late, amended, interrupted on the way."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from services.requests.handlers import calendars
from services.requests.handlers.calendars import Recounts
from shared.clock import ZONE
from shared.contracts.problems import Unavailable
from tests.unit.requests.conftest import Desk

D = date
SINCE = datetime(2026, 12, 20, 9, tzinfo=ZONE)
NEW_YEAR = (D(2027, 1, 1), D(2027, 1, 2), D(2027, 1, 3), D(2027, 1, 4))
"""Friday to Monday: one working day fewer than the law alone would have it."""


def arranged(version: str = "2027.1", *, off: tuple[date, ...] = NEW_YEAR, work: tuple[date, ...] = ()) -> Any:
    return {"year": 2027, "version": version, "notices": (f"示例通知{version}",), "off": {"元旦": off}, "work": work}


async def _room() -> None:
    return None


def recounts(desk: Desk) -> Recounts:
    return Recounts(desk.store, desk.dispatcher, desk.clock, desk.law, _room)


def moved(desk: Desk) -> dict[str, dict[str, Any]]:
    """What was said about deadlines counted anew, by case; once each."""
    said = [e for e in desk.said if e.type == "requests.deadline-recomputed"]
    assert len({(e.subject, e.causationid) for e in said}) == len(said)
    return {e.subject: dict(e.data) for e in said}


async def test_a_publication_counts_exactly_the_touched_cases_anew(desk: Desk) -> None:
    desk.clock.to("2026-12-01")
    within, long = await desk.opened("e1"), await desk.opened("e2")
    await desk.step(long, "extend", approved_by="负责人", reason="情况复杂")
    desk.clock.to("2026-12-15")
    touched, decided = await desk.opened("e3"), await desk.opened("e4")
    asking, correcting = await desk.opened("e5"), await desk.opened("e6")
    await desk.decide(decided, "D2")
    await desk.step(correcting, "notify-correction", text="请写明年度", days=15)
    await desk.step(asking, "consult", kind="third_party", party="某公司", arrived_on="2026-12-15")
    unconfirmed = await desk.opened("e7", channel="fax")
    job = recounts(desk)
    assert await job.work() == 0, "nothing is published yet"
    before = {each: await desk.case(each) for each in (within, long, touched, decided, asking, correcting, unconfirmed)}
    assert before[touched].provisional
    desk.law.publish(arranged(), SINCE)
    assert await job.work() == 4
    said = moved(desk)
    assert set(said) == {long, touched, asking, correcting}
    day = said[touched]
    assert (day["before"], day["due"]) == ("2027-01-13", "2027-01-14")
    assert (day["before_calendar"], day["calendar"]) == ("2026.1+2027.0", "2026.1+2027.1")
    assert (day["before_provisional"], day.get("provisional", False), day["notices"]) == (
        True,
        False,
        ["示例通知2027.1"],
    )
    for each, known in before.items():
        after = await desk.case(each)
        assert (after == known) == (each not in said)
        assert after.provisional == (each == decided)
    assert (await desk.case(correcting)).turn_until == D(2027, 1, 7)
    assert before[correcting].turn_until == D(2027, 1, 6)
    assert (await desk.case(asking)).consultations[0].until == D(2027, 1, 7)
    cause = [e.causationid for e in desk.said if e.subject == touched][-1]
    assert cause == f"calendar:2027.1:{touched}"


async def test_the_same_news_again_changes_nothing(desk: Desk) -> None:
    desk.clock.to("2026-12-15")
    await desk.opened()
    desk.law.publish(arranged(), SINCE)
    assert await recounts(desk).work() == 1
    before = len(desk.said)
    desk.law.publish(arranged(), SINCE)
    assert await recounts(desk).work() == 0, "also after a restart"
    await desk.store.drop(calendars.JOBS)
    assert await recounts(desk).work() == 0, "and where it was forgotten that it was done"
    assert len(desk.said) == before


async def test_a_day_that_stays_and_is_certain_now_is_said(desk: Desk) -> None:
    desk.clock.to("2026-12-15")
    case = await desk.opened()
    desk.law.publish(arranged(off=(D(2027, 1, 1),)), SINCE)
    assert await recounts(desk).work() == 1
    day = moved(desk)[case]
    assert (day["before"] == day["due"], day["before_provisional"]) == (True, True)
    assert not (await desk.case(case)).provisional


async def test_an_amended_arrangement_moves_only_what_it_changes(desk: Desk) -> None:
    desk.clock.to("2026-12-01")
    early = await desk.opened("e1", submitted_on="2026-11-30")
    desk.clock.to("2026-12-15")
    case = await desk.opened("e2")
    job = recounts(desk)
    desk.law.publish(arranged(), SINCE)
    assert await job.work() == 1
    desk.law.publish(arranged("2027.2", work=(D(2027, 1, 9),)), SINCE)
    assert await job.work() == 1
    desk.law.publish(arranged("2027.3", work=(D(2027, 1, 9),), off=(*NEW_YEAR, D(2027, 10, 1))), SINCE)
    assert await job.work() == 0, "October is far away"
    found = await desk.case(case)
    assert [(r.before, r.after) for r in found.recounts] == [
        (D(2027, 1, 13), D(2027, 1, 14)), (D(2027, 1, 14), D(2027, 1, 13)),
    ]  # fmt: skip
    assert found.recounts[-1].notices == ("示例通知2027.2",)
    assert (await desk.case(early)).recounts == ()


async def test_an_interrupted_job_goes_on_where_it_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "CHUNK", 2)
    desk.clock.to("2026-12-15")
    cases = {await desk.opened(f"e{n}") for n in range(5)}
    await recounts(desk).work()
    desk.law.publish(arranged(), SINCE)
    left = 2

    async def room() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Unavailable("the log is away")

    with pytest.raises(Unavailable):
        await Recounts(desk.store, desk.dispatcher, desk.clock, desk.law, room).work()
    assert len(moved(desk)) == 4
    assert await recounts(desk).work() == 1
    assert set(moved(desk)) == cases
    [job] = [each for each in await calendars.progress(desk.store) if each["version"] == "2027.1"]
    assert (job["done"], job["changed"], job["notices"]) == (True, 5, ["示例通知2027.1"])


async def test_officer_and_applicant_are_told_both_days(desk: Desk) -> None:
    desk.clock.to("2026-12-15")
    case = await desk.opened()
    code = desk.deps.people.access_code(case)
    follow = f"/requests/v1/applications/{code}"
    assert (await desk.client().get(follow)).json["recomputed"] is None
    desk.law.publish(arranged(), SINCE)
    await recounts(desk).work()
    both = {"before": "2027-01-13", "after": "2027-01-14", "provisional": False}
    both |= {"calendar": "2026.1+2027.1", "notices": ["示例通知2027.1"]}
    assert (await desk.client().get(follow)).json["recomputed"] == both
    [line] = [e for e in (await desk.client().get(f"/requests/v1/cases/{case}")).json["timeline"] if e["recomputed"]]
    assert (line["label"], line["recomputed"]) == ("按新日历重算期限", both)
    page = (await desk.client().get(f"/requests/v1/follow/{code}")).text
    assert "示例通知2027.1" in page
    assert "2027年1月13日" in page or "2027-01-13" in page


async def test_a_finished_case_keeps_the_calendar_it_was_decided_on(desk: Desk) -> None:
    desk.clock.to("2026-12-15")
    case = await desk.opened()
    desk.clock.to("2027-01-05")
    await desk.decide(case, "D2")
    receipt = await desk.clock_of(case)
    desk.law.publish(arranged(), SINCE)
    assert await recounts(desk).work() == 0
    assert await desk.clock_of(case) == receipt
    await desk.step(case, "serve", way="当面")
    assert (await desk.clock_of(case))["calendar"] == receipt["calendar"] == "2026.1+2027.0"
    assert (await desk.case(case)).calendar == "2026.1+2027.0"


async def test_steps_after_a_publication_are_counted_on_it_at_once(desk: Desk) -> None:
    desk.clock.to("2026-12-15")
    first = await desk.opened("e1")
    desk.law.publish(arranged(), SINCE)
    second = await desk.opened("e2")
    assert (await desk.case(second)).due == D(2027, 1, 14)
    await desk.step(first, "extend", approved_by="负责人", reason="情况复杂")
    found = await desk.case(first)
    assert found.calendar == "2026.1+2027.1"
    assert await recounts(desk).work() == 0


async def test_news_heard_late_does_not_count_a_case_on_the_former_calendar(desk: Desk) -> None:
    desk.clock.to("2026-12-15")
    answer = await desk.client("agency", "shanghai", ("sh-*",)).post(
        "/requests/v1/intake",
        body=b"[" + json.dumps(desk.event("e1")).encode() + b"]",
        headers={"content-type": "application/cloudevents-batch+json"},
    )
    case = answer.json["accepted"][0]["request_id"]
    desk.clock.to("2026-12-21")
    desk.law.publish(arranged(), SINCE)
    assert await recounts(desk).work() == 1
    await desk.settle()
    found = await desk.case(case)
    assert found.number
    assert (found.due, found.calendar) == (D(2027, 1, 14), "2026.1+2027.1")


async def test_staff_see_how_far_the_counting_is(desk: Desk) -> None:
    await recounts(desk).work()
    listed = (await desk.client().get("/requests/v1/calendars")).json["items"]
    assert listed[0]["version"] == "2026.1"
    assert all(each["done"] and "cursor" not in each for each in listed)
