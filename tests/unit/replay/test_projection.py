"""Projections follow the log exactly once, show what they cannot read, and can be built anew beside the live one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

import pytest

from shared.bus.memory import MemoryLog
from shared.bus.port import Draft, TopicSpec
from shared.contracts.envelope import Envelope, encode
from shared.contracts.facts import publish
from shared.contracts.problems import Unavailable
from shared.contracts.topics import Topics
from shared.replay.follower import Follower, HistoryGone
from shared.replay.projection import News, RowProjection, digest_of, gone, live_rows
from shared.replay.rebuild import Projector
from shared.store.port import Row
from shared.store.sqlite import SqliteStore
from tests.support.wait import until
from tests.unit.publish.samples import NOW, published, withdrawn

TOPIC = "t.publish"
FACTS = (publish.ItemPublished, publish.ItemWithdrawn)


def fold(fact: object, envelope: Envelope) -> Iterable[Row]:
    if isinstance(fact, publish.ItemPublished):
        if fact.document.title == "坏":
            raise ZeroDivisionError("a bug")
        return [Row("items", fact.item_id, envelope.sequence or 0, {"title": fact.document.title})]
    return [gone("items", envelope.subject, envelope.sequence or 0)]


@dataclass
class House:
    log: MemoryLog
    store: SqliteStore
    topics: Topics

    def projection(self, colour: str) -> RowProjection:
        return RowProjection("library", ("publish",), FACTS, ("items",), fold, self.store, colour)

    def follower(self, colour: str = "blue", most: int = 500) -> Follower:
        return Follower(self.log, self.store, self.topics, self.projection(colour), colour, most=most)

    def projector(self, most: int = 500) -> Projector:
        return Projector(self.log, self.store, self.topics, self.projection, most=most)

    async def say(self, *values: tuple[str, bytes]) -> None:
        await self.log.append(TOPIC, [Draft(key, value) for key, value in values])

    async def titles(self, colour: str = "blue") -> dict[str, str]:
        return {row.id: row.data["title"] async for row in live_rows(self.store, f"library.{colour}.items")}

    async def faults(self) -> list[str]:
        return [row.data["code"] async for row in live_rows(self.store, "library.blue.faults")]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    log = MemoryLog()
    await log.ensure([TopicSpec(TOPIC, 3, 1), TopicSpec(f"{TOPIC}.dead", 1, 1)])
    store = SqliteStore(":memory:")
    yield House(log, store, Topics("t."))
    await store.close()


def item(id_: str, sequence: int, title: str = "") -> tuple[str, bytes]:
    fact = published(id_, title=title or f"{id_} 第{sequence}版")
    event = Envelope(f"{id_}:{sequence}", "/publish", fact.type, id_, NOW, fact.wire(), sequence)
    return id_, encode(event)


def leave(id_: str, sequence: int) -> tuple[str, bytes]:
    fact = withdrawn(id_)
    return id_, encode(Envelope(f"{id_}:{sequence}", "/publish", fact.type, id_, NOW, fact.wire(), sequence))


async def test_it_goes_on_where_it_was(house: House) -> None:
    await house.say(item("a", 1), item("b", 1))
    await house.follower().catch_up()
    await house.say(item("a", 2), leave("b", 2))
    follower = house.follower()
    await follower.catch_up()
    assert await house.titles() == {"a": "a 第2版"}
    assert follower.applied == 2


async def test_an_event_the_relay_sent_twice_is_applied_once(house: House) -> None:
    await house.say(item("a", 1), item("a", 2), item("a", 1), item("a", 2), leave("a", 3), item("a", 2))
    follower = house.follower(most=1)
    await follower.catch_up()
    assert await house.titles() == {}
    assert follower.applied == 3
    again = house.follower()
    await house.say(item("a", 1))
    await again.catch_up()
    assert await house.titles() == {}


async def test_a_gap_and_what_is_no_event_are_visible_and_stop_nothing(house: House) -> None:
    await house.say(item("a", 1), ("x", b"{broken"), item("a", 3), item("b", 1))
    follower = house.follower()
    await follower.catch_up()
    assert await house.titles() == {"a": "a 第3版", "b": "b 第1版"}
    assert sorted(await house.faults()) == ["GAP", "UNDECODABLE"]
    assert follower.faults == 2
    (bounds,) = (await house.log.bounds(f"{TOPIC}.dead")).values()
    assert bounds == (0, 2)


async def test_a_bug_in_one_record_does_not_hide_the_others(house: House) -> None:
    await house.say(item("a", 1), item("b", 1, "坏"), item("c", 1), item("b", 2))
    await house.follower().catch_up()
    assert set(await house.titles()) == {"a", "b", "c"}
    assert await house.faults() == ["ZeroDivisionError"]


async def test_following_sees_news_and_survives_a_store_that_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower = house.follower()
    put, failures = house.store.put, [1, 1]

    async def flaky(rows: Sequence[Row]) -> None:
        if failures:
            failures.pop()
            raise Unavailable("away")
        await put(rows)

    monkeypatch.setattr(house.store, "put", flaky)
    task = asyncio.create_task(follower.run())
    await house.say(item("a", 1))

    async def there() -> bool:
        return "a" in await house.titles()

    await until(there, what="the first item")
    await house.say(item("b", 1))

    async def both() -> bool:
        return "b" in await house.titles()

    await until(both, what="the second item")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_rebuild_switches_to_its_equal_and_the_old_colour_follows_until_dropped(house: House) -> None:
    await house.say(*(item(f"i{n}", 1) for n in range(30)), leave("i3", 2))
    projector = house.projector(most=7)
    running = asyncio.create_task(projector.run())
    rebuilt = await projector.rebuild()
    assert rebuilt.ended == "switched"
    assert rebuilt.before == rebuilt.after
    assert await projector.colour() == "green"
    await house.say(item("new", 1))

    async def both() -> bool:
        return "new" in await house.titles("green") and "new" in await house.titles("blue")

    await until(both, what="news in both colours")
    await projector.drop()
    assert await house.titles("blue") == {}
    assert (await projector.rebuild()).ended == "switched"
    assert await projector.colour() == "blue"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_news_during_a_rebuild_is_in_both(house: House) -> None:
    await house.say(*(item(f"i{n}", 1) for n in range(200)))
    projector = house.projector(most=5)
    running = asyncio.create_task(projector.run())
    writing = asyncio.gather(*(house.say(item(f"late{n}", 1)) for n in range(100)))
    rebuilt = await projector.rebuild()
    await writing
    assert rebuilt.ended == "switched"
    await projector.followers["blue"].catch_up()
    await projector.followers["green"].catch_up()
    assert await house.titles("blue") == await house.titles("green")
    assert len(await house.titles("green")) == 300
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_rebuild_that_differs_or_loses_waits_for_a_person(house: House) -> None:
    await house.say(*(item(f"i{n}", 1) for n in range(20)))
    await house.follower("blue").catch_up()
    await house.store.put([Row("library.blue.items", f"extra{n}", 1, {"title": "多"}) for n in range(2)])
    projector = house.projector()
    assert (await projector.rebuild()).ended == "differs"
    assert await projector.colour() == "blue"
    rebuilt = await projector.rebuild(accept=True)
    assert rebuilt.ended == "loses"
    assert rebuilt.lost == pytest.approx(2 / 22)
    assert (await projector.rebuild(accept=True, force=True)).ended == "switched"


async def test_a_killed_rebuild_goes_on_where_it_was(house: House) -> None:
    await house.say(*(item(f"i{n}", 1) for n in range(2500)))
    await house.follower("blue").catch_up()
    killed = house.projector(most=100)
    task = asyncio.create_task(killed.rebuild())

    async def some() -> bool:
        return killed.followers["green"].applied > 300

    await until(some, what="a part of the rebuild")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    done = killed.followers["green"].applied
    assert done < 2500
    again = house.projector(most=100)
    assert (await again.rebuild()).ended == "switched"
    assert again.followers["green"].applied <= 2500 - done + 100


async def test_a_log_without_its_beginning_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = await house.log.bounds(TOPIC)

    async def cut(topic: str) -> dict[object, tuple[int, int]]:
        return dict.fromkeys(bounds, (5, 5))

    monkeypatch.setattr(house.log, "bounds", cut)
    with pytest.raises(HistoryGone):
        await house.follower().catch_up()


async def test_the_digest_depends_on_content_only(house: House) -> None:
    await house.say(item("a", 1), item("b", 1), leave("b", 2))
    one, many = house.follower("blue", most=1), house.follower("green")
    await one.catch_up()
    await many.catch_up()
    assert await digest_of(one.projection) == await digest_of(many.projection)
    rows = await many.projection.apply([News(_event("a", 2), published("a", title="另一个"))])
    await house.store.put(rows)
    assert await digest_of(one.projection) != await digest_of(many.projection)
    assert await many.projection.count() == 1


def _event(id_: str, sequence: int) -> Envelope:
    return Envelope(f"{id_}:{sequence}", "/publish", "publish.item-published", id_, NOW, {}, sequence)
