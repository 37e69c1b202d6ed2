"""What supervision sees: every body's open and overdue cases and its rates, and the cases behind each number."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Query as Asked
from starlette.requests import Request
from starlette.responses import Response

from services.requests.api.deps import OVERSIGHT, Deps
from services.requests.api.supervision import behind, listed
from services.requests.pages.forms import page
from services.requests.views import tabular
from shared.law.workdays import legal_date
from shared.security.principals import Principal
from shared.web.auth import allow
from shared.web.routes import Router

ROOT = "/console/requests/supervision"
Oversight = Annotated[Principal, allow(*OVERSIGHT)]
Year = Annotated[int | None, Asked(ge=2019, le=2999)]
COLUMNS = ("r1", "r2", "r3", "r4", "overdue")
"""The counters of the table; its rates follow."""


def supervision_pages(deps: Deps) -> Router:
    """Return the pages of supervision."""
    made = Router(include_in_schema=False)

    @made.get(ROOT)
    async def index(request: Request, caller: Oversight, year: Year = None) -> Response:
        wanted = _year(deps, year)
        today = legal_date(deps.clock.business())
        found = await deps.yearbook.overview(None, wanted, today)
        shown = await listed(deps, found, today)
        names = {item["body"]: item["name"] for item in shown["items"]}
        values = {
            "seen": shown,
            "wrong": [tabular.watched(each, names[each.body], deps.rules) for each in found.bodies if not each.sound],
            "columns": [(code, tabular.FIGURES[code]) for code in COLUMNS],
            "rates": list(tabular.RATES.items()),
            "cell": _cell,
        }
        return page(request, "supervision.html", values)

    @made.get(f"{ROOT}/cases")
    async def cases(
        request: Request, caller: Oversight, figure: str, body: str | None = None, year: Year = None
    ) -> Response:
        found = await behind(deps, caller, figure, body, _year(deps, year))
        office = await deps.views.office(body) if body else None
        values = {"found": found, "name": office.name if office else "全部机关", "linked": False}
        return page(request, "supervised.html", {**values, "back": f"{ROOT}?year={found['year']}"})

    return made


def _year(deps: Deps, year: int | None) -> int:
    return year or deps.clock.business().year


def _cell(figure: str, year: int, body: str | None = None) -> str:
    """Return the address of the cases behind a number."""
    asked: dict[str, Any] = {"figure": figure, "year": year} | ({"body": body} if body else {})
    return f"{ROOT}/cases?{urlencode(asked, quote_via=quote)}"
