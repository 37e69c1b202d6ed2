"""From opening to publishing the annual report of a body (政府信息公开工作年度报告, 条例 Art. 49–50)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.facts.base import Attachment, Blob, Fact, Value

ReportFormat = Literal["2019", "2021"]
"""国办公开办函〔2019〕60号 for the reports on 2019 and 2020, 国办公开办函〔2021〕30号 for those since."""

TableName = Literal["I", "II", "III"]
Cell = int | str | None
Table = dict[str, dict[str, Cell]]
"""Row (Table III: group) -> column -> a count, an amount of money as text, or None where nobody reported it."""


class WorkPoint(Value):
    """One of the year's work points (年度政务公开工作要点) and how far it was carried out."""

    item: str
    progress: str = ""


class CellChange(Value):
    """A cell that a correction changed."""

    table: TableName
    row: str
    column: str
    before: Cell = None
    after: Cell = None


class ReportView(Value):
    """A report as it was made public. ``number`` counts its publications: 1, then one more per correction.

    ``changes`` and ``note`` (更正说明) say what a correction changed; ``unreported`` names empty cells of Table I;
    ``text`` is the report as HTML, made by us.
    """

    report_id: str
    body: str
    name: str
    year: int
    format: ReportFormat
    edition: int
    number: int = 1
    government: bool = False
    due_on: date
    published_on: date
    first_published_on: date
    sections: dict[str, str] = Field(default_factory=dict)
    work_points: tuple[WorkPoint, ...] = ()
    tables: dict[TableName, Table] = Field(default_factory=dict)
    unreported: tuple[str, ...] = ()
    note: str = ""
    changes: tuple[CellChange, ...] = ()
    files: tuple[Attachment, ...] = ()
    text: Blob | None = None


class BodyNoted(Fact):
    """A body of the register that owes a report; ``parent`` is the body it stands under."""

    type: ClassVar[str] = "publish.body-noted"

    body: str
    name: str
    parent: str | None = None
    government: bool = False


class ReportOpened(Fact):
    """Work on an edition of a report began: whoever keeps figures computes its tables now.

    ``report_id`` is ``rp:<body>:<year>``. A correction opens the next ``edition``, with the ``note`` (更正说明) that
    readers will see; so does counting anew while it is drafted. ``due_on`` is the day it is to be public by.
    """

    type: ClassVar[str] = "publish.report-opened"

    report_id: str
    body: str
    year: int
    format: ReportFormat
    edition: int = 1
    opened_at: datetime
    by: str = ""
    note: str = ""
    name: str = ""
    government: bool = False
    due_on: date | None = None


class ReportTabled(Fact):
    """Tables of an edition came in from the service that counts them (``source``)."""

    type: ClassVar[str] = "publish.report-tabled"

    report_id: str
    edition: int
    source: Literal["catalog", "requests"]
    tables: dict[TableName, Table]
    unreported: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()
    positions: dict[str, int] = Field(default_factory=dict)
    digest: str = ""


class ReportWritten(Fact):
    """Sections of a report were written; only those named here changed."""

    type: ClassVar[str] = "publish.report-written"

    report_id: str
    edition: int
    sections: dict[str, str] = Field(default_factory=dict)
    work_points: tuple[WorkPoint, ...] | None = None
    by: str = ""


class ReportSubmitted(Fact):
    """The body handed its report to the superior office (报送主管部门); every check held."""

    type: ClassVar[str] = "publish.report-submitted"

    report_id: str
    edition: int
    submitted_at: datetime
    by: str


class ReportReturned(Fact):
    """The superior office sent a report back with a reason (退回)."""

    type: ClassVar[str] = "publish.report-returned"

    report_id: str
    edition: int
    returned_at: datetime
    reason: str
    by: str


class ReportApproved(Fact):
    """The superior office approved a report; it may be made public."""

    type: ClassVar[str] = "publish.report-approved"

    report_id: str
    edition: int
    approved_at: datetime
    by: str


class ReportPublished(Fact):
    """A report is public, as a whole: texts, tables, files, and for a correction what it changed."""

    type: ClassVar[str] = "publish.report-published"

    report_id: str
    edition: int
    report: ReportView
    published_at: datetime
    by: str
