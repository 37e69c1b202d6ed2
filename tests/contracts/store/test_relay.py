"""What is owed reaches the log, over every store, whatever dies in between."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.bus.port import Unknown
from shared.clock import Clock
from shared.contracts.problems import Unavailable
from shared.store.lease import Lease
from shared.store.port import Store
from shared.store.relay import ROOM, Relay
from tests.support.books import Book
from tests.support.stored import document
from tests.support.wait import until

ROOT = Path(__file__).parents[3]


async def test_what_is_saved_is_published_in_order_and_then_forgotten(store: Store) -> None:
    book = Book()
    relay = Relay(store, book.log)
    await relay.start()

    await store.save([document("a", owes=2, sequence=2), document("b", owes=1)])
    await store.save([document("a", 2, owes=2, sequence=4)])
    await asyncio.wait_for(relay.empty(), 10)

    mine = [value for value in book.values() if value.endswith(" a")]
    assert mine == [f"event {number} of a" for number in (1, 2, 3, 4)]
    assert "event 1 of b" in book.values()
    assert (await store.owed(), relay.owed_count) == ([], 0)
    assert (await store.load("document", ["a"]))["a"].version == 2
    await relay.stop()


async def test_what_was_left_goes_out_before_what_is_new(store: Store) -> None:
    await store.save([document("a", owes=2, sequence=2)])
    book = Book()
    relay = Relay(store, book.log)

    await store.save([document("a", 2, owes=1, sequence=3)])
    await relay.start()
    await store.save([document("a", 3, owes=1, sequence=4)])
    await asyncio.wait_for(relay.empty(), 10)

    firsts = list(dict.fromkeys(book.values()))
    assert firsts == [f"event {number} of a" for number in (1, 2, 3, 4)]
    await relay.stop()


@pytest.mark.parametrize("error", [Unavailable("away"), Unknown("no answer"), RuntimeError("a bug")])
async def test_what_the_log_refuses_is_still_owed_and_tried_again_in_order(store: Store, error: Exception) -> None:
    book = Book()
    book.fails, book.away = [error], True
    relay = Relay(store, book.log)
    await relay.start()

    await store.save([document("a", owes=2, sequence=2)])
    await until(lambda: relay.health()["trouble"])
    await store.save([document("a", 2, owes=1, sequence=3)])
    assert len(await store.owed()) == 3
    assert book.batches == []

    book.fails, book.away = [], False
    await asyncio.wait_for(relay.empty(), 10)
    assert book.values() == [f"event {number} of a" for number in (1, 2, 3)]
    assert relay.health() == {"owed": 0, "trouble": {}, "held": {}}
    await relay.stop()


async def test_a_record_too_large_holds_back_its_own_document_only(store: Store) -> None:
    book = Book()
    book.too_large = {"big"}
    relay = Relay(store, book.log)
    await relay.start()

    await store.save([document("a", owes=1), document("big", owes=1), document("c", owes=1)])
    await store.save([document("big", 2, owes=1)])
    await asyncio.wait_for(relay.empty(), 10)

    assert sorted(book.values()) == ["event 1 of a", "event 1 of c"]
    assert [event.id for _, event in await store.owed()] == ["big:1", "big:2"]
    held = relay.health()["held"]
    assert isinstance(held, dict)
    assert list(held) == ["document/big"]
    assert "big:1" in held["document/big"]
    await relay.stop()


async def test_two_relays_lose_nothing(address: str, opened: Callable[[str], Store]) -> None:
    store = opened(address)
    other = opened(address) if address.startswith("mongodb") else store
    books = Book(), Book()
    relays = [Relay(each, book.log) for each, book in zip((store, other), books, strict=True)]
    await asyncio.gather(*(relay.start() for relay in relays))

    for version in range(1, 6):
        writer = (store, other)[version % 2]
        await writer.save([document(f"d{number}", version, owes=1) for number in range(10)])
    await asyncio.gather(*(asyncio.wait_for(relay.empty(), 10) for relay in relays))

    published = {value for book in books for value in book.values()}
    assert published == {f"event {version} of d{number}" for version in range(1, 6) for number in range(10)}
    assert await store.owed() == []
    for relay in relays:
        await relay.stop()
    for each in {id(store): store, id(other): other}.values():
        await each.close()


async def test_what_another_process_left_is_swept_under_a_lease(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.store.relay._SWEEP_SECONDS", 0.05)
    clock = Clock()
    idle, busy = Book(), Book()
    relays = [Relay(store, book.log, Lease(store, "relay", name, clock)) for book, name in ((busy, "1"), (idle, "2"))]
    for relay in relays:
        await relay.start()
    monkeypatch.setattr(store, "_hearers", [])  # as if another process had saved it and died

    await store.save([document("a", owes=2)])
    await until(lambda: busy.values())
    await asyncio.wait_for(relays[0].empty(), 10)

    assert (busy.values(), idle.values()) == (["event 1 of a", "event 2 of a"], [])
    assert await store.owed() == []
    for relay in relays:
        await relay.stop()


async def test_too_much_owed_leaves_no_room(store: Store) -> None:
    book = Book()
    book.fails, book.away = [Unavailable("away")], True
    relay = Relay(store, book.log)
    await relay.start()
    await relay.room()

    await store.save([document("a", owes=ROOM + 1)])
    waiting = asyncio.create_task(relay.room())
    await until(lambda: relay.health()["trouble"])
    assert (relay.owed_count, waiting.done()) == (ROOM + 1, False)

    book.fails, book.away = [], False
    await asyncio.wait_for(waiting, 10)
    await relay.stop()


async def test_stopping_empties_but_does_not_wait_for_ever(store: Store) -> None:
    book = Book()
    relay = Relay(store, book.log)
    await relay.start()
    await store.save([document("a", owes=1)])
    await relay.stop()
    assert (book.values(), await store.owed()) == (["event 1 of a"], [])

    hung = Relay(store, book.log)
    book.fails, book.away = [Unavailable("away")], True
    await hung.start()
    await store.save([document("b", owes=1)])
    await asyncio.wait_for(hung.stop(timeout=0.05), 5)
    assert [event.id for _, event in await store.owed()] == ["b:1"]


async def test_a_process_killed_between_save_and_relay_loses_nothing(
    address: str, opened: Callable[[str], Store]
) -> None:
    if address == ":memory:":
        return await _a_killed_memory_is_gone(opened)
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).with_name("saver.py")), address,
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert child.stdout is not None
    saved = [(await asyncio.wait_for(child.stdout.readline(), 20)).decode().strip() for _ in range(25)]
    child.send_signal(signal.SIGKILL)
    saved += (await child.stdout.read()).decode().split()
    await child.wait()

    store, book = opened(address), Book()
    owed = [event.id for _, event in await store.owed(100_000)]
    assert {f"{name}:{number}" for name in saved for number in (1, 2)} <= set(owed)
    relay = Relay(store, book.log)
    await relay.start()
    await asyncio.wait_for(relay.empty(), 20)

    assert len(book.values()) == len(owed)
    assert await store.owed() == []
    await relay.stop()
    await store.close()
    return None


async def _a_killed_memory_is_gone(opened: Callable[[str], Store]) -> None:
    store = opened(":memory:")
    await store.save([document("a", owes=1)])
    await store.close()
    again = opened(":memory:")
    assert await again.owed() == []
    await again.close()
