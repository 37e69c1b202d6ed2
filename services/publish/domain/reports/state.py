"""What publishing knows of an annual report and of the bodies that owe one, folded from its own facts."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import Field

from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.publish import (
    BodyNoted,
    ReportApproved,
    ReportFormat,
    ReportOpened,
    ReportPublished,
    ReportReturned,
    ReportSubmitted,
    ReportTabled,
    ReportView,
    ReportWritten,
    Table,
    TableName,
    WorkPoint,
)

Status = Literal["drafting", "submitted", "returned", "approved", "published"]
STATUSES: dict[Status, str] = {
    "drafting": "起草",
    "submitted": "已提交",
    "returned": "退回",
    "approved": "已批准",
    "published": "已公开",
}


class Done(Value):
    """One line of the history of a report."""

    what: str
    edition: int
    by: str = ""
    at: dt.datetime | None = None
    text: str = ""


class Report(Value):
    """The report of a body on a year; ``published`` are its publications, the newest last."""

    report_id: str
    body: str
    name: str
    year: int
    format: ReportFormat
    government: bool
    due_on: dt.date
    edition: int
    status: Status = "drafting"
    note: str = ""
    sections: dict[str, str] = Field(default_factory=dict)
    work_points: tuple[WorkPoint, ...] = ()
    tables: dict[TableName, Table] = Field(default_factory=dict)
    unreported: tuple[str, ...] = ()
    violations: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    positions: dict[str, int] = Field(default_factory=dict)
    digests: dict[str, str] = Field(default_factory=dict)
    submitted_by: str = ""
    history: tuple[Done, ...] = ()
    published: tuple[ReportView, ...] = ()

    @property
    def shown(self) -> ReportView | None:
        """The newest publication, None before the first."""
        return self.published[-1] if self.published else None

    @property
    def open(self) -> bool:
        """Whether its body may still write."""
        return self.status in ("drafting", "returned")


class Body(Value):
    """A body that owes reports (报告主体)."""

    body: str
    name: str
    parent: str | None = None
    government: bool = False


def evolve_body(_: Body | None, fact: Fact) -> Body:
    """Fold a fact into a body."""
    if not isinstance(fact, BodyNoted):
        raise TypeError(f"not a fact of a body: {fact.type}")
    return Body(**fact.model_dump())


def evolve_report(state: Report | None, fact: Fact) -> Report:
    """Fold a fact into a report."""
    if isinstance(fact, ReportOpened):
        return _opened(state, fact)
    if state is None:
        raise TypeError(f"a report cannot begin with {fact.type}")
    return state.model_copy(update=_changes(state, fact))


def _opened(state: Report | None, fact: ReportOpened) -> Report:
    told = f"更正：{fact.note}" if fact.note else "重新取数" if state is not None else "开始编制"
    done = Done(what=told, edition=fact.edition, by=fact.by, at=fact.opened_at)
    if state is None:
        kept = {name: getattr(fact, name) for name in ("report_id", "body", "name", "year", "format", "government")}
        due = fact.due_on or dt.date(fact.year + 1, 3, 31)
        return Report(**kept, due_on=due, edition=fact.edition, history=(done,))
    return state.model_copy(
        update={
            "edition": fact.edition,
            "status": "drafting",
            "note": fact.note,
            "tables": {},
            "unreported": (),
            "violations": {},
            "positions": {},
            "digests": {},
            "history": (*state.history, done),
        }
    )


def _changes(state: Report, fact: Fact) -> dict[str, Any]:
    match fact:
        case ReportTabled():
            return _tabled(state, fact)
        case ReportWritten():
            points = state.work_points if fact.work_points is None else fact.work_points
            return {"sections": {**state.sections, **fact.sections}, "work_points": points}
        case ReportSubmitted():
            done = Done(what="提交", edition=fact.edition, by=fact.by, at=fact.submitted_at)
            return _moved(state, "submitted", done) | {"submitted_by": fact.by}
        case ReportReturned():
            done = Done(what="退回", edition=fact.edition, by=fact.by, at=fact.returned_at, text=fact.reason)
            return _moved(state, "returned", done)
        case ReportApproved():
            done = Done(what="批准", edition=fact.edition, by=fact.by, at=fact.approved_at)
            return _moved(state, "approved", done)
        case ReportPublished():
            done = Done(what="公开", edition=fact.edition, by=fact.by, at=fact.published_at)
            return _moved(state, "published", done) | {"published": (*state.published, fact.report)}
    raise TypeError(f"not a fact of a report: {fact.type}")


def _moved(state: Report, status: Status, done: Done) -> dict[str, Any]:
    return {"status": status, "history": (*state.history, done)}


def _tabled(state: Report, fact: ReportTabled) -> dict[str, Any]:
    return {
        "tables": {**state.tables, **fact.tables},
        "unreported": fact.unreported if "I" in fact.tables else state.unreported,
        "violations": {**state.violations, fact.source: fact.violations},
        "positions": {**state.positions, **fact.positions},
        "digests": {**state.digests, fact.source: fact.digest},
    }
