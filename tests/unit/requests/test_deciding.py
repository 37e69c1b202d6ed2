"""Decisions: every code with what it demands, and what it may not be without."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.requests.conftest import RULES, Desk

CODES = [code for code in RULES.vocabularies.decisions.codes if code not in ("C4", "D3", "E4", "F1", "F2")]


@pytest.mark.parametrize("code", CODES)
async def test_every_code_is_decided_with_its_parts_and_carries_its_remedy(desk: Desk, code: str) -> None:
    grounds: dict[str, Any] = {"grounds": ["X16a"]} if code == "B" else {}
    answer = await desk.decide(await desk.opened(), code, **grounds)
    assert answer.status == 200, answer.text
    decision = answer.json["decision"]
    assert decision["notice"] == "〔2026〕第1号-告"
    first = "先向" in decision["remedy"]
    assert first == (code in ("B", "C1", "C2", "C3", "C5", "C6", "C7"))
    assert set(RULES.vocabularies.decisions[code].parts) == set(answer.json["parts"])


@pytest.mark.parametrize("code", CODES)
async def test_a_decision_without_its_parts_names_each_that_is_missing(desk: Desk, code: str) -> None:
    parts = RULES.vocabularies.decisions[code].parts
    answer = await desk.decide(await desk.opened(), code, parts={}, grounds=["X15"] if code == "B" else [])
    if not parts:
        assert answer.status == 200
        return
    assert answer.code == "PART_MISSING"
    assert [error["pointer"] for error in answer.json["errors"]] == [f"/parts/{part}" for part in parts]


@pytest.mark.parametrize(
    ("code", "wish", "refusal", "pointer"),
    [
        ("X9", {"parts": {}}, "CODE_UNKNOWN", "/code"),
        ("C5", {"article": ""}, "ARTICLE_MISSING", "/article"),
        ("D1", {"article": " "}, "ARTICLE_MISSING", "/article"),
        ("E1", {"article": ""}, "ARTICLE_MISSING", "/article"),
        ("C5", {"grounds": ["X14a"]}, "GROUND_UNFIT", "/grounds"),
        ("B", {"grounds": []}, "GROUND_UNFIT", "/grounds"),
        ("A2", {"record": None}, "INFORMATION_MISSING", "/record"),
        ("A2", {"record": {"title": "只有标题"}}, "INFORMATION_MISSING", "/record"),
        ("A2", {"record": {"number": "七号"}}, "INFORMATION_MISSING", "/record/number"),
        ("C4", {}, "CONSULTATION_MISSING", "/code"),
        ("D3", {}, "NOT_CORRECTED", "/code"),
        ("F1", {}, "PERIOD_RUNNING", "/code"),
        ("E1", {"parts": {"reason": "属于信访", "secret": "x"}}, "CODE_UNKNOWN", "/parts/secret"),
    ],
)
async def test_an_incomplete_decision_is_refused(
    desk: Desk, code: str, wish: dict[str, Any], refusal: str, pointer: str
) -> None:
    case, known = await desk.opened(), code if code in RULES.vocabularies.decisions else "E1"
    answer = await desk.decide(case, known, **({"code": code} | wish))
    assert answer.code == refusal
    assert answer.json["errors"][0]["pointer"] == pointer
    assert (await desk.case(case)).open


async def test_rights_of_third_parties_are_a_ground_once_they_were_asked(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "consult", kind="third_party", party="甲公司")
    await desk.step(case, "end-consultation", consultation=1, outcome="refused")
    answer = await desk.decide(case, "C4")
    assert answer.json["decision"]["grounds"] == ["X15"]


async def test_still_unclear_is_an_answer_after_a_correction(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "notify-correction", text="请写明年度")
    await desk.step(case, "correct")
    assert (await desk.decide(case, "D3")).status == 200


async def test_a_late_decision_is_recorded_as_overdue(desk: Desk) -> None:
    case = await desk.opened()
    desk.clock.to("2026-03-31")
    assert (await desk.decide(case, "D2")).json["decision"]["overdue"] is True


async def test_what_the_notice_says_is_in_no_event(desk: Desk) -> None:
    await desk.decide(await desk.opened(), "E1", parts={"reason": "申请人陈晓禾反映的是投诉事项"})
    assert "陈晓禾" not in str([event.data for event in desk.said])
