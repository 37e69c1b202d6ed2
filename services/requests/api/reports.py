"""The year in numbers: Tables II and III with the cases behind every cell, what is watched, ledgers, the caseload."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Query as Asked
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.requests.api.deps import OVERSIGHT, STAFF, Deps, may_read
from services.requests.domain.reporting import Report, Tally, reconcile
from services.requests.views import tabular
from services.requests.views.caseload import counts
from shared.contracts.codes import RequestsCode, WebCode
from shared.contracts.problems import Refused
from shared.law.workdays import legal_date
from shared.security.principals import Principal
from shared.web.asking import shown
from shared.web.auth import allow
from shared.web.routes import Router

Year = Annotated[int, Asked(ge=2019, le=2999)]
Staff = Annotated[Principal, allow(*STAFF)]
Oversight = Annotated[Principal, allow(*OVERSIGHT)]
AsOf = Annotated[date | None, Asked(description="截至哪一日，默认今天")]
MOST = 500
"""So many cases of a cell or counter are listed at once; ``count`` says how many there are."""


class Ledger(BaseModel):
    """A body's own ledger of offline applications made on these days: its own numbers."""

    model_config = ConfigDict(extra="forbid")

    first: date
    last: date
    numbers: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(max_length=20_000)


def reports(made: Router, deps: Deps) -> None:
    """Add the routes of reports."""
    _tables(made, deps)
    _cells(made, deps)
    _watching(made, deps)

    @made.get("/caseload", summary="办件情况")
    async def caseload(caller: Staff, body: str, year: Year) -> Response:
        """Applications and decisions of a body and year by channel, category, code and lateness."""
        may_read(caller, body)
        return shown({"body": body, "year": year, **await counts(deps.store, body, year)})


def _tables(made: Router, deps: Deps) -> None:
    @made.get("/reports/table-two", summary="年报表二")
    async def table_two(caller: Staff, body: str, year: Year, as_of: AsOf = None) -> Response:
        """Table II of the annual report, counted from the cases, with every identity that does not hold."""
        name = await name_of(deps, caller, body)
        return shown(tabular.table_two(await counted(deps, body, year, as_of), body, name, deps.rules))

    @made.get("/reports/table-three", summary="年报表三")
    async def table_three(caller: Staff, body: str, year: Year, as_of: AsOf = None) -> Response:
        """Table III of the annual report, counted from the remedies, with every identity that does not hold."""
        name = await name_of(deps, caller, body)
        return shown(tabular.table_three(await counted(deps, body, year, as_of), body, name, deps.rules))


def _cells(made: Router, deps: Deps) -> None:
    @made.get("/reports/table-two/{row}/{column}", summary="年报表二单元格所含案件")
    async def cell_two(row: str, column: str, caller: Staff, body: str, year: Year, as_of: AsOf = None) -> Response:
        """The cases counted in one cell of Table II."""
        may_read(caller, body)
        shape = deps.rules.table_two.formatted(deps.rules.table_two.format_of(year))
        if row not in shape.rows or column not in shape.columns:
            raise Refused(RequestsCode.CODE_UNKNOWN)
        found = (await counted(deps, body, year, as_of)).two.cases.get((row, column), ())
        return shown({"row": row, "column": column, **await opened(deps, body, year, found)})

    @made.get("/reports/table-three/{group}/{column}", summary="年报表三单元格所含案件")
    async def cell_three(group: str, column: str, caller: Staff, body: str, year: Year, as_of: AsOf = None) -> Response:
        """The cases whose remedies are counted in one cell of Table III."""
        may_read(caller, body)
        if group not in deps.rules.table_three.groups or column not in deps.rules.table_three.columns:
            raise Refused(RequestsCode.CODE_UNKNOWN)
        found = (await counted(deps, body, year, as_of)).three.cases.get((group, column), ())
        return shown({"group": group, "column": column, **await opened(deps, body, year, found)})


def _watching(made: Router, deps: Deps) -> None:
    @made.get("/reports/watch", summary="勾稽关系与登记编号巡查")
    async def watch(caller: Oversight, year: Year, as_of: AsOf = None) -> Response:
        """Every body whose year is not sound: identities that do not hold with their cases, gaps in its numbers."""
        found = (await deps.yearbook.overview(None, year, day_of(deps, as_of))).bodies
        names = {office.body: office.name for office in await deps.views.offices()}
        wrong = [tabular.watched(each, names.get(each.body, each.body), deps.rules) for each in found if not each.sound]
        return shown({"year": year, "bodies": len(found), "sound": not wrong, "items": wrong})

    @made.post("/reports/ledger", summary="台账核对")
    async def ledger(caller: Staff, body: str, wish: Ledger) -> Response:
        """Hold a body's own ledger of offline applications against what is entered; changes nothing."""
        may_read(caller, body)
        if not date(2019, 1, 1) <= wish.first <= wish.last:
            raise Refused(WebCode.INVALID, "起止日期不正确", pointer="/first")
        known = await deps.yearbook.tallies(body, wish.first.year)
        found = reconcile(known, wish.numbers, wish.first, wish.last)
        sums = {"listed": found.listed, "matched": found.matched, "missing": list(found.missing)}
        return shown({"body": body, **sums, **_cases(deps, known, unlisted=found.unlisted, late=found.late)})


def _cases(deps: Deps, known: list[Tally], **named: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    by_id = {each.request_id: each for each in known}
    return {name: [tabular.tally(by_id[id_], deps.rules) for id_ in ids[:MOST]] for name, ids in named.items()}


def day_of(deps: Deps, as_of: date | None) -> date:
    """Return up to which day is counted: today, or the day asked for."""
    return as_of or legal_date(deps.clock.business())


async def counted(deps: Deps, body: str | None, year: int, as_of: date | None) -> Report:
    """Return the tables of a body and year."""
    return await deps.yearbook.report(body, year, day_of(deps, as_of))


async def name_of(deps: Deps, caller: Principal, body: str) -> str:
    """Return the name of a body the caller may read. Raises ``Refused`` FORBIDDEN or BODY_UNKNOWN."""
    may_read(caller, body)
    office = await deps.views.office(body)
    if office is None:
        raise Refused(RequestsCode.BODY_UNKNOWN, pointer="#query/body")
    return office.name


async def opened(deps: Deps, body: str | None, year: int, ids: tuple[str, ...]) -> dict[str, Any]:
    """Return how many cases stand behind a figure, and the first of them."""
    by_id = {each.request_id: each for each in await deps.yearbook.tallies(body, year)}
    return {"count": len(ids), "items": [tabular.tally(by_id[id_], deps.rules) for id_ in ids[:MOST]]}
