"""The steps of an annual report (年报办理): pure functions from what is known and wished to what happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.publish.domain.reports.checks import findings, must_hold
from services.publish.domain.reports.comparing import changes
from services.publish.domain.reports.form import FIRST_YEAR, Form, due_on, format_of, report_id
from services.publish.domain.reports.state import STATUSES, Body, Report
from shared.contracts.codes import PublishCode
from shared.contracts.facts.base import Attachment, Blob, Fact
from shared.contracts.facts.catalog import BodyRegistered, TableComputed
from shared.contracts.facts.publish import (
    BodyNoted,
    ReportApproved,
    ReportOpened,
    ReportPublished,
    ReportReturned,
    ReportSubmitted,
    ReportTabled,
    ReportView,
    ReportWritten,
    WorkPoint,
)
from shared.contracts.facts.requests import TablesComputed
from shared.contracts.problems import Refused
from shared.law.rules import Rules


@dataclass(frozen=True, eq=False)
class Bureau:
    """What reports are decided by besides state and wish: the form, the law and the place it applies in."""

    form: Form
    rules: Rules
    place: str


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does it and when (aware business time)."""

    by: str
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Made:
    """What was rendered of a report for the day on which it becomes public: files and the HTML."""

    on: dt.date
    files: tuple[Attachment, ...]
    text: Blob


def note_body(state: Body | None, fact: BodyRegistered, form: Form) -> Sequence[Fact]:
    """Note a body of the register, so that a report can be opened and is missed when it is late."""
    noted = BodyNoted(body=fact.body, name=fact.name, parent=fact.parent, government=form.is_government(fact.name))
    return () if state is not None and state == Body(**noted.model_dump()) else (noted,)


def open_report(state: Report | None, body: Body | None, year: int, doing: Doing, bureau: Bureau) -> Sequence[Fact]:
    """Begin the report of a body on a year, also while the year runs. Raises ``Refused``."""
    if body is None:
        raise Refused(PublishCode.REPORT_BODY_UNKNOWN, pointer="/body")
    if not FIRST_YEAR <= year <= doing.now.year:
        raise Refused(PublishCode.REPORT_YEAR, pointer="/year")
    if state is not None:
        raise Refused(PublishCode.REPORT_EXISTS)
    opened = ReportOpened(
        report_id=report_id(body.body, year),
        body=body.body,
        name=body.name,
        year=year,
        format=format_of(year),
        government=body.government,
        due_on=due_on(year, bureau.rules, bureau.place, government=body.government),
        opened_at=doing.now,
        by=doing.by,
    )
    return (opened,)


def recount(state: Report | None, doing: Doing) -> Sequence[Fact]:
    """Have the tables of a draft computed anew, for example after figures came in (重新取数)."""
    report = _in(state, "drafting", "returned")
    return (_next_edition(report, doing, report.note),)


def correct(state: Report | None, note: str, doing: Doing) -> Sequence[Fact]:
    """Open a correction of a published report; readers will see the note (更正说明)."""
    return (_next_edition(_in(state, "published"), doing, note),)


def hear_tables(state: Report | None, fact: TableComputed | TablesComputed) -> Sequence[Fact]:
    """Take in tables of the edition that is drafted; those of an older one come too late."""
    if state is None or fact.edition != state.edition or not state.open:
        return ()
    if isinstance(fact, TableComputed):
        tabled = ReportTabled(
            report_id=state.report_id,
            edition=fact.edition,
            source="catalog",
            tables={"I": fact.table_one},
            unreported=fact.unreported,
            violations=fact.violations,
            positions=fact.positions,
            digest=fact.documents_digest,
        )
    else:
        tabled = ReportTabled(
            report_id=state.report_id,
            edition=fact.edition,
            source="requests",
            tables={"II": {**fact.table_two}, "III": {**fact.table_three}},
            violations=fact.violations,
            positions=fact.positions,
            digest=fact.cases_digest,
        )
    return (tabled,)


