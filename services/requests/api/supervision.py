"""What supervision sees (工作数据): counters, rates and overdue cases of every body, each with the cases behind it."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.responses import Response

from services.requests.api.deps import OVERSIGHT, Deps, may_read
from services.requests.api.reports import MOST, Staff, Year
from services.requests.views import Overview, tabular
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.law.workdays import legal_date
from shared.security.principals import Principal
from shared.web.asking import shown
from shared.web.routes import Router


def supervision(made: Router, deps: Deps) -> None:
    """Add the routes of figures."""

    @made.get("/reports/statistics", summary="工作数据")
    async def index(caller: Staff, year: Year, body: str | None = None) -> Response:
        """Counters by stage and type, rates and overdue cases: of one body, or of all and in sum for supervision."""
        return shown(await seen(deps, caller, body, year))

    @made.get("/reports/statistics/{figure}", summary="工作数据所含案件")
    async def cases(figure: str, caller: Staff, year: Year, body: str | None = None) -> Response:
        """The cases behind one counter: ``overdue``, ``row:C4``, ``stage:correcting``, ``remedy:suit.total`` …"""
        return shown(await behind(deps, caller, figure, body, year))


async def seen(deps: Deps, caller: Principal, body: str | None, year: int) -> dict[str, Any]:
    """Return the figures of a body, or of every body and their sum. Raises ``Refused`` FORBIDDEN, BODY_REQUIRED."""
    today = _entitled(deps, caller, body)
    return await listed(deps, await deps.yearbook.overview(body, year, today), today)


async def listed(deps: Deps, found: Overview, today: date) -> dict[str, Any]:
    """Return an overview as it is shown."""
    names = {office.body: office.name for office in await deps.views.offices()}
    items = [
        {"body": each.body, "name": names.get(each.body, each.body)}
        | tabular.figures(each.figures, each.report, deps.rules)
        for each in found.bodies
    ]
    total = tabular.figures(found.figures, found.report, deps.rules)
    return {"year": found.report.year, "as_of": today.isoformat(), "total": total, "items": items}


async def behind(deps: Deps, caller: Principal, figure: str, body: str | None, year: int) -> dict[str, Any]:
    """Return the cases behind a counter. Raises ``Refused`` FORBIDDEN, BODY_REQUIRED or CODE_UNKNOWN."""
    label = tabular.label(figure, year, deps.rules)
    if label is None:
        raise Refused(RequestsCode.CODE_UNKNOWN)
    found = await deps.yearbook.behind(body, year, _entitled(deps, caller, body), figure)
    items = [tabular.tally(tally, deps.rules) for tally in found[:MOST]]
    return {"figure": figure, "label": label, "year": year, "body": body, "count": len(found), "items": items}


def _entitled(deps: Deps, caller: Principal, body: str | None) -> date:
    """Return today, for whoever may count: their own body, or everybody's for supervision."""
    if body is None and caller.kind not in OVERSIGHT:
        raise Refused(RequestsCode.BODY_REQUIRED, pointer="#query/body")
    if body is not None:
        may_read(caller, body)
    return legal_date(deps.clock.business())
