"""The projection ``portal``: follows the topic ``publish`` and keeps a folder of static files in step with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from services.publish.views.portal.cards import PAGE, Card, Dirt, Shelves, card_of
from services.publish.views.portal.documents import blobs_of, files_of, summary_of
from services.publish.views.portal.folder import Folder
from services.publish.views.portal.render import Pages
from services.publish.views.portal.writer import SITEMAP, Writer
from shared.contracts.facts.base import Fact
from shared.contracts.facts.publish import ItemPublished, ItemWithdrawn
from shared.replay.projection import News, gone, live_rows, table_of
from shared.store.blobs import BlobErased, BlobMissing
from shared.store.port import Row, Store

NAME = "portal"
_MANY = 200
"""News at a time from which lists wait until no more come: a rebuild would write most of their pages every time."""
_GROUPS = ("years", "bodies", "columns", "topics")


class Texts(Protocol):
    """Where texts and files are."""

    async def get(self, digest: str) -> bytes:
        """Return the content. Raises ``BlobMissing`` or ``BlobErased``."""
        ...


class Portal:
    """One colour of the portal.

    Args:
        store: keeps the cards of the items and which addresses are gone.
        blobs: texts and files.
        pages: renders.
        root: the folder all colours are in.
        colour: which one this is.
    """

    def __init__(self, store: Store, blobs: Texts, pages: Pages, root: Path, colour: str) -> None:
        self.name = NAME
        self.owners: Sequence[str] = ("publish",)
        self.hears: Mapping[str, type[Fact]] = {each.type: each for each in (ItemPublished, ItemWithdrawn)}
        self.folder = Folder(root / colour)
        self._store, self._blobs, self._pages = store, blobs, pages
        self._items, self._gone = table_of(NAME, colour, "items"), table_of(NAME, colour, "gone")
        self.counts_in: str | None = self._items
        self._shelves: Shelves | None = None
        self._dirt: dict[str, tuple[Dirt, Dirt]] = {}
        self._postponed = self.folder.root / ".postponed"

    async def apply(self, news: Sequence[News]) -> Sequence[Row]:
        """Write the pages the news touches; of several news of one item only the last one counts."""
        shelves = await self._loaded()
        last = {each.envelope.subject: each for each in news}
        contents = await self._contents(
            blob.sha256
            for each in last.values()
            if isinstance(each.fact, ItemPublished)
            for blob in blobs_of(each.fact)
        )
        return await asyncio.to_thread(self._apply, shelves, list(last.values()), contents)

    def _apply(self, shelves: Shelves, news: Sequence[News], contents: Mapping[str, bytes | None]) -> list[Row]:
        rows: list[Row] = []
        for each in news:
            version = each.envelope.sequence or 0
            if isinstance(each.fact, ItemPublished):
                rows += self._show(shelves, each.fact, each.envelope.time, version, contents, self._dirt)
            else:
                rows += self._hide(shelves, each.fact, version, self._dirt)
        if len(news) < _MANY or any(isinstance(each.fact, ItemWithdrawn) for each in news):
            self._write_lists(shelves)
        else:
            self._postponed.touch()
        return rows

    def _write_lists(self, shelves: Shelves) -> None:
        Writer(self._pages, self.folder, shelves).write(self._dirt)
        self._dirt.clear()
        self._postponed.unlink(missing_ok=True)

    def _show(
        self,
        shelves: Shelves,
        item: ItemPublished,
        changed: datetime,
        version: int,
        contents: Mapping[str, bytes | None],
        dirt: dict[str, tuple[Dirt, Dirt]],
    ) -> list[Row]:
        card = card_of(item, changed, summary_of(item, contents), self._pages.columns)
        _mark(dirt, shelves.put(card))
        for name in card.lists:
            _mark_one(dirt, name, shelves.at(name, card))
        kept = set()
        for address, content in files_of(item, contents, self._pages):
            self.folder.write(address, content)
            kept.add(address)
        self._sweep(item.path, kept)
        return [Row(self._items, item.item_id, version, asdict(card)), gone(self._gone, item.path, version)]

    def _hide(
        self, shelves: Shelves, fact: ItemWithdrawn, version: int, dirt: dict[str, tuple[Dirt, Dirt]]
    ) -> list[Row]:
        _mark(dirt, shelves.take(fact.item_id))
        self.folder.remove(fact.path)
        self.folder.remove(fact.path.removesuffix(".html"))
        if version <= 1:
            return [gone(self._items, fact.item_id, version)]  # it was never shown, so its address says nothing
        left = {"path": fact.path, "reason": fact.reason, "on": fact.withdrawn_on.isoformat()}
        return [gone(self._items, fact.item_id, version), Row(self._gone, fact.path, version, left)]

    def _sweep(self, path: str, kept: set[str]) -> None:
        """Remove files of an older edition."""
        folder = path.removesuffix(".html")
        for file in (self.folder.root / folder).glob("*"):
            if f"{folder}/{file.name}" not in kept:
                self.folder.remove(f"{folder}/{file.name}")

    async def _loaded(self) -> Shelves:
        if self._shelves is None:
            shelves = Shelves()
            async for row in live_rows(self._store, self._items):
                shelves.put(card_from(row.data))
            await asyncio.to_thread(Writer(self._pages, self.folder, shelves).fixed)
            if self._postponed.exists():  # the process ended before it came to the lists
                self._dirt = {name: (Dirt(0), Dirt(0)) for name in {*shelves.lists, *lists_in(self.folder.root)}}
            self._shelves = shelves
        return self._shelves

    async def _contents(self, digests: Iterable[str]) -> dict[str, bytes | None]:
        found: dict[str, bytes | None] = {}
        for digest in digests:
            if digest not in found:
                try:
                    found[digest] = await self._blobs.get(digest)
                except (BlobErased, BlobMissing):
                    found[digest] = None
        return found

    async def export(self) -> AsyncIterator[bytes]:
        """Yield ``path sha256`` of every file."""
        await self.tidy()
        for name, digest in await asyncio.to_thread(lambda: list(self.folder.digests())):
            yield f"{name} {digest}".encode()

    async def count(self) -> int:
        """Count the items shown."""
        return len((await self._loaded()).cards)

    async def clear(self) -> None:
        """Remove all files and rows."""
        await asyncio.to_thread(self.folder.clear)
        for table in (self._items, self._gone):
            await self._store.drop(table)
        self._shelves = None
        self._dirt = {}

    async def tidy(self) -> None:
        """Write the lists that wait; make sure that there is a portal even before the first item."""
        shelves = await self._loaded()
        if self._dirt:
            await asyncio.to_thread(self._write_lists, shelves)


def lists_in(root: Path) -> list[str]:
    """Return the lists that a portal's folder has, also those that have lost their last item."""
    return [f"{group}/{path.name}" for group in _GROUPS for path in (root / group).glob("*") if path.is_dir()]


def card_from(data: Mapping[str, Any]) -> Card:
    """Return the card in a row."""
    return Card(**{**data, "lists": tuple(data["lists"])})


def _mark(dirt: dict[str, tuple[Dirt, Dirt]], places: Mapping[str, int]) -> None:
    """Mark all pages from a place on; the page before it too, because it may get or lose its next page."""
    for name, place in places.items():
        pages, parts = dirt.setdefault(name, (Dirt(), Dirt()))
        pages.start = min(pages.start, max(0, place - 1) // PAGE)
        parts.start = min(parts.start, place // SITEMAP)


def _mark_one(dirt: dict[str, tuple[Dirt, Dirt]], name: str, place: int) -> None:
    pages, parts = dirt.setdefault(name, (Dirt(), Dirt()))
    pages.pages.add(place // PAGE)
    parts.pages.add(place // SITEMAP)
