"""Lists wait while a rebuild brings hundreds of items at a time, and are the same in the end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from services.publish.store import load_columns
from services.publish.views.portal.projection import Portal
from services.publish.views.portal.render import Pages, Site
from shared.replay.projection import News, digest_of
from shared.store.blobs import Blobs
from shared.store.sqlite import SqliteStore
from tests.unit.publish.samples import envelope, published, withdrawn

MANY = 250


def portal(root: Path, store: SqliteStore) -> Portal:
    return Portal(store, Blobs(root / "blobs"), Pages(Site(), load_columns()), root / "files", "blue")


def news(first: int = 0, last: int = MANY) -> list[News]:
    facts = [published(f"dc{n:03d}", published_on=date(2020 + n % 5, 1, 1)) for n in range(first, last)]
    return [News(envelope(fact, fact.item_id), fact) for fact in facts]


async def one_by_one(root: Path) -> str:
    made = portal(root, SqliteStore(":memory:"))
    for each in news():
        await made.apply([each])
    return await digest_of(made)


async def test_lists_wait_for_the_end_of_a_large_batch_and_are_the_same(tmp_path: Path) -> None:
    made = portal(tmp_path / "a", SqliteStore(":memory:"))
    await made.apply(news())
    assert (made.folder.root / "d/dc000.html").exists()
    assert not (made.folder.root / "years/2020/index.html").exists()
    await made.tidy()
    assert (made.folder.root / "years/2020/index.html").exists()
    assert await digest_of(made) == await one_by_one(tmp_path / "b")


async def test_lists_that_waited_when_the_process_ended_are_written_by_the_next(tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    before = portal(tmp_path / "a", store)
    await store.put(await before.apply(news()))
    after = portal(tmp_path / "a", store)
    assert await digest_of(after) == await one_by_one(tmp_path / "b")
    assert not (after.folder.root / ".postponed").exists()


async def test_a_withdrawal_waits_for_nothing(tmp_path: Path) -> None:
    made = portal(tmp_path, SqliteStore(":memory:"))
    await made.apply(news())
    gone = withdrawn("dc000")
    await made.apply([*news(1), News(envelope(gone, "dc000", 2), gone)])
    listed = "".join(path.read_text("utf-8") for path in (made.folder.root / "years").rglob("*.html"))
    assert "d/dc001.html" in listed
    assert "d/dc000.html" not in listed