def write(
    state: Report | None,
    sections: Mapping[str, str],
    work_points: tuple[WorkPoint, ...] | None,
    doing: Doing,
    bureau: Bureau,
) -> Sequence[Fact]:
    """Write sections and work points of a draft; what does not change is left out. Raises ``Refused``."""
    report = _in(state, "drafting", "returned")
    for code in sections:
        if code not in bureau.form.sections:
            raise Refused(PublishCode.REPORT_SECTION_UNKNOWN, pointer=f"/sections/{code}")
    changed = {code: text for code, text in sections.items() if report.sections.get(code, "") != text}
    points = None if work_points == report.work_points else work_points
    if not changed and points is None:
        return ()
    written = ReportWritten(
        report_id=report.report_id, edition=report.edition, sections=changed, work_points=points, by=doing.by
    )
    return (written,)


def submit(state: Report | None, before: Report | None, doing: Doing, bureau: Bureau) -> Sequence[Fact]:
    """Hand a report to the superior office, once every check holds. Raises ``Refused``."""
    report = _in(state, "drafting", "returned")
    must_hold(findings(report, _shown(before), bureau.form, bureau.rules))
    submitted = ReportSubmitted(report_id=report.report_id, edition=report.edition, submitted_at=doing.now, by=doing.by)
    return (submitted,)


def give_back(state: Report | None, reason: str, doing: Doing) -> Sequence[Fact]:
    """Send a report back with a reason (退回)."""
    report = _in(state, "submitted")
    returned = ReportReturned(
        report_id=report.report_id, edition=report.edition, returned_at=doing.now, reason=reason, by=doing.by
    )
    return (returned,)


def approve(state: Report | None, doing: Doing) -> Sequence[Fact]:
    """Approve a report; never by the person who submitted it."""
    report = _in(state, "submitted")
    if report.submitted_by == doing.by:
        raise Refused(PublishCode.REPORT_SAME_PERSON)
    approved = ReportApproved(report_id=report.report_id, edition=report.edition, approved_at=doing.now, by=doing.by)
    return (approved,)


def publish(state: Report | None, before: Report | None, made: Made, doing: Doing, bureau: Bureau) -> Sequence[Fact]:
    """Make an approved report public; last year's may have been corrected since, so the checks are asked again."""
    report = _in(state, "approved")
    must_hold(findings(report, _shown(before), bureau.form, bureau.rules))
    view = view_of(report, made.on).model_copy(update={"files": made.files, "text": made.text})
    said = ReportPublished(
        report_id=report.report_id, edition=report.edition, report=view, published_at=doing.now, by=doing.by
    )
    return (said,)


def view_of(report: Report, on: dt.date) -> ReportView:
    """Return a report as it would be public from a day on. Raises ``Refused`` while its year runs."""
    if on.year <= report.year:
        raise Refused(PublishCode.REPORT_YEAR_RUNNING)
    last = report.shown
    return ReportView(
        report_id=report.report_id,
        body=report.body,
        name=report.name,
        year=report.year,
        format=report.format,
        edition=report.edition,
        number=len(report.published) + 1,
        government=report.government,
        due_on=report.due_on,
        published_on=on,
        first_published_on=last.first_published_on if last is not None else on,
        sections=report.sections,
        work_points=report.work_points,
        tables=report.tables,
        unreported=report.unreported,
        note=report.note,
        changes=changes(last.tables, report.tables) if last is not None else (),
    )


def _shown(report: Report | None) -> ReportView | None:
    return report.shown if report is not None else None


def _in(state: Report | None, *statuses: str) -> Report:
    if state is None:
        raise Refused(PublishCode.REPORT_UNKNOWN)
    if state.status not in statuses:
        raise Refused(PublishCode.REPORT_STATE, f"{PublishCode.REPORT_STATE.text}：{STATUSES[state.status]}")
    return state


def _next_edition(report: Report, doing: Doing, note: str) -> ReportOpened:
    return ReportOpened(
        report_id=report.report_id,
        body=report.body,
        name=report.name,
        year=report.year,
        format=report.format,
        government=report.government,
        due_on=report.due_on,
        edition=report.edition + 1,
        opened_at=doing.now,
        by=doing.by,
        note=note,
    )
