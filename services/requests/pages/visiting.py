"""The register of a service zone (专区登记): a visit or an opinion is noted, an opinion is replied to."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.requests.api.deps import Deps, scope_of
from services.requests.api.visits import answer_visit, put_visit, visit_of
from services.requests.commands.visiting import AnswerOpinion, NoteVisit
from services.requests.domain.visits import PURPOSES
from services.requests.handlers import Wanted
from services.requests.handlers.visiting import Visiting
from services.requests.pages.forms import once_of, page, wanted, wish_of
from services.requests.pages.todo import own_body
from services.requests.views.visiting import Visits, plain
from shared.contracts.problems import Refused
from shared.security.principals import Principal
from shared.store.port import Query
from shared.web.asking import Paged, close_cursor
from shared.web.auth import allow
from shared.web.routes import Router

ROOT = "/console/requests/visits"
Officer = Annotated[Principal, allow("officer")]
NAMES = {
    "/body": "专区所属机关",
    "/purpose": "来访目的",
    "/item": "事项",
    "/on": "日期",
    "/document_id": "查阅的公文编号",
    "/visitor": "来访人",
    "/opinion": "意见",
    "/reply": "答复",
}


def visit_pages(deps: Deps) -> Router:
    """Return the pages of the register."""
    made = Router(include_in_schema=False)
    shown = _Register(deps)

    @made.get(ROOT)
    async def index(
        request: Request, caller: Officer, part: Paged, body: str | None = None, waiting: bool = False
    ) -> Response:
        query = Query(after=part.after, limit=part.limit)
        return await shown.listed(request, caller, query, own_body(caller, body), waiting=waiting)

    @made.post(ROOT)
    async def note(request: Request, caller: Officer) -> Response:
        given = await request.form()
        try:
            wanted_ = Wanted(caller.id, f"form:{caller.kind}/{caller.id}:{once_of(given)}")
            await put_visit(deps, caller, wish_of(NoteVisit, _stated(given)), wanted_)
        except Refused as refused:
            body = own_body(caller, str(given.get("body", "")) or None)
            return await shown.listed(request, caller, Query(limit=50), body, given=given, refused=refused)
        return RedirectResponse(ROOT, 303)

    @made.get(f"{ROOT}/{{visit_id}}")
    async def visit(request: Request, caller: Officer, visit_id: str) -> Response:
        return await shown.one(request, caller, visit_id, "")

    @made.post(f"{ROOT}/{{visit_id}}/reply")
    async def reply(request: Request, caller: Officer, visit_id: str) -> Response:
        given = await request.form()
        words = str(given.get("reply", "")).strip()
        try:
            wish = wish_of(AnswerOpinion, {"reply": words})
            await answer_visit(deps, caller, visit_id, wish, wanted(caller, given))
        except Refused as refused:
            return await shown.one(request, caller, visit_id, words, refused)
        return RedirectResponse(f"{ROOT}/{visit_id}", 303)

    return made


def _stated(given: FormData) -> dict[str, Any]:
    values: dict[str, Any] = {name: str(given.get(name, "")).strip() for name in NoteVisit.model_fields}
    return values | {"on_the_spot": "on_the_spot" in given}


class _Register:
    """Shows the register."""

    def __init__(self, deps: Deps) -> None:
        self._deps, self._asking = deps, Visits(deps.store)
        self._visiting = Visiting(deps.law, deps.people, deps.vault)

    async def listed(
        self,
        request: Request,
        caller: Principal,
        part: Query,
        body: str | None,
        *,
        waiting: bool = False,
        given: FormData | None = None,
        refused: Refused | None = None,
    ) -> Response:
        """Return the list, with the form of a new visit."""
        found = await self._asking.page(scope_of(caller, body), part, waiting=waiting)
        offices = await self._deps.views.offices()
        values = {
            "items": [plain(each) for each in found.items],
            "next": close_cursor(found.next) if found.next is not None else None,
            "waiting": waiting,
            "bodies": [(each.body, each.name) for each in offices if caller.acts_for(each.body)],
            "purposes": list(PURPOSES.items()),
            "given": given or FormData({"body": body or ""}),
        }
        return page(request, "visits.html", values, refused, NAMES)

    async def one(
        self, request: Request, caller: Principal, visit_id: str, words: str, refused: Refused | None = None
    ) -> Response:
        """Return one visit, with the form of a reply where an opinion waits for it."""
        found, version = await visit_of(self._deps, caller, visit_id)
        said = await asyncio.to_thread(self._visiting.words, found)
        values = {"visit": {**plain(found), **said}, "version": version, "given": words}
        return page(request, "visit.html", values, refused, NAMES)
