"""A broker of its own that is killed, frozen and restarted underneath the producer and the consumer."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gongkai.localkafka import LocalKafka
from shared.bus.kafka import KafkaLog
from shared.bus.port import Record, Slot, Unknown
from shared.contracts.problems import Unavailable
from tests.contracts.bus.harness import PARTITIONS, Bench, Keep, bench, drafts, key_in
from tests.support.wait import until

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[LocalKafka]:
    """A broker this test may harm."""
    async with LocalKafka(tmp_path / "kafka") as made:
        yield made


@pytest.fixture
async def log(broker: LocalKafka) -> AsyncIterator[KafkaLog]:
    """The log on it."""
    made = KafkaLog(broker.bootstrap)
    yield made
    await made.close()


@pytest.fixture
async def board(log: KafkaLog) -> AsyncIterator[Bench]:
    """A topic on it."""
    async with bench(log, "faults-") as made:
        yield made


@contextlib.contextmanager
def frozen(broker: LocalKafka) -> Any:
    """Freeze the broker: its sockets take bytes, nothing answers."""
    assert broker.pid is not None
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(broker.pid, signal.SIGCONT)


async def _insist(board: Bench, number: int) -> None:
    """Append one numbered record, again and again until it is confirmed, as every caller of the log does."""
    while True:
        try:
            await board.append(f"{key_in(number % PARTITIONS)}={number}")
            return
        except Unavailable:
            await asyncio.sleep(0.1)


def _first_seen(values: list[str]) -> list[int]:
    return list(dict.fromkeys(map(int, values)))


async def test_a_frozen_broker_leaves_the_outcome_unknown_and_loses_nothing(board: Bench, broker: LocalKafka) -> None:
    impatient = KafkaLog(broker.bootstrap, timeout=2.0)
    await impatient.append(board.topic, drafts("a=warm"))
    with frozen(broker):
        one = asyncio.create_task(impatient.append(board.topic, drafts("a=1")))
        two = asyncio.create_task(impatient.append(board.topic, drafts("a=2")))
        for call in (one, two):
            with pytest.raises(Unknown):
                await call
    await impatient.append(board.topic, drafts("a=1", "a=2"))
    values = [(record.value or b"").decode() for record in await board.everything(board.topic)]
    assert list(dict.fromkeys(values)) == ["warm", "1", "2"]
    await impatient.close()


async def test_calls_queued_behind_an_unknown_one_are_not_written_ahead_of_it(board: Bench, broker: LocalKafka) -> None:
    impatient = KafkaLog(broker.bootstrap, timeout=2.0)
    await impatient.append(board.topic, drafts("a=warm"))
    with frozen(broker):
        first = asyncio.create_task(impatient.append(board.topic, drafts("a=1")))
        await until(lambda: len(impatient._lanes) == 1)
        results = await asyncio.gather(
            first, *(impatient.append(board.topic, drafts(f"a={n}")) for n in range(2, 50)), return_exceptions=True
        )
    assert all(isinstance(result, Unknown) for result in results)
    await impatient.append(board.topic, drafts("a=end"))

    async def read() -> list[Record]:
        with contextlib.suppress(Unavailable):  # the reader's own connection has to come back after the standstill
            return list(await board.everything(board.topic))
        return []

    values = [(record.value or b"").decode() for record in await until(read)]
    assert values[0] == "warm"
    assert values[-1] == "end"
    assert values[1:-1] == [str(n) for n in range(1, len(values) - 1)]
    await impatient.close()


async def test_a_killed_and_restarted_broker_stops_neither_producer_nor_consumer(
    board: Bench, broker: LocalKafka
) -> None:
    consumer = await board.ready(await board.start())
    for number in range(20):
        await _insist(board, number)
    await until(partial(board.settled, board.keep, 20))
    broker.kill()
    insisting = asyncio.create_task(_insist(board, 20))
    await broker.start()
    await insisting
    for number in range(21, 40):
        await _insist(board, number)
    await until(lambda: len(set(board.keep.values)) == 40, 40, "everything after the restart")
    for partition in range(PARTITIONS):
        assert _first_seen(board.keep.of(key_in(partition))) == list(range(partition, 40, PARTITIONS))
    await until(lambda: set(consumer.health.lag.values()) == {0} and consumer.health.ready, 20)


async def test_a_broker_frozen_for_longer_than_the_session_loses_and_skips_nothing(
    board: Bench, broker: LocalKafka
) -> None:
    await board.ready(await board.start())
    await _insist(board, 0)
    await until(partial(board.settled, board.keep, 1))
    with frozen(broker):
        appending = [asyncio.create_task(_insist(board, number)) for number in (2, 1)]
        confirmed, _ = await asyncio.wait(appending, timeout=10.0)
        assert not confirmed
    await asyncio.gather(*appending)
    await until(lambda: set(board.keep.values) == {"0", "1", "2"}, 40)


async def test_a_consumer_started_while_the_broker_is_away_begins_when_it_comes(
    board: Bench, broker: LocalKafka
) -> None:
    await board.append("a=1")
    broker.kill()
    consumer = await board.start()
    await until(lambda: "cannot join" in (consumer.health.lost or ""), 20)
    with pytest.raises(Unavailable):
        await asyncio.wait_for(KafkaLog(broker.bootstrap, timeout=1.0).append(board.topic, drafts("a=2")), 20)
    await broker.start()
    await until(partial(board.settled, board.keep, 1), 40)
    assert consumer.health.ready


async def test_following_goes_on_after_a_restart(board: Bench, broker: LocalKafka) -> None:
    found: list[bytes | None] = []

    async def follow() -> None:
        async with contextlib.aclosing(board.bus.read({Slot(board.topic, n): 0 for n in range(PARTITIONS)})) as news:
            async for batch in news:
                found.extend(record.value for record in batch)

    following = asyncio.create_task(follow())
    await board.append("a=1")
    await until(lambda: found == [b"1"])
    broker.kill()
    await broker.start()
    await _insist(board, 2)
    await until(lambda: found == [b"1", b"2"], 40)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_stopping_ends_soon_even_when_the_broker_is_away(board: Bench, broker: LocalKafka) -> None:
    board.keep = Keep()
    consumer = await board.ready(await board.start())
    await board.append("a=1")
    await until(partial(board.settled, board.keep, 1))
    broker.kill()
    await asyncio.wait_for(board.stop(consumer), 20)
    assert not board.running
