"""Questions over the store: cases by the days they have left, reviews, receipts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.requests.domain.orders import Order
from services.requests.domain.registers import Office
from services.requests.domain.review import Review
from services.requests.domain.state import Receipt, Request
from services.requests.store import OFFICE, ORDER, REQUEST, REVIEW
from shared.store.port import Page, Query, Scalar, Store

_MANY = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose cases: one body, or all whose ids begin alike."""

    equal: Mapping[str, Scalar] = field(default_factory=dict)
    prefix: Mapping[str, str] = field(default_factory=dict)

    def asked(self, **more: Scalar) -> Query:
        """Return a query within the scope."""
        return Query(equal={**self.equal, **more}, prefix=self.prefix)


class Views:
    """Questions to the store of requests."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def case(self, request_id: str) -> tuple[Request, int] | None:
        """Return a case and its version."""
        found = (await self._store.load(REQUEST.kind, [request_id])).get(request_id)
        return (REQUEST.parse(found.state), found.version) if found else None

    async def cases(self, scope: Scope, part: Query, *, open_: bool = True) -> Page[Request]:
        """Return a page of cases, those with the least time first; in which nothing runs, last."""
        asked = scope.asked(open=int(open_))
        page = await self._store.select(
            REQUEST.kind, replace(asked, order="due", after=part.after, limit=part.limit, down=not open_)
        )
        return Page([REQUEST.parse(stored.state) for stored in page.items], page.next)

    def approaching(self, horizon: str) -> AsyncIterator[Request]:
        """Yield open cases whose deadline lies on or before a day."""
        return self._each(Query(equal={"open": 1}, order="due", high=horizon, limit=_MANY))

    async def _each(self, query: Query) -> AsyncIterator[Request]:
        while True:
            page = await self._store.select(REQUEST.kind, query)
            for stored in page.items:
                yield REQUEST.parse(stored.state)
            if page.next is None:
                return
            query = replace(query, after=page.next)

    async def review(self, review_id: str) -> tuple[Review, int] | None:
        """Return a conversion review and its version."""
        found = (await self._store.load(REVIEW.kind, [review_id])).get(review_id)
        return (REVIEW.parse(found.state), found.version) if found else None

    async def reviews(self, scope: Scope, status: str | None, part: Query) -> Page[Review]:
        """Return a page of reviews, the oldest first."""
        asked = scope.asked(**({"status": status} if status else {}))
        query = replace(asked, order="opened", after=part.after, limit=part.limit)
        page = await self._store.select(REVIEW.kind, query)
        return Page([REVIEW.parse(stored.state) for stored in page.items], page.next)

    async def order(self, order_id: str) -> tuple[Order, int] | None:
        """Return an order of supervision and its version."""
        found = (await self._store.load(ORDER.kind, [order_id])).get(order_id)
        return (ORDER.parse(found.state), found.version) if found else None

    async def orders(self, scope: Scope, stage: str | None, part: Query) -> Page[Order]:
        """Return a page of orders of supervision, the newest first."""
        asked = scope.asked(**({"stage": stage} if stage else {}))
        query = replace(asked, order="issued", down=True, after=part.after, limit=part.limit)
        page = await self._store.select(ORDER.kind, query)
        return Page([ORDER.parse(stored.state) for stored in page.items], page.next)

    async def office(self, body: str) -> Office | None:
        """Return a body that may be asked."""
        found = (await self._store.load(OFFICE.kind, [body])).get(body)
        return OFFICE.parse(found.state) if found else None

    async def offices(self) -> list[Office]:
        """Return every body that may be asked, by name."""
        page = await self._store.select(OFFICE.kind, Query(order="name", limit=1000))
        return [OFFICE.parse(stored.state) for stored in page.items]

    async def of(self, receipt: str) -> dict[str, Any] | None:
        """Return the verdict under a receipt."""
        key = f"receipt:{receipt}"
        ids = await self._store.find(REQUEST.kind, [key])
        found = await self.case(ids[key]) if ids else None
        if found is None:
            return None
        [known] = [each for each in found[0].receipts if each.receipt == receipt]
        return shown_receipt(known, found[0])

    async def listed(self, agency: str, state: str | None, after: str | None, limit: int) -> Page[Mapping[str, Any]]:
        """Return a page of an agency's receipts, the newest first."""
        query = Query(equal={"agency": agency}, order="entered", down=True, after=after, limit=limit)
        page = await self._store.select(REQUEST.kind, query)
        found: list[Mapping[str, Any]] = []
        for stored in page.items:
            case = REQUEST.parse(stored.state)
            wanted = [r for r in reversed(case.receipts) if r.agency == agency and state in (None, r.verdict)]
            found += [shown_receipt(receipt, case) for receipt in wanted]
        return Page(found, page.next)


def shown_receipt(receipt: Receipt, case: Request) -> dict[str, Any]:
    """Return a receipt as its agency reads it."""
    shown = receipt.model_dump(mode="json", exclude={"verdict"})
    number = {"number": case.number} if case.number else {}
    return {"state": receipt.verdict, "aggregate": case.request_id, **number, **shown}
