"""Lists wait while a rebuild brings hundreds of items at a time, and are the same in the end."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

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


def listed(made: Portal) -> str:
    return "".join(path.read_text("utf-8") for path in (made.folder.root / "years").rglob("*.html"))


async def test_lists_wait_for_the_end_of_a_large_batch_and_are_the_same(tmp_path: Path) -> None:
    made = portal(tmp_path / "a", SqliteStore(":memory:"))
    await made.apply(news())
    assert (made.folder.root / "d/dc000.html").exists()
    assert "d/dc000.html" not in listed(made)
    await made.tidy()
    assert "d/dc000.html" in listed(made)
    assert await digest_of(made) == await one_by_one(tmp_path / "b")


async def test_what_a_page_links_to_is_there_while_the_lists_wait(tmp_path: Path) -> None:
    made = portal(tmp_path, SqliteStore(":memory:"))
    await made.apply(news())
    root = made.folder.root
    for page in root.rglob("*.html"):
        for address in re.findall(r'(?:href|src)="/((?!search|requests)[^"#?]*)', page.read_text("utf-8")):
            target = root / address / "index.html" if address.endswith("/") or not address else root / address
            assert target.is_file(), f"{page.name} -> {address}"


async def test_lists_that_waited_when_the_process_ended_are_written_by_the_next(tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    before = portal(tmp_path / "a", store)
    await store.put(await before.apply(news()))
    after = portal(tmp_path / "a", store)
    assert await digest_of(after) == await one_by_one(tmp_path / "b")
    assert [path.name for path in after.folder.root.glob(".*")] == []


async def test_a_withdrawal_waits_for_nothing(tmp_path: Path) -> None:
    made = portal(tmp_path, SqliteStore(":memory:"))
    await made.apply(news())
    await made.tidy()
    gone = withdrawn("dc000")
    await made.apply([*news(1), News(envelope(gone, "dc000", 2), gone)])
    assert "d/dc001.html" in listed(made)
    assert "d/dc000.html" not in listed(made)


async def test_lists_go_on_waiting_where_they_never_named_what_is_withdrawn(tmp_path: Path) -> None:
    made = portal(tmp_path, SqliteStore(":memory:"))
    await made.apply(news())
    gone = withdrawn("dc000")
    await made.apply([News(envelope(gone, "dc000", 2), gone), *news(MANY, 2 * MANY)])
    assert "d/dc" not in listed(made)
    await made.tidy()
    assert "d/dc001.html" in listed(made)
    assert "d/dc000.html" not in listed(made)


@pytest.mark.parametrize("saved", [True, False])
async def test_what_is_withdrawn_after_a_crash_leaves_nothing(tmp_path: Path, saved: bool) -> None:
    store = SqliteStore(":memory:")
    fact = published("dc1", title="独特标题甲乙丙", published_on=date(2019, 1, 1), subject="其他")
    before = portal(tmp_path, store)
    rows = await before.apply([News(envelope(fact, "dc1"), fact)])
    (before.folder.root / "d/.dc1.html.new").write_text("独特标题甲乙丙")
    if saved:
        await store.put(rows)
    after, gone = portal(tmp_path, store), withdrawn("dc1")
    await after.apply([News(envelope(fact, "dc1"), fact), News(envelope(gone, "dc1", 2), gone)])
    await after.tidy()
    files = [path for path in after.folder.root.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if "独特标题" in path.read_text("utf-8") or "dc1" in path.name]
    assert not (after.folder.root / "years/2019").exists()
