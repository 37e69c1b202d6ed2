"""Risks before a decision: what raises each, what stops until a reason is given, what is recorded."""

from __future__ import annotations

from typing import Any

import pytest

from services.requests.domain.flags import Earlier, differing
from tests.unit.requests.conftest import RULES, Desk
from tests.unit.requests.hands import START
from tests.unit.requests.test_approval import CZ, officer
from tests.unit.web.client import Answer

NAMED = {"number": "沪电发〔2026〕7号"}


async def up(desk: Desk, case: str, client: Any = None) -> dict[str, Any]:
    """The flags of a case by code."""
    answer = await (client or desk.client()).get(f"/requests/v1/cases/{case}/flags")
    assert answer.status == 200, answer.text
    return {each["code"]: each for each in answer.json["items"]}


def stops(answer: Answer) -> list[str]:
    assert answer.code == "FLAGGED", answer.text
    return [error["code"] for error in answer.json["errors"]]


def test_every_row_has_text_article_and_a_look() -> None:
    from services.requests.domain import flags

    assert set(RULES.risks.codes) == set(flags._LOOKS)
    assert all(risk.text and risk.article for risk in RULES.risks)


@pytest.mark.parametrize(
    ("code", "before", "differs"),
    [
        ("A2", "A1", False),
        ("A2", "C6", True),
        ("C6", "C6", False),
        ("C6", "C5", True),
        ("B", "A2", True),
        ("D1", "A2", True),
        ("E2", "A2", False),
        ("A2", "F3", False),
    ],
)
def test_what_counts_as_another_answer(code: str, before: str, differs: bool) -> None:
    known = (Earlier("r1", "〔2026〕第1号-告", before, START.date()),)
    assert bool(differing(code, known)) == differs


async def test_a_near_deadline_is_told_and_a_missed_one_too(desk: Desk) -> None:
    case = await desk.opened()
    assert "NEAR_DEADLINE" not in await up(desk, case)
    desk.clock.to("2026-03-26")
    near = (await up(desk, case))["NEAR_DEADLINE"]
    assert (near["severity"], near["detail"], near["article"]) == ("warn", "剩2个工作日", "条例第33条")
    desk.clock.to("2026-03-31")
    flags = await up(desk, case)
    assert "OVERDUE" in flags
    assert "NEAR_DEADLINE" not in flags


async def test_the_same_information_answered_otherwise_is_warned_of_and_recorded(desk: Desk) -> None:
    first = await desk.opened("e1", **NAMED)
    await desk.decide(first, "A2")
    second = await desk.opened("e2", **NAMED, name="李四", contact="13900005678")
    earlier = (await desk.client().get(f"/requests/v1/cases/{second}/earlier?code=C6")).json
    assert "〔2026〕第1号-告" in str(earlier)
    assert RULES.risks["ANSWERED_DIFFERENTLY"].severity == "warn"
    made = await desk.decide(second, "C6")
    assert made.status == 200, made.text
    assert made.json["decision"]["flags"] == ["ANSWERED_DIFFERENTLY", "NO_CONTACT"]


async def test_what_stops_is_passed_with_a_reason_that_nobody_else_reads(desk: Desk) -> None:
    case = await desk.opened()
    made = await desk.decide(case, "B", grounds=["X15"], despite="第三方已经注销")
    assert made.status == 200, made.text
    assert "THIRD_PARTY_SKIPPED" in made.json["decision"]["flags"]
    assert made.json["notes"]["despite"] == "第三方已经注销"
    assert "已经注销" not in str([event.data for event in desk.said])


async def test_the_same_answer_again_stops_nothing(desk: Desk) -> None:
    for n in (1, 2):
        case = await desk.opened(f"e{n}", **NAMED, name=f"申请人{n}")
        assert (await desk.decide(case, "A2")).status == 200


async def test_a_third_party_that_was_not_asked_stops(desk: Desk) -> None:
    case = await desk.opened()
    assert stops(await desk.decide(case, "B", grounds=["X15"])) == ["THIRD_PARTY_SKIPPED"]
    await desk.step(case, "consult", kind="third_party", party="甲公司")
    await desk.step(case, "end-consultation", consultation=1, outcome="refused")
    assert (await desk.decide(case, "B", grounds=["X15"])).status == 200


async def test_words_that_send_the_applicant_to_court_at_once_stop_a_refusal_only(desk: Desk) -> None:
    wish = desk.ruling("C6")
    wish["parts"]["reason"] = "属于讨论记录。如不服，可在6个月内直接向人民法院提起行政诉讼。"
    case = await desk.opened("e1")
    assert stops(await desk.step(case, "decide", **wish)) == ["RECONSIDERATION_FIRST"]
    other = desk.ruling("D2")
    other["parts"]["reason"] = wish["parts"]["reason"]
    assert (await desk.step(await desk.opened("e2"), "decide", **other)).status == 200


