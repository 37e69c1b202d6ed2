"""Table I of the annual report (年报表一): documents counted as of 31 December, figures as they were reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from services.catalog.domain.figures import Figures
from shared.contracts.canonical import digest
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.catalog import DocumentView, TableComputed
from shared.law.docnumbers import parse_number
from shared.law.rules import Rules
from shared.law.table_one import Value as CellValue
from shared.law.validity import repealed_on

_DAY = timedelta(days=1)
_ENDED = ("有效性:废止", "有效性:失效")
_PUBLIC = "主动公开"
Cell = tuple[str, str]


class Counted(NamedTuple):
    """What counting needs of a document: its row's kind, when it was issued, public, and no longer in force.

    ``ended`` is the first day on which it is not in force; ``undated`` that it is said to be over without a day.
    """

    document_id: str
    kind: str
    issued: date
    opened: date | None
    ended: date | None
    undated: bool


@dataclass(frozen=True, slots=True)
class Computed:
    """The table, the documents behind each counted cell, the cells nobody reported, and what does not hold."""

    year: int
    format: str
    cells: Mapping[Cell, CellValue]
    documents: Mapping[Cell, tuple[str, ...]]
    unreported: tuple[str, ...]
    violations: tuple[str, ...]
    documents_digest: str


class Tabling(Value):
    """The tables computed for the report of a body and year; the newest edition last."""

    tables: tuple[TableComputed, ...] = ()


def evolve_tabling(state: Tabling | None, fact: Fact) -> Tabling:
    """Fold a fact into the tables of a report."""
    if not isinstance(fact, TableComputed):
        raise ValueError(f"tables cannot hear {type(fact).__name__}")
    return Tabling(tables=(*(state.tables if state else ()), fact))


def counted(view: DocumentView, rules: Rules, place: str) -> Counted | None:
    """Return what counting needs of a document, None for one that stands in no row.

    A normative document without a printed end has the longest term its jurisdiction allows and then lapses by itself.
    """
    number = parse_number(view.number) if view.number else None
    kind = rules.table_one.kind(view.title, view.genre, number.code if number else "", view.tags)
    if kind is None:
        return None
    effective = view.effective_on or view.published_on or view.written_on
    last = view.expires_on
    if last is None and kind == "normative":
        last = rules.latest_last_day(view.title, view.genre, effective, place)
    repealed = repealed_on(view.tags)
    ends = [each for each in (last + _DAY if last else None, repealed) if each is not None]
    undated = repealed is None and any(tag in view.tags for tag in _ENDED) and view.expires_on is None
    opened = (view.published_on or view.written_on) if view.attribute == _PUBLIC else None
    return Counted(view.document_id, kind, view.written_on, opened, min(ends, default=None), undated)


def _in_force(each: Counted, year: int) -> bool:
    return each.issued.year <= year and not each.undated and (each.ended is None or each.ended.year > year)


def _open(each: Counted, year: int) -> bool:
    return each.opened is not None and each.opened.year <= year and (each.ended is None or each.ended.year > year)


COUNTERS: Mapping[str, Callable[[Counted, int], bool]] = {
    "issued": lambda each, year: each.issued.year == year,
    "repealed": lambda each, year: each.ended is not None and each.ended.year == year and not each.undated,
    "valid": _in_force,
    "made": lambda each, year: each.issued.year == year,
    "opened": lambda each, year: each.opened is not None and each.opened.year == year,
    "open": _open,
}
"""By column of a counted row, whether a document counts in a year. What was issued and is not over is in force."""


def table_one(documents: Iterable[Counted], figures: Figures | None, year: int, rules: Rules) -> Computed:
    """Compute the table of a body and year.

    This year's and last year's documents in force are counted each for itself, so that the balance stays a real check.
    """
    format_ = rules.table_one.of_year(year)
    known = sorted(documents)
    behind = {
        (row.code, column): tuple(d.document_id for d in known if d.kind == row.kind and COUNTERS[column](d, year))
        for row in format_.rows
        if row.kind
        for column in row.columns
    }
    reported = figures.cells if figures is not None else {}
    cells: dict[Cell, CellValue] = {cell: _value(cell, behind, reported) for cell in format_.cells}
    before = {
        (row.code, balance.total): sum(1 for d in known if d.kind == row.kind and _in_force(d, year - 1))
        for balance in format_.balances
        for row in format_.rows
        if row.kind
    }
    undated = [each.document_id for each in known if each.undated]
    violations = [
        f"{format_.rows[broken.row].label}：{broken.text}（{broken.left} ≠ {broken.right}）{_named(undated)}"
        for broken in format_.check(cells, before)
    ]
    return Computed(
        year=year,
        format=format_.code,
        cells=cells,
        documents=behind,
        unreported=tuple("/".join(cell) for cell, value in cells.items() if value is None),
        violations=tuple(violations),
        documents_digest=digest([list(each) for each in known if each.issued.year <= year]),
    )


def rows_of(computed: Computed) -> dict[str, dict[str, CellValue]]:
    """Return the cells by row and column."""
    found: dict[str, dict[str, CellValue]] = {}
    for (row, column), value in computed.cells.items():
        found.setdefault(row, {})[column] = value
    return found


def _value(cell: Cell, behind: Mapping[Cell, tuple[str, ...]], reported: Mapping[Cell, object]) -> CellValue:
    if cell in behind:
        return len(behind[cell])
    figure = reported.get(cell)
    return getattr(figure, "value", None)


def _named(undated: list[str]) -> str:
    return f"；未写明废止或者失效日期的公文：{'、'.join(undated[:10])}" if undated else ""
