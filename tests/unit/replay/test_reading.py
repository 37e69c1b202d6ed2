"""What is in a record depends on nothing but its bytes, and the next batch is read while the last one is saved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bus.memory import MemoryLog
from shared.bus.port import Draft, Record, TopicSpec
from shared.contracts.envelope import Envelope, decode, encode
from shared.contracts.facts import publish
from shared.contracts.topics import Topics
from shared.replay.follower import Follower
from shared.replay.projection import RowProjection, digest_of, live_rows
from shared.replay.reading import ahead, hear
from shared.store.port import Row
from shared.store.sqlite import SqliteStore
from tests.support.wait import until
from tests.unit.publish.samples import NOW, published

FACTS = {fact.type: fact for fact in (publish.ItemPublished, publish.ItemWithdrawn)}
KINDS = ("good", "unheard", "bad data", "no event", "empty")
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from("abc"), st.integers(1, 4)), max_size=40)


def value(kind: str, id_: str, sequence: int) -> bytes:
    fact = published(id_, title=f"{id_} 第{sequence}版")
    type_ = "publish.unheard" if kind == "unheard" else fact.type
    data = {"item_id": 1} if kind == "bad data" else fact.wire()
    whole = encode(Envelope(f"{id_}:{sequence}", "/publish", type_, id_, NOW, data, sequence))
    return {"no event": whole[:-1], "empty": b""}.get(kind, whole)


@given(STEPS)
def test_records_are_heard_as_one_by_one_their_events_are_read_and_validated(steps: list[tuple[str, str, int]]) -> None:
    records = [Record("t", 0, n, 0, id_, value(kind, id_, number)) for n, (kind, id_, number) in enumerate(steps)]
    for (record, event, fact, wrong), (kind, _, _) in zip(hear(records, FACTS), steps, strict=True):
        if kind in ("no event", "empty"):
            assert (event, fact) == (None, None)
            assert wrong
            continue
        assert event == decode(record.value)
        assert fact == (FACTS[event.type].model_validate(event.data) if kind == "good" else None)
        assert (wrong is not None) == (kind == "bad data")


async def follow(steps: list[tuple[str, str, int]], most: int) -> tuple[str, list[tuple[str, str]], int, int]:
    """Build a projection in batches of a size; return its digest, its faults, its dead letters, what it applied."""
    log, store = MemoryLog(), SqliteStore(":memory:")
    await log.ensure([TopicSpec("t.publish", 2, 1), TopicSpec("t.publish.dead", 1, 1)])
    await log.append("t.publish", [Draft(id_, value(kind, id_, number)) for kind, id_, number in steps])
    projection = RowProjection(
        "library",
        ("publish",),
        FACTS.values(),
        ("items",),
        lambda fact, event: [Row("items", fact.item_id, event.sequence or 0, {"title": fact.document.title})],
        store,
        "blue",
    )
    follower = Follower(log, store, Topics("t."), projection, "blue", most=most)
    await follower.catch_up()
    faults = [(row.id, row.data["code"]) async for row in live_rows(store, "library.blue.faults")]
    dead = sum(end for _, end in (await log.bounds("t.publish.dead")).values())
    digest = await digest_of(projection)
    await store.close()
    return digest, faults, dead, follower.applied


@given(STEPS, st.integers(2, 50))
def test_cutting_the_log_into_other_batches_changes_nothing(steps: list[tuple[str, str, int]], most: int) -> None:
    assert asyncio.run(follow(steps, most)) == asyncio.run(follow(steps, 1))


async def test_the_next_is_made_while_the_present_one_is_dealt_with_and_no_other() -> None:
    made: list[int] = []
    taken: list[int] = []

    async def source() -> AsyncGenerator[int, None]:
        for number in range(1, 5):
            made.append(number)
            yield number

    async for number in ahead(source()):
        taken.append(number)
        await until(lambda: made == [1, 2, 3, 4][: len(taken) + 1], what="one ahead")
    assert taken == [1, 2, 3, 4]


async def test_who_leaves_early_closes_the_source_and_its_failure_is_raised() -> None:
    ended: list[str] = []

    async def source(breaks: bool) -> AsyncGenerator[int, None]:
        try:
            yield 1
            if breaks:
                raise ZeroDivisionError
            await asyncio.Event().wait()
        finally:
            ended.append("broken" if breaks else "left")

    reading = ahead(source(False))
    assert await anext(reading) == 1
    await reading.aclose()
    with pytest.raises(ZeroDivisionError):
        assert [number async for number in ahead(source(True))] == [1]
    assert ended == ["left", "broken"]
