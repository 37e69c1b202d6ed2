"""The courier when there is much to do: who gets how many attempts at a time, and what no delivery waits for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from shared.effects.ledger import Entry, State
from shared.effects.ledger_health import Condition
from shared.effects.ledger_queue import Waiting
from shared.store.port import Row
from shared.store.sqlite import SqliteStore
from tests.support.couriers import World, effect
from tests.support.wait import until

A = "https://a.example/"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    store = SqliteStore(":memory:")
    yield World(store)
    await store.close()


def test_an_endpoint_that_answers_at_once_gets_more_at_a_time_than_a_slow_one() -> None:
    waiting = Waiting(slots=20, each=2, quick=5)
    entries = [Entry(effect(f"p{number}")) for number in range(20)]
    for each in entries:
        waiting.add(each)

    def begun() -> int:
        return len(waiting.turn(lambda _: Condition.HEALTHY, lambda _: True).send)

    assert begun() == 2
    waiting.answered(entries[0], 0.01)
    assert begun() == 4
    waiting.answered(entries[1], 3.0)
    assert begun() == 0
    for each in entries[2:6]:
        waiting.done(each)
    assert begun() == 2
    assert waiting.under_way == 4


async def test_a_delivery_does_not_wait_until_somebody_has_heard_of_the_one_before(world: World) -> None:
    courier, heard = world.courier(), asyncio.Event()

    async def slow(_: Sequence[Entry]) -> None:
        await heard.wait()

    courier._clerk._settled = slow
    await courier.start()
    courier.wake(await world.ledger.plan([effect("p2")], world.now))
    await until(lambda: courier.health()["untold"], what="something to tell")
    courier.wake(await world.ledger.plan([effect("p3")], world.now))

    await until(lambda: effect("p3").key in world.arrived, what="the next delivery")

    heard.set()
    await courier.stop()


async def test_what_is_set_aside_while_its_endpoint_is_resumed_goes_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    courier, swap = world.courier(), world.store.swap
    await courier.pause(A)
    await world.plan(effect())

    async def late(row: Row, expected: int | None) -> bool:
        monkeypatch.setattr(world.store, "swap", swap)
        await courier.resume(A)
        return await swap(row, expected)

    monkeypatch.setattr(world.store, "swap", late)
    await world.run(courier, 2)

    assert (await world.ledger.get([effect().key]))[effect().key].state is State.ACCEPTED
