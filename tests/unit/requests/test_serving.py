"""How a notice reaches the applicant: by hand, by post, electronically, back and again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.requests.conftest import Desk

MAIL: dict[str, Any] = {"way": "邮寄", "carrier": "ems", "tracking": "EA123456789CN"}


async def decided(desk: Desk) -> str:
    case = await desk.opened()
    assert (await desk.decide(case)).status == 200
    return case


async def test_the_day_of_posting_counts_for_the_limit_and_the_signature_for_service(desk: Desk) -> None:
    case = await decided(desk)
    desk.clock.to("2026-03-30")
    sent = await desk.step(case, "send", **MAIL, address="上海市静安区示例路1号")
    assert sent.json["phase"] == "sent"
    assert sent.json["notes"]["address:1"] == "上海市静安区示例路1号"
    desk.clock.to("2026-04-02")
    signed = await desk.step(case, "sign")
    assert (signed.json["phase"], signed.json["served_on"], signed.json["served_late"]) == (
        "served",
        "2026-04-02",
        False,
    )
    assert "示例路1号" not in str([event.data for event in desk.said])


@pytest.mark.parametrize(
    ("wish", "refusal", "pointer"),
    [
        ({"way": "邮寄"}, "CARRIER_MISSING", "/carrier"),
        ({"way": "邮寄", "carrier": "ems"}, "CARRIER_MISSING", "/tracking"),
        ({"way": "邮寄", "carrier": "ems", "tracking": "SF1234567890"}, "TRACKING_INVALID", "/tracking"),
        ({"way": "电子送达"}, "REMEDY_CHANNEL_MISSING", "/channel"),
    ],
)
async def test_only_the_postal_enterprise_carries_it_and_online_service_names_the_online_remedy(
    desk: Desk, wish: dict[str, Any], refusal: str, pointer: str
) -> None:
    answer = await desk.step(await decided(desk), "send", **wish)
    assert (answer.code, answer.json["errors"][0]["pointer"]) == (refusal, pointer)


async def test_no_courier_can_be_named(desk: Desk) -> None:
    answer = await desk.step(await decided(desk), "send", **(MAIL | {"carrier": "courier"}))
    assert answer.status == 422


async def test_electronic_service_counts_from_the_day_it_arrived(desk: Desk) -> None:
    case = await decided(desk)
    desk.clock.to("2026-03-30")
    await desk.step(case, "send", way="电子送达", channel="行政复议服务平台")
    desk.clock.to("2026-03-31")
    assert (await desk.step(case, "sign")).json["served_late"] is True


async def test_returned_mail_has_to_be_served_again_and_stays_in_time(desk: Desk) -> None:
    case = await decided(desk)
    desk.clock.to("2026-03-30")
    await desk.step(case, "send", **MAIL)
    desk.clock.to("2026-04-08")
    back = await desk.step(case, "return-mail", reason="迁移新址不明")
    assert (back.json["phase"], back.json["again_by"]) == ("decided", "2026-04-15")
    assert back.json["notes"]["returned:1"] == "迁移新址不明"
    again = await desk.step(case, "send", **(MAIL | {"tracking": "1234567890123", "carrier": "registered"}))
    assert again.json["again_by"] is None
    assert [each["late"] for each in again.json["deliveries"]] == [False, False]
    signed = await desk.step(case, "sign")
    assert signed.json["served_late"] is False


async def test_nothing_is_signed_that_was_not_sent(desk: Desk) -> None:
    assert (await desk.step(await decided(desk), "sign")).code == "STEP_UNLAWFUL"


async def test_a_third_party_that_refused_is_overridden_for_a_public_interest_and_told(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "consult", kind="third_party", party="甲公司")
    await desk.step(case, "end-consultation", consultation=1, outcome="refused")
    refused = await desk.decide(case)
    assert (refused.code, refused.json["errors"][0]["pointer"]) == ("PUBLIC_INTEREST_MISSING", "/parts/public_interest")
    parts = desk.ruling()["parts"] | {"public_interest": "涉及公共安全，应当公开"}
    made = await desk.decide(case, parts=parts)
    assert made.json["decision"]["overrides"] == [1]
    await desk.step(case, "serve", way="当面")
    assert (await desk.step(case, "close")).code == "THIRD_PARTY_UNTOLD"
    assert (await desk.step(case, "tell-third-party", consultation=2)).code == "THIRD_PARTY_TOLD"
    assert (await desk.step(case, "tell-third-party", consultation=1)).status == 200
    assert (await desk.step(case, "tell-third-party", consultation=1)).code == "THIRD_PARTY_TOLD"
    assert (await desk.step(case, "close")).status == 200


async def test_what_a_third_party_refused_may_be_withheld_and_the_rest_disclosed(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "consult", kind="third_party", party="甲公司")
    await desk.step(case, "end-consultation", consultation=1, outcome="refused")
    assert (await desk.decide(case, "B", grounds=["X15"])).json["decision"]["overrides"] == []


async def test_another_form_than_asked_for_needs_a_reason(desk: Desk) -> None:
    case = await desk.opened(form="纸质复印件")
    assert (await desk.decide(case, form="现场查阅")).code == "FORM_REASON_MISSING"
    made = await desk.decide(case, form="现场查阅", form_reason="原件不宜复印")
    assert made.json["decision"]["form"] == "现场查阅"
    assert made.json["notes"]["form_reason"] == "原件不宜复印"
