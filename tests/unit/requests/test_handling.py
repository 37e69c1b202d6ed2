"""What is done with an open case beside its clock: checked, explained, inquired about, talked over, tagged."""

from __future__ import annotations

from typing import Any

from shared.contracts.envelope import Envelope
from tests.unit.requests.conftest import Desk

WHY = "半年内提出申请四十余件"


async def test_an_incomplete_application_is_asked_to_be_corrected_and_never_turned_down(desk: Desk) -> None:
    case = await desk.opened()
    answer = await desk.step(case, "accept", missing=["description"])
    assert (answer.status, answer.code) == (409, "APPLICATION_INCOMPLETE")
    assert [error["detail"] for error in answer.json["errors"]] == [
        "缺少身份证明",
        "缺少申请公开的信息的名称、文号或者便于查询的描述",
    ]
    assert (await desk.step(case, "accept", identity_seen=True)).json["accepted_on"] == "2026-03-02"
    assert (await desk.step(case, "accept", identity_seen=True)).code == "STEP_DONE"


async def test_excessive_requests_are_not_handled_only_after_the_reason_was_asked_and_rejected(desk: Desk) -> None:
    case = await desk.opened()
    assert (await desk.step(case, "give-reason", text=WHY)).code == "REASON_NOT_ASKED"
    assert (await desk.decide(case, "E4")).code == "REASON_NOT_REJECTED"
    await desk.step(case, "ask-reason", count=42)
    assert (await desk.step(case, "ask-reason", count=42)).code == "STEP_DONE"
    given = await desk.step(case, "give-reason", text="研究需要")
    assert given.json["notes"]["reason"] == "研究需要"
    assert (await desk.decide(case, "E4")).code == "REASON_NOT_REJECTED"
    delay: dict[str, Any] = {"reasonable": False, "why": WHY, "until": "2026-05-06"}
    assert (await desk.step(case, "judge-reason", **delay)).code == "STEP_UNLAWFUL"
    assert (await desk.step(case, "judge-reason", reasonable=False, why=WHY)).status == 200
    assert (await desk.step(case, "judge-reason", reasonable=True, why=WHY)).code == "REASON_JUDGED"
    assert (await desk.decide(case, "E4")).status == 200
    assert "研究需要" not in str([event.data for event in desk.said])


async def test_a_reasonable_reason_puts_the_answer_off_to_a_day_that_is_told(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "ask-reason", count=42)
    wish: dict[str, Any] = {"reasonable": True, "why": "件数多但理由成立"}
    assert (await desk.step(case, "judge-reason", **wish, until="2026-03-30")).code == "DELAY_TOO_SHORT"
    assert (await desk.step(case, "judge-reason", **wish, until="2028-03-30")).code == "DATE_IMPLAUSIBLE"
    put_off = await desk.step(case, "judge-reason", **wish, until="2026-05-20")
    assert put_off.json["due"] == "2026-05-20"
    clock = await desk.clock_of(case)
    assert (clock["started"], clock["due"]) == ("2026-03-02", "2026-05-20")
    assert (await desk.step(case, "extend", approved_by="负责人", reason="检索")).code == "DEADLINE_FIXED"
    assert (await desk.decide(case, "E4")).code == "REASON_NOT_REJECTED"


async def test_an_answer_that_is_late_already_cannot_be_put_off(desk: Desk) -> None:
    case = await desk.opened()
    desk.clock.to("2026-03-31")
    await desk.step(case, "ask-reason", count=42)
    late = await desk.step(case, "judge-reason", reasonable=True, why=WHY, until="2026-05-20")
    assert late.code == "DELAY_LATE"


def attributed(desk: Desk, attribute: str, n: int = 1) -> Envelope:
    data = {"document_id": "d1", "attribute": attribute, "basis": "条例第13条"}
    return Envelope(
        f"d1:{n}", "/catalog", "catalog.attribute-determined", "d1", desk.clock.business(), data, sequence=n
    )


async def test_the_drafting_unit_is_asked_for_an_attribute_and_its_answer_is_noted_on_every_case(desk: Desk) -> None:
    first, second = await desk.opened("e1", document_id="d1"), await desk.opened("e2", document_id="d1")
    due = (await desk.clock_of(first))["due"]
    for case in (first, second):
        assert (await desk.step(case, "inquire-attribute", unit="规划科")).status == 200
    assert (await desk.step(first, "inquire-attribute", unit="规划科")).code == "INQUIRY_OPEN"
    assert (await desk.clock_of(first))["due"] == due
    await desk.settle(attributed(desk, "未认定"))
    assert (await desk.case(first)).inquiries[0].attribute == ""
    await desk.settle(attributed(desk, "主动公开", 2))
    for case in (first, second):
        assert (await desk.case(case)).inquiries[0].attribute == "主动公开"
    assert (await desk.step(first, "inquire-attribute", unit="规划科")).code == "STEP_DONE"
    told = len(desk.said)
    await desk.settle(attributed(desk, "依申请公开", 3))
    assert len(desk.said) == told


async def test_an_inquiry_is_about_a_document(desk: Desk) -> None:
    answer = await desk.step(await desk.opened(), "inquire-attribute", unit="规划科")
    assert (answer.code, answer.json["errors"][0]["pointer"]) == ("DOCUMENT_MISSING", "/document_id")


async def test_contacts_are_noted_until_the_case_is_filed_away(desk: Desk) -> None:
    case = await desk.opened()
    noted = await desk.step(case, "note-contact", means="phone", summary="申请人希望取得电子版")
    assert noted.json["contacts"][0]["means_label"] == "电话"
    assert noted.json["notes"]["contact:1"] == "申请人希望取得电子版"
    assert "电子版" not in str([event.data for event in desk.said])
    await desk.decide(case)
    await desk.step(case, "serve", way="当面")
    assert (await desk.step(case, "note-contact", means="phone", summary="已送达")).status == 200
    await desk.step(case, "close")
    assert (await desk.step(case, "note-contact", means="phone", summary="补记")).code == "STEP_UNLAWFUL"


async def test_a_case_worth_studying_is_tagged_with_a_note(desk: Desk) -> None:
    case = await desk.opened()
    tagged = await desk.step(case, "tag-case", tag="difficult", note="涉及多个机关")
    assert tagged.json["tags"] == [{"tag": "difficult", "label": "疑难", "by": "officer-1"}]
    assert tagged.json["notes"]["tag:difficult"] == "涉及多个机关"


async def test_an_extension_says_when_the_applicant_was_told(desk: Desk) -> None:
    case = await desk.opened()
    wish: dict[str, Any] = {"approved_by": "机关负责人", "reason": "需要检索档案"}
    assert (await desk.step(case, "extend", **wish, told_on="2026-03-03")).code == "DATE_IMPLAUSIBLE"
    assert (await desk.step(case, "extend", **wish, told_on="2026-03-02")).status == 200
    [extended] = [event for event in desk.said if event.type == "requests.deadline-extended"]
    assert extended.data["told_on"] == "2026-03-02"
