"""Promises about records that cannot be settled: buried once, never lost, never out of order."""

import asyncio
from dataclasses import replace

import pytest

from shared.bus.port import Draft, Slot
from shared.contracts.problems import Unavailable, Undecodable
from shared.store.port import Row
from tests.contracts.bus.harness import REFUSED, Bench, Keep, caught_up, key_in
from tests.support.wait import until

BUG = KeyError("a bug")


async def test_a_refused_record_is_buried_at_once_and_its_neighbours_flow(board: Bench) -> None:
    bad, good = key_in(0, 0), key_in(0, 1)
    board.keep.poison["no"] = REFUSED
    await board.append(f"{good}=1", f"{bad}=no", f"{good}=2", f"{good}=3")
    await caught_up(await board.start(), 4)
    assert board.keep.values == ["1", "2", "3"]
    assert await board.buried() == [(bad, "no")]


async def test_a_dead_letter_has_the_bytes_and_says_why(board: Bench) -> None:
    bad = key_in(1)
    board.keep.poison["no"] = REFUSED
    await board.append(f"{bad}=1", f"{bad}=no")
    consumer = await board.start()
    await caught_up(consumer, 2)
    (letter,) = await board.letters()
    (_, original) = await board.everything(board.topic)
    assert letter.record == replace(original, headers=())
    assert (letter.consumer, letter.code, letter.tries, letter.version) == (consumer.name, "WRONG", 1, "1.2.3")
    assert letter.error == "WRONG: 这一条永远不对"
    assert letter.behind is None


async def test_an_unknown_error_gets_three_tries(board: Bench) -> None:
    board.keep.poison["bug"] = BUG
    await board.append("a=bug")
    await caught_up(await board.start(), 1)
    assert board.keep.tries == {"bug": 3}
    (letter,) = await board.letters()
    assert (letter.code, letter.tries) == ("KeyError", 3)


async def test_an_error_that_goes_away_buries_nothing(board: Bench) -> None:
    board.keep.poison["flaky"], board.keep.times["flaky"] = BUG, 2
    await board.append("a=1", "a=flaky", "a=2")
    await caught_up(await board.start(), 3)
    assert board.keep.values == ["1", "flaky", "2"]
    assert await board.dead() == []


async def test_a_settler_that_breaks_without_saying_where_still_finds_the_record(board: Bench) -> None:
    class Blunt(Keep):
        async def settle(self, records: object) -> None:
            try:
                await super().settle(records)  # type: ignore[arg-type]
            except Exception as error:
                raise RuntimeError("somewhere") from error

    keep = Blunt(poison={"bug": BUG})
    await board.append(*(f"{key_in(0, n % 3)}={n}" for n in range(6)), f"{key_in(0, 3)}=bug", f"{key_in(0)}=last")
    await caught_up(await board.start(keep), 8)
    assert sorted(keep.values) == ["0", "1", "2", "3", "4", "5", "last"]
    assert await board.buried() == [(key_in(0, 3), "bug")]


async def test_a_parked_key_keeps_its_order_and_others_flow(board: Bench) -> None:
    bad, good = key_in(0, 0), key_in(0, 1)
    board.keep.poison["no"] = REFUSED
    await board.append(f"{bad}=1", f"{bad}=no", f"{bad}=2", f"{good}=1")
    consumer = await board.start()
    await caught_up(consumer, 4)
    await board.append(f"{bad}=3", f"{good}=2", f"{bad}=4")
    await caught_up(consumer, 7)
    assert (board.keep.of(bad), board.keep.of(good)) == (["1"], ["1", "2"])
    assert await board.buried() == [(bad, "no"), (bad, "2"), (bad, "3"), (bad, "4")]
    assert [letter.behind for letter in await board.letters()] == [None, 1, 1, 1]
    assert consumer.parked() == [(board.topic, bad)]
    assert consumer.health.parked == 1


async def test_a_parked_key_is_still_parked_after_a_restart(board: Bench) -> None:
    bad = key_in(0)
    board.keep.poison["no"] = REFUSED
    await board.append(f"{bad}=no")
    consumer = await board.start()
    await caught_up(consumer, 1)
    await board.stop(consumer)
    again = Keep()
    consumer = await board.ready(await board.start(again))
    assert consumer.parked() == [(board.topic, bad)]
    await board.append(f"{bad}=2", f"{key_in(0, 1)}=free")
    await until(lambda: again.settled)
    assert again.values == ["free"]
    assert await board.buried() == [(bad, "no"), (bad, "2")]


