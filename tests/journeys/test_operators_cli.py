"""The operators' verbs, typed as a person types them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gongkai.cli import app
from gongkai.launcher import City
from shared.bus.port import Draft
from tests.journeys.conftest import Town
from tests.journeys.operating import Desk
from tests.support.wait import until


@pytest.fixture
async def desk(town: Town) -> Desk:
    return Desk(town)


async def run(desk: Desk, *words: str) -> tuple[int, str]:
    """Type a line; return its exit status and everything it says."""
    line = [*words, "--data", str(desk.town.data), "--url", desk.town.city.url]
    result = await asyncio.to_thread(CliRunner().invoke, app, line)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


async def told(desk: Desk, *words: str) -> Any:
    """Type a line with ``--json``; return what it says."""
    status, said = await run(desk, *words, "--json")
    assert status == 0, said
    return json.loads(said)


async def test_topics_are_listed_shown_and_exported(desk: Desk, tmp_path: Path) -> None:
    await desk.file(1)
    feed = next(each for each in await told(desk, "topics", "ls") if each["owner"] == "feed" and not each["dead"])
    status, said = await run(desk, "topics", "tail", feed["topic"], "--last", "100")
    assert status == 0
    assert "feed.document-issued" in said
    assert "+08:00" in said
    folder = tmp_path / "out"
    counts = await told(desk, "topics", "export", str(folder))
    again = await told(desk, "topics", "export", str(folder), "--topic", feed["topic"])
    assert again == {feed["topic"]: counts[feed["topic"]]}
    lines = [line for path in (folder / "topics").glob("feed.[0-9]*") for line in path.read_text().splitlines()]
    assert len(lines) == feed["records"]
    status, said = await run(desk, "topics", "tail", "nothing")
    assert (status, said.strip()) == (1, "没有这个主题：nothing")


async def test_a_replay_is_planned_looked_at_and_run(desk: Desk) -> None:
    await desk.file(1)
    plan = await told(desk, "replay", "plan")
    assert (plan["state"], plan["findings"]) == ("planned", [])
    status, said = await run(desk, "replay", "run", plan["id"], "--reason", "演练")
    assert status == 0
    assert "已写入 0" in said
    status, said = await run(desk, "replay", "status")
    assert plan["id"][:8] in said
    status, said = await run(desk, "replay", "plan", "--from", "昨天")
    assert status == 1
    assert "TIME_INVALID" in said
    status, said = await run(desk, "replay", "pause", plan["id"])
    assert "PLAN_STATE" in said


async def test_a_rebuild_tells_whether_the_digest_is_the_same(desk: Desk) -> None:
    await desk.file(1)
    status, said = await run(desk, "rebuild", "library")
    assert status == 0, said
    assert "摘要一致" in said
    assert (await run(desk, "rebuild", "nothing"))[0] == 1


async def test_dead_letters_are_listed_tried_and_discarded(desk: Desk) -> None:
    platform = desk.town.city.platform
    topic = platform.topics.of("feed")
    await platform.log.append(topic, [Draft("k1", b"{}")])

    async def listed() -> Any:
        return await told(desk, "dead", "ls")

    (group,) = await until(listed, what="the dead letter")
    one = group["keys"][0]
    status, said = await run(desk, "dead", "show", topic, str(one["partition"]), str(one["place"]))
    assert status == 0
    assert "{}" in said
    assert "1 条仍不能通过" in (await run(desk, "dead", "redrive", topic, "k1", "--dry-run"))[1]
    assert (await run(desk, "dead", "redrive", topic, "k1"))[0] == 1
    status, said = await run(desk, "dead", "discard", topic, "k1", "--reason", "试验数据")
    assert (status, said.strip()) == (0, "已完成")
    assert (await run(desk, "dead", "ls"))[1].strip() == "没有死信"


async def test_a_trace_is_a_tree_with_times_and_places(desk: Desk) -> None:
    receipt = await desk.file(1)
    status, said = await run(desk, "trace", receipt)
    assert status == 0
    for word in ("feed.document-issued", "catalog.document-archived", "所查", "+08:00"):
        assert word in said
    assert (await run(desk, "trace", "nobody"))[0] == 1


async def test_keys_are_issued_listed_and_revoked(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "night.key"
    status, said = await run(desk, "keys", "issue", "operator", "night-shift", "--to", str(file))
    assert status == 0
    assert "gk_" not in said
    assert file.stat().st_mode & 0o777 == 0o600
    made = next(key for key in await told(desk, "keys", "ls") if key["id"] == "night-shift")
    assert (await run(desk, "keys", "revoke", made["key_id"], "--reason", "离岗"))[0] == 0
    assert (await desk.call("GET", "/catalog/v1/ops", key=file.read_text().strip())).status == 401


async def test_a_backup_restored_into_an_empty_folder_is_the_same_city(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kafka: str
) -> None:
    receipts = [await desk.file(number) for number in range(3)]
    before = (await desk.call("GET", "/catalog/v1/documents")).must()
    folder, data = tmp_path / "backup", tmp_path / "restored"
    made = await told(desk, "backup", str(folder), "--service", "catalog")
    assert made["services"] == ["catalog"]
    again = await told(desk, "backup", str(folder), "--service", "catalog")
    assert again["files"] == made["files"]
    prefix = f"{desk.town.city.settings.topic_prefix}r-"
    monkeypatch.setenv("GONGKAI_TOPIC_PREFIX", prefix)
    result = await asyncio.to_thread(CliRunner().invoke, app, ["restore", str(folder), "--data", str(data), "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert found["left_out"] == 0
    refused = await asyncio.to_thread(CliRunner().invoke, app, ["restore", str(folder), "--data", str(data)])
    assert (refused.exit_code, "不是空的" in refused.output) == (1, True)
    async with City(data, 0, topic_prefix=prefix) as city:
        other = Desk(Town(city, data))

        async def quiet() -> bool:
            return bool((await other.get(""))["lag"] == 0)

        await until(quiet, seconds=30, what="the restored consumer")
        assert (await other.call("GET", "/catalog/v1/documents")).must() == before
        key = (desk.town.data / "keys" / "shanghai.key").read_text().strip()
        for receipt in receipts:
            judged = (await other.call("GET", f"/feed/v1/receipts/{receipt}", key=key)).must()
            assert judged["state"] == "admitted"
        topics = {each["owner"]: each["records"] for each in (await other.get("/topics"))["items"] if not each["dead"]}
        was = {each["owner"]: each["records"] for each in (await desk.get("/topics"))["items"] if not each["dead"]}
        assert topics["catalog"] == was["catalog"], "nothing was decided twice"


async def test_a_damaged_backup_is_not_restored(desk: Desk, tmp_path: Path) -> None:
    await desk.file(1)
    folder = tmp_path / "backup"
    await told(desk, "backup", str(folder), "--service", "catalog")
    path = next(path for path in (folder / "topics").iterdir() if path.stat().st_size)
    path.write_bytes(path.read_bytes()[:-10])
    result = await asyncio.to_thread(CliRunner().invoke, app, ["restore", str(folder), "--data", str(tmp_path / "new")])
    assert (result.exit_code, "备份已损坏" in result.output) == (1, True)
    assert not (tmp_path / "new").exists()
