"""Does the search find every document that has the signs asked for, and how long does the slowest answer take?"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections.abc import Sequence
from io import BytesIO
from random import Random
from typing import Any, BinaryIO, cast
from urllib.parse import urlencode

from bench import samples
from bench.figures import Result, percentile, rounded
from bench.town import Town
from services.publish.pages.searching import SearchPage
from services.publish.store import load_columns
from services.publish.views.portal.render import Pages, Site
from services.publish.views.questions import Questions
from services.publish.views.search.index import Shards
from services.publish.views.search.projection import Search
from services.publish.views.search.query import Asked, find
from services.publish.views.search.words import fold
from shared.contracts.envelope import Envelope
from shared.contracts.facts.base import Blob
from shared.contracts.topics import Topics
from shared.replay.projection import News
from shared.replay.rebuild import Projector
from shared.store.sqlite import SqliteStore

QUERIES = 1_000
_GOAL_MS = 20.0
_AT_ONCE = 5_000
_BETWEEN = "\0"


class Texts:
    """Texts by the number that is their name; nothing is read from a disk."""

    def open(self, digest: str) -> BinaryIO:
        """Open the text of a document."""
        return BytesIO(samples.text_of(int(digest)).encode())


async def run(town: Town) -> list[Result]:
    """Build the index of the service, then ask it; every answer is held against a plain search of all texts."""
    number = 10_000 if town.quick else 100_000
    place = town.place()
    store = SqliteStore(place.data / "search" / "state.db")
    folder = place.data / "index"
    projector = Projector(cast(Any, None), store, Topics(""), lambda colour: Search(store, Texts(), folder, colour))
    index = cast(Search, projector.followers[projector.shown].projection)
    start = time.perf_counter()
    await _build(index, store, number)
    built = number / (time.perf_counter() - start)
    questions = Questions(store, cast(Any, None), projector)
    asked = queries(number)
    answers = await _timed([_ask(questions, text) for text in asked])
    page = SearchPage(questions, Pages(Site(), load_columns()))
    pages = await _timed([_show(page, text) for text in asked])
    recall = await asyncio.to_thread(recall_of, index.shards, number, asked)
    await store.close()
    more = {"documents": number, "queries": len(asked), "p50_ms": rounded(percentile(answers, 0.5))}
    return [
        Result(
            "search", percentile(answers, 0.99), "ms p99", "goal", _GOAL_MS, 1.0, least=False,
            more={**more, "page_with_facets_p99_ms": rounded(percentile(pages, 0.99)), "indexed_per_s": rounded(built)},
        ),
        Result("search recall", recall * 100, "%", "every document that has the signs", 100.0, 1.0, more=more),
    ]  # fmt: skip


async def _build(index: Search, store: SqliteStore, number: int) -> None:
    for start in range(0, number, _AT_ONCE):
        news = []
        for n in range(start, min(start + _AT_ONCE, number)):
            item = samples.item_of(n, text=Blob(sha256=f"{n:064d}", size=1, mediatype="text/plain"))
            news.append(News(Envelope(f"i{n}", "/publish", item.type, item.item_id, samples.NOW, {}, sequence=1), item))
        await store.put(await index.apply(news))


def queries(number: int) -> list[str]:
    """Return pieces of 2 to 8 signs of titles, document numbers and texts."""
    rng = Random(20260302)
    found = []
    for _ in range(QUERIES):
        n = rng.randrange(number)
        source = rng.choices((samples.title_of(n), samples.document_data(n)["number"], samples.text_of(n)), (5, 1, 4))[
            0
        ]
        length = rng.randint(2, 8)
        start = rng.randrange(len(source) - length + 1)
        found.append(source[start : start + length])
    return found


async def _timed(work: Sequence[Any]) -> list[float]:
    found = []
    for each in work:
        start = time.perf_counter()
        await each
        found.append((time.perf_counter() - start) * 1000)
    return found


async def _ask(questions: Questions, text: str) -> None:
    if not (await questions.search(Asked(text), 1)).hits:
        raise RuntimeError(f"nothing found for {text}")


async def _show(page: SearchPage, text: str) -> None:
    await page.page(urlencode({"q": text}).encode())


def recall_of(shards: Shards, number: int, asked: Sequence[str]) -> float:
    """Return the share of the (query, document) pairs of a plain search that the index finds too."""
    ids, starts, hay = [], [], []
    at = 0
    for n in range(number):
        data = samples.document_data(n)
        whole = fold(_BETWEEN.join((data["title"], data["number"], data["summary"], samples.text_of(n))))
        ids.append(f"d{n:08d}")
        starts.append(at)
        hay.append(whole)
        at += len(whole) + 1
    text, wanted, had = "\n".join(hay), 0, 0
    for query in asked:
        truth = _documents(text, fold(query), ids, starts)
        found = set(find(shards, Asked(query), 0, number).ids)
        wanted += len(truth)
        had += len(truth & found)
    return had / wanted


def _documents(text: str, needle: str, ids: Sequence[str], starts: Sequence[int]) -> set[str]:
    found: set[str] = set()
    at = text.find(needle)
    while at >= 0:
        number = bisect_right(starts, at) - 1
        found.add(ids[number])
        at = text.find(needle, starts[number + 1]) if number + 1 < len(starts) else -1
    return found
