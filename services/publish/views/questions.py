"""What people ask publishing: search, items, interpretations, receipts, addresses that are gone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.publish.domain.item import Item
from services.publish.domain.shelf import Rejection, Shelf
from services.publish.store import ITEM, REJECTION, SHELF
from services.publish.views.search.projection import Search
from services.publish.views.search.query import DEEPEST, Asked, counts, find, marked, snippet
from shared.contracts.facts.publish import FilingJudged
from shared.replay.projection import table_of
from shared.replay.rebuild import Projector
from shared.store.port import Page, Query, Row, Scalar, Store

Pieces = list[tuple[bool, str]]


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit as it is shown: pieces say which parts were looked for."""

    id: str
    path: str
    title: Pieces
    number: Pieces
    snippet: Pieces
    issuer: str
    day: str
    validity: str


@dataclass(frozen=True, slots=True)
class Result:
    """One page of hits; ``loose``: nothing had all that was asked for, these are near."""

    hits: list[Hit]
    total: int
    loose: bool


class Questions:
    """Questions to the store and the projections; they decide nothing."""

    def __init__(self, store: Store, portal: Projector, search: Projector) -> None:
        self._store, self._portal, self._search = store, portal, search

    def _index(self) -> Search:
        live = self._search.followers[self._search.shown].projection
        if not isinstance(live, Search):
            raise TypeError("the projector of the search index makes something else")
        return live

    async def search(self, asked: Asked, page: int, size: int = 20) -> Result:
        """Return a page (from 1) of hits, the best first."""
        offset = (page - 1) * size
        if offset + size > DEEPEST:
            return Result([], 0, False)
        index = self._index()
        found = await asyncio.to_thread(find, index.shards, asked, offset, size)
        rows = await self._store.rows(index.items, found.ids)
        hits = [_hit(rows[id_], asked) for id_ in found.ids if id_ in rows and rows[id_].data]
        # Between a commit of the index and the save of its rows there may be hits nobody can show yet.
        return Result(hits, found.total - (len(found.ids) - len(hits)), found.loose)

    async def facets(self, asked: Asked) -> dict[str, dict[str, int]]:
        """Return per facet how many hits have each value."""
        return await asyncio.to_thread(counts, self._index().shards, asked)

    async def items(self, equal: Mapping[str, Scalar], after: str | None, limit: int) -> Page[Row]:
        """Return a page of what is public, the newest first."""
        query = Query(equal=equal, order="day", low="0", down=True, after=after, limit=limit)
        return await self._store.page(self._index().items, query)

    async def item(self, id: str) -> Item | None:
        """Return an item, shown or withdrawn."""
        found = (await self._store.load(ITEM.kind, [id])).get(id)
        return ITEM.parse(found.state) if found is not None else None

    async def gone(self, path: str) -> Mapping[str, Any] | None:
        """Return when and why an address was taken down, None where it never was."""
        table = table_of("portal", self._portal.shown, "gone")
        row = (await self._store.rows(table, [path])).get(path)
        return row.data if row is not None and row.data else None

    async def interpretations(self, agency: str | None, after: str | None, limit: int) -> Page[Shelf]:
        """Return a page of the shelves of interpretations, the last judged first."""
        equal: dict[str, Scalar] = {"agency": agency} if agency is not None else {}
        page = await self._store.select(
            SHELF.kind, Query(equal=equal, order="judged", down=True, after=after, limit=limit)
        )
        return Page([SHELF.parse(each.state) for each in page.items], page.next)

    async def of(self, receipt: str) -> dict[str, Any] | None:
        """Return the verdict under a receipt; None where the event was not judged yet."""
        key = f"receipt:{receipt}"
        for aggregate in (SHELF, REJECTION):
            ids = await self._store.find(aggregate.kind, [key])
            if ids:
                stored = (await self._store.load(aggregate.kind, [ids[key]]))[ids[key]]
                judged = _judged(aggregate.parse(stored.state))
                return shown_receipt(next(each for each in reversed(judged) if each.receipt == receipt))
        return None

    async def listed(self, agency: str, state: str | None, after: str | None, limit: int) -> Page[Mapping[str, Any]]:
        """Return a page of an agency's judged receipts: first those of shelves, then the rejections."""
        kind, _, cursor = (after or f"{SHELF.kind}|").partition("|")
        aggregate = SHELF if kind == SHELF.kind else REJECTION
        query = Query(equal={"agency": agency}, order="judged", down=True, after=cursor or None, limit=limit)
        page = await self._store.select(aggregate.kind, query)
        found: list[Mapping[str, Any]] = [
            shown_receipt(each)
            for stored in page.items
            for each in reversed(_judged(aggregate.parse(stored.state)))
            if each.agency == agency and state in (None, each.verdict)
        ]
        if page.next is not None:
            return Page(found, f"{kind}|{page.next}")
        return Page(found, f"{REJECTION.kind}|" if aggregate is SHELF else None)


def shown_receipt(judged: FilingJudged) -> dict[str, Any]:
    """Return a verdict as its agency reads it."""
    return {"state": judged.verdict, **judged.model_dump(mode="json", exclude={"content", "verdict"})}


def _judged(state: Shelf | Rejection) -> tuple[FilingJudged, ...]:
    return state.judged if isinstance(state, Shelf) else (state.judged,)


def _hit(row: Row, asked: Asked) -> Hit:
    data, terms = row.data, asked.terms
    return Hit(
        id=row.id,
        path=data["path"],
        title=marked(data["title"], terms),
        number=marked(data["number"], terms) if data["number"] else [],
        snippet=snippet(data["text"], terms),
        issuer=data["issuer"],
        day=data["day"],
        validity=data["validity"],
    )