async def test_a_crash_before_the_commit_buries_nothing_twice(board: Bench) -> None:
    bad, gated = key_in(0, 0), key_in(0, 1)
    board.keep.poison["no"] = REFUSED
    await board.append(f"{bad}=no", f"{bad}=2")
    consumer = await board.start(most=2)
    await caught_up(consumer, 2)
    member = consumer._member
    assert member is not None
    await member.commit({Slot(board.topic, 0): 0})  # as if the crash had come before any commit
    await board.crash(consumer)
    again = Keep(poison={"no": REFUSED})
    consumer = await board.start(again)
    await board.append(f"{gated}=3")
    await until(lambda: again.settled, 20)
    assert again.values == ["3"]
    assert await board.buried() == [(bad, "no"), (bad, "2")]


async def test_undecodable_bytes_are_refused_and_without_a_key_park_nothing(board: Bench) -> None:
    board.keep.poison["junk"] = Undecodable("no event")
    await board.bus.append(board.topic, [Draft("", b"junk"), Draft("", b"fine")])
    consumer = await board.start()
    await caught_up(consumer, 2)
    assert board.keep.values == ["fine"]
    assert board.keep.tries == {"junk": 1}
    (letter,) = await board.letters()
    assert (letter.key, letter.code) == ("", "UNDECODABLE")
    assert consumer.parked() == []


@pytest.fixture
async def still(board: Bench) -> Bench:
    """A bench whose clock stands still, so that all burials fall into one minute."""
    board.clock = lambda: 1_000_000.0
    return board


async def test_too_many_burials_stop_consuming_until_resumed(still: Bench) -> None:
    still.keep.poison["no"] = REFUSED
    await still.append(*(f"{key_in(0, n)}=no" for n in range(25)))
    consumer = await still.start()
    await until(lambda: consumer.health.stopped, 20)
    assert not consumer.health.ready
    assert "20 条" in (consumer.health.stopped or "")
    assert len(await still.dead()) == 20
    assert not still.running[consumer].done()
    consumer.resume()
    await caught_up(consumer, 25)
    assert len(await still.dead()) == 25


async def test_orders_are_carried_out_while_consuming_is_stopped(still: Bench) -> None:
    still.keep.poison["no"] = REFUSED
    await still.append(*(f"{key_in(0, n)}=no" for n in range(25)))
    consumer = await still.start()
    await until(lambda: consumer.health.stopped, 20)
    still.keep.poison.clear()
    done = await asyncio.wait_for(consumer.redrive(still.topic, key_in(0, 3)), 10)
    assert done is not None
    assert done.caught_up
    assert still.keep.values == ["no"]


async def test_burials_over_a_longer_time_do_not_stop_it(board: Bench) -> None:
    ticks = iter(range(0, 1_000_000, 10))
    board.clock = lambda: float(next(ticks))
    board.keep.poison["no"] = REFUSED
    await board.append(*(f"{key_in(0, n)}=no" for n in range(25)))
    consumer = await board.start()
    await caught_up(consumer, 25)
    assert consumer.health.stopped is None


async def test_a_store_away_while_burying_holds_and_buries_once(board: Bench) -> None:
    bad = key_in(0)
    board.keep.poison["no"] = REFUSED
    failing = FlakyStore(board.store, 3)
    board.store = failing  # type: ignore[assignment]
    await board.append(f"{bad}=no", f"{bad}=1")
    consumer = await board.start()
    await until(lambda: consumer.health.held, 10)
    await caught_up(consumer, 2)
    assert failing.left == 0
    assert await board.buried() == [(bad, "no"), (bad, "1")]
    assert board.keep.settled == []


class FlakyStore:
    """A store whose ``put`` is away a few times."""

    def __init__(self, store: object, left: int) -> None:
        self._store = store
        self.left = left

    async def put(self, rows: list[Row]) -> None:
        """Fail, then work."""
        if self.left:
            self.left -= 1
            raise Unavailable("disk full")
        await self._store.put(rows)  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)
