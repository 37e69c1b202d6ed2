"""Of several processes that share a store, one holds a lease."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from shared.store.lease import Lease
from shared.store.port import Store


@dataclass
class Still:
    now: float = 1_000.0

    def wire(self) -> float:
        return self.now


async def test_one_of_many_holds_it_and_may_prolong_it(store: Store) -> None:
    clock = Still()
    leases = [Lease(store, "sweep", f"process-{number}", clock) for number in range(5)]

    first = await asyncio.gather(*(lease.held() for lease in leases))
    clock.now += 10
    second = [await lease.held() for lease in leases]
    clock.now += 10
    third = [await lease.held() for lease in leases]

    assert sum(first) == 1
    assert first == second == third


async def test_it_falls_to_another_when_its_holder_is_silent_or_gives_it_back(store: Store) -> None:
    clock = Still()
    one, two = (Lease(store, "sweep", name, clock, seconds=15) for name in ("one", "two"))
    assert await one.held()
    assert not await two.held()

    clock.now += 15
    assert await two.held()
    assert not await one.held()

    await one.release()
    assert not await one.held()
    await two.release()
    assert await one.held()


async def test_leases_of_different_tasks_do_not_meet(store: Store) -> None:
    clock = Still()

    assert await Lease(store, "sweep", "one", clock).held()
    assert await Lease(store, "relay", "two", clock).held()
