"""Promises about orders from people: dead letters settled in order or given up, and the key flows again."""

import pytest

from shared.bus import deadletters
from shared.bus.port import Draft
from shared.contracts.problems import Unavailable, Undecodable
from tests.contracts.bus.harness import REFUSED, Bench, caught_up, key_in


async def test_redriving_settles_in_order_and_frees_the_key(board: Bench) -> None:
    bad = key_in(0)
    board.keep.poison["no"] = REFUSED
    await board.append(f"{bad}=1", f"{bad}=no", *(f"{bad}={n}" for n in range(2, 30)))
    consumer = await board.start(most=10)
    await caught_up(consumer, 30)
    board.keep.poison.clear()
    done = await consumer.redrive(board.topic, bad)
    assert done is not None
    assert (done.count, done.caught_up) == (29, True)
    await board.append(f"{bad}=30")
    await caught_up(consumer, 31)
    assert board.keep.of(bad) == ["1", "no", *(str(n) for n in range(2, 31))]
    assert await board.parked() == []
    assert set(await deadletters.fates(board.store, await board.letters())) == {"redriven"}


async def test_redriven_records_are_the_original_ones(board: Bench) -> None:
    bad = key_in(1)
    board.keep.poison["no"] = REFUSED
    await board.append(f"{bad}=no")
    consumer = await board.start()
    await caught_up(consumer, 1)
    board.keep.poison.clear()
    await consumer.redrive(board.topic, bad)
    assert board.keep.settled == await board.everything(board.topic)


async def test_the_first_failure_of_a_redrive_stops_and_leaves_the_key_parked(board: Bench) -> None:
    bad = key_in(0)
    board.keep.poison.update({"no": REFUSED, "also": REFUSED})
    await board.append(f"{bad}=no", f"{bad}=1", f"{bad}=also", f"{bad}=2")
    consumer = await board.start()
    await caught_up(consumer, 4)
    del board.keep.poison["no"]
    done = await consumer.redrive(board.topic, bad)
    assert done is not None
    assert (done.count, done.error) == (2, "WRONG: 这一条永远不对")
    assert consumer.parked() == [(board.topic, bad)]
    assert await deadletters.fates(board.store, await board.letters()) == ["redriven", "redriven", "waiting", "waiting"]
    board.keep.poison.clear()
    await consumer.redrive(board.topic, bad)
    assert board.keep.of(bad) == ["no", "1", "also", "2"]
    assert consumer.parked() == []


async def test_redriving_a_key_whose_store_is_away_can_be_asked_again(board: Bench) -> None:
    bad = key_in(0)
    board.keep.poison["no"] = REFUSED
    await board.append(f"{bad}=no", f"{bad}=1")
    consumer = await board.start()
    await caught_up(consumer, 2)
    board.keep.poison.clear()
    board.keep.away = True
    with pytest.raises(Unavailable, match="the store is away"):
        await consumer.redrive(board.topic, bad)
    board.keep.away = False
    await consumer.redrive(board.topic, bad)
    assert board.keep.of(bad) == ["no", "1"]


async def test_discarding_gives_the_dead_letters_up_and_frees_the_key(board: Bench) -> None:
    bad = key_in(0)
    board.keep.poison["no"] = REFUSED
    await board.append(f"{bad}=no", f"{bad}=1")
    consumer = await board.start()
    await caught_up(consumer, 2)
    done = await consumer.discard(board.topic, bad, person="op-1", reason="来源已作废")
    assert done is not None
    assert done.count == 2
    assert consumer.parked() == []
    await board.append(f"{bad}=2")
    await caught_up(consumer, 3)
    assert board.keep.of(bad) == ["2"]
    assert set(await deadletters.fates(board.store, await board.letters())) == {"discarded"}


async def test_a_key_parked_again_redrives_only_what_is_new(board: Bench) -> None:
    bad = key_in(0)
    board.keep.poison.update({"no": REFUSED, "again": REFUSED})
    await board.append(f"{bad}=no", f"{bad}=1")
    consumer = await board.start()
    await caught_up(consumer, 2)
    await consumer.discard(board.topic, bad, person="op-1", reason="x")
    await board.append(f"{bad}=again", f"{bad}=2")
    await caught_up(consumer, 4)
    board.keep.poison.clear()
    await consumer.redrive(board.topic, bad)
    assert board.keep.of(bad) == ["again", "2"]
    states = await deadletters.fates(board.store, await board.letters())
    assert states == ["discarded", "discarded", "redriven", "redriven"]


async def test_an_order_about_a_key_of_another_process_is_declined(board: Bench) -> None:
    consumer = await board.ready(await board.start())
    await board.stop(consumer)
    assert await consumer.redrive(board.topic, key_in(0)) is None
    assert await consumer.discard(board.topic, key_in(0), person="op-1", reason="x") is None


async def test_dead_letters_without_a_key_can_be_discarded(board: Bench) -> None:
    board.keep.poison["junk"] = Undecodable("no event")
    await board.bus.append(board.topic, [Draft("", b"junk"), Draft("", b"junk")])
    consumer = await board.start()
    await caught_up(consumer, 2)
    done = await consumer.discard(board.topic, "", person="op-1", reason="x")
    assert done is not None
    assert done.count == 2
    assert set(await deadletters.fates(board.store, await board.letters())) == {"discarded"}


async def test_dead_letters_are_grouped_by_what_waits(board: Bench) -> None:
    first, second = key_in(0), key_in(1)
    board.keep.poison["no"] = REFUSED
    await board.append(f"{first}=no", f"{first}=1", f"{second}=no")
    consumer = await board.start()
    await caught_up(consumer, 3)
    await consumer.discard(board.topic, second, person="op-1", reason="x")
    found = await board.letters()
    (group,) = deadletters.group(zip(found, await deadletters.fates(board.store, found), strict=True))
    assert (group.consumer, group.topic, group.key, group.count) == (consumer.name, board.topic, first, 2)
    assert group.first.record.value == b"no"
