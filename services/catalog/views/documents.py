"""What people ask the catalog: documents, the library with its facets, receipts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.catalog.domain.state import Body, Document
from services.catalog.domain.tabling import Computed, Counted, counted, table_one
from services.catalog.store import AGGREGATES, BODY, DOCUMENT, FIGURES, REJECTION
from shared.contracts.envelope import Envelope
from shared.contracts.facts import catalog
from shared.contracts.facts.base import Fact, Receipt
from shared.law.rules import Rules
from shared.replay.projection import RowProjection, gone, table_of
from shared.replay.rebuild import current
from shared.security.principals import Principal, PrincipalKind
from shared.store.port import Page, Query, Row, Scalar, Store

PUBLIC_ATTRIBUTE = "主动公开"
FACETS = ("year", "body", "genre", "subject")
LIBRARY = "library"
SHOWN = (
    catalog.DocumentArchived,
    catalog.DocumentRevised,
    catalog.DocumentTagged,
    catalog.DocumentIndexed,
    catalog.AttributeChanged,
)


def library_rows(fact: Fact, envelope: Envelope) -> list[Row]:
    """Fold a fact into the library (公文库): one row per admitted document, its facets as the index."""
    version = envelope.sequence or 0
    if isinstance(fact, catalog.DocumentWithdrawn):
        return [gone(LIBRARY, fact.document_id, version)]
    if not isinstance(fact, SHOWN):
        return []
    view = fact.document
    index: dict[str, Scalar] = {
        "year": view.written_on.year,
        "body": view.body,
        "genre": view.genre,
        "subject": view.subject,
        "attribute": view.attribute,
    }
    return [Row(LIBRARY, view.document_id, version, envelope.data["document"], index)]


def library(store: Store, colour: str) -> RowProjection:
    """Return one colour of the library."""
    heard = (*SHOWN, catalog.DocumentWithdrawn)
    return RowProjection(LIBRARY, ("catalog",), heard, (LIBRARY,), library_rows, store, colour)


class Views:
    """Questions to the catalog's store; they decide nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def document(self, document_id: str) -> tuple[Document, int] | None:
        """Return a document and its version."""
        found = (await self._store.load(DOCUMENT.kind, [document_id])).get(document_id)
        return (DOCUMENT.parse(found.state), found.version) if found else None

    async def library(self, equal: Mapping[str, Scalar], query: Query) -> Page[Document]:
        """Return a page of admitted documents, the newest written first."""
        asked = Query(
            equal={"state": "admitted", **equal}, order="written", down=True, after=query.after, limit=query.limit
        )
        page = await self._store.select(DOCUMENT.kind, asked)
        return Page([DOCUMENT.parse(d.state) for d in page.items], page.next)

    async def filings(self, agency: str | None, state: str | None, query: Query) -> Page[Document]:
        """Return a page of filed documents, the last judged first; of one agency where one is given."""
        equal: dict[str, Scalar] = {"agency": agency} if agency is not None else {}
        if state is not None:
            equal["state"] = state
        asked = Query(equal=equal, order="judged", down=True, after=query.after, limit=query.limit)
        page = await self._store.select(DOCUMENT.kind, asked)
        return Page([DOCUMENT.parse(d.state) for d in page.items], page.next)

    async def reviewing(self, scope: str, query: Query) -> Page[tuple[Document, int]]:
        """Return a page of documents with open reviews and their versions, the first due first.

        ``scope`` is a body, or ``prefix*`` for several.
        """
        equal, prefix = ({}, {"body": scope[:-1]}) if scope.endswith("*") else ({"body": scope}, {})
        asked = Query(equal=equal, prefix=prefix, order="reviews", low="0", after=query.after, limit=query.limit)
        page = await self._store.select(DOCUMENT.kind, asked)
        return Page([(DOCUMENT.parse(d.state), d.version) for d in page.items], page.next)

    async def rejections(self, agency: str, query: Query) -> Page[Receipt]:
        """Return a page of an agency's rejected reports, the last judged first."""
        asked = Query(equal={"agency": agency}, order="judged", down=True, after=query.after, limit=query.limit)
        page = await self._store.select(REJECTION.kind, asked)
        return Page([REJECTION.parse(d.state).receipts[-1] for d in page.items], page.next)

    async def listed(self, agency: str, state: str | None, after: str | None, limit: int) -> Page[Mapping[str, Any]]:
        """Return a page of an agency's judged receipts, the newest first."""
        query = Query(equal={"agency": agency}, order="judged", down=True, after=after, limit=limit)
        page = await self._store.select(DOCUMENT.kind, query)
        found: list[Mapping[str, Any]] = [
            shown_receipt(receipt, stored.id)
            for stored in page.items
            for receipt in reversed(DOCUMENT.parse(stored.state).receipts)
            if receipt.agency == agency and state in (None, receipt.verdict)
        ]
        return Page(found, page.next)

    async def facets(self) -> dict[str, dict[Scalar, int]]:
        """Count the public documents by each facet."""
        table = table_of(LIBRARY, await current(self._store, LIBRARY), LIBRARY)
        public = Query(equal={"attribute": PUBLIC_ATTRIBUTE})
        return {by: await self._store.count(table, public, by) for by in FACETS}

    async def bodies(self, query: Query) -> Page[Body]:
        """Return a page of the register of bodies by name."""
        page = await self._store.select(BODY.kind, Query(order="name", after=query.after, limit=query.limit))
        return Page([BODY.parse(d.state) for d in page.items], page.next)

    async def of(self, receipt: str) -> dict[str, Any] | None:
        """Return the newest verdict under a receipt, with the events it came to."""
        for aggregate in AGGREGATES:
            ids = await self._store.find(aggregate.kind, [f"receipt:{receipt}"])
            if ids:
                id_ = ids[f"receipt:{receipt}"]
                stored = (await self._store.load(aggregate.kind, [id_]))[id_]
                receipts = [r for r in aggregate.parse(stored.state).receipts if r.receipt == receipt]
                return shown_receipt(receipts[-1], None if aggregate.kind == "rejection" else id_)
        return None


