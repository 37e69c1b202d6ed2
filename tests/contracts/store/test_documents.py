"""What every store promises about aggregates."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from shared.store.port import Conflict, KeyTaken, Owed, Query, Store
from tests.support.stored import document, owed, row


async def test_what_is_saved_is_loaded_without_its_outbox(store: Store) -> None:
    causes = {"catalog.$dollar|一.二": 7, "feed": "sha.256"}
    saved = document(
        "d1", owes=2, keys=("number:沪府办〔2026〕1号",), index={"state": "open", "due": None}, causes=causes
    )
    await store.save([saved])

    loaded = await store.load("document", ["d1", "unknown"])

    assert list(loaded) == ["d1"]
    assert (loaded["d1"].state, loaded["d1"].version, loaded["d1"].sequence) == (saved.state, 1, 2)
    assert (loaded["d1"].keys, loaded["d1"].causes, loaded["d1"].index) == (saved.keys, causes, saved.index)
    assert loaded["d1"].outbox == ()


async def test_kinds_do_not_see_each_other(store: Store) -> None:
    await store.save([document("x", kind="document", keys=("same",)), document("x", kind="body", keys=("same",))])

    assert await store.find("body", ["same", "id:x", "id:y"]) == {"same": "x", "id:x": "x"}
    assert await store.kinds() == {"body": 1, "document": 1}
    assert await store.load("nothing", ["x"]) == {}


async def test_of_two_writers_of_one_version_one_gets_a_conflict(store: Store) -> None:
    await store.save([document("d")])

    results = await asyncio.gather(
        *(store.save([document("d", 2, state=b"%d" % writer)]) for writer in range(2)), return_exceptions=True
    )

    assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
    winner = results.index(None)
    assert (await store.load("document", ["d"]))["d"].state == b"%d" % winner


@pytest.mark.parametrize("version", [1, 3])
async def test_a_version_that_is_not_the_next_is_a_conflict(store: Store, version: int) -> None:
    await store.save([document("d")])

    with pytest.raises(Conflict) as caught:
        await store.save([document("d", version)])

    assert caught.value.ids == ("d",)


async def test_a_later_version_of_what_does_not_exist_is_a_conflict(store: Store) -> None:
    with pytest.raises(Conflict):
        await store.save([document("d", 2)])

    assert await store.load("document", ["d"]) == {}


async def test_a_conflict_halfway_writes_nothing_of_the_call(store: Store) -> None:
    await store.save([document("old")])
    heard: list[Owed] = []
    store.on_saved(lambda kind, events: heard.extend(events))

    with pytest.raises(Conflict):
        await store.save([document("a", owes=1), document("old", owes=1), document("z", owes=1)], [row("r")])

    assert list(await store.load("document", ["a", "old", "z"])) == ["old"]
    assert (await store.owed(), heard, await store.rows("things", ["r"])) == ([], [], {})


async def test_a_unique_key_belongs_to_one_document(store: Store) -> None:
    await store.save([document("a", keys=("number:1",))])

    with pytest.raises(KeyTaken) as caught:
        await store.save([document("b"), document("c", keys=("number:1",))])

    assert caught.value.key == "number:1"
    assert list(await store.load("document", ["a", "b", "c"])) == ["a"]


async def test_of_two_racing_for_a_key_one_gets_it(store: Store) -> None:
    results = await asyncio.gather(
        *(store.save([document(name, keys=("number:1",))]) for name in "abcd"), return_exceptions=True
    )

    assert sorted(type(result).__name__ for result in results) == ["KeyTaken"] * 3 + ["NoneType"]
    assert (await store.find("document", ["number:1"]))["number:1"] == "abcd"[results.index(None)]


async def test_two_documents_of_one_call_cannot_share_a_key(store: Store) -> None:
    with pytest.raises(KeyTaken):
        await store.save([document("a", keys=("k",)), document("b", keys=("k",))])

    assert await store.find("document", ["k", "id:a"]) == {}


async def test_a_key_given_up_is_free_also_in_the_same_call(store: Store) -> None:
    await store.save([document("a", keys=("k", "other"))])

    await store.save([document("b", keys=("k",)), document("a", 2, keys=("other",))])

    assert await store.find("document", ["k", "other"]) == {"k": "b", "other": "a"}


async def test_a_conflicting_neighbour_disturbs_nobody(store: Store) -> None:
    await store.save([document("old")])
    heard: list[str] = []
    store.on_saved(lambda kind, events: heard.extend(event.id for event in events))

    results = await asyncio.gather(
        *(store.save([document("old" if number % 3 == 1 else f"n{number}", owes=1)]) for number in range(9)),
        return_exceptions=True,
    )

    assert [isinstance(result, Conflict) for result in results] == [number % 3 == 1 for number in range(9)]
    good = sorted(f"n{number}:1" for number in range(9) if number % 3 != 1)
    assert sorted(heard) == good
    assert sorted(event.id for _, event in await store.owed()) == good


async def test_what_cannot_be_written_disturbs_nobody(store: Store) -> None:
    unstorable = document("bad", index={"number": 2**70})

    results = await asyncio.gather(
        store.save([document("a", owes=1)]),
        store.save([unstorable]),
        store.save([document("b", owes=1)]),
        return_exceptions=True,
    )

    assert results[0] is None
    assert results[2] is None
    assert sorted(event.id for _, event in await store.owed()) == ["a:1", "b:1"]


async def test_what_an_earlier_save_owes_stays_owed_in_order(store: Store) -> None:
    await store.save([document("d", 1, owes=2, sequence=2)])
    await store.save([document("d", 2, owes=1, sequence=3)])
    await store.save([document("d", 3, sequence=3)])

    assert await store.owed() == [("document", owed("d", number)) for number in (1, 2, 3)]
    assert [event.id for _, event in await store.owed(2)] == ["d:1", "d:2"]


async def test_forgetting_leaves_the_version_alone(store: Store) -> None:
    await store.save([document("d", owes=3), document("e", owes=1)])

    await store.forget("document", {"d": ["d:1", "d:3"], "e": ["e:1"], "gone": ["gone:1"]})

    assert [event.id for _, event in await store.owed()] == ["d:2"]
    assert (await store.load("document", ["d"]))["d"].version == 1
    await store.save([document("d", 2)])


async def test_who_listens_hears_owed_events_once_they_can_be_loaded(store: Store) -> None:
    heard: list[tuple[str, Sequence[Owed]]] = []
    store.on_saved(lambda kind, events: heard.append((kind, events)))

    await store.save([document("d", owes=2), document("quiet")])

    assert [(kind, [event.id for event in events]) for kind, events in heard] == [("document", ["d:1", "d:2"])]


async def test_a_save_writes_its_rows_where_they_are_newer(store: Store) -> None:
    await store.put([row("r2", 5)])

    await store.save([document("d")], [row("r1", 1), row("r2", 4)])

    found = await store.rows("things", ["r1", "r2"])
    assert {name: each.version for name, each in found.items()} == {"r1": 1, "r2": 5}


async def test_an_event_of_another_key_is_a_mistake(store: Store) -> None:
    with pytest.raises(ValueError, match="keyed by its document"):
        await store.save([replace(document("d"), outbox=(owed("e", 1),))])


async def test_aggregates_are_listed_by_their_index(store: Store) -> None:
    await store.save([document(f"d{number}", index={"state": "ab"[number % 2], "due": number}) for number in range(6)])

    first = await store.select("document", Query(equal={"state": "b"}, order="due", down=True, limit=2))
    second = await store.select(
        "document", Query(equal={"state": "b"}, order="due", down=True, limit=2, after=first.next)
    )

    assert [each.id for each in [*first.items, *second.items]] == ["d5", "d3", "d1"]
    assert second.next is None


async def test_an_index_follows_its_document(store: Store) -> None:
    await store.save([document("d", index={"state": "open"})])
    await store.save([document("d", 2, index={"state": "closed"})])

    assert (await store.select("document", Query(equal={"state": "open"}))).items == []
    assert [each.version for each in (await store.select("document", Query(equal={"state": "closed"}))).items] == [2]
