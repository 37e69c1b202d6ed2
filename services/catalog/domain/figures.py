"""Reported figures of Table I (年报数据报送): judged cell by cell, corrected by later reports, history kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.catalog.domain.report import may_file
from services.catalog.domain.state import Rejection, receipt_of
from shared.contracts.canonical import digest
from shared.contracts.codes import CatalogCode
from shared.contracts.facts.base import Defect, Fact, Receipt, Value, Verdict
from shared.contracts.facts.catalog import FiguresEntered, FilingJudged
from shared.contracts.facts.feed import Figure, FiguresReported
from shared.law.table_one import TableOne, TableOneFormat, amount

AMOUNT_UNIT = "万元"


@dataclass(frozen=True, slots=True)
class FiguresReport:
    """Reported figures with what the door stamped on them; ``sent_at`` orders the reports on one cell."""

    receipt: str
    source: str
    event: str
    agency: str
    bodies: tuple[str, ...]
    sent_at: datetime
    now: datetime
    values: FiguresReported

    @property
    def content(self) -> str:
        """Digest of what is reported."""
        return digest(self.values.model_dump(mode="json", exclude_defaults=True))


class Figures(Value):
    """Everything reported for one body and year, the oldest report first."""

    figures_id: str
    body: str
    year: int
    entered: tuple[FiguresEntered, ...] = ()
    receipts: tuple[Receipt, ...] = ()

    @property
    def cells(self) -> dict[tuple[str, str], Figure]:
        """The figure of each cell: the one sent last."""
        ordered = sorted(self.entered, key=lambda each: each.sent_at)
        return {(figure.row, figure.column): figure for each in ordered for figure in each.figures}


def evolve_figures(state: Figures | None, fact: Fact) -> Figures:
    """Fold a fact into the figures of a body and year."""
    match fact:
        case FiguresEntered():
            state = state or Figures(figures_id=fact.figures_id, body=fact.body, year=fact.year)
            return state.model_copy(update={"entered": (*state.entered, fact)})
        case FilingJudged() if state is not None:
            return state.model_copy(update={"receipts": (*state.receipts, receipt_of(fact))})
    raise ValueError(f"figures cannot hear {type(fact).__name__}")


def enter_figures(
    state: Figures | None, report: FiguresReport, figures_id: str, table: TableOne, *, known_body: bool, refused: bool
) -> list[Fact]:
    """Enter figures without defect; ``refused`` says that the event was judged before, here or as a rejection."""
    if refused or _defects(report, table, known_body):
        return []
    first = next((each for each in (state.entered if state else ()) if each.content == report.content), None)
    if first is not None:
        return [_verdict(report, "duplicate", aggregate=figures_id, first=first.receipt)]
    entered = FiguresEntered(
        figures_id=figures_id,
        body=report.values.body,
        year=report.values.year,
        receipt=report.receipt,
        agency=report.agency,
        content=report.content,
        sent_at=report.sent_at,
        figures=report.values.figures,
        files=report.values.files,
    )
    return [entered, _verdict(report, "admitted", aggregate=figures_id)]


def reject_figures(
    state: Rejection | None,
    figures: Figures | None,
    report: FiguresReport,
    table: TableOne,
    *,
    known_body: bool,
    earlier: Rejection | None,
) -> list[Fact]:
    """Judge a report that touches nothing: its id was used, the body is not the reporter's, or a cell is wrong.

    ``figures`` and ``earlier`` are what the same event id came to before.
    """
    before = (*(figures.receipts if figures else ()), *(earlier.receipts if earlier else ()))
    if state is not None or any(old.receipt == report.receipt for old in before):
        return []
    if any((old.source, old.event) == (report.source, report.event) for old in before):
        return [_verdict(report, "rejected", (_defect(CatalogCode.ID_REUSED, "/id"),))]
    defects = _defects(report, table, known_body)
    if not defects:
        return []
    mine = may_file(report.bodies, report.values.body)
    return [_verdict(report, "returned" if mine else "rejected", defects)]


def _defects(report: FiguresReport, table: TableOne, known_body: bool) -> tuple[Defect, ...]:
    values = report.values
    if not may_file(report.bodies, values.body):
        return (_defect(CatalogCode.BODY_NOT_YOURS, "/data/body"),)
    found = [] if known_body else [_defect(CatalogCode.BODY_UNKNOWN, "/data/body")]
    if values.year > report.now.year:
        found.append(_defect(CatalogCode.YEAR_AHEAD, "/data/year"))
    format_ = table.of_year(values.year)
    files = {file.name for file in values.files}
    seen: set[tuple[str, str]] = set()
    for index, figure in enumerate(values.figures):
        codes = list(_cell_codes(figure, format_, values.unit))
        if (figure.row, figure.column) in seen:
            codes.append(CatalogCode.CELL_DOUBLED)
        seen.add((figure.row, figure.column))
        if figure.evidence.file is not None and figure.evidence.file not in files:
            codes.append(CatalogCode.EVIDENCE_UNKNOWN)
        found += [_defect(code, f"/data/figures/{index}") for code in codes]
    return tuple(found)


def _cell_codes(figure: Figure, format_: TableOneFormat, unit: str) -> Iterator[CatalogCode]:
    """Say what is wrong with one cell; booleans never get past the door."""
    if (figure.row, figure.column) not in format_.cells:
        yield CatalogCode.CELL_UNKNOWN
        return
    column = format_.columns[figure.column]
    if format_.rows[figure.row].kind:
        yield CatalogCode.CELL_COUNTED
    elif column.places:
        if not isinstance(figure.value, str) or amount(figure.value) is None:
            yield CatalogCode.AMOUNT_INVALID
        if unit != AMOUNT_UNIT:
            yield CatalogCode.UNIT_INVALID
    elif not isinstance(figure.value, int) or (figure.value < 0 and not column.signed):
        yield CatalogCode.COUNT_INVALID


def _defect(code: CatalogCode, field: str) -> Defect:
    return Defect(code=code.name, field=field, detail=code.text)


def _verdict(
    report: FiguresReport,
    verdict: Verdict,
    defects: tuple[Defect, ...] = (),
    *,
    aggregate: str | None = None,
    first: str | None = None,
) -> FilingJudged:
    return FilingJudged(
        receipt=report.receipt,
        source=report.source,
        event=report.event,
        feed_type=FiguresReported.type,
        agency=report.agency,
        verdict=verdict,
        defects=defects,
        aggregate=aggregate,
        first=first,
        title=f"{report.values.body} {report.values.year}年年报数据",
        judged_at=report.now,
    )
