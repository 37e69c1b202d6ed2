"""A report as a Word document (DOCX); the same report gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from services.publish.domain.reports.checks import unreported_labels
from services.publish.domain.reports.form import Form
from services.publish.domain.reports.showing import title_of
from services.publish.views.reports.tables import Printed, change_lines, printed
from shared.contracts.facts.publish import ReportView
from shared.law.rules import Rules

_FIXED = (1980, 1, 1, 0, 0, 0)
"""The time of every part of the archive; a zip cannot say an earlier one."""


def docx_of(report: ReportView, form: Form, rules: Rules) -> bytes:
    """Return the report as a document: sections in order, tables where the form prints them."""
    made = _blank(report)
    heading = made.add_heading(title_of(report), 0)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _correction(made, report, rules)
    tables = printed(report.tables, report.year, report.format, rules)
    for section in form.sections:
        made.add_heading(section.title, 1)
        for line in report.sections.get(section.code, "").split("\n"):
            if line.strip():
                made.add_paragraph(line.strip())
        for part in tables.get(section.table, []) if section.table else []:
            _table(made, part)
        if section.table == "I" and report.unreported:
            labels = unreported_labels(report.unreported, report.year, rules)
            made.add_paragraph(f"以下数据未报送，留空：{'；'.join(labels)}。")
    _points(made, report)
    signed = made.add_paragraph(f"{report.name}\n{_day(report.published_on)}")
    signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return _same_bytes(made)


def _blank(report: ReportView) -> Doc:
    made = Document()
    normal = made.styles["Normal"]
    normal.font.size = Pt(12)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
    properties = made.core_properties
    properties.title = title_of(report)
    properties.author = properties.last_modified_by = report.name
    properties.language = "zh-CN"
    properties.comments = ""
    moment = dt.datetime(report.published_on.year, report.published_on.month, report.published_on.day)  # noqa: DTZ001
    properties.created = properties.modified = moment
    properties.revision = report.number
    return made


def _correction(made: Doc, report: ReportView, rules: Rules) -> None:
    if not report.note:
        return
    made.add_paragraph(f"{_day(report.published_on)}更正：{report.note}")
    for label, before, after in change_lines(report.changes, report.year, report.format, rules):
        made.add_paragraph(f"{label}：{before} → {after}", style="List Bullet")


def _points(made: Doc, report: ReportView) -> None:
    if not report.work_points:
        return
    table = made.add_table(rows=1, cols=2, style="Table Grid")
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "年度政务公开工作要点", "落实情况"
    for point in report.work_points:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = point.item, point.progress


def _table(made: Doc, part: Printed) -> None:
    depth = len(part.heads)
    table = made.add_table(rows=depth + len(part.lines), cols=part.width, style="Table Grid")
    taken: set[tuple[int, int]] = set()
    for y, line in enumerate(part.heads):
        x = 0
        for head in line:
            while (y, x) in taken:
                x += 1
            taken |= {(y + down, x + across) for down in range(head.down) for across in range(head.across)}
            first, last = table.cell(y, x), table.cell(y + head.down - 1, x + head.across - 1)
            (first.merge(last) if first is not last else first).text = head.text
            x += head.across
    for y, row in enumerate(part.lines, depth):
        cells = table.rows[y].cells
        cells[0].text = row.label
        for x, (_, value) in enumerate(row.cells, 1):
            cells[x].text = value
    made.add_paragraph()


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _same_bytes(made: Doc) -> bytes:
    """Pack the parts anew in their order with one fixed time: what else differs between two runs is the clock."""
    raw, packed = io.BytesIO(), io.BytesIO()
    made.save(raw)
    with zipfile.ZipFile(raw) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as after:
        for part in before.infolist():
            entry = zipfile.ZipInfo(part.filename, _FIXED)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            after.writestr(entry, before.read(part.filename))
    return packed.getvalue()
