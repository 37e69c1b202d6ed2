"""Promises of the consumer: settle first, commit afterwards, in order, whatever happens."""

import asyncio
from functools import partial

from shared.bus.consumer import Consumer
from shared.bus.port import Slot
from tests.contracts.bus.harness import PARTITIONS, Bench, Keep, key_in
from tests.support.wait import until


async def test_a_new_group_begins_at_the_first_record(board: Bench) -> None:
    await board.append(*(f"key-{n % 5}={n}" for n in range(50)))
    await board.start()
    await until(lambda: len(board.keep.settled) == 50)
    for n in range(5):
        assert board.keep.of(f"key-{n}") == [str(m) for m in range(n, 50, 5)]


async def test_news_come_while_it_runs_and_lag_goes_to_zero(board: Bench) -> None:
    consumer = await board.ready(await board.start())
    await board.append(*(f"key-{n}={n}" for n in range(20)))
    await until(lambda: len(board.keep.settled) == 20)
    await until(lambda: set(consumer.health.lag.values()) == {0})
    assert consumer.health.ready
    assert sum(consumer.settled.values()) == 20


async def test_a_unit_has_records_of_one_partition_and_no_more_than_allowed(board: Bench) -> None:
    await board.append(*(f"key-{n}={n}" for n in range(100)))
    await board.start(most=7)
    await until(lambda: len(board.keep.settled) == 100)
    assert max(board.keep.units) <= 7
    at = 0
    for size in board.keep.units:
        assert len({record.partition for record in board.keep.settled[at : at + size]}) == 1
        at += size


async def test_what_was_settled_and_committed_does_not_come_again(board: Bench) -> None:
    await board.append(*(f"key-{n}={n}" for n in range(20)))
    consumer = await board.start()
    await until(lambda: len(board.keep.settled) == 20)
    await board.stop(consumer)
    await board.append("key-1=new")
    again = Keep()
    await board.start(again)
    await until(lambda: again.settled)
    assert again.values == ["new"]


async def test_a_crash_before_the_commit_hands_the_records_over_again(board: Bench) -> None:
    await board.append(*(f"key-{n}={n}" for n in range(20)))
    board.keep.gate = asyncio.Event()
    consumer = await board.start()
    await until(lambda: board.keep.entered == PARTITIONS)
    await board.crash(consumer)
    assert board.keep.settled == []
    again = Keep()
    await board.start(again)
    await until(lambda: len(again.settled) == 20)
    assert sorted(map(int, again.values)) == list(range(20))


async def test_an_unfinished_unit_is_never_committed(board: Bench) -> None:
    await board.append(f"{key_in(0)}=1")
    board.keep.gate = asyncio.Event()
    consumer = await board.start()
    await until(lambda: board.keep.entered == 1)
    await board.append(f"{key_in(1)}=2")
    await until(lambda: board.keep.entered == 2)
    assert consumer.settled == {Slot(board.topic, 0): 0, Slot(board.topic, 1): 0}
    board.keep.gate.set()
    await until(lambda: set(consumer.settled.values()) == {1})


async def test_a_store_that_is_away_holds_the_partition_in_order(board: Bench) -> None:
    key = key_in(0)
    board.keep.away = True
    await board.append(*(f"{key}={n}" for n in range(10)))
    consumer = await board.start()
    held = await until(lambda: consumer.health.held)
    assert held[Slot(board.topic, 0)].why == "the store is away"
    await board.append(*(f"{key}={n}" for n in range(10, 20)))
    tries = board.keep.entered
    await until(lambda: board.keep.entered > tries + 2)
    assert board.keep.settled == []
    board.keep.away = False
    await until(lambda: len(board.keep.settled) == 20)
    assert board.keep.values == [str(n) for n in range(20)]
    await until(lambda: not consumer.health.held)
    assert await board.dead() == []