async def computed_table_one(store: Store, rules: Rules, place: str, body: str, year: int) -> Computed:
    """Return Table I (年报表一) of a body and year as the documents and figures known now give it.

    ``place`` is the jurisdiction whose terms of validity hold.
    """
    known: list[Counted] = []
    after: str | None = None
    while True:
        query = Query(equal={"body": body, "state": "admitted"}, after=after, limit=500)
        page = await store.select(DOCUMENT.kind, query)
        views = (DOCUMENT.parse(each.state).view for each in page.items)
        known += [found for view in views if view is not None and (found := counted(view, rules, place)) is not None]
        if page.next is None:
            break
        after = page.next
    id_ = f"fg:{body}:{year}"
    figures = (await store.load(FIGURES.kind, [id_])).get(id_)
    return table_one(known, FIGURES.parse(figures.state) if figures is not None else None, year, rules)


def shown_receipt(receipt: Receipt, aggregate: str | None) -> dict[str, Any]:
    """Return a receipt as its agency reads it."""
    shown = receipt.model_dump(mode="json", exclude={"content", "verdict"})
    return {"state": receipt.verdict, "aggregate": aggregate, **shown}


def visible(document: Document, caller: Principal | None) -> bool:
    """Whether a caller may see a document: the public what is public, an agency its own, staff of its bodies all."""
    if document.view is not None and document.withdrawn is None and document.view.attribute == PUBLIC_ATTRIBUTE:
        return True
    if caller is None:
        return False
    if caller.kind in (PrincipalKind.SUPERVISOR, PrincipalKind.OPERATOR):
        return True
    if caller.kind is PrincipalKind.AGENCY:
        return any(filing.agency == caller.id for filing in document.filings.values())
    return document.body is not None and caller.kind is PrincipalKind.OFFICER and caller.acts_for(document.body)
