"""The courier: what is due goes out under its one id, and what became of it is written down."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.problems import Unavailable
from shared.effects.ledger import FINAL, Entry, Ledger, State
from shared.effects.ledger_courier import Courier, Purpose
from shared.effects.port import Kind, Outcome, Outgoing
from shared.store.port import Query
from shared.store.sqlite import SqliteStore
from tests.support.couriers import DOWN, OK, World, effect
from tests.support.wait import until

A, B = "https://a.example/", "https://b.example/"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    store = SqliteStore(":memory:")
    yield World(store)
    await store.close()


async def entry(world: World, item: str = "p1", endpoint: str = A, purpose: str = "hook") -> Entry:
    key = effect(item, endpoint, purpose).key
    return (await world.ledger.get([key]))[key]


async def test_what_is_due_is_sent_once_and_settled(world: World) -> None:
    await world.plan(effect())
    courier = world.courier()

    await world.run(courier, 5)

    assert world.sent == [(effect().key, A)]
    settled = await entry(world)
    assert (settled.state, settled.attempts, settled.status, settled.due) == (State.ACCEPTED, 1, 200, None)
    assert [note["kind"] for note in await world.ledger.attempts(effect().key)] == ["accepted"]


async def test_a_fresh_row_is_sent_without_a_scan(world: World) -> None:
    courier = world.courier()
    await courier.start()

    courier.wake(await world.ledger.plan([effect()], world.now))
    await until(lambda: world.sent, 0.5)

    await courier.stop()
    assert (await entry(world)).state is State.ACCEPTED
    assert [len(batch) for batch in world.told] == [1]


async def test_what_fails_is_tried_again_under_the_same_id_until_it_is_taken(world: World) -> None:
    world.answers[A] = DOWN
    await world.plan(effect())
    courier = world.courier()
    await world.run(courier, 400)
    assert (await entry(world)).state is State.DUE
    failed = len(world.sent)
    assert failed >= 3

    world.answers[A] = OK
    await world.run(courier, 2_000, step=10)

    assert world.sent == [(effect().key, A)] * (failed + 1)
    notes = await world.ledger.attempts(effect().key)
    assert [(note["attempt"], note["status"]) for note in notes] == [
        *((n + 1, 503) for n in range(failed)),
        (failed + 1, 200),
    ]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome(Kind.CLOSED, 410), State.CLOSED),
        (Outcome(Kind.UNCERTAIN, error="reset"), State.UNCERTAIN),
        (Outcome(Kind.REFUSED, error="address"), State.DUE),
    ],
)
async def test_every_outcome_has_its_state(world: World, outcome: Outcome, state: State) -> None:
    world.answers[A] = outcome
    await world.plan(effect())

    await world.run(world.courier())

    found = await entry(world)
    assert (found.state, found.error, found.status) == (state, outcome.error, outcome.status)
    assert [notice.what for notice in world.notices] == (["closed"] if state is State.CLOSED else [])


async def test_after_a_week_it_is_closed(world: World) -> None:
    world.answers[A] = DOWN
    await world.plan(effect())
    courier = world.courier()
    while (await entry(world)).state is State.DUE:
        await world.run(courier, 43_200, step=21_600)
        await courier.resume(A)

    closed = await entry(world)
    assert (closed.state, closed.error) == (State.CLOSED, "gave up: 503")


async def test_a_webhook_whose_attempt_was_lost_goes_out_again_under_its_id(world: World) -> None:
    await world.plan(effect())
    await world.ledger.claim((await world.ledger.due(world.now)).items, world.now)  # and then the process died
    courier = world.courier()

    await world.run(courier, world.ledger.lease - 2)
    assert world.sent == []
    await world.run(courier, 3)

    assert world.sent == [(effect().key, A)]
    assert ((await entry(world)).state, (await entry(world)).attempts) == (State.ACCEPTED, 2)


async def test_a_mail_whose_attempt_was_lost_is_uncertain_and_never_sent_by_itself(world: World) -> None:
    mail = effect(purpose="mail")
    await world.plan(mail)
    await world.ledger.claim((await world.ledger.due(world.now)).items, world.now)
    courier = world.courier()

    await world.run(courier, 100_000, step=1_000)

    assert world.sent == []
    listed = (await world.ledger.page(Query(equal={"state": "uncertain"}))).items
    assert [(found.key, found.error) for found in listed] == [(mail.key, "lost")]
    assert [found.key for batch in world.told for found in batch] == [mail.key]


@pytest.mark.parametrize(("purpose", "state"), [("hook", State.DUE), ("mail", State.UNCERTAIN)])
async def test_a_sender_that_raises_may_have_sent(world: World, purpose: str, state: State) -> None:
    world.answers[A] = RuntimeError("a bug")
    await world.plan(effect(purpose=purpose))

    await world.run(world.courier())

    assert (await entry(world, purpose=purpose)).state is state


async def test_an_effect_of_no_known_purpose_is_left_alone(world: World) -> None:
    await world.plan(effect(purpose="pigeon"))

    await world.run(world.courier(), 5)

    assert (world.sent, (await entry(world, purpose="pigeon")).state) == ([], State.DUE)


async def test_two_couriers_do_not_send_one_effect_twice(world: World) -> None:
    await world.plan(*(effect(f"p{number}", f"https://{number % 5}.example/") for number in range(40)))
    couriers = world.courier(), world.courier()

    for _ in range(30):
        await asyncio.gather(*(world.run(courier) for courier in couriers))

    assert Counter(Counter(world.sent).values()) == {1: 40}


async def test_settlements_are_told_at_most_once_a_second_and_again_if_nobody_heard(world: World) -> None:
    courier = world.courier()
    for number in range(4):
        await world.plan(effect(f"p{number}"))
        await world.run(courier)
        world.now += 0.4
    await world.run(courier, 1)
    assert sorted(found.effect.item for batch in world.told for found in batch) == ["p0", "p1", "p2", "p3"]
    assert len(world.told) <= 3

    deaf = world.courier()
    deaf._clerk._settled = _deaf
    await world.plan(effect("p9"))
    with pytest.raises(Unavailable):
        await world.run(deaf, 2)
    world.told.clear()
    later = world.courier()
    await later.load()
    await world.run(later, 1)
    assert [found.effect.item for batch in world.told for found in batch] == ["p9"]


async def _deaf(_: object) -> None:
    raise Unavailable("nobody hears")


async def test_a_lease_shorter_than_its_attempt_does_not_start() -> None:
    store = SqliteStore(":memory:")
    purpose = Purpose(World(store), _never, timeout=15.1)

    with pytest.raises(ValueError, match="too short for hook"):
        Courier(Ledger(store), {"hook": purpose}, World(store), lambda: 0.5)
    await store.close()


async def _never(*_: object) -> Outgoing:
    raise AssertionError


@settings(max_examples=40, deadline=None)
@given(
    story=st.lists(
        st.sampled_from(["plan", "run", "die early", "die late", "hour", "down", "up", "resend"]),
        min_size=5,
        max_size=40,
    ),
    seed=st.integers(0, 1_000),
)
async def test_whatever_happens_an_accepted_effect_is_never_sent_again(story: list[str], seed: int) -> None:
    world = World(SqliteStore(":memory:"), seed)
    courier = world.courier()
    accepted: set[str] = set()
    for step in story:
        before = len(world.sent)
        if step == "plan":
            await world.plan(effect("p1"), effect("p2", B), effect("p3", B, "mail"))
        elif step.startswith("die"):  # between claim and act, or between act and settle
            due = [each for each in (await world.ledger.due(world.now)).items if each.state is State.DUE]
            claimed = await world.ledger.claim(due, world.now)
            world.arrived += [each.key for each in claimed if step == "die late"]
            courier = world.courier()
            await courier.load()
        elif step == "resend":
            rows = [row for key in accepted for row in await world.ledger.resend(key, "n", "p", "r", world.now)]
            courier.wake(rows[:1])
        elif step in {"down", "up"}:
            world.answers[B] = DOWN if step == "down" else OK
        else:
            await world.run(courier, 3_600 if step == "hour" else 1, step=600)
        assert not {key for key, _ in world.sent[before:]} & accepted
        found = (await world.ledger.page(Query())).items
        mails = {each.key for each in found if each.effect.purpose == "mail"}
        assert all(world.arrived.count(key) <= 1 for key in mails)
        accepted = {each.key for each in found if each.state is State.ACCEPTED}
        assert all((each.due is None) == (each.state in FINAL) for each in found)
    await world.store.close()
