"""The steps people take with a report, as the routes and the console's forms carry them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.publish import commands as ask
from services.publish.api.deps import ReportDesk
from services.publish.domain.reports.showing import title_of
from services.publish.domain.reports.state import Report
from services.publish.domain.reports.steps import Made, view_of
from services.publish.handlers.reports import Reporting, Wanted
from services.publish.views.reports.page import html_of
from services.publish.views.reports.sheets import csv_of
from services.publish.views.reports.word import docx_of
from shared.bus.decider import Command, Outcome
from shared.contracts.facts.base import Attachment, Blob
from shared.security.principals import PrincipalKind

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV = "text/csv"


@dataclass(frozen=True)
class Act:
    """A step: what it is called, what it asks for, who takes it, which command it is."""

    label: str
    wish: type[ask.Command]
    kind: PrincipalKind
    command: Callable[..., Command]
    statuses: tuple[str, ...]


OPEN = ("drafting", "returned")
ACTS: Mapping[str, Act] = {
    "text": Act("保存", ask.WriteReport, PrincipalKind.OFFICER, Reporting.write, OPEN),
    "recount": Act("重新取数", ask.Step, PrincipalKind.OFFICER, Reporting.recount, OPEN),
    "submit": Act("提交主管部门", ask.Step, PrincipalKind.OFFICER, Reporting.submit, OPEN),
    "return": Act("退回", ask.ReturnReport, PrincipalKind.SUPERVISOR, Reporting.give_back, ("submitted",)),
    "approve": Act("批准", ask.Step, PrincipalKind.SUPERVISOR, Reporting.approve, ("submitted",)),
    "publish": Act("公开", ask.Step, PrincipalKind.OFFICER, Reporting.publish, ("approved",)),
    "correct": Act("更正", ask.CorrectReport, PrincipalKind.OFFICER, Reporting.correct, ("published",)),
}


async def act(desk: ReportDesk, report: Report, name: str, wish: ask.Command, wanted: Wanted) -> Outcome:
    """Carry out a step. Raises ``Refused``."""
    if name == "publish":
        made = await make(desk, report)
        return await desk.dispatcher.execute(desk.reporting.publish(report.report_id, wish, made, wanted))
    return await desk.dispatcher.execute(ACTS[name].command(desk.reporting, report.report_id, wish, wanted))


async def make(desk: ReportDesk, report: Report) -> Made:
    """Render what is published with a report and keep it; the same report gives the same files."""
    rules, form = desk.reports.rules, desk.reports.form
    view = view_of(report, desk.clock.business().date())
    title = title_of(view)
    files = (
        Attachment(name=f"{title}.docx", blob=await _kept(desk, docx_of(view, form, rules), DOCX)),
        Attachment(
            name=f"{title}.csv", blob=await _kept(desk, csv_of(view.tables, view.year, view.format, rules), CSV)
        ),
    )
    return Made(view.published_on, files, await _kept(desk, html_of(view, form, rules), "text/html"))


async def _kept(desk: ReportDesk, content: bytes, mediatype: str) -> Blob:
    return Blob(sha256=await desk.blobs.put(content), size=len(content), mediatype=mediatype)
