"""The feed's door against what nobody honest sends: nothing gets in, nothing falls over, nothing leaks."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.unit.web.client import Answer
from tests.unit.web.conftest import Desk
from tests.unit.web.doors import BATCH, LINES, ONE, SOURCE, Doorway, document, enterprise

MIB = 1024 * 1024


@pytest.fixture
async def door(tmp_path: Path) -> Doorway:
    return await Doorway(tmp_path, Desk()).open()


async def post(door: Doorway, body: Any, headers: dict[str, str] = ONE, **more: Any) -> Answer:
    return await door.client.post("/feed/v1/events", body=body, headers=headers, **more)


def raw(**changes: Any) -> bytes:
    """An event with fields replaced, or left out where the value is ``...``."""
    wire = {**enterprise(), **changes}
    return json.dumps({name: value for name, value in wire.items() if value is not ...}).encode()


def named(cases: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Cases for ``parametrize`` whose first value is their name."""
    return [pytest.param(*case[1:], id=case[0]) for case in cases]


ENVELOPES: list[tuple[str, bytes, str, str]] = [
    ("no id", raw(id=...), "FIELD_MISSING", "/id"),
    ("no source", raw(source=...), "FIELD_MISSING", "/source"),
    ("no type", raw(type=...), "FIELD_MISSING", "/type"),
    ("no subject", raw(subject=...), "FIELD_MISSING", "/subject"),
    ("no data", raw(data=...), "FIELD_MISSING", "/data"),
    ("no version", raw(specversion=...), "FIELD_MISSING", "/specversion"),
    ("old version", raw(specversion="0.3"), "FIELD_INVALID", "/specversion"),
    ("empty id", raw(id=""), "FIELD_INVALID", "/id"),
    ("id with a line break", raw(id="a\nb"), "FIELD_INVALID", "/id"),
    ("endless id", raw(id="x" * 10_000), "FIELD_INVALID", "/id"),
    ("id as a number", raw(id=7), "FIELD_INVALID", "/id"),
    ("source as a list", raw(source=["a"]), "FIELD_INVALID", "/source"),
    ("type as an object", raw(type={}), "FIELD_INVALID", "/type"),
    ("data as text", raw(data="text"), "FIELD_INVALID", "/data"),
    ("data as a list", raw(data=[]), "FIELD_INVALID", "/data"),
    ("time without zone", raw(time="2026-03-02T09:00:00"), "FIELD_INVALID", "/time"),
    ("no such day", raw(time="2026-02-30T09:00:00+08:00"), "FIELD_INVALID", "/time"),
    ("the year nought", raw(time="0001-01-01T00:00:00+14:00"), "FIELD_INVALID", "/time"),
    ("not JSON inside", raw(datacontenttype="text/xml"), "FIELD_INVALID", "/datacontenttype"),
    ("a stamp of ours", raw(agency="a9"), "FIELD_UNKNOWN", "/agency"),
    ("a receipt of its own", raw(receipt="rc_n1"), "FIELD_UNKNOWN", "/receipt"),
    ("a time of acceptance of its own", raw(receivedat="2020-01-01T00:00:00+08:00"), "FIELD_UNKNOWN", "/receivedat"),
    ("bodies of its own", raw(agencybodies="*"), "FIELD_UNKNOWN", "/agencybodies"),
    ("a sequence", raw(sequence=1), "FIELD_UNKNOWN", "/sequence"),
    ("binary data", raw(data_base64="AA=="), "FIELD_UNKNOWN", "/data_base64"),
    ("an unknown type", raw(type="feed.nothing-happened"), "TYPE_UNKNOWN", "/type"),
    ("another owner's fact", raw(type="catalog.document-archived"), "TYPE_UNKNOWN", "/type"),
    ("a person's request", raw(type="requests.request-received"), "PEOPLE_NOT_HERE", "/type"),
    ("a broken trace", raw(traceparent="x"), "FIELD_INVALID", "/traceparent"),
    ("an unknown field in data", raw(data={**enterprise()["data"], "phone": "1"}), "FIELD_UNKNOWN", "/data/phone"),
    ("a missing field in data", raw(data={"name": "甲"}), "FIELD_MISSING", "/data/credit_code"),
    ("text for a number", raw(data={**enterprise()["data"], "employees": "32"}), "FIELD_INVALID", "/data/employees"),
    ("text for a truth", raw(data={**enterprise()["data"], "active": "true"}), "FIELD_INVALID", "/data/active"),
    ("no object", b"[1]", "NOT_OBJECT", ""),
    ("a number", b"1", "NOT_OBJECT", ""),
    ("null", b"null", "NOT_OBJECT", ""),
]


