"""The officer's list of the day (每日待办): open cases by the working days left, then decisions not yet served."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query as Asked
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.requests.api.deps import Deps, scope_of
from services.requests.domain.state import PHASES, Phase
from services.requests.domain.state import Request as Case
from services.requests.pages.forms import page
from services.requests.views import showing
from services.requests.views.todo import Todo, grouped
from shared.security.principals import Principal
from shared.store.port import Page, Query
from shared.web.asking import Paged, close_cursor
from shared.web.auth import allow
from shared.web.routes import Router

ROOT = "/console/requests"
MOST = 200
"""Cases on one page of the list; what is most urgent stands on the first."""
Officer = Annotated[Principal, allow("officer")]
Number = Annotated[str, Asked(max_length=40)]


def todo_pages(deps: Deps) -> Router:
    """Return the page of the list."""
    made, todo = Router(include_in_schema=False), Todo(deps.store)

    @made.get(ROOT)
    async def index(
        request: Request,
        caller: Officer,
        part: Paged,
        body: str | None = None,
        stage: str = "",
        open: bool = True,
        number: Number = "",
    ) -> Response:
        body = own_body(caller, body)
        scope, missed = scope_of(caller, body), ""
        if number.strip():
            mine = [office.body for office in await deps.views.offices() if caller.acts_for(office.body)]
            found = await todo.numbered([body] if body else mine, number, deps.clock.business().year)
            if found is not None:
                return RedirectResponse(f"{ROOT}/{found.request_id}", 303)
            missed = number.strip()
        query = Query(after=part.after, limit=MOST)
        phase: Phase | None = next((each for each in PHASES if each == stage), None)
        listed = await (todo.at(scope, phase, query) if phase else deps.views.cases(scope, query, open_=open))
        first = open and not phase and part.after is None
        values = _shown(deps, listed, await todo.unserved(scope) if first else [])
        asked = {"body": body, "stage": phase or "", "open": open, "number": number, "missed": missed}
        names = {} if body else {office.body: office.name for office in await deps.views.offices()}
        return page(
            request, "cases.html", {**values, **asked, "names": names, "bodies": _exact(caller), "phases": PHASES}
        )

    return made


def own_body(caller: Principal, body: str | None) -> str | None:
    """Return the body a page is about: the one asked for, else the first the officer's key names."""
    exact = _exact(caller)
    return body or (exact[0] if exact else None)


def _exact(caller: Principal) -> list[str]:
    return sorted(each for each in caller.bodies if not each.endswith("*"))


def _shown(deps: Deps, listed: Page[Case], unserved: list[Case]) -> dict[str, Any]:
    now = deps.clock.business()
    cards = [_card(deps, case) for case in (*listed.items, *unserved)]
    next_ = close_cursor(listed.next) if listed.next is not None else None
    return {"groups": grouped(cards), "count": len(listed.items), "next": next_, "today": now.date().isoformat()}


def _card(deps: Deps, case: Case) -> dict[str, Any]:
    """Return a case as the list shows it: besides its card, what it waits for."""
    card = showing.card(case, deps.rules, deps.clock.business())
    until = case.turn_until or next((c.until for c in case.consultations if c.ended_on is None and c.until), None)
    again = case.again_by.isoformat() if case.again_by else None
    return {**card, "until": until.isoformat() if until else None, "again_by": again}
