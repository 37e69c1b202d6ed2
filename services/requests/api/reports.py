"""The year in numbers: Table II with the cases behind every cell, and the caseload."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query as Asked
from starlette.responses import Response

from services.requests.api.deps import STAFF, Deps, may_read
from services.requests.views import showing
from services.requests.views.caseload import counts
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal
from shared.web.asking import shown
from shared.web.auth import allow
from shared.web.routes import Router

Year = Annotated[int, Asked(ge=2019, le=2999)]
Staff = Annotated[Principal, allow(*STAFF)]


def reports(made: Router, deps: Deps) -> None:
    """Add the routes of reports."""

    @made.get("/reports/table-two", summary="年报表二")
    async def table_two(caller: Staff, body: str, year: Year) -> Response:
        """Table II of the annual report, counted from the cases, with every identity that does not hold."""
        may_read(caller, body)
        office = await deps.views.office(body)
        if office is None:
            raise Refused(RequestsCode.BODY_UNKNOWN, pointer="#query/body")
        return shown(showing.report(await deps.views.table_two(body, year), body, office.name, deps.rules))

    @made.get("/reports/table-two/{row}/{column}", summary="年报表二单元格所含案件")
    async def cell(row: str, column: str, caller: Staff, body: str, year: Year) -> Response:
        """The cases counted in one cell."""
        may_read(caller, body)
        table = deps.rules.table_two
        if row not in table.rows or column not in table.columns:
            raise Refused(RequestsCode.CODE_UNKNOWN)
        found = await deps.views.table_two(body, year)
        now = deps.clock.business()
        items = []
        for request_id in found.cases.get((row, column), ()):
            known = await deps.views.case(request_id)
            if known is not None:
                items.append(showing.card(known[0], deps.rules, now))
        return shown({"row": row, "column": column, "count": found.cells[row, column], "items": items})

    @made.get("/caseload", summary="办件情况")
    async def caseload(caller: Staff, body: str, year: Year) -> Response:
        """Applications and decisions of a body and year by channel, category, code and lateness."""
        may_read(caller, body)
        return shown({"body": body, "year": year, **await counts(deps.store, body, year)})
