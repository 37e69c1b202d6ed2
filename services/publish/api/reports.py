"""Annual reports over HTTP (年度报告): drafting for staff, publications and districts for everybody."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query as Asked
from starlette.requests import Request
from starlette.responses import Response

from services.publish import commands as ask
from services.publish.api.acts import act
from services.publish.api.deps import STAFF, ReportDesk, may_touch, report_of
from services.publish.handlers.reports import Wanted
from services.publish.views.reports import showing
from services.publish.views.reports.sheets import csv_of
from shared.contracts.codes import PublishCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal, PrincipalKind
from shared.store.port import Scalar
from shared.web.asking import Paged, cause_of, expected_of, listed, outcome, shown
from shared.web.auth import PUBLIC, allow, require_body
from shared.web.routes import Router

Year = Annotated[int, Asked(ge=2019, le=2999)]
Staff = Annotated[Principal, allow(*STAFF)]
Officer = Annotated[Principal, allow("officer")]
Supervisor = Annotated[Principal, allow("supervisor")]


def reports(made: Router, desk: ReportDesk) -> None:
    """Add the routes of annual reports."""
    _many(made, desk)
    _public(made, desk)
    _one(made, desk)
    _writing(made, desk)
    _judging(made, desk)


def _many(made: Router, desk: ReportDesk) -> None:
    @made.get("/reports", summary="年度报告列表")
    async def many(caller: Staff, page: Paged, body: str | None = None, year: Year | None = None) -> Response:
        """Reports by body and year, as staff see them; who acts for certain bodies names one of them."""
        if body is None and (caller.kind is PrincipalKind.OFFICER or caller.bodies):
            raise Refused(PublishCode.REPORT_BODY_UNKNOWN, "请指明机关（body）", pointer="#query/body")
        if body is not None:
            may_touch(caller, body)
        given: dict[str, Scalar] = {"body": body, "year": year}
        equal = {name: value for name, value in given.items() if value is not None}
        return listed(await desk.reports.listed(equal, page.after, page.limit), showing.card)

    @made.get("/reports/late", summary="未公开的年度报告")
    async def late(caller: Annotated[Principal, allow("supervisor", "operator")], year: Year) -> Response:
        """Every body whose report on a year is not public, with the day it was due (条例 Art. 49)."""
        found = await desk.reports.late(year, desk.clock.business().date())
        mine = [each for each in found if not caller.bodies or caller.acts_for(each.body.body)]
        return shown({"year": year, "items": [showing.late(each) for each in mine]})

    @made.post("/reports", summary="开始编制年度报告")
    async def open_(request: Request, wish: ask.OpenReport, caller: Officer) -> Response:
        """Begin the report of a body on a year; its tables are computed at once."""
        require_body(caller, wish.body)
        result = await desk.dispatcher.execute(desk.reporting.open(wish, Wanted(caller.id, cause_of(request))))
        location = f"/publish/v1/reports/{result.id}"
        return outcome(result, showing.card(result.state), status=201, location=location)


def _public(made: Router, desk: ReportDesk) -> None:
    @made.get("/reports/public", dependencies=[PUBLIC], summary="已公开的年度报告")
    async def public(body: str, year: Year, number: int | None = None) -> Response:
        """The newest publication of a report, or an earlier one by its number, with what each correction changed."""
        found = await desk.reports.of_body(body, year)
        views = found[0].published if found is not None else ()
        view = next((each for each in reversed(views) if number in (None, each.number)), None)
        if view is None:
            raise Refused(PublishCode.REPORT_UNKNOWN)
        return shown(showing.publication(view, desk.reports.rules))

    @made.get("/reports/rollup", dependencies=[PUBLIC], summary="年度报告汇总")
    async def rollup(body: str, year: Year, csv: bool = False) -> Response:
        """A district added up from the newest publications of its units, with those missing."""
        known = await desk.reports.body(body)
        if known is None:
            raise Refused(PublishCode.REPORT_BODY_UNKNOWN, pointer="#query/body")
        found = await desk.reports.rollup(known, year)
        if csv:
            told = csv_of(found.tables, year, found.format, desk.reports.rules)
            return Response(told, media_type="text/csv; charset=utf-8")
        return shown(showing.rollup(found, desk.reports.rules))


def _one(made: Router, desk: ReportDesk) -> None:
    @made.get("/reports/{report_id}", summary="年度报告")
    async def one(report_id: str, caller: Staff) -> Response:
        """A report as it stands: texts, tables, what the checks say, every publication."""
        report, version = await report_of(desk, caller, report_id)
        found = await desk.reports.findings(report)
        return shown(showing.draft(report, found, desk.reports.rules), version)

    @made.get("/reports/{report_id}/tables.csv", summary="年度报告表格（CSV）")
    async def table(report_id: str, caller: Staff) -> Response:
        """The tables of a draft as CSV."""
        report, _ = await report_of(desk, caller, report_id)
        told = csv_of(report.tables, report.year, report.format, desk.reports.rules)
        return Response(told, media_type="text/csv; charset=utf-8", headers={"Cache-Control": "no-store"})


async def _take(
    desk: ReportDesk, request: Request, caller: Principal, report_id: str, name: str, wish: Any
) -> Response:
    report, _ = await report_of(desk, caller, report_id)
    wanted = Wanted(caller.id, cause_of(request), expected_of(request))
    result = await act(desk, report, name, wish, wanted)
    return outcome(result, showing.card(result.state))


def _writing(made: Router, desk: ReportDesk) -> None:
    @made.post("/reports/{report_id}/text", summary="撰写年度报告")
    async def text(request: Request, report_id: str, wish: ask.WriteReport, caller: Officer) -> Response:
        """Write sections and work points of a draft."""
        return await _take(desk, request, caller, report_id, "text", wish)

    @made.post("/reports/{report_id}/recount", summary="重新取数")
    async def recount(request: Request, report_id: str, wish: ask.Step, caller: Officer) -> Response:
        """Have the tables of a draft computed anew, as its next edition."""
        return await _take(desk, request, caller, report_id, "recount", wish)

    @made.post("/reports/{report_id}/submit", summary="提交年度报告")
    async def submit(request: Request, report_id: str, wish: ask.Step, caller: Officer) -> Response:
        """Hand a report to the superior office; refused with every fault where a check does not hold."""
        return await _take(desk, request, caller, report_id, "submit", wish)

    @made.post("/reports/{report_id}/publish", summary="公开年度报告")
    async def publish(request: Request, report_id: str, wish: ask.Step, caller: Officer) -> Response:
        """Make an approved report public, with its DOCX and CSV."""
        return await _take(desk, request, caller, report_id, "publish", wish)

    @made.post("/reports/{report_id}/correct", summary="更正年度报告")
    async def correct(request: Request, report_id: str, wish: ask.CorrectReport, caller: Officer) -> Response:
        """Open a correction of a published report; its tables are computed anew."""
        return await _take(desk, request, caller, report_id, "correct", wish)


def _judging(made: Router, desk: ReportDesk) -> None:
    @made.post("/reports/{report_id}/return", summary="退回年度报告")
    async def give_back(request: Request, report_id: str, wish: ask.ReturnReport, caller: Supervisor) -> Response:
        """Send a report back with a reason."""
        return await _take(desk, request, caller, report_id, "return", wish)

    @made.post("/reports/{report_id}/approve", summary="批准年度报告")
    async def approve(request: Request, report_id: str, wish: ask.Step, caller: Supervisor) -> Response:
        """Approve a report; it may be made public."""
        return await _take(desk, request, caller, report_id, "approve", wish)
