"""The intake of agencies: the feed's envelopes and receipts, nobody in the log, bad input field by field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.requests.conftest import Desk


async def test_an_entered_application_gets_a_receipt_that_says_it_was_admitted(desk: Desk) -> None:
    agency = desk.client("agency", "shanghai", ("sh-*",))
    answer = await desk.enter(desk.event("e1"), client=agency)
    [accepted] = answer.json["accepted"]
    assert accepted["receipt"].startswith("rc_r")
    receipt = (await agency.get(f"/requests/v1/receipts/{accepted['receipt']}")).json
    assert (receipt["state"], receipt["aggregate"]) == ("admitted", accepted["request_id"])
    assert receipt["number"] == "〔2026〕第1号"
    stranger = desk.client("agency", "jingan", ("ja-*",))
    assert (await stranger.get(f"/requests/v1/receipts/{accepted['receipt']}")).code == "RECEIPT_UNKNOWN"


async def test_the_same_event_again_is_the_same_receipt_and_changes_nothing(desk: Desk) -> None:
    first = await desk.enter(desk.event("e1"))
    said = len(desk.said)
    again = await desk.enter(desk.event("e1"))
    assert again.json == first.json
    assert len(desk.said) == said


async def test_the_same_id_with_other_content_is_rejected(desk: Desk) -> None:
    await desk.enter(desk.event("e1"))
    answer = await desk.enter(desk.event("e1", name="周一舟"))
    assert answer.json["rejected"][0]["errors"][0]["code"] == "ID_REUSED"


async def test_the_same_content_under_another_id_is_a_duplicate_of_the_first(desk: Desk) -> None:
    agency = desk.client("agency", "shanghai", ("sh-*",))
    first = (await desk.enter(desk.event("e1"), client=agency)).json["accepted"][0]
    second = (await desk.enter(desk.event("e2"), client=agency)).json["accepted"][0]
    assert second["request_id"] == first["request_id"]
    receipt = (await agency.get(f"/requests/v1/receipts/{second['receipt']}")).json
    assert (receipt["state"], receipt["first"]) == ("duplicate", first["receipt"])
    assert desk.types().count("request-received") == 1


async def test_lines_and_single_events_are_taken_too(desk: Desk) -> None:
    agency = desk.client("agency", "shanghai", ("sh-*",))
    lines = "\n".join(json.dumps(desk.event(f"e{n}", f"s{n}")) for n in (1, 2)).encode()
    answer = await agency.post("/requests/v1/intake", body=lines, headers={"content-type": "application/x-ndjson"})
    assert len(answer.json["accepted"]) == 2
    one = json.dumps(desk.event("e3", "s3")).encode()
    headers = {"content-type": "application/cloudevents+json"}
    assert (await agency.post("/requests/v1/intake", body=one, headers=headers)).status == 202
    wrong = await agency.post("/requests/v1/intake", body=one, headers={"content-type": "text/plain"})
    assert wrong.code == "MEDIA_TYPE"
    await desk.settle()


@pytest.mark.parametrize(
    ("change", "code", "pointer", "detail"),
    [
        ({"specversion": "0.3"}, "FIELD_INVALID", "/specversion", None),
        ({"id": " "}, "FIELD_INVALID", "/id", None),
        ({"subject": None}, "FIELD_MISSING", "/subject", "缺少必填字段"),
        ({"type": "feed.document-issued"}, "TYPE_UNKNOWN", "/type", None),
        ({"source": "/jingan/oa"}, "SOURCE_NOT_YOURS", "/source", None),
        ({"time": "gestern"}, "FIELD_INVALID", "/time", None),
        ({"sequence": 3}, "FIELD_UNKNOWN", "/sequence", "不认识的字段"),
    ],
)
async def test_a_bad_envelope_names_its_field(
    desk: Desk, change: dict[str, Any], code: str, pointer: str, detail: str | None
) -> None:
    event = {name: value for name, value in (desk.event("e1") | change).items() if value is not None}
    answer = await desk.enter(event)
    assert answer.status in (403, 422)
    [error] = answer.json["rejected"][0]["errors"]
    assert (error["code"], error["pointer"]) == (code, pointer)
    assert detail is None or error["detail"] == detail


BAD = [
    ({"body": "sh-nobody"}, "BODY_UNKNOWN", "/data/body"),
    ({"body": "ja-office"}, "BODY_NOT_YOURS", "/data/body"),
    ({"body": None}, "FIELD_MISSING", "/data/body"),
    ({"category": "alien"}, "CODE_UNKNOWN", "/data/category"),
    ({"channel": "pigeon"}, "CODE_UNKNOWN", "/data/channel"),
    ({"channel": None}, "FIELD_MISSING", "/data/channel"),
    ({"name": "  "}, "FIELD_INVALID", "/data/name"),
    ({"name": "王" * 101}, "FIELD_INVALID", "/data/name"),
    ({"name": 7}, "FIELD_INVALID", "/data/name"),
    ({"contact": "随便"}, "FIELD_INVALID", "/data/contact"),
    ({"description": "短"}, "FIELD_INVALID", "/data/description"),
    ({"description": "长" * 2001}, "FIELD_INVALID", "/data/description"),
    ({"identity": "110101199003070012"}, "FIELD_INVALID", "/data/identity"),
    ({"category": "com", "identity": "91110000600037341X"}, "FIELD_INVALID", "/data/identity"),
    ({"number": "七号文件"}, "CODE_UNKNOWN", "/data/number"),
    ({"form": "口述"}, "FIELD_INVALID", "/data/form"),
    ({"delivery": "鸽子"}, "FIELD_INVALID", "/data/delivery"),
    ({"submitted_on": None}, "FIELD_MISSING", "/data/submitted_on"),
    ({"submitted_on": "2026-02-30"}, "FIELD_INVALID", "/data/submitted_on"),
    ({"submitted_on": "2026-03-03"}, "DATE_IMPLAUSIBLE", "/data/submitted_on"),
    ({"submitted_on": "2010-01-01"}, "DATE_IMPLAUSIBLE", "/data/submitted_on"),
    ({"channel": "registered"}, "DATE_MISSING", "/data/signed_on"),
    ({"channel": "registered", "signed_on": "2026-03-01"}, "DATE_IMPLAUSIBLE", "/data/signed_on"),
    ({"channel": "fax", "confirmed_on": "2026-03-09"}, "DATE_IMPLAUSIBLE", "/data/confirmed_on"),
    ({"purpose": "科研"}, "FIELD_UNKNOWN", "/data/purpose"),
]


@pytest.mark.parametrize(("change", "code", "pointer"), BAD)
async def test_bad_data_names_its_field_and_never_repeats_it(
    desk: Desk, change: dict[str, Any], code: str, pointer: str
) -> None:
    event = desk.event("e1")
    event["data"] = {name: value for name, value in (event["data"] | change).items() if value is not None}
    answer = await desk.enter(event)
    [error] = answer.json["rejected"][0]["errors"]
    assert (error["code"], error["pointer"]) == (code, pointer)
    assert not error["detail"].isascii()
    assert "陈晓禾" not in answer.text
    assert desk.types() == ["body-noted", "body-noted"]


async def test_one_bad_application_does_not_keep_the_others_out(desk: Desk) -> None:
    answer = await desk.enter(desk.event("e1", "s1"), desk.event("e2", "s2", name=""), desk.event("e3", "s3"))
    assert [each["id"] for each in answer.json["accepted"]] == ["e1", "e3"]
    assert answer.json["rejected"][0]["index"] == 1


async def test_only_agencies_enter_applications(desk: Desk) -> None:
    assert (await desk.enter(desk.event("e1"), client=desk.client())).code == "FORBIDDEN"
