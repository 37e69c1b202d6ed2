"""The pages of annual reports (年度报告): drafting for officers, judging for the superior office, districts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.publish import commands as ask
from services.publish.api.acts import ACTS, OPEN, act
from services.publish.api.deps import ReportDesk, report_of
from services.publish.domain.item import path_of
from services.publish.domain.reports.form import FIRST_YEAR
from services.publish.domain.reports.showing import item_id
from services.publish.handlers.reports import Wanted
from services.publish.views.reports import showing
from services.publish.views.reports.charts import charts_of
from shared.contracts.codes import PublishCode, WebCode
from shared.contracts.problems import Fault, Refused
from shared.security.principals import Principal, PrincipalKind
from shared.store.port import Page
from shared.web.auth import PUBLIC, allow, require_body
from shared.web.messages import pointer_of, text_of
from shared.web.routes import Router
from shared.web.templating import render

TEMPLATES = Path(__file__).parent / "templates"
ROOT = "/console/reports"
ROLLUP = "/publish/v1/reports/rollup.html"
Staff = Annotated[Principal, allow("officer", "supervisor")]


def report_pages(desk: ReportDesk) -> Router:
    """Return the pages of annual reports."""
    made = Router(include_in_schema=False)
    _many(made, desk)
    _one(made, desk)
    _district(made, desk)
    return made


def _many(made: Router, desk: ReportDesk) -> None:
    @made.get(ROOT)
    async def index(request: Request, caller: Staff, year: int | None = None) -> Response:
        return await _index(desk, request, caller, year)

    @made.post(ROOT)
    async def open_(request: Request, caller: Annotated[Principal, allow("officer")]) -> Response:
        form = await request.form()
        try:
            wish = _wish(ask.OpenReport, {"body": str(form.get("body", "")), "year": _number(form.get("year"))})
            require_body(caller, wish.body)
            result = await desk.dispatcher.execute(desk.reporting.open(wish, _wanted(caller, form, versioned=False)))
        except Refused as refused:
            return await _index(desk, request, caller, None, refused)
        return RedirectResponse(f"{ROOT}/{result.id}", 303)


def _one(made: Router, desk: ReportDesk) -> None:
    @made.get(f"{ROOT}/{{report_id}}")
    async def one(request: Request, caller: Staff, report_id: str) -> Response:
        return await _report(desk, request, caller, report_id)

    @made.post(f"{ROOT}/{{report_id}}/{{name}}")
    async def take(request: Request, caller: Staff, report_id: str, name: str) -> Response:
        if name not in ACTS:
            raise Refused(WebCode.NOT_FOUND)
        if ACTS[name].kind is not caller.kind:
            raise Refused(WebCode.FORBIDDEN)
        form = await request.form()
        report, _ = await report_of(desk, caller, report_id)
        try:
            await act(desk, report, name, _step_wish(desk, name, form), _wanted(caller, form))
        except Refused as refused:
            return await _report(desk, request, caller, report_id, refused, form)
        return RedirectResponse(f"{ROOT}/{report_id}", 303)


def _district(made: Router, desk: ReportDesk) -> None:
    @made.get(ROLLUP, dependencies=[PUBLIC])
    async def rollup(request: Request, body: str, year: int) -> Response:
        known = await desk.reports.body(body)
        if known is None:
            raise Refused(PublishCode.REPORT_BODY_UNKNOWN, pointer="#query/body")
        found = await desk.reports.rollup(known, year)
        values = {
            "rollup": showing.rollup(found, desk.reports.rules),
            "charts": charts_of(found.tables, found.format, desk.reports.rules),
            "unit_paths": {each.body: path_of(item_id(each.body, year)) for each in found.units},
        }
        return _page(request, "rollup.html", values)


async def _index(
    desk: ReportDesk, request: Request, caller: Principal, year: int | None, refused: Refused | None = None
) -> HTMLResponse:
    today = desk.clock.business().date()
    wanted = year if year is not None and FIRST_YEAR <= year <= today.year else today.year - 1
    page: Page[Any] = await desk.reports.listed({"year": wanted}, None, 200)
    mine = [each for each in page.items if _sees(caller, each.body)]
    late = [each for each in await desk.reports.late(wanted, today) if _sees(caller, each.body.body)]
    bodies = [each for each in await desk.reports.bodies() if caller.acts_for(each.body)]
    values = {
        "year": wanted,
        "years": range(today.year, FIRST_YEAR - 1, -1),
        "items": [showing.card(each) for each in mine],
        "late": [showing.late(each) for each in late],
        "bodies": bodies,
        "rollup": ROLLUP,
        "officer": caller.kind is PrincipalKind.OFFICER,
    }
    return _page(request, "reports.html", values, refused)


async def _report(
    desk: ReportDesk,
    request: Request,
    caller: Principal,
    report_id: str,
    refused: Refused | None = None,
    form: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    report, version = await report_of(desk, caller, report_id)
    rules = desk.reports.rules
    shown = showing.draft(report, await desk.reports.findings(report), rules)
    values = {
        "report": shown,
        "version": version,
        "sections": desk.reports.form.sections,
        "given": form or {f"section-{code}": text for code, text in report.sections.items()},
        "points": _told_points(report.work_points) if form is None else str(form.get("points", "")),
        "acts": {n: a for n, a in ACTS.items() if a.kind is caller.kind and report.status in a.statuses},
        "open": report.status in OPEN and caller.kind is PrincipalKind.OFFICER,
        "charts": charts_of(report.tables, report.format, rules),
    }
    return _page(request, "report.html", values, refused)


def _sees(caller: Principal, body: str) -> bool:
    return caller.acts_for(body) or (caller.kind is PrincipalKind.SUPERVISOR and not caller.bodies)


def _step_wish(desk: ReportDesk, name: str, form: FormData) -> Any:
    """Return the wish of a form; the work points are lines ``要点｜落实情况``."""
    if name == "text":
        sections = {
            s.code: str(form.get(f"section-{s.code}", "")).replace("\r\n", "\n") for s in desk.reports.form.sections
        }
        split = (line.replace("|", "｜").partition("｜") for line in str(form.get("points", "")).splitlines())
        points = [{"item": item.strip(), "progress": told.strip()} for item, _, told in split if item.strip()]
        return _wish(ask.WriteReport, {"sections": sections, "work_points": points})
    values = {field: str(form.get(field, "")).strip() for field in ACTS[name].wish.model_fields}
    return _wish(ACTS[name].wish, values)


def _told_points(points: tuple[Any, ...]) -> str:
    return "\n".join(f"{point.item}｜{point.progress}" for point in points)


def _wish(model: type[Any], values: Mapping[str, Any]) -> Any:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        faults = tuple(Fault(WebCode.INVALID.name, pointer_of(e["loc"]), text_of(e)) for e in errors)
        raise Refused(WebCode.INVALID, faults=faults) from None


def _wanted(caller: Principal, form: FormData, *, versioned: bool = True) -> Wanted:
    """Return who wants it: the form's own token makes a second click the same wish; its version what was seen."""
    once = str(form.get("once", ""))
    version = _number(form.get("version")) if versioned else None
    if not 8 <= len(once) <= 64 or (versioned and version is None):
        raise Refused(WebCode.INVALID, "表单不完整，请刷新后重新提交")
    return Wanted(caller.id, f"form:{caller.kind}/{caller.id}:{once}", version)


def _number(text: Any) -> int | None:
    told = str(text or "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


def _page(request: Request, template: str, values: Mapping[str, Any], refused: Refused | None = None) -> HTMLResponse:
    made = render(request, template, {"refused": refused, "once": secrets.token_urlsafe(16), **values}, TEMPLATES)
    if refused is not None:
        made.status_code = refused.code.status
    return made
