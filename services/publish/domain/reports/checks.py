"""What has to hold before a report leaves its body (年报校验): tables, identities, carry-over, sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.publish.domain.reports.form import Form
from services.publish.domain.reports.state import Report
from shared.contracts.codes import PublishCode
from shared.contracts.facts.publish import ReportView, Table, TableName
from shared.contracts.problems import Fault, Refused
from shared.law.rules import Rules

TABLE_NAMES: dict[TableName, str] = {"I": "表一", "II": "表二", "III": "表三"}
Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: its code, where (JSON pointer into the report), what; ``stops`` submission or only a hint."""

    code: str
    where: str
    text: str
    stops: bool = True


def findings(report: Report, before: ReportView | None, form: Form, rules: Rules) -> list[Finding]:
    """Return everything found in a draft; ``before`` is the published report on the year before."""
    return [
        *_missing(report),
        *tables_findings(report.tables, report.year, report.format, before, rules),
        *_told(report),
        *_sections(report, form),
        *_unreported(report, rules),
    ]


def must_hold(found: list[Finding]) -> None:
    """Refuse where something stops the report. Raises ``Refused`` REPORT_UNSOUND with a fault per finding."""
    faults = tuple(Fault(each.code, each.where, each.text) for each in found if each.stops)
    if faults:
        told = f"{PublishCode.REPORT_UNSOUND.text}：共 {len(faults)} 处"
        raise Refused(PublishCode.REPORT_UNSOUND, told, faults=faults)


def tables_findings(
    tables: Mapping[TableName, Table], year: int, format_: str, before: ReportView | None, rules: Rules
) -> Iterator[Finding]:
    """Yield the identities that do not hold in tables, those from the year before included (勾稽关系)."""
    last = before.tables if before is not None else {}
    yield from _table_one(tables.get("I"), last.get("I") if before and before.format == format_ else None, year, rules)
    if "II" in tables:
        two = rules.table_two.formatted(format_)
        carried = counts(last["II"]) if "II" in last else None
        for broken in two.check(counts(tables["II"]), carried):
            where = two.columns[broken.where].label if broken.where in two.columns else two.rows[broken.where].label
            yield _unbalanced("II", f"{broken.text}（{where}：{broken.left} ≠ {broken.right}）")
    if "III" in tables:
        three = rules.table_three
        for broken in three.check(counts(tables["III"])):
            text = f"{broken.text}（{three.groups[broken.where].label}：{broken.left} ≠ {broken.right}）"
            yield _unbalanced("III", text)


def counts(table: Table) -> dict[tuple[str, str], int]:
    """Return the counts of a table by cell; Tables II and III hold nothing else."""
    return {(row, column): int(value or 0) for row, cells in table.items() for column, value in cells.items()}


def cells_of(table: Table) -> dict[tuple[str, str], int | str | None]:
    """Return the cells of a table by row and column."""
    return {(row, column): value for row, cells in table.items() for column, value in cells.items()}


def _table_one(table: Table | None, last: Table | None, year: int, rules: Rules) -> Iterator[Finding]:
    if table is None or last is None:
        return
    format_ = rules.table_one.of_year(year)
    for broken in format_.check(cells_of(table), cells_of(last)):
        label = format_.rows[broken.row].label
        yield _unbalanced("I", f"{broken.text}，上年以已公开的年报为准（{label}：{broken.left} ≠ {broken.right}）")


def _unbalanced(table: TableName, text: str) -> Finding:
    return Finding(PublishCode.REPORT_UNBALANCED.name, f"/tables/{table}", f"{TABLE_NAMES[table]}：{text}")


def _missing(report: Report) -> Iterator[Finding]:
    for name, label in TABLE_NAMES.items():
        if name not in report.tables:
            yield Finding(PublishCode.REPORT_TABLE_MISSING.name, f"/tables/{name}", f"{label}尚未算出")


def _told(report: Report) -> Iterator[Finding]:
    """Yield what the services that count found themselves; they name the cases and documents behind it."""
    for source, texts in sorted(report.violations.items()):
        where = "/tables/I" if source == "catalog" else "/tables/II"
        yield from (Finding(PublishCode.REPORT_UNBALANCED.name, where, text) for text in texts)


def _sections(report: Report, form: Form) -> Iterator[Finding]:
    for section in form.sections:
        if section.text and not report.sections.get(section.code, "").strip():
            text = f"“{section.title}”还没有内容"
            yield Finding(PublishCode.REPORT_SECTION_EMPTY.name, f"/sections/{section.code}", text)


def _unreported(report: Report, rules: Rules) -> Iterator[Finding]:
    for label in unreported_labels(report.unreported, report.year, rules):
        yield Finding(PublishCode.REPORT_CELL_EMPTY.name, "/tables/I", f"表一：{label}未报送，该格留空", stops=False)


def unreported_labels(unreported: tuple[str, ...], year: int, rules: Rules) -> list[str]:
    """Return empty cells (``row/column``) in words."""
    format_ = rules.table_one.of_year(year)
    split = (each.partition("/") for each in unreported)
    return [f"{format_.rows[row].label}“{format_.columns[column].label}”" for row, _, column in split]