@pytest.mark.parametrize(
    ("body", "code", "pointer"), [each[1:] for each in ENVELOPES], ids=[each[0] for each in ENVELOPES]
)
async def test_a_malformed_event_is_refused_with_code_and_pointer(
    door: Doorway, body: bytes, code: str, pointer: str
) -> None:
    answer = await post(door, body)
    assert answer.status == 422
    assert answer.code in (code, "INVALID")
    assert answer.json["accepted"] == []
    [rejected] = answer.json["rejected"]
    assert (code, pointer) in [(error["code"], error["pointer"]) for error in rejected["errors"]]
    assert all(not error["detail"].isascii() for error in rejected["errors"])
    assert await door.records() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"source": "urn:example:district-b"}, "SOURCE_NOT_YOURS"),
        ({"source": SOURCE + "-evil"}, "SOURCE_NOT_YOURS"),
        ({"type": "feed.licence-changed", "data": {}}, "TYPE_NOT_YOURS"),
    ],
)
async def test_another_agencys_source_or_type_is_403(door: Doorway, changes: dict[str, Any], code: str) -> None:
    answer = await post(door, raw(**changes))
    assert (answer.status, answer.code) == (403, code)
    assert await door.records() == []


async def test_only_an_agencys_key_opens_the_door(door: Doorway) -> None:
    own = door.client.key
    for key, status in ((None, 401), ("", 401), ("gk_x", 401), ((own or "")[:-1] + "é", 401)):
        door.client.key = key
        assert (await post(door, raw())).status == status
    for kind in ("officer", "operator", "supervisor", "enterprise", "partner"):
        door.client.key = door.desk.key(kind, "x")
        assert (await post(door, raw())).status == 403
    assert await door.records() == []


BODIES: list[tuple[str, bytes | list[bytes], dict[str, str], int, str]] = [
    ("empty", b"", ONE, 422, "EMPTY"),
    ("only white space", b" \n \r\n", LINES, 422, "EMPTY"),
    ("an empty batch", b"[]", BATCH, 422, "EMPTY"),
    ("a batch that is none", raw(), BATCH, 422, "NOT_OBJECT"),
    ("ten megabytes", [b"x" * MIB] * 10, LINES, 413, "BODY_TOO_LARGE"),
    ("invalid UTF-8", b'{"id": "\xff"}', ONE, 400, "NOT_UTF8"),
    ("doubled keys", b'{"id": "1", "id": "2"}', ONE, 400, "DUPLICATE_KEY"),
    ("NaN", b'{"id": NaN}', ONE, 400, "NUMBER_OUT_OF_RANGE"),
    ("a million digits", b'{"id": ' + b"7" * 1_000_000 + b"}", ONE, 400, "NUMBER_OUT_OF_RANGE"),
    ("a hundred thousand levels", b"[" * 100_000 + b"]" * 100_000, ONE, 400, "TOO_DEEP"),
    ("half a character", b'{"id": "\\ud800"}', ONE, 400, "BAD_CHARACTER"),
    ("half a text", b'{"id": "x', ONE, 400, "NOT_JSON"),
    ("two texts", raw() + raw(), ONE, 400, "NOT_JSON"),
    ("1,001 events", b"\n".join([b"{}"] * 1_001), LINES, 413, "TOO_MANY_EVENTS"),
    ("no content type", raw(), {}, 415, "MEDIA_TYPE"),
    ("plain JSON", raw(), {"content-type": "application/json"}, 415, "MEDIA_TYPE"),
    ("a form", raw(), {"content-type": "application/x-www-form-urlencoded"}, 415, "MEDIA_TYPE"),
    ("another charset", raw(), {"content-type": "application/cloudevents+json; charset=gbk"}, 415, "MEDIA_TYPE"),
    ("packed", raw(), ONE | {"content-encoding": "gzip"}, 415, "MEDIA_TYPE"),
]


