"""The report of an officer's body: both tables, and the cases behind every cell."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Query as Asked
from starlette.requests import Request
from starlette.responses import Response

from services.requests.api.deps import STAFF, Deps
from services.requests.api.reports import name_of
from services.requests.api.supervision import behind
from services.requests.pages.forms import page
from services.requests.pages.todo import ROOT, own_body
from services.requests.views import tabular
from shared.law.workdays import legal_date
from shared.security.principals import Principal
from shared.web.auth import allow
from shared.web.routes import Router

Staff = Annotated[Principal, allow(*STAFF)]
Year = Annotated[int | None, Asked(ge=2019, le=2999)]


def report_pages(deps: Deps) -> Router:
    """Return the pages of a body's report."""
    made = Router(include_in_schema=False)

    @made.get(f"{ROOT}/report")
    async def report(request: Request, caller: Staff, body: str | None = None, year: Year = None) -> Response:
        named = own_body(caller, body) or await _first(deps, caller)
        name = await name_of(deps, caller, named)
        today = legal_date(deps.clock.business())
        found = await deps.yearbook.report(named, year or today.year, today)
        values = {
            "report": tabular.table_two(found, named, name, deps.rules),
            "three": tabular.table_three(found, named, name, deps.rules),
            "cell": _cell,
        }
        return page(request, "report.html", values)

    @made.get(f"{ROOT}/report/cases")
    async def cases(request: Request, caller: Staff, figure: str, body: str, year: Year = None) -> Response:
        found = await behind(deps, caller, figure, body, year or deps.clock.business().year)
        name = await name_of(deps, caller, body)
        back = f"{ROOT}/report?{urlencode({'body': body, 'year': found['year']}, quote_via=quote)}"
        linked = caller.acts_for(body)
        return page(request, "supervised.html", {"found": found, "name": name, "back": back, "linked": linked})

    return made


async def _first(deps: Deps, caller: Principal) -> str:
    return next((office.body for office in await deps.views.offices() if caller.acts_for(office.body)), "")


def _cell(figure: str, report: dict[str, Any]) -> str:
    """Return the address of the cases behind a cell."""
    asked = {"figure": figure, "body": report["body"], "year": report["year"]}
    return f"{ROOT}/report/cases?{urlencode(asked, quote_via=quote)}"
