"""Sick endpoints: probed, warned about, paused, resumed; and nobody else suffers."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from shared.effects.ledger import State
from shared.effects.ledger_health import Condition
from shared.effects.port import Kind, Outcome
from shared.store.port import Query
from shared.store.sqlite import SqliteStore
from tests.support.couriers import DOWN, OK, World, effect

A, B = "https://a.example/", "https://b.example/"
HOUR = 3_600


@pytest.fixture
async def world() -> AsyncIterator[World]:
    store = SqliteStore(":memory:")
    yield World(store)
    await store.close()


async def test_an_endpoint_that_fails_is_degraded_and_then_only_probed(world: World) -> None:
    world.answers[A] = DOWN
    await world.plan(*(effect(f"p{number}") for number in range(60)))
    courier = world.courier()

    await world.run(courier, 60)
    assert courier.condition(A) is Condition.DEGRADED
    world.sent.clear()
    await world.run(courier, 600)

    assert 10 <= len(world.sent) <= 21  # one in thirty seconds
    assert [notice.what for notice in world.notices] == ["degraded"]


async def test_what_waited_goes_out_once_the_endpoint_is_back(world: World) -> None:
    world.answers[A] = DOWN
    await world.plan(*(effect(f"p{number}") for number in range(60)))
    courier = world.courier()
    await world.run(courier, HOUR / 2, step=5)

    world.answers[A] = OK
    world.sent.clear()
    await world.run(courier, 400)

    assert await world.ledger.store.count("effects", Query(), by="state") == {"accepted": 60}
    assert Counter(Counter(world.sent).values()) == {1: 60}
    assert world.notices[-1].what == "recovered"
    assert courier.health()["endpoints"] == {}


async def test_three_warnings_then_a_pause_then_a_person_resumes(world: World) -> None:
    world.answers[A] = DOWN
    await world.plan(*(effect(f"p{number}") for number in range(12)))
    courier = world.courier()
    await world.run(courier, 73 * HOUR, step=60)

    heard = [(notice.what, notice.seconds) for notice in world.notices if notice.what == "failing"]
    assert heard == [("failing", HOUR), ("failing", 24 * HOUR), ("failing", 66 * HOUR)]
    assert world.notices[-1].what == "paused"
    world.sent.clear()
    await world.plan(effect("new"))
    await world.run(courier, 10 * HOUR, step=HOUR)
    assert (world.sent, courier.condition(A)) == ([], Condition.PAUSED)

    world.answers[A] = OK
    await courier.resume(A)
    await world.run(courier, 60)
    assert await world.ledger.store.count("effects", Query(), by="state") == {"accepted": 13}


async def test_a_restart_forgets_neither_how_long_nor_who_was_told(world: World) -> None:
    world.answers[A] = DOWN
    await world.plan(*(effect(f"p{number}") for number in range(12)))
    await world.run(world.courier(), 2 * HOUR, step=60)
    assert [notice.what for notice in world.notices] == ["degraded", "failing"]

    again = world.courier()
    await again.load()
    assert again.condition(A) is Condition.DEGRADED
    await world.run(again, 23 * HOUR, step=600)

    assert [notice.seconds for notice in world.notices if notice.what == "failing"] == [HOUR, 24 * HOUR]


async def test_a_wrong_address_alarms_at_once_and_once(world: World) -> None:
    world.answers[A] = Outcome(Kind.RETRY, 404)
    await world.plan(effect("p1"), effect("p2"))

    await world.run(world.courier(), 600)

    assert [(notice.what, notice.status) for notice in world.notices] == [("alarming", 404)]


async def test_a_few_failures_among_successes_change_nothing(world: World) -> None:
    courier = world.courier()
    for number in range(36):
        world.answers[A] = DOWN if number % 6 == 0 else OK
        await world.plan(effect(f"p{number}"))
        await world.run(courier, 1)

    assert (world.notices, courier.condition(A)) == ([], Condition.HEALTHY)


async def test_a_thousand_effects_for_one_endpoint_hide_nobody_else(world: World) -> None:
    world.answers[A] = DOWN
    await world.plan(*(effect(f"p{number}") for number in range(1_500)))
    world.now += 1
    await world.plan(*(effect(f"q{number}", B) for number in range(20)))
    courier = world.courier(slots=10)

    for _ in range(60):
        await world.run(courier)
        world.now += 0.02

    assert sum(url == B for _, url in world.sent) == 20


async def test_sick_endpoints_get_few_of_the_slots(world: World) -> None:
    names = [f"https://{number}.example/" for number in range(30)]
    courier = world.courier(slots=20)
    for name in names:
        world.answers[name] = DOWN
        await world.plan(*(effect(f"p{number}", name) for number in range(12)))
    await world.run(courier, 120)
    assert set(courier.health()["endpoints"].values()) == {"degraded"}  # type: ignore[attr-defined]

    world.now += 1_000
    world.sent.clear()
    await courier.turn()

    assert len(world.sent) <= 2
    await courier.settle_down()


async def test_what_is_set_aside_stays_due(world: World) -> None:
    world.answers[A] = DOWN
    await world.plan(*(effect(f"p{number}") for number in range(30)))
    await world.run(world.courier(), 90)

    found = (await world.ledger.page(Query())).items

    assert {each.state for each in found} == {State.DUE}
    assert all(each.due is not None and each.due <= world.now + 310 for each in found)
