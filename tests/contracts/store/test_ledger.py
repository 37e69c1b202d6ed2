"""The ledger of effects over every store: of several couriers one sends, and a lost lease repeats the same id."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

from shared.effects.ledger import State
from shared.store.port import Query, Store
from tests.support.couriers import DOWN, OK, World, effect


async def test_couriers_of_two_processes_send_each_effect_once(address: str, opened: Callable[[str], Store]) -> None:
    store = opened(address)
    other = opened(address) if address.startswith("mongodb") else store
    worlds = World(store), World(other)
    await worlds[0].plan(*(effect(f"p{number}", f"https://{number % 5}.example/") for number in range(20)))
    couriers = [world.courier() for world in worlds]

    for _ in range(10):
        await asyncio.gather(*(world.run(courier) for world, courier in zip(worlds, couriers, strict=True)))

    assert Counter(Counter(worlds[0].sent + worlds[1].sent).values()) == {1: 20}
    assert await store.count("effects", Query(), by="state") == {"accepted": 20}
    for each in {id(store): store, id(other): other}.values():
        await each.close()


async def test_what_fails_and_what_is_lost_comes_due_again_under_its_id(store: Store) -> None:
    world = World(store)
    world.answers["https://a.example/"] = DOWN
    second = effect("lost", "https://b.example/")
    await world.plan(effect("fails"), second, effect("mail", "https://b.example/", "mail"))
    lost = [each for each in (await world.ledger.due(world.now)).items if each.effect.item != "fails"]
    await world.ledger.claim(lost, world.now)

    await world.run(world.courier(), 30)
    world.answers["https://a.example/"] = OK
    await world.run(world.courier(), 400, step=20)

    found = {each.effect.item: each.state for each in (await world.ledger.page(Query())).items}
    assert found == {"fails": State.ACCEPTED, "lost": State.ACCEPTED, "mail": State.UNCERTAIN}
    assert {key for key, _ in world.sent} == {effect("fails").key, second.key}
