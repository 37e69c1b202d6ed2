"""Reviews that others ask for: many applicants, and cases that wait for an attribute."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts.envelope import Envelope
from tests.unit.catalog.conftest import Desk
from tests.unit.catalog.reviewing import BODY, Reviewing

LETTER: dict[str, Any] = {"attribute": "主动公开", "reason": "已无保密需要", "letter": "沪电函〔2026〕12号"}


@pytest.fixture
def city(desk: Desk) -> Reviewing:
    return Reviewing(desk)


def reached(city: Reviewing, sequence: int = 1, **more: Any) -> Envelope:
    data = {
        "review_id": "rv1", "body": BODY, "information": "i1", "requests": ["r1", "r2"], "applicants": 2,
        "window_days": 365, "on": "2026-03-02", **more,
    }  # fmt: skip
    return city.news("requests.demand-reached", "dm1", sequence, **data)


def inquired(city: Reviewing, document_id: str, request_id: str = "rq1") -> Envelope:
    data = {"request_id": request_id, "body": BODY, "document_id": document_id, "unit": "调度处"}
    return city.news("requests.attribute-inquired", request_id, 3, **data, inquired_on="2026-03-02")


async def test_demand_proposes_to_make_a_document_public_once_and_the_conversion_settles_it(city: Reviewing) -> None:
    document = await city.filed("a")
    news = reached(city, document_id=document)
    await city.desk.hear(news)
    await city.desk.hear(news)
    await city.desk.hear(reached(city, 2, document_id=document, applicants=4))
    (proposed,) = city.said("attribute-change-proposed")
    assert (proposed["trigger"], proposed["after"], proposed["applicants"]) == ("demand", "主动公开", 2)
    assert city.causes() == ["demand"]
    approved = {
        "review_id": "rv1", "request_id": "r1", "body": BODY, "document_id": document, "reason": "可为公众知晓",
        "basis": "", "proposed_by": "p1", "approved_by": "p2",
    }  # fmt: skip
    converted = city.news("requests.conversion-approved", "rv1", 4, **approved)
    await city.desk.hear(converted)
    await city.desk.hear(converted)
    (settled,) = city.said("attribute-reviewed")
    assert (settled["outcome"], settled["attribute"], settled["by"]) == ("changed", "主动公开", "p2")
    await city.desk.hear(reached(city, 3, document_id=document))
    assert city.causes() == ["demand"]


async def test_demand_finds_a_document_by_its_number_and_lapses_with_its_ground(city: Reviewing) -> None:
    document = await city.filed("a", number="沪电发〔2026〕77号")
    await city.desk.hear(reached(city, number="沪电发〔2026〕77号"))
    assert [each.cause for each in (await city.document(document)).reviews] == ["demand"]
    other = await city.filed("b")
    await city.desk.hear(reached(city, 2, document_id=other))
    assert (await city.document(other)).reviews == ()
    lapsed = {"review_id": "rv1", "body": BODY, "information": "i1", "applicants": 1, "counted": 1, "reason": "已拆分"}
    news = city.news("requests.demand-lapsed", "dm1", 3, **lapsed)
    await city.desk.hear(news)
    await city.desk.hear(news)
    (settled,) = city.said("attribute-reviewed")
    assert (settled["outcome"], settled["kept"], settled["reason"]) == ("lapsed", True, "已拆分")


async def test_demand_for_no_filed_document_or_a_public_one_opens_nothing(city: Reviewing) -> None:
    public = await city.filed("a", attribute="主动公开")
    await city.desk.hear(reached(city), reached(city, 2, document_id=public), reached(city, 3, document_id="dnone"))
    assert city.causes() == []


async def test_a_case_is_answered_by_letter_once_and_the_letter_sets_the_attribute(city: Reviewing) -> None:
    document = await city.filed("a", attribute=None, backlog=True)
    news = inquired(city, document)
    await city.desk.hear(news)
    await city.desk.hear(news)
    (due,) = city.said("attribute-review-due")
    assert (due["cause"], due["review"]["unit"], due["review"]["request_id"]) == ("inquiry", "调度处", "rq1")
    client, review = city.client(), f"ar:{document}:inquiry:rq1"
    assert (await city.post(client, review, "keep", reason="不变")).code == "REVIEW_LETTER_NEEDED"
    change: dict[str, Any] = {"attribute": "主动公开", "reason": "可以公开"}
    assert (await city.post(client, review, "change", **change)).code == "REVIEW_LETTER_NEEDED"
    assert (await city.post(client, review, "determine", **change)).code == "INVALID"
    answer = await city.post(client, review, "determine", **LETTER)
    assert answer.status == 200, answer.text
    assert answer.json["view"]["attribute"] == "主动公开"
    told = city.said("attribute-determined")[-1]
    assert (told["via"], told["request_id"], told["letter"]) == ("inquiry", "rq1", "沪电函〔2026〕12号")
    assert (told["attribute"], told["reason"], told["by"]) == ("主动公开", "已无保密需要", "officer-1")
    assert [each.letter for each in (await city.document(document)).attributes] == ["", "沪电函〔2026〕12号"]
    assert [e["outcome"] for e in city.said("attribute-reviewed")] == ["determined"]


async def test_a_letter_that_confirms_the_attribute_answers_the_case_and_changes_nothing(city: Reviewing) -> None:
    document = await city.filed("a")
    await city.desk.hear(inquired(city, document), inquired(city, document, "rq2"))
    letter: dict[str, Any] = {**LETTER, "attribute": "依申请公开"}
    assert (await city.post(city.client(), f"ar:{document}:inquiry:rq2", "determine", **letter)).status == 200
    assert city.said("attribute-changed") == []
    assert city.said("attribute-determined")[-1]["request_id"] == "rq2"
    assert [(e["outcome"], e["kept"]) for e in city.said("attribute-reviewed")] == [("determined", True)] * 2


async def test_only_an_inquiry_is_answered_by_letter(city: Reviewing) -> None:
    document = await city.filed("a")
    await city.sweep.sweep()
    answer = await city.post(city.client(), f"ar:{document}:yearly:2026", "determine", **LETTER)
    assert answer.code == "REVIEW_NOT_INQUIRY"
