"""Documents over HTTP: the library, one document, filings, changes, Table I."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query as Asked
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.deps import EDITORS, STAFF, Deps, change, whole
from services.catalog.commands import ChangeAttribute, TagDocument, WithdrawDocument
from services.catalog.domain.state import Document
from services.catalog.domain.tabling import rows_of
from services.catalog.handlers import change_attribute, tag_document, withdraw_document
from services.catalog.views import PUBLIC_ATTRIBUTE, computed_table_one, visible
from shared.contracts.codes import CatalogCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal, PrincipalKind
from shared.store.port import Query, Scalar
from shared.web.asking import Paged, listed, shown
from shared.web.auth import PUBLIC, allow, identify, require_body
from shared.web.routes import Router

ReportYear = Annotated[int, Asked(ge=2019, le=2999)]


def documents(made: Router, deps: Deps) -> None:
    """Add the routes of documents."""
    for part in (_library, _documents, _changing, _reports):
        part(made, deps)


def _library(made: Router, deps: Deps) -> None:
    @made.get("/documents", dependencies=[PUBLIC])
    async def library(
        request: Request,
        page: Paged,
        body: str | None = None,
        year: Annotated[int | None, Asked(ge=1900, le=2999)] = None,
        genre: str | None = None,
        subject: str | None = None,
        attribute: str | None = None,
    ) -> Response:
        """The library (公文库): what is public for everybody, more for staff; filter by facet."""
        given: dict[str, Scalar] = {
            "body": body, "year": year, "genre": genre, "subject": subject, "attribute": attribute
        }  # fmt: skip
        caller = await identify(request)
        equal = {k: v for k, v in given.items() if v is not None}
        if caller is None or caller.kind not in (PrincipalKind.SUPERVISOR, PrincipalKind.OPERATOR):
            equal["attribute"] = PUBLIC_ATTRIBUTE
        return listed(await deps.views.library(equal, Query(after=page.after, limit=page.limit)), _card)

    @made.get("/facets", dependencies=[PUBLIC])
    async def facets() -> Response:
        """How many public documents there are per year, body, genre and subject."""
        counted = {
            by: [{"value": v, "count": n} for v, n in sorted(found.items(), key=lambda x: (-x[1], str(x[0])))]
            for by, found in (await deps.views.facets()).items()
        }
        return shown(counted)

    @made.get("/bodies", dependencies=[PUBLIC])
    async def bodies(page: Paged) -> Response:
        """The register of issuing bodies (发文机关名录)."""
        found = await deps.views.bodies(Query(after=page.after, limit=page.limit))
        return listed(found, lambda body: body.model_dump(mode="json", exclude={"receipts", "agency"}))


def _documents(made: Router, deps: Deps) -> None:
    @made.get("/documents/{document_id}", dependencies=[PUBLIC])
    async def document(request: Request, document_id: str) -> Response:
        """One document with its sources, receipts and the history of its attribute."""
        found = await deps.views.document(document_id)
        if found is None or not visible(found[0], await identify(request)):
            raise Refused(CatalogCode.DOCUMENT_UNKNOWN)
        caller = await identify(request)
        return shown(_card(found[0]) if caller is None else whole(found[0]), found[1])

    @made.get("/filings")
    async def filings(
        page: Paged,
        caller: Annotated[Principal, allow("agency", "supervisor", "operator")],
        state: Literal["admitted", "returned", "withdrawn"] | None = None,
    ) -> Response:
        """Filed documents with their last verdict (我的报送); an agency sees its own."""
        agency = caller.id if caller.kind is PrincipalKind.AGENCY else None
        found = await deps.views.filings(agency, state, Query(after=page.after, limit=page.limit))
        return listed(found, whole)


def _changing(made: Router, deps: Deps) -> None:
    @made.post("/documents/{document_id}/attribute")
    async def attribute(
        request: Request, document_id: str, wish: ChangeAttribute, caller: Annotated[Principal, allow(*EDITORS)]
    ) -> Response:
        """Change the disclosure attribute with reason and basis."""
        return await change(deps, request, caller, wish, document_id, change_attribute(document_id, wish, caller.id))

    @made.post("/documents/{document_id}/tags")
    async def tag(
        request: Request, document_id: str, wish: TagDocument, caller: Annotated[Principal, allow(*EDITORS)]
    ) -> Response:
        """Set tags and audience."""
        return await change(deps, request, caller, wish, document_id, tag_document(document_id, wish, caller.id))

    @made.post("/documents/{document_id}/withdrawal")
    async def withdraw(
        request: Request, document_id: str, wish: WithdrawDocument, caller: Annotated[Principal, allow(*EDITORS)]
    ) -> Response:
        """Withdraw a document from the library and from everywhere it is shown."""
        return await change(deps, request, caller, wish, document_id, withdraw_document(document_id, wish, caller.id))


def _reports(made: Router, deps: Deps) -> None:
    @made.get("/reports/table-one")
    async def table_one(body: str, year: ReportYear, caller: Annotated[Principal, allow(*STAFF)]) -> Response:
        """Table I of the annual report (年报表一) as it would be now, with the documents behind every counted cell."""
        if caller.kind is PrincipalKind.OFFICER:
            require_body(caller, body)
        found = await computed_table_one(deps.store, deps.rules, deps.place, body, year)
        return shown(
            {
                "body": body,
                "year": year,
                "format": found.format,
                "cells": rows_of(found),
                "unreported": found.unreported,
                "violations": found.violations,
                "documents": {"/".join(cell): list(ids) for cell, ids in found.documents.items()},
            }
        )


def _card(document: Document) -> dict[str, Any]:
    if document.view is None:
        return {"document_id": document.document_id, "title": document.title, "state": "returned"}
    return document.view.model_dump(mode="json")
