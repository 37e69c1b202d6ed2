"""The ledger: one id, one way through the states, nothing forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from shared.effects.ledger import Ledger, State
from shared.effects.ledger_schedule import DELAYS, GIVE_UP, next_due
from shared.effects.port import Kind, Outcome
from shared.store.port import Query
from shared.store.sqlite import SqliteStore
from tests.support.couriers import effect


@pytest.fixture
async def ledger() -> AsyncIterator[Ledger]:
    store = SqliteStore(":memory:")
    yield Ledger(store)
    await store.close()


async def test_planning_twice_makes_one_entry(ledger: Ledger) -> None:
    first = await ledger.plan([effect("p1"), effect("p2")], 10.0)
    second = await ledger.plan([effect("p2"), effect("p3")], 20.0)

    assert [row.id for row in first] == [effect("p1").key, effect("p2").key]
    assert [row.id for row in second] == [effect("p3").key]
    assert (await ledger.get([effect("p2").key]))[effect("p2").key].due == 10.0


async def test_planning_beside_a_save_leaves_what_is_further_on_alone(ledger: Ledger) -> None:
    await ledger.plan([effect()], 10.0)
    (entry,) = (await ledger.due(10.0)).items
    (claimed,) = await ledger.claim([entry], 10.0)
    await ledger.write(claimed.after(Outcome(Kind.ACCEPTED, 200), 11.0, 0.5))

    await ledger.store.save([], ledger.rows([effect()], 30.0))
    await ledger.store.put(ledger.rows([effect()], 30.0))

    assert (await ledger.get([entry.key]))[entry.key].state is State.ACCEPTED


async def test_of_two_claiming_one_gets_it_until_the_lease_is_over(ledger: Ledger) -> None:
    await ledger.plan([effect()], 10.0)
    (entry,) = (await ledger.due(10.0)).items

    claims = await asyncio.gather(*(ledger.claim([entry], 10.0) for _ in range(3)))

    assert sorted(len(each) for each in claims) == [0, 0, 1]
    assert (await ledger.due(10.0 + ledger.lease - 0.01)).items == []
    (lost,) = (await ledger.due(10.0 + ledger.lease)).items
    assert (lost.state, lost.attempts, lost.first) == (State.CLAIMED, 1, 10.0)


async def test_a_deliberate_resend_has_an_id_of_its_own_and_says_who_and_why(ledger: Ledger) -> None:
    await ledger.plan([effect()], 10.0)

    (row,) = await ledger.resend(effect().key, "n1", "officer-7", "对方系统重装", 20.0)
    again = await ledger.resend(effect().key, "n1", "officer-7", "对方系统重装", 21.0)

    assert (row.id != effect().key, again) == (True, [])
    made = (await ledger.get([row.id]))[row.id]
    assert (made.effect.nonce, made.effect.person, made.effect.reason) == ("n1", "officer-7", "对方系统重装")
    with pytest.raises(LookupError):
        await ledger.resend("msg_unknown", "n", "p", "r", 20.0)
    with pytest.raises(ValueError, match="person"):
        await ledger.resend(effect().key, "n", "", "r", 20.0)


async def test_a_lost_ledger_comes_back_from_what_it_told(ledger: Ledger) -> None:
    await ledger.plan([effect("p1"), effect("p2")], 10.0)
    entries = await ledger.claim((await ledger.due(10.0)).items, 10.0)
    settled = [entry.after(Outcome(Kind.ACCEPTED, 200), 11.0, 0.0) for entry in entries]
    other = Ledger(SqliteStore(":memory:"))
    await other.plan([effect("p1")], 99.0)

    await other.restore(settled)
    await other.plan([effect("p1"), effect("p2")], 100.0)

    found = await other.get([entry.key for entry in settled])
    assert found == {entry.key: replace(entry, told=True) for entry in settled}
    assert (await other.due(1e9)).items == []
    await other.store.close()


async def test_entries_are_listed_by_the_fields_of_their_effects(ledger: Ledger) -> None:
    mine = replace(effect("p1"), index={"enterprise": "e1"})
    await ledger.plan([mine, replace(effect("p2"), index={"enterprise": "e2"})], 10.0)

    page = await ledger.page(Query(equal={"enterprise": "e1", "state": "due"}))

    assert [entry.effect for entry in page.items] == [mine]


def test_the_schedule_waits_longer_each_time_and_gives_up_after_a_week() -> None:
    now, attempts, waits = 0.0, 0, []
    while True:
        attempts += 1
        due = next_due(attempts, 0.0, now, 0.999_999)
        if due is None:
            break
        waits.append(round(due - now))
        now = due

    assert waits[:8] == [5, 60, 300, 1_800, 7_200, 18_000, 36_000, 43_200]
    assert set(waits[8:]) == {43_200}
    assert (now <= GIVE_UP, 18 <= attempts <= 22) == (True, True)


@pytest.mark.parametrize(("after", "wait"), [(None, 2.5), (1.0, 2.5), (90.0, 90.0), (1e9, 86_400.0), (-5.0, 2.5)])
def test_a_wish_to_wait_is_honoured_up_to_a_day(after: float | None, wait: float) -> None:
    assert next_due(1, 0.0, 0.0, 0.5, after) == wait


def test_jitter_spreads_over_the_whole_wait() -> None:
    assert [next_due(2, 0.0, 0.0, draw) for draw in (0.0, 0.5)] == [0.0, DELAYS[1] / 2]
