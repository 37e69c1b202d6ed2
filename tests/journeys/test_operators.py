"""What operators do with a running city, over HTTP as the command line and the console do it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from shared.bus.port import Draft
from shared.store.port import Query, Row
from tests.journeys.conftest import Town
from tests.journeys.operating import OPS, Desk
from tests.support.wait import until


@pytest.fixture
async def desk(town: Town) -> Desk:
    return Desk(town)


async def test_the_summary_tells_lag_debts_projections_and_disk(desk: Desk) -> None:
    await desk.file(1)

    async def quiet() -> dict[str, Any] | None:
        found: dict[str, Any] = await desk.get("")
        return found if found["lag"] == 0 and found["relay"]["owed"] == 0 else None

    found = await until(quiet, what="a quiet service")
    assert found["consumer"]["ready"]
    assert found["dead"] == 0
    assert "library" in [each["projection"] for each in found["projections"]]
    assert found["disk"]["free"] > 0
    assert found["aggregates"]["document"] == 1


async def test_nobody_but_an_operator_is_let_in(desk: Desk) -> None:
    agency = (desk.town.data / "keys" / "shanghai.key").read_text().strip()
    assert (await desk.call("GET", OPS, key=agency)).status == 403
    assert (await desk.call("GET", OPS, key="gk_nobody")).status == 401


async def test_a_trace_leads_from_a_receipt_to_the_documents_events_and_back(desk: Desk) -> None:
    receipt = await desk.file(1)
    await desk.file(2)
    found = await desk.get(f"/trace?id={receipt}")
    (root,) = found["roots"]
    assert (root["id"], root["type"]) == ("op-1", "feed.document-issued")
    types = [child["type"] for child in root["children"]]
    assert "catalog.document-archived" in types
    assert all(child["topic"].endswith("catalog") for child in root["children"])
    document = root["children"][0]["subject"]
    again = await desk.get(f"/trace?id={document}")
    assert [each["id"] for each in again["roots"]] == ["op-1"]
    assert (await desk.get("/trace?id=nobody"))["roots"] == []


async def test_a_replay_of_a_healthy_day_changes_nothing(desk: Desk) -> None:
    for number in range(3):
        await desk.file(number)
    plan = await desk.plan({}, "replay-all-1")
    assert plan["touched"] >= 3
    assert set(plan["counts"].values()) == {0}
    assert plan["first"]["appended"].endswith("+08:00")
    assert (await desk.plan({}, "replay-all-1"))["id"] == plan["id"]


async def test_a_row_that_differs_is_found_and_only_a_run_writes_it(desk: Desk) -> None:
    await desk.file(1)
    store = desk.town.city.services["catalog"].house.store
    table = "library.blue.library"

    async def there() -> list[Row]:
        return [row for row in (await store.page(table, Query())).items if row.data.get("index_number")]

    (row,) = await until(there, what="the library's row, the index number in it")
    assert await store.swap(Row(table, row.id, row.version, {**row.data, "title": "被改动"}, row.index), row.version)
    plan = await desk.plan({}, "replay-differs")
    assert plan["counts"]["row"] == 1
    (finding,) = (await desk.get(f"/replay/{plan['id']}/findings"))["items"]
    assert finding["fields"] == ["title"]
    assert (await there())[0].data["title"] == "被改动"
    await desk.post(f"/replay/{plan['id']}/run", {"reason": "恢复"})
    done = await desk.reached(plan["id"], "done")
    assert (done["written"], done["overtaken"]) == (1, 0)
    assert (await there())[0].data == row.data


async def test_sending_what_is_missing_takes_a_second_person(desk: Desk) -> None:
    await desk.file(1)
    plan = await desk.plan({}, "replay-send-1")
    order = {"reason": "补发", "send_missing": True}
    refused = await desk.call("POST", f"{OPS}/replay/{plan['id']}/run", order)
    assert (refused.status, refused.json["code"]) == (409, "SAME_PERSON")
    second = await desk.person("second")
    await desk.post(f"/replay/{plan['id']}/run", order, key=second)
    assert (await desk.reached(plan["id"], "done"))["sent"] == 0


async def test_a_projection_is_rebuilt_to_the_same_digest(desk: Desk) -> None:
    await desk.file(1)
    await desk.post("/projections/library/rebuild", {})

    async def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = await desk.get("/projections/library")
        return found if found["rebuild"]["state"] != "running" else None

    found = await until(ended, what="the rebuild's end")
    assert found["rebuild"]["state"] == "switched"
    assert found["rebuild"]["before"] == found["rebuild"]["after"]
    assert found["colour"] == "green"
    assert (await desk.call("POST", f"{OPS}/projections/nothing/rebuild", {})).status == 404


async def test_a_dead_letter_is_shown_byte_for_byte_tried_and_redriven_or_discarded(desk: Desk) -> None:
    platform = desk.town.city.platform
    topic = platform.topics.of("feed")
    await platform.log.append(topic, [Draft("k1", b"\xff not an event"), Draft("k1", b"{}")])

    async def buried() -> list[dict[str, Any]]:
        return list((await desk.get("/dead"))["items"])

    (group,) = await until(lambda: _full(buried), what="the dead letters")
    assert (group["code"], group["count"], group["behind"]) == ("UNDECODABLE", 1, 1)
    (first,) = group["keys"]
    shown = await desk.get(f"/dead/letter?topic={topic}&partition={first['partition']}&place={first['place']}")
    assert base64.b64decode(shown["original"]["base64"]) == b"\xff not an event"
    order = {"topic": topic, "key": "k1", "mode": "redrive", "dry_run": True}
    tried = await desk.post("/dead", order)
    assert (tried["waiting"], tried["would_pass"], len(tried["refused"])) == (2, False, 2)
    refused = await desk.call("POST", f"{OPS}/dead", {"topic": topic, "key": "k1", "mode": "discard"})
    assert refused.json["code"] == "PERSON_REQUIRED"
    await desk.post("/dead", {"topic": topic, "key": "k1", "mode": "discard", "reason": "试验数据"})

    async def gone() -> bool:
        return not await buried()

    await until(gone, what="no dead letters")
    (past,) = (await desk.get("/dead?state=discarded"))["items"]
    assert past["count"] + past["behind"] == 2


async def _full(ask: Any) -> list[dict[str, Any]] | None:
    found: list[dict[str, Any]] = await ask()
    return found if found and found[0]["behind"] else None


async def test_a_paused_consumer_stays_paused_over_a_restart_until_somebody_resumes_it(desk: Desk) -> None:
    await desk.post("/consumer/pause", {"reason": "检修"})
    house = desk.town.city.services["catalog"].house
    await until(lambda: house.consumer.health.stopped, what="the pause")
    assert house.operations is not None
    house.consumer.resume()  # as a new process begins: it knows of nothing
    await house.operations.restore()
    assert house.consumer.health.stopped == "operator：检修"
    ready = await desk.call("GET", "/catalog/v1/health/ready")
    assert ready.status == 503
    await desk.post("/consumer/resume", {"reason": "检修完毕"})
    await until(lambda: house.consumer.health.stopped is None, what="the resumption")


async def test_a_key_works_from_its_issue_to_its_revocation(desk: Desk) -> None:
    made = await desk.post("/keys", {"kind": "operator", "id": "night-shift"})
    assert (await desk.call("GET", OPS, key=made["key"])).status == 200
    listed = await desk.get("/keys")
    assert made["key_id"] in [each["key_id"] for each in listed["items"]]
    assert made["key"] not in json.dumps(listed)
    await desk.post(f"/keys/{made['key_id']}/revoke", {"reason": "离岗"})
    assert (await desk.call("GET", OPS, key=made["key"])).status == 401


async def test_topics_are_read_exactly_as_they_lie_in_the_log(desk: Desk) -> None:
    await desk.file(1)
    topics = {each["owner"]: each for each in (await desk.get("/topics"))["items"] if not each["dead"]}
    feed = topics["feed"]
    assert len(feed["partitions"]) == 4
    records = []
    for slot in feed["partitions"]:
        path = f"/topics/{feed['topic']}/records?partition={slot['partition']}&offset=0"
        records += (await desk.get(path))["items"]
    assert len(records) == feed["records"]
    assert any(json.loads(base64.b64decode(each["value"]))["id"] == "op-1" for each in records)
    assert (await desk.call("GET", f"{OPS}/topics/nothing/records?partition=0&offset=0")).status == 404
