"""The projection ``portal``: follows the topic ``publish`` and keeps a folder of static files in step with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from services.publish.views.portal.cards import CARD, Card, Shelves, card_of
from services.publish.views.portal.documents import Texts, blobs_of, contents_of, files_of, summary_of
from services.publish.views.portal.folder import Folder
from services.publish.views.portal.render import Pages
from services.publish.views.portal.writer import Writer
from shared.contracts.facts.base import Fact
from shared.contracts.facts.publish import ItemPublished, ItemWithdrawn
from shared.replay.projection import News, gone, live_rows, table_of
from shared.store.port import Row, Store

NAME = "portal"
_MANY = 200
"""News at a time from which lists wait until no more come: a rebuild would write most of their pages every time."""


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
        self.counts_in: Collection[str] = (self._items,)
        self._writer: Writer | None = None
        self._unsettled = self.folder.root / ".unsettled"

    async def apply(self, news: Sequence[News]) -> Sequence[Row]:
        """Write the pages the news touches; of several news of one item only the last one counts."""
        writer = await self._loaded()
        last = {each.envelope.subject: each for each in news}
        return await asyncio.to_thread(self._apply, writer, list(last.values()))

    def _apply(self, writer: Writer, news: Sequence[News]) -> list[Row]:
        self._unsettled.touch()
        rows: list[Row] = []
        urgent = len(news) < _MANY
        for each in news:
            version = each.envelope.sequence or 0
            if isinstance(each.fact, ItemPublished):
                rows += self._show(writer, each.fact, each.envelope.time, version)
            else:
                urgent |= writer.hide(each.fact.item_id)
                rows += self._hide(each.fact, version)
        if urgent:
            writer.write()
        return rows

    def _show(self, writer: Writer, item: ItemPublished, changed: datetime, version: int) -> list[Row]:
        contents = contents_of(blobs_of(item), self._blobs)
        card = card_of(item, changed, summary_of(item, contents), self._pages.columns)
        writer.show(card)
        folder = item.path.removesuffix(".html")
        fresh, kept = self.folder.made(folder), set()
        for address, content in files_of(item, contents, self._pages):  # the page, which makes them known, comes last
            if not fresh:
                self.folder.write(address, content)
            elif address == item.path:
                self.folder.show(address, content)
            else:
                self.folder.add(address, content)
            kept.add(address)
        if not fresh:  # what an older edition had beside its page
            for address in set(self.folder.names(folder)) - kept:
                self.folder.remove(address)
        shown = Row(self._items, item.item_id, version, {name: getattr(card, name) for name in CARD})
        return [shown, gone(self._gone, item.path, version)] if version > 1 else [shown]

    def _hide(self, fact: ItemWithdrawn, version: int) -> list[Row]:
        self.folder.remove(fact.path)
        self.folder.remove(fact.path.removesuffix(".html"))
        if version <= 1:
            return [gone(self._items, fact.item_id, version)]  # it was never shown, so its address says nothing
        left = {"path": fact.path, "reason": fact.reason, "on": fact.withdrawn_on.isoformat()}
        return [gone(self._items, fact.item_id, version), Row(self._gone, fact.path, version, left)]

    async def _loaded(self) -> Writer:
        if self._writer is None:
            shelves = Shelves()
            async for row in live_rows(self._store, self._items):
                shelves.put(card_from(row.data))
            writer = Writer(self._pages, self.folder, shelves)
            await asyncio.to_thread(self._begin, writer)
            self._writer = writer
        return self._writer

    def _begin(self, writer: Writer) -> None:
        writer.fixed()
        if self._unsettled.exists():
            # The process ended between the pages of a batch, its rows and the lists: any of them may be behind.
            self.folder.sweep()
            writer.everything()

    async def export(self) -> AsyncIterator[bytes]:
        """Yield ``path sha256`` of every file."""
        await self.tidy()
        for name, digest in await asyncio.to_thread(lambda: list(self.folder.digests())):
            yield f"{name} {digest}".encode()

    async def count(self) -> int:
        """Count the items shown."""
        return len((await self._loaded()).shelves.cards)

    async def clear(self) -> None:
        """Remove all files and rows."""
        await asyncio.to_thread(self.folder.clear)
        for table in (self._items, self._gone):
            await self._store.drop(table)
        self._writer = None

    async def tidy(self) -> None:
        """Write the lists that wait; make sure that there is a portal even before the first item."""
        writer = await self._loaded()
        if writer.dirt:
            await asyncio.to_thread(writer.write)
        self._unsettled.unlink(missing_ok=True)


def card_from(data: Mapping[str, Any]) -> Card:
    """Return the card in a row."""
    return Card(**{**data, "lists": tuple(data["lists"])})
