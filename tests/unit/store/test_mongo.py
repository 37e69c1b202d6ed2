"""What only the MongoDB store has: other processes beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.contracts.problems import Unavailable
from shared.store import mongo_open, mongo_save
from shared.store.mongo import MongoStore
from shared.store.port import Conflict, KeyTaken
from shared.store.relay import Relay
from tests.support.books import Book
from tests.support.stored import document


@pytest.fixture
async def stores(mongo_url: str) -> AsyncIterator[tuple[MongoStore, MongoStore]]:
    made = MongoStore(mongo_url), MongoStore(mongo_url)
    yield made
    for store in made:
        await store.close()


async def test_what_a_dead_process_owes_goes_out_before_what_the_next_one_saves(
    stores: tuple[MongoStore, MongoStore],
) -> None:
    dead, alive = stores
    book = Book()
    relay = Relay(alive, book.log)
    await relay.start()
    await dead.save([document("a", owes=2, sequence=2)])  # and nobody relays it

    await alive.save([document("a", 2, owes=1, sequence=3)])
    await asyncio.wait_for(relay.empty(), 10)

    assert book.values() == [f"event {number} of a" for number in (1, 2, 3)]
    assert await alive.owed() == []
    await relay.stop()


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look sees nothing wrong: as if the others wrote between it and the write."""
    original, looks = mongo_save.check, []

    async def check(collection: object, documents: list[object]) -> object:
        looks.append(1)
        return {} if len(looks) == 1 else await original(collection, documents)  # type: ignore[arg-type]

    monkeypatch.setattr("shared.store.mongo.check", check)


async def test_a_version_taken_between_look_and_write_is_a_conflict_of_that_document(
    stores: tuple[MongoStore, MongoStore], blind: None
) -> None:
    await stores[1]._documents("document")
    await stores[1]._database["document"].insert_one({"_id": "b", "version": 1, "keys": ["id:b"], "outbox": []})
    heard: list[str] = []
    stores[0].on_saved(lambda kind, events: heard.extend(event.id for event in events))

    with pytest.raises(Conflict) as caught:
        await stores[0].save([document(name, owes=1) for name in "abc"])

    assert caught.value.ids == ("b",)
    # each document is a unit of its own here: what was written is told, and the causes of a second try absorb it
    assert sorted(heard) == ["a:1", "c:1"] == sorted(event.id for _, event in await stores[0].owed())


async def test_a_key_taken_between_look_and_write_is_told_from_a_version(
    stores: tuple[MongoStore, MongoStore], blind: None
) -> None:
    await stores[1]._documents("document")
    taken = {"_id": "other", "version": 1, "keys": ["id:other", "number:1"], "outbox": []}
    await stores[1]._database["document"].insert_one(taken)

    with pytest.raises(KeyTaken) as caught:
        await stores[0].save([document("a", keys=("number:1",))])

    assert caught.value.key == "number:1"


async def test_a_server_that_is_away_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mongo_open._SAFE, "serverSelectionTimeoutMS", 50)
    store = MongoStore("mongodb://127.0.0.1:1/nowhere")

    with pytest.raises(Unavailable):
        await store.save([document("a")])
    with pytest.raises(Unavailable):
        await store.rows("things", ["a"])
    await store.close()
