"""What happened before decides what may happen now: dates, remedies, and cases nobody knows the applicant of."""

from __future__ import annotations

from typing import Any

from tests.unit.requests.conftest import Desk


async def test_an_answer_that_a_late_correction_notice_left_overdue_is_open_to_remedies(desk: Desk) -> None:
    late, timely = await desk.opened("e1"), await desk.opened("e2")
    await desk.step(timely, "notify-correction", text="请写明年度", days=5)
    desk.clock.to("2026-03-20")
    await desk.step(late, "notify-correction", text="请写明年度", days=60)
    desk.clock.to("2026-03-31")
    filed: dict[str, Any] = {"kind": "reconsideration", "organ": "上海市人民政府"}
    assert (await desk.step(late, "file-remedy", **filed)).status == 200
    assert (await desk.step(timely, "file-remedy", **filed)).code == "REMEDY_TOO_EARLY"


async def test_a_case_with_a_remedy_is_neither_split_nor_handed_on(desk: Desk) -> None:
    case = await desk.opened(channel="zone")
    desk.clock.to("2026-03-31")
    await desk.step(case, "file-remedy", kind="reconsideration", organ="上海市人民政府")
    parts = [{"description": "2025年度预算"}, {"description": "2025年度决算"}]
    assert (await desk.step(case, "split", parts=parts)).code == "SPLIT_TOO_LATE"
    assert (await desk.step(case, "transfer", to="ja-office", reason="属于静安区职权")).code == "TRANSFER_UNLAWFUL"


async def test_nothing_is_asked_of_the_applicant_before_the_period_that_runs(desk: Desk) -> None:
    case = await desk.opened()
    desk.clock.to("2026-03-04")
    await desk.step(case, "notify-correction", text="请写明年度")
    desk.clock.to("2026-03-09")
    await desk.step(case, "correct")
    early = await desk.step(case, "notify-fee", yuan=100, on="2026-03-06")
    assert (early.code, early.json["errors"][0]["pointer"]) == ("DATE_IMPLAUSIBLE", "/on")
    assert (await desk.step(case, "notify-fee", yuan=100)).json["phase"] == "paying"


async def test_a_decision_made_anew_is_not_lost_to_a_correction_asked_for_before_the_old_one(desk: Desk) -> None:
    case = await desk.opened()
    await desk.decide(case, "C1")
    await desk.step(case, "file-remedy", kind="reconsideration", organ="上海市人民政府")
    desk.clock.to("2026-05-06")
    await desk.step(case, "conclude-remedy", remedy=1, result="corrected")
    early = await desk.step(case, "notify-correction", text="请写明年度", on="2026-03-03")
    assert early.code == "DATE_IMPLAUSIBLE"


async def test_no_step_is_offered_once_who_asked_is_erased(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "withdraw")
    assert (await desk.step(case, "erasure", reason="保存期限届满")).json["steps"] == []
    assert (await desk.step(case, "close")).code == "ERASED"
