"""The chain of causes, over the log in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.bus.memory import MemoryLog
from shared.bus.port import Draft, TopicSpec
from shared.contracts.envelope import Envelope, encode
from shared.contracts.topics import OWNERS, Topics
from shared.replay.causes import Trace

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
async def log() -> MemoryLog:
    made = MemoryLog()
    await made.ensure([TopicSpec(owner, 2, 1) for owner in OWNERS])
    return made


async def say(log: MemoryLog, owner: str, id: str, cause: str | None = None, **more: Any) -> None:
    subject = id.partition(":")[0]
    event = Envelope(id, f"/{owner}", f"{owner}.thing-happened", subject, AT, {}, causationid=cause, **more)
    await log.append(owner, [Draft(subject, encode(event))])


def ids(tree: dict[str, Any]) -> Any:
    return {tree["id"]: [ids(child) for child in tree["children"]]}


async def test_any_event_of_a_chain_leads_to_the_whole_tree(log: MemoryLog) -> None:
    await say(log, "feed", "f1", agency="a", receipt="rc_1")
    await say(log, "catalog", "d1:1", "f1", agency="a")
    await say(log, "requests", "q1:1", "http:officer/o:key-00001")
    await say(log, "requests", "q1:2", "q1:1")
    await say(log, "catalog", "d1:2", "q1:2")
    await say(log, "notify", "p1:1", "d1:2")
    trace = Trace(log, Topics())
    command: dict[str, Any] = {"http:officer/o:key-00001": [{"q1:1": [{"q1:2": [{"d1:2": [{"p1:1": []}]}]}]}]}
    for name in ("p1", "p1:1", "q1:2"):
        assert [ids(root) for root in (await trace.of(name))["roots"]] == [command]
    assert [ids(root) for root in (await trace.of("rc_1"))["roots"]] == [{"f1": [{"d1:1": []}]}]
    both = (await trace.of("d1"))["roots"]
    assert sorted(map(str, map(ids, both))) == sorted(map(str, [{"f1": [{"d1:1": []}]}, command]))
    assert both[-1]["type"] == "command" or both[0]["type"] == "command"


async def test_what_comes_later_is_found_by_the_next_question(log: MemoryLog) -> None:
    trace = Trace(log, Topics())
    assert (await trace.of("f1"))["roots"] == []
    await say(log, "feed", "f1")
    assert (await trace.of("f1"))["events"] == 1
    await say(log, "catalog", "d1:1", "f1")
    assert (await trace.of("f1"))["events"] == 2


async def test_two_agencies_that_chose_one_id_are_not_mixed_up(log: MemoryLog) -> None:
    for agency in ("a", "b"):
        await say(log, "feed", "f1", agency=agency, receipt=f"rc_{agency}")
        await say(log, "catalog", f"d{agency}:1", "f1", agency=agency)
    trace = Trace(log, Topics())
    for agency in ("a", "b"):
        (root,) = (await trace.of(f"rc_{agency}"))["roots"]
        assert ids(root) == {"f1": [{f"d{agency}:1": []}]}


async def test_an_event_the_relay_sent_twice_is_one_event(log: MemoryLog) -> None:
    await say(log, "catalog", "d1:1", "f1")
    await say(log, "catalog", "d1:1", "f1")
    assert (await Trace(log, Topics()).of("d1"))["events"] == 1


async def test_bytes_that_are_no_event_and_circles_do_not_stop_it(log: MemoryLog) -> None:
    await log.append("feed", [Draft("x", b"\xff")])
    await say(log, "catalog", "d1:1", "d2:1")
    await say(log, "catalog", "d2:1", "d1:1")
    found = await Trace(log, Topics()).of("d1:1")
    assert found["events"] <= 4
    assert found["roots"]


async def test_an_event_is_shown_once_though_several_ways_lead_to_it(log: MemoryLog) -> None:
    await say(log, "requests", "q1:1", "http:officer/o:key-00001")
    await say(log, "requests", "q1:2", "http:officer/o:key-00001")
    await say(log, "requests", "q1:3", "sweep:due:q1:2026-03-02")
    await say(log, "catalog", "d1:1", "q1:2")
    trace = Trace(log, Topics())
    for name in ("q1", "q1:1", "q1:2", "q1:3", "d1", "sweep:due:q1:2026-03-02", "http:officer/o:key-00001"):
        found = await trace.of(name)
        shown = [event for root in found["roots"] for event in everything(root)]
        assert sorted(each for each in shown if ":" in each[:4]) == ["d1:1", "q1:1", "q1:2", "q1:3"], name
        assert found["events"] == 4


def everything(tree: dict[str, Any]) -> list[str]:
    return [tree["id"], *(each for child in tree["children"] for each in everything(child))]
