"""The projection ``search``: follows the topic ``publish`` and keeps the index, and the rows shown for its hits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from services.publish.views.portal.documents import Texts, contents_of, plain_text
from services.publish.views.search.index import Entry, Shards, shard_of
from shared.contracts.facts.base import Fact
from shared.contracts.facts.publish import ItemPublished, ItemWithdrawn
from shared.replay.projection import News, gone, live_rows, table_of
from shared.store.port import Row, Scalar, Store

NAME = "search"
LONGEST = 60_000
"""Signs of a text that are searched; what is cut off is counted in the row (``cut``)."""

_EPOCH = date(1949, 10, 1)
_ENDED = ("失效", "废止")


class Search:
    """One colour of the search index.

    Args:
        store: keeps what is shown of every hit.
        blobs: texts.
        root: the folder all colours are in.
        colour: which one this is.
    """

    def __init__(self, store: Store, blobs: Texts, root: Path, colour: str) -> None:
        self.name = NAME
        self.owners: Sequence[str] = ("publish",)
        self.hears: Mapping[str, type[Fact]] = {each.type: each for each in (ItemPublished, ItemWithdrawn)}
        self.shards = Shards(root / colour)
        self.items = table_of(NAME, colour, "items")
        self.counts_in: Collection[str] = (self.items,)
        self._store, self._blobs = store, blobs
        self._marker = root / colour / "unclean"

    async def apply(self, news: Sequence[News]) -> Sequence[Row]:
        """Index what the news says; of several news of one item only the last one counts."""
        last = {each.envelope.subject: each for each in news}
        rows = await asyncio.to_thread(lambda: [self._row(id_, each) for id_, each in last.items()])
        entries = [entry_of(row.id, row.data) for row in rows if row.data]
        left = [row.id for row in rows if not row.data]
        known = await self._store.rows(self.items, left)
        self._note(id_ for id_, row in known.items() if row.data)
        await asyncio.to_thread(self.shards.change, entries, left)
        return rows

    def _note(self, ids: Iterable[str]) -> None:
        """Remember durably which shards still have bytes of a withdrawn document in their files."""
        unclean = {shard_of(id_) for id_ in ids} | self._unclean()
        if unclean:
            self._marker.write_text(" ".join(map(str, sorted(unclean))))

    def _unclean(self) -> set[int]:
        try:
            return {int(number) for number in self._marker.read_text().split()}
        except FileNotFoundError:
            return set()

    def _row(self, id_: str, news: News) -> Row:
        item, version = news.fact, news.envelope.sequence or 0
        if not isinstance(item, ItemPublished):
            return gone(self.items, id_, version)
        document = item.document
        text = self._text(item)
        day = (document.published_on or item.first_published_at.date()).isoformat()
        data = {
            "path": item.path,
            "title": document.title,
            "number": document.number or "",
            "number_key": document.number_key or "",
            "issuer": document.issuer,
            "day": day,
            "validity": item.validity,
            "cut": max(0, len(text) - LONGEST),
            "text": text[:LONGEST],
            "facets": {
                "year": day[:4],
                "body": document.issuer,
                "topic": document.subject or "",
                "genre": document.genre or "",
                "validity": item.validity,
                "column": item.column_name,
            },
        }
        index: dict[str, Scalar] = {"day": day, "year": day[:4], "body": document.body, "column": item.column}
        return Row(self.items, item.item_id, version, data, index)

    def _text(self, item: ItemPublished) -> str:
        wanted = [item.document.text, *(view.text for view in item.interpretations)]
        contents = contents_of(filter(None, wanted), self._blobs)
        parts = [plain_text(blob, contents) for blob in wanted]
        parts[1:1] = [view.title for view in item.interpretations]
        return "\n".join([document_words(item), *parts]).strip()

    async def export(self) -> AsyncIterator[bytes]:
        """Yield one canonical JSON line per document, by id."""
        async for row in live_rows(self._store, self.items):
            yield orjson.dumps([row.id, row.data], option=orjson.OPT_SORT_KEYS)

    async def count(self) -> int:
        """Count the documents the index finds."""
        return sum(shard.searcher.num_docs for shard in self.shards.all)

    async def clear(self) -> None:
        """Remove the index and its rows."""
        await asyncio.to_thread(self.shards.clear)
        await self._store.drop(self.items)

    async def tidy(self) -> None:
        """Write shards anew that still have bytes of withdrawn documents in their files."""
        unclean = self._unclean()
        if not unclean:
            return
        entries: dict[int, list[Entry]] = {number: [] for number in unclean}
        async for row in live_rows(self._store, self.items):
            if (number := shard_of(row.id)) in unclean:
                entries[number].append(entry_of(row.id, row.data))
        for number in sorted(unclean):
            await asyncio.to_thread(self.shards.all[number].rewrite, entries[number])
        self._marker.unlink(missing_ok=True)


def document_words(item: ItemPublished) -> str:
    """Return what is searched besides title, number and text."""
    return " ".join((*item.document.keywords, item.document.summary or ""))


def entry_of(id: str, data: Mapping[str, Any]) -> Entry:
    """Return the index entry of a row: newer before older, and what is no longer in force last."""
    age = (date.fromisoformat(data["day"]) - _EPOCH).days / 100_000
    numbers = tuple(dict.fromkeys(number for number in (data["number"], data["number_key"]) if number))
    facets = {name: value for name, value in data["facets"].items() if value}
    return Entry(id, data["title"], numbers, data["text"], facets, (0.0 if data["validity"] in _ENDED else 2.0) + age)
