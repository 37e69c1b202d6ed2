"""Reminders (到期提醒): no missed night, provisional day or moved deadline loses one."""

from __future__ import annotations

from datetime import date

from services.requests.sweeps import Deadlines
from tests.unit.requests.conftest import Desk
from tests.unit.requests.test_calendars import SINCE, arranged, recounts

D = date


async def test_reminders_are_given_for_the_new_day_too(desk: Desk) -> None:
    desk.clock.to("2026-12-15")
    await desk.opened()
    sweep = Deadlines(desk.deps.views, desk.dispatcher, desk.clock, desk.law)
    desk.clock.to("2027-01-06")
    assert await sweep.sweep() == 1
    desk.law.publish(arranged(), SINCE)
    await recounts(desk).work()
    assert await sweep.sweep() == 0, "six working days are left again"
    desk.clock.to("2027-01-07")
    assert await sweep.sweep() == 1
    assert [(e.data["due"], e.data["days_left"]) for e in desk.said if e.type == "requests.deadline-neared"] == [
        ("2027-01-13", 5), ("2027-01-14", 5),
    ]  # fmt: skip


async def test_a_case_that_seemed_overdue_is_not_when_its_day_moves_ahead(desk: Desk) -> None:
    desk.clock.to("2026-12-15")
    case = await desk.opened()
    sweep = Deadlines(desk.deps.views, desk.dispatcher, desk.clock, desk.law)
    desk.clock.to("2027-01-14")
    await sweep.sweep()
    assert (await desk.case(case)).overdue
    desk.law.publish(arranged(), SINCE)
    await recounts(desk).work()
    assert not (await desk.case(case)).overdue
    desk.clock.to("2027-01-15")
    await sweep.sweep()
    assert (await desk.case(case)).overdue


async def test_missed_nights_and_a_provisional_day_lose_no_reminder(desk: Desk) -> None:
    desk.clock.to("2026-12-15")
    case = await desk.opened()
    sweep = Deadlines(desk.deps.views, desk.dispatcher, desk.clock, desk.law)
    said = []
    for day in ("2027-01-05", "2027-01-06", "2027-01-11", "2027-01-12", "2027-01-20"):
        desk.clock.to(day)
        before = len(desk.said)
        await sweep.sweep()
        said.append([(e.type.rpartition("-")[2], e.data.get("threshold")) for e in desk.said[before:]])
    assert said == [[], [("neared", 5)], [("neared", 3)], [("neared", 1)], [("passed", None)]]
    assert (await desk.case(case)).provisional
    desk.clock.to("2027-03-01")
    assert await sweep.sweep() == 0
