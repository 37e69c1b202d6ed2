"""The tables of one body and year as they were asked for, computed and published (报表编制)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from services.requests.domain.reporting.tables import ALL, LEFT_OVER, Behind, Broken, Cell, LastYear, Report
from shared.contracts.canonical import digest
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.requests import CarryOverNoted, TablesAsked, TablesComputed
from shared.law.rules import Rules

NAMED = 20
"""So many cases are named in one violation."""


class Tabling(Value):
    """What is known of the tables of a body and year.

    ``edition`` is the newest one asked for, ``computed`` the newest one answered, ``answer`` that answer; ``left_over``
    are the cells of r4 as they stand in the report that was published last.
    """

    body: str
    year: int
    report_id: str = ""
    format: str = ""
    as_of: date | None = None
    edition: int = 0
    computed: int = 0
    answer: TablesComputed | None = None
    published: int = 0
    left_over: dict[str, int] | None = None

    @property
    def due(self) -> bool:
        """Whether an edition waits for its tables."""
        return self.edition > self.computed

    @property
    def carried(self) -> LastYear | None:
        """Return what the published report hands on to the next year; None while nothing is published.

        Which cases those are is known where the published figures are the ones computed here.
        """
        if self.left_over is None:
            return None
        return LastYear(self.left_over, self.answer.left_over if self.answer and self._as_computed() else None)

    def _as_computed(self) -> bool:
        computed = self.answer.table_two.get(LEFT_OVER, {}) if self.answer else {}
        return all(computed.get(column, 0) == count for column, count in (self.left_over or {}).items())


def tabling_id(body: str, year: int) -> str:
    """Return the id of the tables of a body and year."""
    return f"rt:{body}:{year}"


def ask_tables(
    state: Tabling | None, report_id: str, body: str, year: int, format_: str, edition: int, opened_on: date
) -> list[Fact]:
    """An edition of a report was opened: its tables are wanted, up to that day where the year is not over yet."""
    if state is not None and state.edition >= edition:
        return []
    as_of = min(date(year, 12, 31), opened_on)
    return [TablesAsked(report_id=report_id, body=body, year=year, format=format_, edition=edition, as_of=as_of)]


def note_carry_over(state: Tabling | None, body: str, year: int, edition: int, cells: Mapping[str, int]) -> list[Fact]:
    """An edition was published: what it carries over, per column, is what next year begins with."""
    if not cells or (state is not None and state.published >= edition):
        return []
    return [CarryOverNoted(body=body, year=year, edition=edition, cells=dict(cells))]


def answer(state: Tabling | None, computed: TablesComputed) -> list[Fact]:
    """Say the computed tables, unless this edition has its answer already."""
    if state is None or state.computed >= computed.edition or state.edition != computed.edition:
        return []
    return [computed]


def evolve_tabling(state: Tabling | None, fact: Fact) -> Tabling:
    """Fold a fact into the tabling."""
    if not isinstance(fact, TablesAsked | TablesComputed | CarryOverNoted):
        raise ValueError(f"a tabling cannot hear {type(fact).__name__}")
    known = state or Tabling(body=fact.body, year=fact.year)
    if isinstance(fact, TablesAsked):
        return known.model_copy(update=fact.model_dump(include={"report_id", "format", "as_of", "edition"}))
    if isinstance(fact, TablesComputed):
        return known.model_copy(update={"answer": fact, "computed": fact.edition})
    return known.model_copy(update={"published": fact.edition, "left_over": dict(fact.cells)})


def computed(state: Tabling, report: Report, positions: Mapping[str, int], rules: Rules) -> TablesComputed:
    """Return the answer for the edition that is due: a pure function of the cases up to the positions."""
    return TablesComputed(
        report_id=state.report_id,
        body=state.body,
        year=state.year,
        edition=state.edition,
        format=report.format,
        table_two=_nested(report.two.cells),
        table_three=_nested(report.three.cells),
        violations=tuple(told(each, rules) for each in report.violations),
        positions=dict(sorted(positions.items())),
        cases_digest=digest(_cases(report.two.cases) | _cases(report.three.cases)),
        left_over={c: ids for (row, c), ids in sorted(report.two.cases.items()) if row == LEFT_OVER and c != ALL},
    )


def told(broken: Broken, rules: Rules) -> str:
    """Return what does not hold, in words, with the cases that are to be looked at."""
    where = _label(broken.where, rules)
    cases = "、".join(broken.cases[:NAMED]) + (f"等{len(broken.cases)}件" if len(broken.cases) > NAMED else "")
    named = f"；涉及案件：{cases}" if cases else ""
    return f"{broken.text}（{where}：{broken.left}≠{broken.right}）{named}"


def _label(where: str, rules: Rules) -> str:
    two, three = rules.table_two, rules.table_three
    if where in two.columns:
        return two.columns[where].label
    if where in three.groups:
        return three.groups[where].label
    return two.rows[where].label if where in two.rows else where


def _nested(cells: Mapping[Cell, int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (row, column), count in cells.items():
        found.setdefault(row, {})[column] = count
    return found


def _cases(behind: Behind) -> dict[str, Sequence[str]]:
    return {f"{row}/{column}": sorted(ids) for (row, column), ids in behind.items()}