async def test_a_pause_by_order_consumes_nothing_until_resumed(board: Bench) -> None:
    consumer = await board.ready(await board.start())
    consumer.pause("维护")
    witness = Keep()
    await board.start(witness, group="witness")
    await board.append(*(f"key-{n}={n}" for n in range(10)))
    await until(partial(board.settled, witness, 10), 30)
    assert board.keep.settled == []
    assert (consumer.health.stopped, consumer.health.ready) == ("维护", False)
    consumer.resume()
    await until(partial(board.settled, board.keep, 10))
    assert consumer.health.ready


async def test_stopping_lets_the_unit_in_hand_finish_and_commits_it(board: Bench) -> None:
    await board.append(f"{key_in(0)}=1")
    board.keep.gate = asyncio.Event()
    consumer = await board.start()
    await until(lambda: board.keep.entered == 1)
    stopping = asyncio.create_task(board.stop(consumer))
    await asyncio.sleep(0)
    board.keep.gate.set()
    await stopping
    assert board.keep.values == ["1"]
    again = Keep()
    await board.ready(await board.start(again))
    await board.append(f"{key_in(0)}=2")
    await until(lambda: again.settled)
    assert again.values == ["2"]


async def test_a_second_member_joins_without_a_record_lost_or_settled_twice(board: Bench) -> None:
    first, second = Keep(), Keep()
    one = await board.ready(await board.start(first, "one", most=5))
    await board.append(*(f"key-{n % 10}={n}" for n in range(200)))
    await until(lambda: first.settled)
    two = await board.start(second, "two", most=5)
    for n in range(200, 400, 20):
        await board.append(*(f"key-{m % 10}={m}" for m in range(n, n + 20)))
    await until(lambda: len(one.settled) == len(two.settled) == 1, 30, "one partition for each")
    await board.append(*(f"key-{n % 10}={n}" for n in range(400, 420)))
    await until(lambda: len(first.settled) + len(second.settled) >= 420)
    assert sorted(map(int, first.values + second.values)) == list(range(420))
    for n in range(10):
        mine = first.of(f"key-{n}") + second.of(f"key-{n}")
        assert mine == [str(m) for m in range(n, 420, 10)]
    assert second.settled


async def test_a_member_that_leaves_is_replaced_where_it_had_stopped(board: Bench) -> None:
    first, second = Keep(), Keep()
    one = await board.start(first, "one")
    two = await board.start(second, "two")
    await until(lambda: len(one.settled) == len(two.settled) == 1, 30)
    await board.append(*(f"key-{n}={n}" for n in range(40)))
    await until(lambda: len(first.settled) + len(second.settled) == 40)
    await board.stop(two)
    await board.append(*(f"key-{n}={n}" for n in range(40, 60)))
    await board.ready(one)
    await until(lambda: len(first.settled) + len(second.settled) == 60, 20)
    assert sorted(map(int, first.values + second.values)) == list(range(60))


async def test_a_restart_under_the_same_name_goes_on(board: Bench) -> None:
    for round_ in range(3):
        keep = Keep()
        consumer = await board.start(keep, "static")
        await board.append(*(f"key-{n}={round_}" for n in range(5)))
        await until(partial(board.settled, keep, 5), 5, "a restart well within the session")
        assert set(keep.values) == {str(round_)}
        await board.stop(consumer)


async def test_a_consumer_is_not_ready_before_partitions_were_dealt_to_it(board: Bench) -> None:
    consumer = Consumer(board.bus, board.group, [board.topic], board.keep, board.store, clock=board.clock)
    assert not consumer.health.ready
    assert consumer.health.lost == "尚未加入消费组"
    started = await board.start()
    await until(lambda: started.health.ready, 30, "a ready consumer")
    assert len(started.health.lag) == PARTITIONS
    await until(lambda: not started.health.coming, 30, "partitions that are begun")
    assert len(started.settled) == PARTITIONS
    await board.stop(started)
    assert started.health.lost == "已停止"
