"""Replays over a small service in memory: what they find, what they leave alone, and how they survive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from shared.bus.deadletters import DISCARDED, place_of
from shared.bus.memory import MemoryLog
from shared.bus.port import Slot, TopicSpec
from shared.contracts.problems import Refused
from shared.effects.ledger import State, entry_of
from shared.replay.plans import Plans
from shared.replay.scope import Scope
from shared.replay.shadow import Finding
from shared.store.port import Query, Row
from shared.store.sqlite import SqliteStore
from tests.support.wait import until
from tests.unit.replay.small import Small


@pytest.fixture
async def small() -> AsyncIterator[Small]:
    log = MemoryLog()
    await log.ensure([TopicSpec("feed", 2, 1), TopicSpec("feed.dead", 2, 1)])
    made = Small(log, SqliteStore(":memory:"))
    yield made
    await made.store.close()


async def planned(plans: Plans, scope: Scope | None = None, cause: str = "c1") -> dict[str, Any]:
    plan = await plans.propose(scope or Scope(), "甲", cause)
    return await reached(plans, plan.id, "planned")


async def reached(plans: Plans, id: str, state: str) -> dict[str, Any]:
    async def there() -> bool:
        return (await plans.book.get(id)).state in (state, "failed")

    await until(there, what=state)
    found = (await plans.book.get(id)).shown()
    assert found["state"] == state, found
    return found


async def test_what_was_settled_changes_nothing_and_its_effects_are_done(small: Small) -> None:
    await small.say("f1", "b1")
    await small.say("f2", "b2")
    await small.live()
    found = await planned(small.plans())
    assert set(found["counts"].values()) == {0}
    assert found["effects"] == {"done": 2, "missing": 0, "different": 0}
    assert small.woken == []


async def test_what_was_never_settled_shows_as_new_events_aggregates_and_missing_effects(small: Small) -> None:
    await small.say("f1", "b1")
    found = await planned(plans := small.plans())
    assert {kind: n for kind, n in found["counts"].items() if n} == {"event": 1, "aggregate": 1, "effect": 1}
    assert found["effects"] == {"done": 0, "missing": 1, "different": 0}
    shown = (await plans.book.findings(found["id"], "event", Query())).items
    assert (shown[0]["id"], shown[0]["type"]) == ("b1:1", "catalog.test-named")
    assert await small.store.kinds() == {}
    assert (await small.store.page("effects", Query())).items == []


async def test_lag_is_no_finding(small: Small) -> None:
    await small.say("f1", "b1")
    settled = dict.fromkeys(await small.log.bounds("feed"), 0)
    found = await planned(small.plans(settled))
    assert (found["total"], set(found["counts"].values())) == (0, {0})


async def test_a_refused_record_is_named_and_the_others_go_on(small: Small) -> None:
    await small.say("f1", "b1", "坏")
    await small.say("f2", "b1")
    found = await planned(small.plans())
    assert (found["counts"]["refused"], found["counts"]["event"]) == (1, 1)


async def test_an_effect_with_another_content_is_different_and_is_never_sent(small: Small) -> None:
    await small.say("f1", "b1")
    await small.live()
    small.text = "改过的文字"
    found = await planned(plans := small.plans())
    assert found["effects"] == {"done": 0, "missing": 0, "different": 1}
    await plans.run(found["id"], "乙", send_missing=True)
    assert (await reached(plans, found["id"], "done"))["sent"] == 0


async def test_a_missing_effect_is_sent_under_its_ordinary_id_only_by_a_second_person(small: Small) -> None:
    await small.say("f1", "b1")
    await small.live()
    (row,) = (await small.store.page("effects", Query())).items
    await small.store.delete("effects", [row.id])
    found = await planned(plans := small.plans())
    with pytest.raises(Refused, match="SAME_PERSON"):
        await plans.run(found["id"], "甲", send_missing=True)
    await plans.run(found["id"], "甲")
    assert (await reached(plans, found["id"], "done"))["sent"] == 0
    await plans.run(found["id"], "乙", send_missing=True)

    async def sent() -> bool:
        return bool((await plans.book.get(found["id"])).data["sent"])

    await until(sent, what="the effect")
    (again,) = (await small.store.page("effects", Query())).items
    assert (again.id, entry_of(again).state) == (row.id, State.DUE)


async def test_an_accepted_effect_is_left_alone_however_often_it_is_replayed(small: Small) -> None:
    await small.say("f1", "b1")
    await small.live()
    (row,) = (await small.store.page("effects", Query())).items
    done = entry_of(row).step(state=State.ACCEPTED, due=None)
    assert await small.ledger.write(done)
    for turn in range(3):
        found = await planned(plans := small.plans(), cause=f"turn {turn}")
        await plans.run(found["id"], "乙", send_missing=True)
        assert (await reached(plans, found["id"], "done"))["sent"] == 0
    (after,) = (await small.store.page("effects", Query())).items
    assert entry_of(after).state is State.ACCEPTED


async def test_a_scope_is_one_key_or_a_stretch_of_time(small: Small) -> None:
    await small.say("f1", "b1")
    await small.say("f2", "b2")
    by_key = await planned(small.plans(), Scope(key="b2"), "by key")
    assert (by_key["touched"], by_key["first"]["id"]) == (1, "f2")
    future = await planned(small.plans(), Scope(begin="2999-01-01T00:00"), "future")
    assert future["touched"] == 0
    early = await planned(small.plans(), Scope(by="event", end="2026-03-02T09:00:00+08:00"), "early")
    late = await planned(small.plans(), Scope(by="event", end="2026-03-02T09:00:01"), "late")
    assert (early["touched"], late["touched"]) == (0, 2)


async def test_a_scope_that_cannot_be_replayed_is_refused_with_the_reason(small: Small) -> None:
    plans = small.plans()
    for scope, code in ((Scope(topic="nothing"), "TOPIC_UNKNOWN"), (Scope(begin="昨天"), "TIME_INVALID")):
        with pytest.raises(Refused, match=code):
            await plans.propose(scope, "甲", "c")


async def test_a_beginning_that_is_gone_is_refused(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    await small.say("f1", "b1")

    async def bounds(_: str) -> dict[Slot, tuple[int, int]]:
        return {Slot("feed", 0): (5, 9), Slot("feed", 1): (0, 1)}

    monkeypatch.setattr(small.log, "bounds", bounds)
    with pytest.raises(Refused, match="HISTORY_GONE"):
        await small.plans().propose(Scope(), "甲", "c")


async def test_a_plan_killed_halfway_comes_to_the_same_after_a_restart(small: Small) -> None:
    for number in range(250):
        await small.say(f"f{number}", f"b{number}")
    expected = await planned(small.plans(), cause="undisturbed")
    plans = small.plans()
    plan = await plans.propose(Scope(), "甲", "disturbed")

    async def begun() -> bool:
        return bool((await plans.book.get(plan.id)).data["read"])

    await until(begun, what="some progress")
    await plans.close()
    again = small.plans()
    await again.resume_all()
    found = await reached(again, plan.id, "planned")
    for name in ("counts", "effects", "touched", "first"):
        assert found[name] == expected[name]


async def test_a_paused_plan_stays_paused_over_a_restart_until_resumed(small: Small) -> None:
    for number in range(250):
        await small.say(f"f{number}", f"b{number}")
    plans = small.plans()
    plan = await plans.propose(Scope(), "甲", "c1")
    await plans.pause(plan.id)
    again = small.plans()
    await again.resume_all()
    assert (await again.book.get(plan.id)).state == "paused"
    await again.resume(plan.id)
    assert (await reached(again, plan.id, "planned"))["touched"] == 250
    await again.cancel(plan.id)
    with pytest.raises(Refused, match="PLAN_STATE"):
        await again.run(plan.id, "乙")


async def test_a_row_written_meanwhile_is_not_overwritten(small: Small) -> None:
    plans = small.plans()
    found = await planned(plans)
    row = Row("library.blue.library", "d1", 1, {"title": "旧"})
    await plans.book.note(found["id"], Finding("row", "d1", "different", {}, row, 1))
    await small.store.put([replace(row, version=2, data={"title": "新"})])
    await plans.run(found["id"], "乙")
    done = await reached(plans, found["id"], "done")
    assert (done["written"], done["overtaken"]) == (0, 1)
    assert (await small.store.rows(row.table, ["d1"]))["d1"].data == {"title": "新"}


async def test_a_record_that_was_given_up_is_no_finding(small: Small) -> None:
    await small.say("f1", "b1", "坏")
    await small.say("f2", "b2")
    (bad, _) = sorted(await small.records(), key=lambda record: b'"b1"' not in (record.value or b""))
    await small.store.put([Row(DISCARDED, place_of(bad), 1, {"consumer": "small"}, {"slot": "any"})])
    found = await planned(small.plans())
    assert (found["counts"]["refused"], found["touched"]) == (0, 1)
