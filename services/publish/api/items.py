"""What is public over HTTP: search, items, interpretations, receipts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query as Asked
from starlette.requests import Request
from starlette.responses import Response

from services.publish.api.deps import STAFF, Deps
from services.publish.domain.shelf import Shelf
from services.publish.views.questions import Hit, Pieces
from services.publish.views.search.query import Asked as Question
from shared.contracts.codes import PublishCode, WebCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal, PrincipalKind
from shared.store.port import Row, Scalar
from shared.web.asking import Paged, listed, shown
from shared.web.auth import PUBLIC, allow, identify
from shared.web.routes import Router

Text = Annotated[str, Asked(max_length=200)]


def items(made: Router, deps: Deps) -> None:
    """Add the routes of what is public."""
    _search(made, deps)
    _items(made, deps)
    _interpretations(made, deps)


def _search(made: Router, deps: Deps) -> None:
    @made.get("/search", dependencies=[PUBLIC])
    async def search(
        q: Annotated[str, Asked(max_length=100)] = "",
        year: Text = "",
        body: Text = "",
        topic: Text = "",
        genre: Text = "",
        column: Text = "",
        validity: Text = "",
        page: Annotated[int, Asked(ge=1, le=500)] = 1,
        size: Annotated[int, Asked(ge=1, le=100)] = 20,
        facets: bool = False,
    ) -> Response:
        """Search what is public (全文检索): any part of a title, number or text, in either script."""
        given = {"year": year, "body": body, "topic": topic, "genre": genre, "column": column, "validity": validity}
        filters = {name: value for name, value in given.items() if value}
        if not q.strip() and not filters:
            raise Refused(PublishCode.QUERY_EMPTY, pointer="/q")
        asked = Question(q.strip(), filters)
        result = await deps.questions.search(asked, page, size)
        answer: dict[str, Any] = {
            "query": q,
            "page": page,
            "total": result.total,
            "loose": result.loose,
            "items": [_hit(hit) for hit in result.hits],
        }
        if facets:
            answer["facets"] = await deps.questions.facets(asked)
        return shown(answer)


def _items(made: Router, deps: Deps) -> None:
    @made.get("/items", dependencies=[PUBLIC])
    async def items(page: Paged, year: Text = "", body: Text = "", column: Text = "") -> Response:
        """What is public (主动公开的信息), the newest first; ``body`` and ``column`` are codes."""
        given = {"year": year, "body": body, "column": column}
        equal: dict[str, Scalar] = {name: value for name, value in given.items() if value}
        return listed(await deps.questions.items(equal, page.after, page.limit), _card)

    @made.get("/items/{item_id}", dependencies=[PUBLIC])
    async def item(item_id: str) -> Response:
        """One item as it is shown; 410 where it was withdrawn."""
        found = await deps.questions.item(item_id)
        if found is None:
            raise Refused(PublishCode.ITEM_UNKNOWN)
        if found.shown is None:
            raise Refused(PublishCode.ITEM_WITHDRAWN)
        return shown(found.shown.model_dump(mode="json", exclude={"basis"}))


def _interpretations(made: Router, deps: Deps) -> None:
    @made.get("/interpretations")
    async def interpretations(
        request: Request, page: Paged, caller: Annotated[Principal, allow(PrincipalKind.AGENCY, *STAFF)]
    ) -> Response:
        """Reported interpretations (政策解读) with what they wait for; an agency sees its own."""
        agency = caller.id if caller.kind is PrincipalKind.AGENCY else None
        return listed(await deps.questions.interpretations(agency, page.after, page.limit), _shelf)

    @made.get("/receipts/{receipt}", dependencies=[allow(PrincipalKind.AGENCY, *STAFF)])
    async def receipt(request: Request, receipt: str) -> Response:
        """The verdict under a receipt (回执) of an interpretation; an agency asks for its own only."""
        caller = await identify(request)
        found = await deps.questions.of(receipt)
        if found is None or (
            caller is not None and caller.kind is PrincipalKind.AGENCY and found["agency"] != caller.id
        ):
            raise Refused(WebCode.NOT_FOUND)
        return shown(found)


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "path": f"/{hit.path}",
        "title": _plain(hit.title),
        "number": _plain(hit.number) or None,
        "issuer": hit.issuer,
        "date": hit.day,
        "validity": hit.validity,
        "snippet": [{"text": text, "match": match} for match, text in hit.snippet],
    }


def _plain(pieces: Pieces) -> str:
    return "".join(text for _, text in pieces)


def _card(row: Row) -> dict[str, Any]:
    data = row.data
    kept = {name: data[name] for name in ("title", "issuer", "validity")}
    return {"id": row.id, "path": f"/{data['path']}", "number": data["number"] or None, "date": data["day"], **kept}


def _shelf(shelf: Shelf) -> dict[str, Any]:
    return {
        "interpretations": [
            {
                **each.filed.interpretation.model_dump(mode="json"),
                "document_id": each.filed.document_id,
                "document_number": each.filed.number_key,
                "agency": each.filed.agency,
                "linked": list(each.linked),
            }
            for each in shelf.kept
        ],
        "receipts": [{"receipt": each.receipt, "state": each.verdict} for each in shelf.judged],
    }