@pytest.mark.parametrize("length", [True, False], ids=["with length", "chunked"])
@pytest.mark.parametrize(
    ("body", "headers", "status", "code"), [each[1:] for each in BODIES], ids=[each[0] for each in BODIES]
)
async def test_a_hostile_body_is_refused_as_a_whole(
    door: Doorway, body: Any, headers: dict[str, str], status: int, code: str, length: bool
) -> None:
    answer = await post(door, body, headers, length=length)
    assert (answer.status, answer.code) == (status, code)
    assert await door.records() == []


async def test_a_lying_content_length_changes_nothing(door: Doorway) -> None:
    answer = await post(door, [b"x" * MIB] * 5, LINES | {"content-length": "10"})
    assert answer.status == 413
    answer = await post(door, raw(), ONE | {"content-length": str(2**40)})
    assert (answer.status, answer.code) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"secrecy": "机密"}, "CLASSIFIED"),
        ({"secrecy": "非密 "}, "CLASSIFIED"),
        ({"secrecy": ["非密"]}, "CLASSIFIED"),
        ({"secrecy": None}, "SECRECY_MISSING"),
        ({"secrecy": ""}, "SECRECY_MISSING"),
        ({"title": "机密★10年 关于不可说的事项"}, "CLASSIFIED"),
        ({"secrecy": "绝密", "nonsense": 1}, "CLASSIFIED"),
    ],
)
async def test_a_secret_is_neither_kept_nor_logged_nor_echoed(
    door: Doorway, caplog: pytest.LogCaptureFixture, changes: dict[str, Any], code: str
) -> None:
    caplog.set_level(logging.DEBUG)
    wire = document("不可说-id", **({"title": "不可说的标题", "text": "不可说的正文"} | changes))
    with capture_logs() as logs:
        answer = await door.feed(wire)
    assert (answer.status, answer.code) == (422, code)
    assert answer.json["rejected"][0]["id"] is None
    for place in (answer.text, repr(logs), caplog.text, repr(await door.logged("ops"))):
        assert "不可说" not in place
    assert await door.records() == []
    assert list(door.blobs.digests()) == []
    [tombstone] = await door.logged("ops")
    assert tombstone["type"] == "ops.feed-turned-away"
    assert tombstone["data"] == {"agency": "a1", "code": code}


async def test_many_secrets_in_a_call_make_one_tombstone_with_their_count(door: Doorway) -> None:
    answer = await door.feed(*[document(f"d{n}", secrecy="秘密") for n in range(5)], enterprise())
    assert answer.status == 202
    [tombstone] = await door.logged("ops")
    assert tombstone["data"]["count"] == 5


async def test_an_event_larger_than_the_log_takes_is_refused_by_itself(door: Doorway) -> None:
    members = [f"{n:064}" for n in range(14_500)]
    data = {"partner": "p1", "name": "园区", "kind": "park", "members": members}
    wire = enterprise() | {"type": "feed.partner-registered", "data": data}
    answer = await door.feed(wire, enterprise("e2"))
    assert answer.status == 202
    assert [error["code"] for error in answer.json["rejected"][0]["errors"]] == ["EVENT_TOO_LARGE"]
    assert len(await door.records()) == 1