async def test_an_applicant_who_disputed_another_answer_is_named_by_cases_only(desk: Desk) -> None:
    first = await desk.opened("e1", **NAMED)
    await desk.decide(first, "A2")
    await desk.step(first, "serve", way="当面")
    await desk.step(first, "file-remedy", kind="reconsideration", organ="上海市人民政府")
    flag = (await up(desk, await desk.opened("e2", description="申请公开2024年电力设施检修计划")))["REPEATED_LITIGANT"]
    assert (flag["detail"], flag["cases"]) == ("1件", [first])


async def test_the_same_applicant_asking_again_is_told_and_the_repeat_answer_is_not(desk: Desk) -> None:
    await desk.decide(await desk.opened("e1", **NAMED), "A2")
    again = await desk.opened("e2", **NAMED)
    assert (await up(desk, again))["ANSWERED_ALREADY"]["detail"] == "〔2026〕第1号-告"
    made = await desk.decide(again, "E2")
    assert made.json["decision"]["flags"] == ["NO_CONTACT"]


async def test_a_late_correction_notice_and_silence_towards_the_applicant_are_told(desk: Desk) -> None:
    case = await desk.opened()
    desk.clock.to("2026-03-18")
    await desk.step(case, "notify-correction", text="请写明年度", days=3)
    assert "LATE_CORRECTION" in await up(desk, case)
    await desk.step(case, "correct")
    await desk.step(case, "note-contact", means="phone", summary="已电话说明")
    made = await desk.decide(case, "D2")
    assert made.json["decision"]["flags"] == ["LATE_CORRECTION"]


async def test_an_approval_against_a_flag_needs_its_reason_and_records_it(desk: Desk) -> None:
    await desk.body(CZ, "长治市水务局", "140400")
    agency = desk.client("agency", "changzhi", ("cz-*",))
    answer = await desk.enter(desk.event("e1", "sq-1", "changzhi", body=CZ), client=agency)
    case = str(answer.json["accepted"][0]["request_id"])
    clerk, chief = officer(desk), officer(desk, "cz-chief")
    wish = desk.ruling("B") | {"grounds": ["X15"]}
    assert (await desk.step(case, "draft", clerk, **wish)).status == 200
    assert (await up(desk, case, chief))["THIRD_PARTY_SKIPPED"]["severity"] == "stop"
    assert stops(await desk.step(case, "approve", chief)) == ["THIRD_PARTY_SKIPPED"]
    assert (await desk.case(case)).draft is not None
    approved = await desk.step(case, "approve", chief, despite="第三方已书面放弃")
    assert approved.json["decision"]["flags"] == ["THIRD_PARTY_SKIPPED", "NO_CONTACT"]
    facts = [event.data for event in desk.said if event.type == "requests.draft-approved"]
    assert facts[-1]["flags"] == ["THIRD_PARTY_SKIPPED", "NO_CONTACT"]
    assert await up(desk, case, chief) == {}


async def test_earlier_answers_are_listed_with_what_differs(desk: Desk) -> None:
    first = await desk.opened("e1", **NAMED)
    await desk.decide(first, "A2")
    second = await desk.opened("e2", **NAMED, name="李四")
    path = f"/requests/v1/cases/{second}/earlier"
    [same] = (await desk.client().get(f"{path}?code=A1")).json["items"]
    assert (same["request_id"], same["code"], same["differs"], same["same_applicant"]) == (first, "A2", False, False)
    [other] = (await desk.client().get(f"{path}?code=C6")).json["items"]
    assert other["differs"]
    assert (await desk.client("officer", "other", ("ja-office",)).get(path)).status == 403


async def test_the_page_of_the_decision_shows_flags_earlier_answers_and_asks_for_the_reason(desk: Desk) -> None:
    await desk.decide(await desk.opened("e1", **NAMED), "A2")
    second = await desk.opened("e2", **NAMED, name="李四")
    path = f"/console/requests/{second}/decide?code=C6"
    page = (await desk.client().get(path, headers={"accept": "text/html"})).text
    for words in ("风险提示", "相同信息的既往答复", "与拟作出的决定不同"):
        assert words in page
    assert 'name="despite"' not in page
    await desk.step(second, "sever", segments=[{"name": "正文"}])
    stopped = (await desk.client().get(path, headers={"accept": "text/html"})).text
    assert 'name="despite"' in stopped
    agreed = (await desk.client().get(path.replace("C6", "A2"), headers={"accept": "text/html"})).text
    assert 'name="despite"' not in agreed
