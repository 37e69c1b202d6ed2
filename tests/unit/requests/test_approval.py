"""Decisions that have to be approved: drafted by one, approved by another, returned, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.requests.conftest import Desk
from tests.unit.web.client import Client

CZ = "cz-water"


@pytest.fixture
async def case(desk: Desk) -> str:
    """A case of a body whose decisions need one approval."""
    await desk.body(CZ, "长治市水务局", "140400")
    client = desk.client("agency", "changzhi", ("cz-*",))
    answer = await desk.enter(desk.event("e1", "sq-1", "changzhi", body=CZ), client=client)
    assert answer.status == 202, answer.text
    return str(answer.json["accepted"][0]["request_id"])


def officer(desk: Desk, id: str = "cz-clerk", **more: Any) -> Client:
    return desk.client("officer", id, (CZ,), **more)


async def test_a_decision_is_made_by_its_approval_in_the_same_write_with_its_conversion(desk: Desk, case: str) -> None:
    clerk, chief = officer(desk), officer(desk, "cz-chief")
    assert (await desk.step(case, "decide", clerk, **desk.ruling())).code == "APPROVAL_NEEDED"
    drafted = await desk.step(case, "draft", clerk, **desk.ruling())
    assert drafted.json["draft"]["by"] == "cz-clerk"
    assert (await desk.case(case)).open
    assert (await desk.step(case, "approve", clerk)).code == "SAME_PERSON"
    before = len(desk.said)
    approved = await desk.step(case, "approve", chief)
    made = approved.json["decision"]
    assert (made["code"], made["drafted_by"], made["approved_by"]) == ("A2", "cz-clerk", ["cz-chief"])
    assert desk.types()[before : before + 3] == ["draft-approved", "decision-made", "conversion-proposed"]
    assert len({event.causationid for event in desk.said[before : before + 3]}) == 1


async def test_who_drafted_is_not_offered_the_approval(desk: Desk, case: str) -> None:
    clerk = officer(desk)
    drafted = await desk.step(case, "draft", clerk, **desk.ruling())
    own = {step["name"] for step in drafted.json["steps"]}
    seen = (await officer(desk, "cz-chief").get(f"/requests/v1/cases/{case}")).json
    others = {step["name"] for step in seen["steps"]}
    assert {"approve", "return-draft"} <= others
    assert own & {"approve", "return-draft", "draft", "decide"} == set()


async def test_a_draft_is_returned_with_a_reason_and_made_anew(desk: Desk, case: str) -> None:
    clerk, chief = officer(desk), officer(desk, "cz-chief")
    await desk.step(case, "draft", clerk, **desk.ruling("D2"))
    assert (await desk.step(case, "draft", clerk, **desk.ruling())).code == "DRAFT_PENDING"
    returned = await desk.step(case, "return-draft", chief, reason="理由不够充分")
    assert returned.json["notes"]["draft_returned"] == "理由不够充分"
    assert (await desk.step(case, "approve", chief)).code == "DRAFT_MISSING"
    assert (await desk.step(case, "draft", clerk, **desk.ruling())).json["draft"]["draft"] == 2
    assert "理由不够充分" not in str([event.data for event in desk.said])


async def test_new_facts_need_the_draft_to_be_taken_back(desk: Desk, case: str) -> None:
    clerk = officer(desk)
    await desk.step(case, "draft", clerk, **desk.ruling("D2"))
    consulted: dict[str, Any] = {"kind": "third_party", "party": "甲公司"}
    assert (await desk.step(case, "consult", clerk, **consulted)).code == "DRAFT_PENDING"
    assert (await desk.step(case, "withdraw-draft", clerk, reason="发现涉及第三方")).status == 200
    assert (await desk.step(case, "consult", clerk, **consulted)).status == 200


async def test_a_draft_is_as_complete_as_a_decision(desk: Desk, case: str) -> None:
    answer = await desk.step(case, "draft", officer(desk), **(desk.ruling("C1") | {"parts": {}}))
    assert answer.code == "PART_MISSING"


async def test_an_applicant_who_corrects_overtakes_the_draft_that_held_it_against_him(desk: Desk, case: str) -> None:
    clerk, chief = officer(desk), officer(desk, "cz-chief")
    await desk.step(case, "notify-correction", clerk, text="请写明年度", days=5)
    desk.clock.to("2026-03-12")
    assert (await desk.step(case, "draft", clerk, code="F1")).status == 200
    await desk.step(case, "correct", clerk)
    assert (await desk.case(case)).draft is None
    assert (await desk.step(case, "approve", chief)).code == "DRAFT_MISSING"


async def test_where_no_approval_is_needed_there_is_no_draft(desk: Desk) -> None:
    answer = await desk.step(await desk.opened(), "draft", **desk.ruling())
    assert (answer.status, answer.code) == (409, "APPROVAL_NOT_NEEDED")


async def test_a_key_that_only_handles_cannot_approve_and_one_that_only_approves_cannot_handle(
    desk: Desk, case: str
) -> None:
    clerk = officer(desk, scopes=frozenset({"requests.handle"}))
    chief = officer(desk, "cz-chief", scopes=frozenset({"requests.approve"}))
    assert (await desk.step(case, "draft", chief, **desk.ruling())).status == 403
    assert (await desk.step(case, "draft", clerk, **desk.ruling())).status == 200
    assert (await desk.step(case, "approve", officer(desk, "cz-other", scopes=clerk_scopes()))).status == 403
    assert [step["name"] for step in (await chief.get(f"/requests/v1/cases/{case}")).json["steps"]] == [
        "approve",
        "return-draft",
    ]
    assert (await desk.step(case, "approve", chief)).status == 200


def clerk_scopes() -> frozenset[str]:
    return frozenset({"requests.handle", "something.else"})
