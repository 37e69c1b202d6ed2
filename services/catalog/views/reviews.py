"""Reviews of disclosure attributes as people list and count them; a projection, one narrow row per review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.catalog.store import DOCUMENT
from services.catalog.views.documents import LIBRARY
from shared.contracts.envelope import Envelope
from shared.contracts.facts import catalog
from shared.contracts.facts.base import Fact
from shared.replay.projection import RowProjection, table_of
from shared.replay.rebuild import current
from shared.store.port import Page, Query, Row, Scalar, Store

REVIEWS = "attribute_reviews"
REVIEWED = "in_time", "late"
"""Results of a review that was carried out: by its due date (where it has one), or after."""
UNDETERMINED = "未认定"


def review_rows(fact: Fact, envelope: Envelope) -> list[Row]:
    """Fold a fact into the row of its review: ``state`` open or the outcome, ``result`` whether it was in time."""
    if not isinstance(fact, catalog.AttributeReviewDue | catalog.AttributeReviewed):
        return []
    review = fact.review
    data: dict[str, Any] = review.model_dump(mode="json") | {"state": "open", "attribute": fact.attribute}
    result = "open"
    if isinstance(fact, catalog.AttributeReviewed):
        data |= fact.model_dump(mode="json", include={"kept", "before", "reason", "by", "reviewed_on"})
        data["state"] = fact.outcome
        late = review.due_on is not None and fact.reviewed_on > review.due_on
        result = "lapsed" if fact.outcome == "lapsed" else "late" if late else "in_time"
    index: dict[str, Scalar] = {
        "body": review.body,
        "agency": review.agency,
        "cause": review.cause,
        "year": review.year,
        "state": data["state"],
        "result": result,
        "attribute": fact.attribute,
        "opened": review.opened_on.isoformat(),
    }
    return [Row(REVIEWS, review.review_id, envelope.sequence or 0, data, index)]


def reviews(store: Store, colour: str) -> RowProjection:
    """Return one colour of the reviews. Their rows are named by review, not by document."""
    heard = (catalog.AttributeReviewDue, catalog.AttributeReviewed)
    made = RowProjection(REVIEWS, ("catalog",), heard, (REVIEWS,), review_rows, store, colour)
    made.counts_in = ()
    return made


class ReviewViews:
    """Questions about reviews; they decide nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def _table(self, name: str) -> str:
        return table_of(name, await current(self._store, name), name)

    async def listed(
        self, equal: Mapping[str, Scalar], prefix: Mapping[str, str], query: Query
    ) -> Page[dict[str, Any]]:
        """Return a page of reviews, oldest first, with their documents' titles and the versions to settle them by."""
        asked = Query(equal=equal, prefix=prefix, order="opened", after=query.after, limit=query.limit)
        page = await self._store.page(await self._table(REVIEWS), asked)
        known = await self._store.load(DOCUMENT.kind, list({str(row.data["document_id"]) for row in page.items}))
        titles = {id_: DOCUMENT.parse(stored.state).title for id_, stored in known.items()}
        shown = []
        for row in page.items:
            id_ = str(row.data["document_id"])
            version = known[id_].version if id_ in known else None
            shown.append({**row.data, "title": titles.get(id_, ""), "version": version})
        return Page(shown, page.next)

    async def yearly(self, year: int, body: str | None) -> dict[str, dict[str, Any]]:
        """Count the yearly reviews of a year by body: due, reviewed in time, late, open; the rate is reviewed / due."""
        counts = await self._counts({"cause": "yearly", "year": year, **_of(body)}, "result")
        found = {}
        for each, by in counts.items():
            due = sum(n for result, n in by.items() if result != "lapsed")
            reviewed = by.get("in_time", 0)
            found[each] = {
                "due": due,
                "reviewed": reviewed,
                "late": by.get("late", 0),
                "open": by.get("open", 0),
                "rate": share(reviewed, due),
            }
        return found

    async def backlog(self, body: str | None) -> dict[str, dict[str, Any]]:
        """Count the reviews of older documents by body: how far, how many became public, what is undetermined still."""
        of: dict[str, Scalar] = {"cause": "backlog", **_of(body)}
        counts = await self._counts(of, "result")
        public = await self._store.count(
            await self._table(REVIEWS), Query(equal={**of, "attribute": "主动公开", "result": "in_time"}), "body"
        )
        left = await self._store.count(
            await self._table(LIBRARY), Query(equal={"attribute": UNDETERMINED, **_of(body)}), "body"
        )
        found = {}
        for each in sorted({*counts, *map(str, left)}):
            by = counts.get(each, {})
            total = sum(n for result, n in by.items() if result != "lapsed")
            done = sum(by.get(result, 0) for result in REVIEWED)
            found[each] = {
                "total": total,
                "reviewed": done,
                "remaining": by.get("open", 0),
                "progress": share(done, total),
                "converted": public.get(each, 0),
                "undetermined": left.get(each, 0),
            }
        return found

    async def _counts(self, equal: Mapping[str, Scalar], by: str) -> dict[str, dict[str, int]]:
        table = await self._table(REVIEWS)
        found: dict[str, dict[str, int]] = {}
        for value in await self._store.count(table, Query(equal=equal), by):
            for body, n in (await self._store.count(table, Query(equal={**equal, by: value}), "body")).items():
                found.setdefault(str(body), {})[str(value)] = n
        return dict(sorted(found.items()))


def share(part: int, whole: int) -> float | None:
    """Return a share to four places; nothing is a share of nothing."""
    return round(part / whole, 4) if whole else None


def _of(body: str | None) -> dict[str, Scalar]:
    return {"body": body} if body else {}
