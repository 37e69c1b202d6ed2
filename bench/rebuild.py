"""How fast is a projection built anew, compared with the bare work nobody can avoid?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import tantivy
from aiokafka import AIOKafkaConsumer, TopicPartition

from bench import samples
from bench.figures import Result, alternate, compared
from bench.town import Place, Town, event_of
from services.catalog.views import library_rows
from services.publish.store import load_columns
from services.publish.views.portal.documents import files_of
from services.publish.views.portal.projection import Portal
from services.publish.views.portal.render import Pages, Site
from services.publish.views.search.index import SCHEMA, document
from services.publish.views.search.projection import Search, entry_of
from services.requests.views.caseload import caseload_rows
from shared.bus.port import Draft
from shared.contracts.envelope import Envelope, encode
from shared.contracts.facts import catalog, notify, requests
from shared.contracts.facts.base import Blob, Fact
from shared.contracts.facts.publish import ItemPublished
from shared.replay.follower import Follower
from shared.replay.projection import Projection, RowProjection
from shared.store.blobs import Blobs
from shared.store.port import Row, Store
from shared.store.sqlite import SqliteStore
from shared.wiring import Platform

_OWNERS = ("notify", "requests", "catalog")
_HEAP = 15_000_000
Make = Callable[[Store, Path], Projection]


async def run(town: Town) -> list[Result]:
    """Measure rows, search and portal, each against its own peer."""
    rounds = 3 if town.quick else 5
    place = town.place()
    async with town.platform(place) as platform:
        return [
            await _rows(town, place, platform, rounds),
            *await _published(town, place, platform, rounds),
        ]


async def _rows(town: Town, place: Place, platform: Platform, rounds: int) -> Result:
    number = 20_000 if town.quick else 60_000
    for owner, drafts in _mixture(number).items():
        for at in range(0, len(drafts), 1000):
            await platform.log.append(platform.topics.of(owner), drafts[at : at + 1000])
    rows = _Rebuild(town, platform, number, _row_projection)
    names = [platform.topics.of(owner) for owner in _OWNERS]
    found = await alternate(rounds, rows.measure, lambda: consume(place, names, number))
    return compared("rebuild rows", "events/s", "bare consume + decode", 0.25, found, events=number)


async def _published(town: Town, place: Place, platform: Platform, rounds: int) -> list[Result]:
    number = 1_000 if town.quick else 3_000
    blobs = Blobs(place.data / "blobs")
    items = [await _item(blobs, n) for n in range(number)]
    drafts = [Draft(item.item_id, encode(event_of(item, item.item_id, 1, "publish"))) for item in items]
    for at in range(0, number, 500):
        await platform.log.append(platform.topics.of("publish"), drafts[at : at + 500])
    pages = Pages(Site(), load_columns())
    search = _Rebuild(town, platform, number, lambda store, root: Search(store, blobs, root, "blue"))
    portal = _Rebuild(town, platform, number, lambda store, root: Portal(store, blobs, pages, root, "blue"))
    found = await alternate(rounds, search.measure, lambda: _index(town.place(), items))
    shown = await alternate(rounds, portal.measure, lambda: _render(town.place(), items, pages))
    more = {"documents": number, "text_signs": _SIGNS}
    return [
        compared("rebuild search", "documents/s", "bare segment + index", 0.6, found, **more),
        compared("rebuild portal", "documents/s", "bare render + write", 0.6, shown, **more),
    ]


class _Rebuild:
    """A projection built from zero, each time into an empty store and folder."""

    def __init__(self, town: Town, platform: Platform, number: int, make: Make) -> None:
        self._town, self._platform, self._number, self._make = town, platform, number, make

    async def measure(self) -> float:
        data = self._town.place().data
        store = SqliteStore(data / "store" / "state.db")
        root = data / "files"
        platform = self._platform
        follower = Follower(platform.log, store, platform.topics, self._make(store, root), "blue")
        start = time.perf_counter()
        await follower.catch_up()
        rate = self._number / (time.perf_counter() - start)
        if follower.applied != self._number or follower.faults:
            raise RuntimeError(f"{follower.applied} of {self._number} applied, {follower.faults} faults")
        await store.close()
        return rate


_SIGNS = 600


async def _item(blobs: Blobs, number: int) -> ItemPublished:
    text = samples.text_of(number, _SIGNS).encode()
    return samples.item_of(number, text=Blob(sha256=await blobs.put(text), size=len(text), mediatype="text/plain"))


def _mixture(number: int) -> dict[str, list[Draft]]:
    """Return the events per topic: 70 % enterprises, 20 % applications, 10 % documents."""
    found: dict[str, list[Draft]] = {owner: [] for owner in _OWNERS}
    for n in range(number):
        owner, subject, fact = _event(n)
        found[owner].append(Draft(subject, encode(event_of(fact, subject, 1, owner))))
    return found


def _event(number: int) -> tuple[str, str, Fact]:
    if number % 10 < 7:
        enterprise = samples.enterprise_of(number)
        return "notify", enterprise.profile.credit_code, enterprise
    if number % 10 < 9:
        request = samples.request_of(number)
        return "requests", request.request_id, request
    view = samples.view_of(number)
    return "catalog", view.document_id, catalog.DocumentArchived(document=view)


def _fold(fact: Any, envelope: Envelope) -> Iterator[Row]:
    """The services' own rows for applications and documents; for an enterprise its profile with one index."""
    if isinstance(fact, notify.EnterpriseRegistered):
        index = {"region": fact.profile.region}
        yield Row("enterprises", envelope.subject, envelope.sequence or 0, envelope.data["profile"], index)
    elif isinstance(fact, requests.RequestReceived):
        yield from caseload_rows(fact, envelope)
    else:
        yield from library_rows(fact, envelope)


