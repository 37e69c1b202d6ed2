"""The feed's door as an honest agency meets it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path

import jsonschema
import pytest
from cloudevents.v1.http import from_json

from shared.bus.port import Unknown
from shared.contracts.envelope import decode
from shared.contracts.facts import FACTS
from shared.security.limits import Buckets
from tests.unit.web.client import Answer
from tests.unit.web.conftest import Desk
from tests.unit.web.doors import BATCH, LINES, ONE, SOURCE, Doorway, document, enterprise

PDF = b"%PDF-1.7 example " + b"x" * 5000


@pytest.fixture
async def door(tmp_path: Path, desk: Desk) -> Doorway:
    return await Doorway(tmp_path, desk).open()


async def put(door: Doorway, content: bytes, kind: str) -> Answer:
    target = f"/feed/v1/blobs/{hashlib.sha256(content).hexdigest()}"
    return await door.client.call("PUT", target, body=content, headers={"content-type": kind})


@pytest.mark.parametrize("headers", [LINES, ONE, BATCH], ids=["lines", "one", "batch"])
async def test_an_event_is_in_the_log_with_its_stamps_before_the_answer(door: Doorway, headers: dict[str, str]) -> None:
    value = [enterprise()] if headers is BATCH else enterprise()
    answer = await door.client.post("/feed/v1/events", body=json.dumps(value).encode(), headers=headers)
    assert answer.status == 202
    [accepted] = answer.json["accepted"]
    assert accepted == {"id": "e1", "source": SOURCE, "receipt": accepted["receipt"]}
    [record] = await door.records()
    assert record.key == "a1|91310000TEST00001X"
    heard = decode(record.value)
    assert (heard.agency, heard.agencybodies, heard.receipt) == ("a1", "b1 b2*", accepted["receipt"])
    assert heard.receivedat is not None
    assert heard.receivedat.endswith("+08:00")
    assert heard.data == enterprise()["data"]
    FACTS[heard.type].model_validate(heard.data)


async def test_an_independent_library_reads_what_is_in_the_log(door: Doorway) -> None:
    await door.feed(enterprise())
    [record] = await door.records()
    read = from_json(record.value or b"")
    assert (read["id"], read["source"], read["type"]) == ("e1", SOURCE, "feed.enterprise-registered")
    assert read["receivedat"]


async def test_a_batch_is_one_append_and_keeps_its_order(door: Doorway) -> None:
    events = [enterprise(f"e{n}", "91310000TEST00001X") for n in range(500)]
    answer = await door.feed(*events)
    assert len(answer.json["accepted"]) == 500
    assert door.log.appends == [("feed", 500)]
    assert [each["id"] for each in await door.logged()] == [f"e{n}" for n in range(500)]


async def test_the_same_event_again_has_the_same_receipt_and_other_content_another(door: Doorway) -> None:
    answers = [await door.feed(each) for each in (enterprise(), enterprise(), enterprise(employees=33))]
    first, again, other = (answer.json["accepted"][0]["receipt"] for answer in answers)
    assert first == again
    assert other != first


async def test_what_comes_twice_in_one_batch_is_written_once(door: Doorway) -> None:
    answer = await door.feed(enterprise(), enterprise())
    one, two = answer.json["accepted"]
    assert one == two
    assert len(await door.records()) == 1


async def test_good_events_are_taken_beside_bad_ones(door: Doorway) -> None:
    answer = await door.feed(enterprise("e1"), b"{broken", enterprise("e3", employees="many"), enterprise("e4"))
    assert answer.status == 202
    assert [each["id"] for each in answer.json["accepted"]] == ["e1", "e4"]
    assert [(each["index"], each["id"], each["errors"][0]["code"]) for each in answer.json["rejected"]] == [
        (1, None, "NOT_JSON"),
        (2, "e3", "FIELD_INVALID"),
    ]
    assert answer.json["rejected"][1]["errors"][0] == {
        "code": "FIELD_INVALID",
        "pointer": "/data/employees",
        "detail": "应为整数",
    }


async def test_an_event_without_time_gets_the_moment_it_came(door: Doorway) -> None:
    untimed = enterprise()
    del untimed["time"]
    await door.feed(untimed)
    [logged] = await door.logged()
    assert logged["time"] == logged["receivedat"]


async def test_an_inline_text_becomes_a_blob_and_leaves_the_event(door: Doorway) -> None:
    text = "各单位：\n现将有关事项通知如下。"
    answer = await door.feed(document(text=text))
    assert answer.status == 202
    [logged] = await door.logged()
    assert "text" not in logged["data"]
    blob = logged["data"]["text_blob"]
    assert blob["mediatype"] == "text/plain"
    assert await door.blobs.text(blob["sha256"]) == text
    by_reference = await door.feed(document(text_blob=blob))
    assert by_reference.json["accepted"] == answer.json["accepted"]


async def test_an_uploaded_file_can_be_referred_to(door: Doorway) -> None:
    answer = await put(door, PDF, "application/pdf")
    assert answer.status == 201
    reference = {"name": "附件.pdf", "blob": answer.json}
    assert (await put(door, PDF, "application/pdf")).status == 200
    assert (await door.feed(document(files=[reference]))).status == 202


async def test_a_broker_that_is_slow_or_away_is_503_and_the_same_call_may_be_repeated(
    door: Doorway, tmp_path: Path, desk: Desk
) -> None:
    door.log.error = Unknown("no answer")
    answer = await door.feed(enterprise())
    assert (answer.status, answer.code) == (503, "UNAVAILABLE")
    assert int(answer.headers["retry-after"]) > 0
    slow = await Doorway(tmp_path / "slow", desk, patience=0.05).open()
    slow.log.wait = asyncio.Event()
    assert (await slow.feed(enterprise())).status == 503
    slow.log.wait = None
    assert (await slow.feed(enterprise())).status == 202


async def test_no_more_than_two_thousand_events_wait_for_the_log(door: Doorway) -> None:
    door.log.wait = asyncio.Event()
    calls = [asyncio.create_task(door.feed(*[enterprise(f"e{c}-{n}") for n in range(1000)])) for c in range(3)]
    refused = await next(asyncio.as_completed(calls))
    assert (refused.status, refused.code) == (503, "UNAVAILABLE")
    door.log.wait.set()
    assert sorted(answer.status for answer in await asyncio.gather(*calls)) == [202, 202, 503]


async def test_a_full_disk_stops_the_door_before_the_broker_halts(tmp_path: Path, desk: Desk) -> None:
    door = await Doorway(tmp_path, desk, least_free=2**62).open()
    assert (await door.feed(enterprise())).code == "DISK_FULL"
    assert (await put(door, PDF, "application/pdf")).code == "DISK_FULL"
    assert (await door.client.get("/feed/v1/schemas")).status == 200


async def test_an_agency_has_its_rate(tmp_path: Path, desk: Desk) -> None:
    door = await Doorway(tmp_path, desk, buckets=Buckets(1, 10)).open()
    assert (await door.feed(*[enterprise(f"e{n}") for n in range(10)])).status == 202
    answer = await door.feed(enterprise("e11"))
    assert (answer.status, answer.code) == (429, "TOO_MANY")
    assert int(answer.headers["retry-after"]) >= 1


async def test_a_receipt_is_accepted_until_its_judge_says_more(door: Doorway) -> None:
    receipt = (await door.feed(enterprise())).json["accepted"][0]["receipt"]
    answer = await door.client.get(f"/feed/v1/receipts/{receipt}")
    assert answer.json == {"receipt": receipt, "judge": "notify", "state": "accepted", "held": False}
    door.notify.known[receipt] = {"state": "returned", "defects": [{"code": "X", "pointer": "", "detail": "说明"}]}
    assert (await door.client.get(f"/feed/v1/receipts/{receipt}")).json["state"] == "returned"


async def test_a_receipt_of_somebody_else_or_of_nobody_is_unknown(door: Doorway, desk: Desk) -> None:
    receipt = (await door.feed(enterprise())).json["accepted"][0]["receipt"]
    forged = receipt[:-1] + ("0" if receipt[-1] != "0" else "1")
    assert (await door.client.get(f"/feed/v1/receipts/{forged}")).code == "RECEIPT_UNKNOWN"
    door.client.key = desk.key("agency", "a2", source="urn:other")
    assert (await door.client.get(f"/feed/v1/receipts/{receipt}")).code == "RECEIPT_UNKNOWN"
    door.client.key = desk.key("operator", "o1")
    assert (await door.client.get(f"/feed/v1/receipts/{receipt}")).status == 200


async def test_the_list_of_receipts_goes_through_all_judges(door: Doorway) -> None:
    door.catalog.known = {f"rc_c{n}": {"state": "admitted"} for n in range(3)}
    door.notify.known = {f"rc_n{n}": {"state": "admitted" if n else "returned"} for n in range(3)}
    seen, after = [], ""
    while True:
        page = (await door.client.get(f"/feed/v1/receipts?limit=2{after}")).json
        seen += [item["receipt"] for item in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == ["rc_c0", "rc_c1", "rc_c2", "rc_n0", "rc_n1", "rc_n2"]
    returned = await door.client.get("/feed/v1/receipts?state=returned")
    assert [item["receipt"] for item in returned.json["items"]] == ["rc_n0"]
    assert (await door.client.get("/feed/v1/receipts?after=%21%21")).code == "INVALID"


async def test_checking_says_the_same_and_writes_nothing(door: Doorway) -> None:
    lines = b"\n".join(json.dumps(each).encode() for each in (document(text="正文"), enterprise("e2", nonsense=1)))
    answer = await door.client.post("/feed/v1/validate", body=lines, headers=LINES)
    assert answer.json["valid"] == [{"id": "d1", "source": SOURCE}]
    assert answer.json["rejected"][0]["errors"][0]["pointer"] == "/data/nonsense"
    assert await door.records() == []
    assert list(door.blobs.digests()) == []


async def test_every_type_has_a_schema_that_says_what_the_door_says(door: Doorway) -> None:
    listed = (await door.client.get("/feed/v1/schemas")).json["items"]
    assert {"feed.document-issued", "feed.enterprise-registered"} <= {each["type"] for each in listed}
    for each in listed:
        schema = (await door.client.get(each["schema"])).json
        jsonschema.Draft202012Validator.check_schema(schema)
    schema = (await door.client.get("/feed/v1/schemas/feed.document-issued")).json
    for data, valid in (
        (document()["data"], True),
        (document(secrecy="秘密")["data"], False),
        (document(unknown=1)["data"], False),
        (document(files=[{"name": "a", "blob": {"sha256": "", "size": 1, "mediatype": "", "x": 1}}])["data"], False),
    ):
        assert jsonschema.Draft202012Validator(schema).is_valid(data) is valid
    assert (await door.client.get("/feed/v1/schemas/feed.nothing")).code == "NOT_FOUND"


async def test_unknown_fields_are_forbidden_at_every_depth(door: Doorway) -> None:
    audience = {"all": [{"dimension": "region", "any_of": ["310106"], "surplus": 1}]}
    answer = await door.feed(document(audience=audience))
    assert answer.json["rejected"][0]["errors"][0]["pointer"] == "/data/audience/all/0/surplus"


async def test_counts_of_accepted_and_rejected_are_measured(door: Doorway) -> None:
    await door.feed(enterprise("e1"), b"{")
    text = (await door.client.get("/catalog/v1/metrics")).text
    assert 'feed_events_total{outcome="accepted"} 1.0' in text
    assert 'feed_events_total{outcome="rejected"} 1.0' in text
