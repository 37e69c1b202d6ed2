"""Promises of the log."""

import asyncio
from contextlib import aclosing

import pytest

from shared.bus.group import LARGEST, LARGEST_HEADERS, Bus
from shared.bus.port import Draft, Record, Slot, TooLarge, TopicSpec, partition_of
from shared.contracts.problems import Unavailable
from tests.contracts.bus.harness import PARTITIONS, Bench, drafts, key_in, new_topic
from tests.support.wait import until


async def test_records_of_a_key_lie_in_its_partition_in_order(board: Bench) -> None:
    await board.append(*(f"key-{n % 7}={n}" for n in range(500)))
    found = await board.everything(board.topic)
    assert len(found) == 500
    for n in range(7):
        mine = [record for record in found if record.key == f"key-{n}"]
        assert {record.partition for record in mine} == {partition_of(f"key-{n}", PARTITIONS)}
        assert [int(record.value or b"") for record in mine] == list(range(n, 500, 7))


async def test_offsets_begin_at_zero_and_have_no_gap(board: Bench) -> None:
    await board.append(*(f"key-{n}={n}" for n in range(100)))
    found = await board.everything(board.topic)
    for partition in range(PARTITIONS):
        offsets = [record.offset for record in found if record.partition == partition]
        assert offsets == list(range(len(offsets)))


async def test_headers_and_bytes_come_back_as_they_were(board: Bench) -> None:
    draft = Draft("机关|1", bytes(range(256)), (("consumer", "目录".encode()), ("empty", b"")))
    await board.bus.append(board.topic, [draft])
    (found,) = await board.everything(board.topic)
    assert Draft(found.key or "", found.value or b"", found.headers) == draft


async def test_many_callers_at_once_keep_each_ones_order(board: Bench) -> None:
    async def caller(name: int) -> None:
        for n in range(20):
            await board.append(*(f"key-{name}={n * 3 + m}" for m in range(3)))

    await asyncio.gather(*(caller(name) for name in range(30)))
    found = await board.everything(board.topic)
    assert len(found) == 30 * 60
    for name in range(30):
        assert [int(record.value or b"") for record in found if record.key == f"key-{name}"] == list(range(60))


async def test_calls_one_after_the_other_without_waiting_keep_their_order(board: Bench) -> None:
    calls = [asyncio.create_task(board.append(f"{key_in(0)}={n}", f"{key_in(1)}={n}")) for n in range(100)]
    await asyncio.gather(*calls)
    found = await board.everything(board.topic)
    for partition in range(PARTITIONS):
        assert [int(record.value or b"") for record in found if record.partition == partition] == list(range(100))


async def test_a_record_that_is_too_large_is_named_before_anything_is_written(board: Bench) -> None:
    batch = [Draft("a", b"1"), Draft("b", b"x" * (LARGEST + 1)), Draft("c", b"3")]
    with pytest.raises(TooLarge) as caught:
        await board.bus.append(board.topic, batch)
    assert caught.value.index == 1
    with pytest.raises(TooLarge):
        await board.bus.append(board.topic, [Draft("a", b"", (("h", b"x" * (LARGEST_HEADERS + 1)),))])
    assert await board.everything(board.topic) == []


async def test_the_largest_record_with_the_largest_headers_is_taken(board: Bench) -> None:
    headers = tuple((f"h{n}", b"y" * 3200) for n in range(10))
    await board.bus.append(board.topic, [Draft("k", b"x" * (LARGEST - 1), headers), Draft("k", b"after")])
    assert [len(record.value or b"") for record in await board.everything(board.topic)] == [LARGEST - 1, 5]


async def test_a_batch_larger_than_a_request_is_written_whole_and_in_order(board: Bench) -> None:
    batch = [Draft(key_in(0), f"{n:06d}".encode() + b"x" * 20_000) for n in range(200)]
    await board.bus.append(board.topic, batch)
    assert [int((record.value or b"")[:6]) for record in await board.everything(board.topic)] == list(range(200))


async def test_an_empty_batch_writes_nothing(board: Bench) -> None:
    await board.bus.append(board.topic, [])
    assert await board.everything(board.topic) == []


async def test_bounds_tell_the_first_and_the_next_offset(board: Bench) -> None:
    await board.append(f"{key_in(0)}=1", f"{key_in(0)}=2", f"{key_in(1)}=3")
    assert await board.bus.partitions(board.topic) == PARTITIONS
    assert await board.bus.bounds(board.topic) == {Slot(board.topic, 0): (0, 2), Slot(board.topic, 1): (0, 1)}


async def test_offsets_at_a_moment_are_where_it_begins_or_the_end(board: Bench) -> None:
    key = key_in(0)
    await board.append(f"{key}=1")
    (first,) = await board.everything(board.topic)

    async def later() -> list[Record]:
        await board.append(f"{key}=2")
        found = await board.everything(board.topic)
        return found if found[-1].timestamp > first.timestamp else []

    found = await until(later)
    at = await board.bus.offsets_at(board.topic, first.timestamp + 1)
    expected = next(record.offset for record in found if record.timestamp > first.timestamp)
    assert at == {Slot(board.topic, 0): expected, Slot(board.topic, 1): 0}
    assert await board.bus.offsets_at(board.topic, found[-1].timestamp + 3_600_000) == {
        Slot(board.topic, 0): len(found),
        Slot(board.topic, 1): 0,
    }


async def test_reading_until_ends_exactly_there(board: Bench) -> None:
    await board.append(*(f"{key_in(0)}={n}" for n in range(30)), *(f"{key_in(1)}={n}" for n in range(10)))
    start, until_ = (
        {Slot(board.topic, 0): 5, Slot(board.topic, 1): 10},
        {Slot(board.topic, 0): 25, Slot(board.topic, 1): 10},
    )
    found: list[Record] = []
    async for batch in board.bus.read(start, until_, most=7):
        assert len(batch) <= 7
        found += batch
    assert [record.offset for record in found] == list(range(5, 25))


async def test_following_hands_over_what_comes_later(board: Bench) -> None:
    found: list[Record] = []
    async with aclosing(board.bus.read({Slot(board.topic, n): 0 for n in range(PARTITIONS)})) as batches:
        for n in range(3):
            await board.append(f"{key_in(n % 2)}={n}")
            found += await asyncio.wait_for(anext(batches), 10)
    assert [int(record.value or b"") for record in found] == [0, 1, 2]


async def test_a_topic_that_differs_from_its_specification_is_named(board: Bench) -> None:
    await board.bus.ensure([TopicSpec(board.topic, PARTITIONS, 1)])
    with pytest.raises(ValueError, match=board.topic):
        await board.bus.ensure([TopicSpec(board.topic, PARTITIONS + 1, 1)])
    with pytest.raises(ValueError, match=board.topic):
        await board.bus.ensure([TopicSpec(board.topic, PARTITIONS, 1, {"retention.ms": "1000"})])


async def test_a_topic_nobody_made_is_unavailable_and_not_made_by_the_way(bus: Bus, prefix: str) -> None:
    known = await new_topic(bus, prefix)
    with pytest.raises(Unavailable):
        await bus.append(f"{known}-typo", drafts("a=1"))