def _row_projection(store: Store, _root: Path) -> Projection:
    facts = (notify.EnterpriseRegistered, requests.RequestReceived, catalog.DocumentArchived)
    return RowProjection("bench", _OWNERS, facts, ("enterprises", "received", "library"), _fold, store, "blue")


async def consume(place: Place, topics: Sequence[str], number: int) -> float:
    """Read and decode everything, with the settings of the services' own consumers."""
    source = AIOKafkaConsumer(
        bootstrap_servers=place.bootstrap, enable_auto_commit=False, fetch_max_wait_ms=50,
        max_partition_fetch_bytes=2 * 1024 * 1024,
    )  # fmt: skip
    start = time.perf_counter()
    await source.start()
    try:
        slots = [TopicPartition(topic, p) for topic in topics for p in range(4)]
        source.assign(slots)
        await source.seek_to_beginning(*slots)
        read = 0
        while read < number:
            for records in (await source.getmany(timeout_ms=1000, max_records=500)).values():
                for record in records:
                    orjson.loads(record.value)
                read += len(records)
        return number / (time.perf_counter() - start)
    finally:
        await source.stop()


async def _index(place: Place, items: Sequence[ItemPublished]) -> float:
    """Cut and index the same texts: one index, one commit, nothing read and nothing kept beside it."""
    rows = [_found(item) for item in items]
    index = tantivy.Index(SCHEMA, path=str(_made(place.data / "bare")))
    index.register_tokenizer("blanks", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    start = time.perf_counter()
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    for id_, data in rows:
        writer.add_document(document(entry_of(id_, data)))
    writer.commit()
    writer.wait_merging_threads()
    return len(items) / (time.perf_counter() - start)


def _found(item: ItemPublished) -> tuple[str, dict[str, Any]]:
    shown = item.document
    text = f"{' '.join(shown.keywords)} {shown.summary}\n{samples.text_of(int(item.item_id[1:]), _SIGNS)}"
    facets = {"year": str(shown.written_on.year), "body": shown.issuer, "topic": shown.subject, "genre": shown.genre}
    data = {
        "title": shown.title,
        "number": shown.number,
        "number_key": shown.number_key,
        "text": text,
        "day": str(shown.published_on),
        "validity": item.validity,
        "facets": {**facets, "validity": item.validity, "column": item.column_name},
    }
    return item.item_id, data


async def _render(place: Place, items: Sequence[ItemPublished], pages: Pages) -> float:
    """Render and write the files of the same documents: no lists, no feeds, nothing compared with what is there."""
    texts = {_digest(item): samples.text_of(int(item.item_id[1:]), _SIGNS).encode() for item in items}
    root = place.data / "bare"
    start = time.perf_counter()
    for item in items:
        for name, content in files_of(item, texts, pages):
            _made((root / name).parent)
            (root / name).write_bytes(content)
    return len(items) / (time.perf_counter() - start)


def _digest(item: ItemPublished) -> str:
    assert item.document.text is not None
    return item.document.text.sha256


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
