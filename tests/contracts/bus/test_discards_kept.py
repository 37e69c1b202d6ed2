"""Promises about records that a person gave up: whoever reads the topic from zero again does not take them up."""

from dataclasses import replace

from shared.bus import deadletters
from shared.bus.consumer import Consumer
from shared.bus.port import Slot
from shared.store.sqlite import SqliteStore
from tests.contracts.bus.harness import REFUSED, Bench, caught_up, key_in
from tests.support.wait import until

OTHER = "-again"


async def given_up(board: Bench) -> tuple[str, Consumer]:
    """Let one record be refused and two wait behind it, and give all of them up."""
    bad = key_in(0)
    board.keep.poison["no"] = REFUSED
    await board.append(f"{bad}=1", f"{bad}=no", f"{bad}=2", f"{key_in(0, 1)}=x")
    consumer = await board.start()
    await caught_up(consumer, 4)
    await consumer.discard(board.topic, bad, person="op", reason="错报")
    return bad, consumer


async def test_a_group_that_reads_from_zero_passes_over_what_was_given_up(board: Bench) -> None:
    bad, consumer = await given_up(board)
    await board.stop(consumer)
    board.keep.settled.clear()
    start = dict.fromkeys(await board.bus.bounds(board.topic), 0)
    member = board.bus.member(board.group, [board.topic], board.group)
    mine: set[Slot] = set()
    await member.join(mine.update, _nobody)
    await until(lambda: mine == set(start), 30, "the assignment")
    await member.commit(start)  # as after a restore: the group begins anew, the store knows everything
    await member.leave()
    consumer = await board.start()
    await board.append(f"{bad}=3")
    await caught_up(consumer, 5)
    assert board.keep.of(bad) == ["1", "3"]
    assert len(await board.dead()) == 2
    assert set(await deadletters.fates(board.store, await board.letters())) == {"discarded"}


async def test_a_store_older_than_the_order_learns_from_it_what_was_given_up(board: Bench) -> None:
    bad, consumer = await given_up(board)
    await board.stop(consumer)
    letters = await board.letters()
    board.keep.settled.clear()
    board.store = SqliteStore(":memory:")
    again = Consumer(board.bus, board.group, [board.topic], board.keep, board.store, clock=board.clock)
    await again.recall(board.topic, bad, letters[0].place, letters[-1].place)
    assert await deadletters.fates(board.store, letters) == ["discarded", "discarded"]
    assert await deadletters.discarded(board.store) == {deadletters.place_of(each.record) for each in letters}
    await again.recall(board.topic, bad, letters[0].place, letters[-1].place)
    assert len(await deadletters.discarded(board.store)) == 2


async def test_the_same_record_waits_on_for_a_consumer_that_did_not_give_it_up(board: Bench) -> None:
    _, consumer = await given_up(board)
    letters = await board.letters()
    others = [replace(letter, consumer=consumer.name + OTHER) for letter in letters]
    assert set(await deadletters.fates(board.store, others)) == {"waiting"}


async def _nobody(_: object) -> None:
    """Nothing is revoked."""
