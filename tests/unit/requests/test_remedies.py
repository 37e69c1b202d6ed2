"""Reconsideration and litigation: which comes first, what they change, which lesson is drawn."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.requests.conftest import RULES, Desk

RECONSIDERED: dict[str, Any] = {"kind": "reconsideration", "organ": "上海市人民政府"}
SUED: dict[str, Any] = {"kind": "suit", "organ": "上海市静安区人民法院"}
SUED_AFTER: dict[str, Any] = SUED | {"kind": "suit_after"}
DIRECT = [d.code for d in RULES.vocabularies.decisions if d.code not in ("C4", "D3", "E4", "F1", "F2")]


async def decided(desk: Desk, code: str = "A2", **more: Any) -> str:
    case = await desk.opened()
    assert (await desk.decide(case, code, **more)).status == 200
    return case


@pytest.mark.parametrize("code", DIRECT)
async def test_a_refusal_to_disclose_is_reconsidered_before_it_is_sued_over(desk: Desk, code: str) -> None:
    case = await decided(desk, code, **({"grounds": ["X14a"]} if code == "B" else {}))
    first = code in ("B", "C1", "C2", "C3", "C5", "C6", "C7")
    answer = await desk.step(case, "file-remedy", **SUED)
    assert (answer.code if first else answer.status) == ("RECONSIDERATION_FIRST" if first else 200)


async def test_the_disclosed_part_can_be_sued_over_directly(desk: Desk) -> None:
    case = await decided(desk, "B", grounds=["X14a"])
    assert (await desk.step(case, "file-remedy", **SUED, part="disclosed")).status == 200


async def test_a_suit_follows_a_reconsideration_once_that_is_over(desk: Desk) -> None:
    case = await decided(desk, "C1")
    assert (await desk.step(case, "file-remedy", **SUED_AFTER)).code == "REMEDY_ORDER"
    await desk.step(case, "file-remedy", **RECONSIDERED)
    assert (await desk.step(case, "file-remedy", **RECONSIDERED)).code == "REMEDY_ORDER"
    assert (await desk.step(case, "file-remedy", **SUED_AFTER)).code == "REMEDY_ORDER"
    desk.clock.to("2026-04-20")
    await desk.step(case, "conclude-remedy", remedy=1, result="upheld")
    assert (await desk.step(case, "file-remedy", **SUED_AFTER)).status == 200
    assert (await desk.step(case, "file-remedy", **RECONSIDERED)).code == "REMEDY_ORDER"


async def test_a_suit_follows_a_reconsideration_that_was_not_decided_in_time(desk: Desk) -> None:
    case = await decided(desk, "C1")
    await desk.step(case, "file-remedy", **RECONSIDERED)
    desk.clock.to("2026-05-01")
    assert (await desk.step(case, "file-remedy", **SUED_AFTER)).code == "REMEDY_ORDER"
    desk.clock.to("2026-05-02")
    assert (await desk.step(case, "file-remedy", **SUED_AFTER)).status == 200


async def test_not_answering_is_open_to_remedies_only_once_the_time_is_over(desk: Desk) -> None:
    case = await desk.opened()
    desk.clock.to("2026-03-30")
    assert (await desk.step(case, "file-remedy", **SUED)).code == "REMEDY_TOO_EARLY"
    desk.clock.to("2026-03-31")
    filed = await desk.step(case, "file-remedy", **SUED)
    assert filed.json["remedies"][0]["decision"] == 0
    concluded = await desk.step(case, "conclude-remedy", remedy=1, result="corrected", text="责令限期答复")
    assert (concluded.json["phase"], concluded.json["notes"]["remedy:1"]) == ("processing", "责令限期答复")
    assert "case-reopened" not in desk.types()


async def test_a_corrected_decision_is_made_anew_and_the_old_one_stays(desk: Desk) -> None:
    case = await decided(desk, "C1")
    await desk.step(case, "serve", way="当面")
    await desk.step(case, "close")
    desk.clock.to("2026-03-20")
    await desk.step(case, "file-remedy", **RECONSIDERED, reference="沪府复〔2026〕1号")
    desk.clock.to("2026-05-06")
    opened = await desk.step(case, "conclude-remedy", remedy=1, result="corrected")
    assert (opened.json["phase"], opened.json["due"]) == ("processing", "2026-06-02")
    clock = await desk.clock_of(case)
    assert (clock["started"], clock["due"], clock["lines"][1]["kind"]) == ("2026-05-06", "2026-06-02", "fixed")
    assert (await desk.step(case, "withdraw")).code == "WITHDRAWAL_LATE"
    assert (await desk.step(case, "extend", approved_by="负责人", reason="检索")).code == "DEADLINE_FIXED"
    again = await desk.decide(case, "A2")
    assert [made["notice"] for made in again.json["decisions"]] == ["〔2026〕第1号-告", "〔2026〕第1号-告2"]
    assert [made["code"] for made in again.json["decisions"]] == ["C1", "A2"]
    state = await desk.case(case)
    assert (str(state.finished_on), state.phase) == ("2026-03-02", "decided")
    assert (await desk.step(case, "file-remedy", **SUED)).status == 200


async def test_an_ordered_day_for_the_new_decision_holds(desk: Desk) -> None:
    case = await decided(desk, "D2")
    await desk.step(case, "file-remedy", **SUED)
    wish: dict[str, Any] = {"remedy": 1, "result": "corrected"}
    desk.clock.to("2026-03-10")
    assert (await desk.step(case, "conclude-remedy", **wish, until="2026-03-10")).code == "DATE_IMPLAUSIBLE"
    assert (await desk.step(case, "conclude-remedy", **wish, until="2026-03-20")).json["due"] == "2026-03-20"
    desk.clock.to("2026-03-23")
    assert (await desk.decide(case)).json["decision"]["overdue"] is True


async def test_a_decision_only_found_unlawful_is_not_made_anew(desk: Desk) -> None:
    case = await decided(desk)
    await desk.step(case, "file-remedy", **SUED)
    assert (await desk.step(case, "conclude-remedy", remedy=1, result="corrected", anew=False)).json[
        "phase"
    ] == "decided"


async def test_a_lesson_names_similar_open_cases_and_needs_evidence_to_be_closed(desk: Desk) -> None:
    number = "沪电发〔2026〕7号"
    case, similar = await desk.opened("e1", number=number), await desk.opened("e2", number=number)
    await desk.opened("e3", number="沪电发〔2026〕8号")
    await desk.decide(case, "D2")
    assert (await desk.step(case, "close-rectification", remedy=1, measures="无", evidence="无")).status == 409
    await desk.step(case, "file-remedy", **SUED)
    concluded = await desk.step(case, "conclude-remedy", remedy=1, result="corrected")
    remedy = concluded.json["remedies"][0]
    assert (remedy["rectifying"], remedy["similar"]) == (True, [similar])
    done = await desk.step(case, "close-rectification", remedy=1, measures="重新检索档案", evidence="检索记录")
    assert done.json["remedies"][0]["rectifying"] is False
    assert done.json["notes"]["evidence:1"] == "检索记录"


async def test_a_remedy_is_reported_when_it_is_filed_and_when_it_is_over(desk: Desk) -> None:
    case = await decided(desk)
    assert (await desk.step(case, "report-remedy", remedy=1, to="市政府办公厅")).code == "REMEDY_UNKNOWN"
    await desk.step(case, "file-remedy", **SUED)
    assert (await desk.step(case, "report-remedy", remedy=1, to="市政府办公厅")).status == 200
    assert (await desk.step(case, "report-remedy", remedy=1, to="市政府办公厅")).code == "REMEDY_REPORTED"
    await desk.step(case, "conclude-remedy", remedy=1, result="other")
    assert (await desk.step(case, "conclude-remedy", remedy=1, result="other")).code == "REMEDY_UNKNOWN"
    reported = await desk.step(case, "report-remedy", remedy=1, to="市政府办公厅")
    assert len(reported.json["remedies"][0]["reports"]) == 2


async def test_who_asked_is_not_erased_while_a_remedy_is_pending(desk: Desk) -> None:
    case = await decided(desk)
    await desk.step(case, "file-remedy", **SUED)
    answer = await desk.post(f"/requests/v1/cases/{case}/erasure", desk.client(), '"1"', {"reason": "保存期满"})
    assert answer.code == "ERASURE_TOO_EARLY"
    assert (await desk.client().get(f"/requests/v1/cases/{case}")).json["applicant"]["name"] == "陈晓禾"


async def test_a_lapsed_correction_held_against_an_applicant_wrongly_is_taken_up_again(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "notify-correction", text="请写明年度", days=5)
    desk.clock.to("2026-03-12")
    await desk.decide(case, "F1")
    await desk.step(case, "file-remedy", **RECONSIDERED)
    await desk.step(case, "conclude-remedy", remedy=1, result="corrected")
    assert (await desk.clock_of(case))["due"] == "2026-04-10"
    assert (await desk.decide(case, "A2")).status == 200
