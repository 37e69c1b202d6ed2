"""The register of a service zone: reading, advice, opinions and their replies."""

from __future__ import annotations

from typing import Any

from tests.unit.requests.conftest import BODY, Desk
from tests.unit.web.client import Answer

VISITS = "/requests/v1/visits"


async def noted(desk: Desk, **more: Any) -> Answer:
    wish = {"body": BODY, "purpose": "opinion", "item": "停电信息公开", "opinion": "希望提前三天公布"} | more
    return await desk.post(VISITS, desk.client(), "", wish)


async def test_an_opinion_left_at_a_zone_is_sealed_and_answered_once(desk: Desk) -> None:
    made = await noted(desk, visitor="来访人乙")
    assert (made.status, made.json["purpose_label"], made.json["opinion"]) == (201, "提出意见", "希望提前三天公布")
    visit, officer = made.json["visit_id"], desk.client()
    waiting = await officer.get(f"{VISITS}?waiting=true")
    assert [each["visit_id"] for each in waiting.json["items"]] == [visit]
    answered = await desk.post(f"{VISITS}/{visit}/reply", officer, made.headers["etag"], {"reply": "已调整公布时间"})
    assert (answered.json["reply"], answered.json["replied_on"]) == ("已调整公布时间", "2026-03-02")
    again = await desk.post(f"{VISITS}/{visit}/reply", officer, answered.headers["etag"], {"reply": "再答"})
    assert again.code == "OPINION_ANSWERED"
    assert (await officer.get(f"{VISITS}?waiting=true")).json["items"] == []
    supervisor = desk.client("supervisor", "office-1", ())
    assert "opinion" not in (await supervisor.get(f"{VISITS}/{visit}")).json
    said = str([event.data for event in desk.said])
    assert [words for words in ("来访人乙", "提前三天", "调整公布") if words in said] == []


async def test_who_came_to_read_need_not_be_named(desk: Desk) -> None:
    made = await noted(desk, purpose="reading", opinion="", document_id="d1", on_the_spot=True)
    assert (made.json["on_the_spot"], made.json["visitor"], made.json["waiting"]) == (True, None, False)


async def test_a_visit_is_noted_by_an_officer_of_the_zone_with_what_it_was_about(desk: Desk) -> None:
    assert (await noted(desk, opinion="")).code == "OPINION_MISSING"
    assert (await noted(desk, on="2026-03-03")).code == "DATE_IMPLAUSIBLE"
    assert (await noted(desk, body="ja-office")).status == 403
    assert (await desk.client().get(f"{VISITS}/none")).code == "VISIT_UNKNOWN"
