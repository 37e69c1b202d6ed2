"""Tables II and III of the annual report (年度报告三、四), counted case by case, with the cases behind every cell.

A case counts in the year it was received (r1, later r2), and in the year it was first decided or withdrawn, in the one
row of the newest decision up to the end of the period; a corrected application is one case; one that went to another
body, or was split, counts there, or in its parts (国办公开办函〔2021〕30号). Every total is counted for itself, so that
the identities (勾稽关系) stay a real check, at any date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.requests.domain.reporting.tally import Remedied, Tally
from shared.law.rules import Rules
from shared.law.table_three import TableThree
from shared.law.table_two import IdentityViolation, TableTwo

Cell = tuple[str, str]
Behind = Mapping[Cell, tuple[str, ...]]
RECEIVED, CARRIED, RESULTS, LEFT_OVER, ALL = "r1", "r2", "r3", "r4", "sum"


@dataclass(frozen=True, slots=True)
class Period:
    """Which days are counted, both included, as ISO dates."""

    start: str
    end: str

    @classmethod
    def of(cls, year: int, as_of: date | None = None) -> Period:
        """Return a year up to a day."""
        end = date(year, 12, 31)
        return cls(f"{year}-01-01", min(end, as_of or end).isoformat())

    def has(self, day: str) -> bool:
        """Whether a day lies in it; the empty one never does."""
        return self.start <= day <= self.end


@dataclass(frozen=True, slots=True)
class Broken:
    """An identity that does not hold, and the cases that stand on one of its sides only."""

    identity: str
    where: str
    left: int
    right: int
    text: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its cells, the cases behind each of them, and what does not hold."""

    cells: Mapping[Cell, int]
    cases: Behind
    violations: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Both tables of one body, or of many, for one year, in the year's format."""

    year: int
    period: Period
    format: str
    two: Table
    three: Table

    @property
    def violations(self) -> tuple[Broken, ...]:
        """What does not hold in either table."""
        return self.two.violations + self.three.violations


@dataclass(frozen=True, slots=True)
class LastYear:
    """What last year's published report carried over, per column, and which cases those were where that is known."""

    cells: Mapping[str, int]
    cases: Mapping[str, Sequence[str]] | None = None


def report(
    tallies: Iterable[Tally],
    year: int,
    rules: Rules,
    *,
    as_of: date | None = None,
    format_: str | None = None,
    last_year: LastYear | None = None,
) -> Report:
    """Count both tables of a year, up to a day of it; by default the whole year, in its own format.

    Raises ``LookupError`` for a year or format there is none for.
    """
    shape = rules.table_two.formatted(format_ or rules.table_two.format_of(year))
    period, known = Period.of(year, as_of), list(tallies)
    three = table_three(known, period, rules.table_three)
    return Report(year, period, shape.format, table_two(known, period, shape, last_year), three)


def table_two(tallies: Iterable[Tally], period: Period, shape: TableTwo, last_year: LastYear | None = None) -> Table:
    """Count Table II (收到和处理政府信息公开申请情况)."""
    behind: dict[Cell, list[str]] = {}
    columns = shape.columns
    for tally in tallies:
        for row in _rows(tally, period, shape):
            for column in (tally.category, ALL):
                if column in columns:
                    behind.setdefault((row, column), []).append(tally.request_id)
    cases = {cell: tuple(ids) for cell, ids in behind.items()}
    cells = shape.whole({cell: len(ids) for cell, ids in cases.items()})
    before = _left_over(last_year, shape) if last_year is not None else None
    return Table(cells, cases, tuple(_broken_two(shape, cells, cases, before, last_year)))


def _rows(tally: Tally, period: Period, shape: TableTwo) -> Iterator[str]:
    """Yield the rows a case is counted in, each asked for itself."""
    if not tally.counts:
        return
    received, ended = tally.received_on, tally.ended_on
    if period.has(received):
        yield RECEIVED
    if received < period.start and not (ended and ended < period.start):
        yield CARRIED
    if ended and period.has(ended):
        yield RESULTS
        row = shape.row_of.get(tally.code_by(period.end))
        if row is not None:
            yield row
    if received <= period.end and not (ended and ended <= period.end):
        yield LEFT_OVER


def _left_over(last_year: LastYear, shape: TableTwo) -> dict[Cell, int]:
    total = last_year.cells.get(ALL, sum(last_year.cells.values()))
    given = {column: last_year.cells.get(column, 0) for column in shape.columns.codes if column != ALL}
    return {(LEFT_OVER, column): count for column, count in {**given, ALL: total}.items()}


def _broken_two(
    shape: TableTwo,
    cells: Mapping[Cell, int],
    cases: Behind,
    before: Mapping[Cell, int] | None,
    last_year: LastYear | None,
) -> Iterator[Broken]:
    kept = last_year.cases if last_year is not None else None
    for found in shape.check(cells, before):
        identity = shape.identities[found.identity]
        if identity.over == "row":
            sides = [[(found.where, each) for each in side] for side in (identity.left, identity.right)]
        else:
            sides = [[(each, found.where) for each in side] for side in (identity.left, identity.right)]
        if identity.over != "year":
            yield _named(found, _ids(cases, sides[0]), _ids(cases, sides[1]))
        elif kept is None:
            yield _named(found, (), ())
        else:
            ids = kept.values() if found.where == ALL else [kept.get(found.where, ())]
            yield _named(found, _ids(cases, sides[0]), [id_ for each in ids for id_ in each])


def _ids(cases: Behind, cells: Sequence[Cell]) -> list[str]:
    return [id_ for cell in cells for id_ in cases.get(cell, ())]


def _named(found: IdentityViolation, left: Sequence[str], right: Sequence[str]) -> Broken:
    """Name the cases that are not as often on the one side as on the other."""
    ours, theirs = Counter(left), Counter(right)
    odd = sorted(set((ours - theirs) + (theirs - ours)))
    return Broken(found.identity, found.where, found.left, found.right, found.text, tuple(odd))


def table_three(tallies: Iterable[Tally], period: Period, shape: TableThree) -> Table:
    """Count Table III (行政复议、行政诉讼情况)."""
    behind: dict[Cell, list[str]] = {}
    for tally in tallies:
        for remedy in tally.remedies:
            group = shape.group_of.get(remedy.kind)
            for column in _columns(remedy, period, shape) if group is not None else ():
                behind.setdefault((str(group), column), []).append(tally.request_id)
    cases = {cell: tuple(ids) for cell, ids in behind.items()}
    cells = shape.whole({cell: len(ids) for cell, ids in cases.items()})
    broken = []
    for found in shape.check(cells):
        identity = shape.identities[found.identity]
        sides = [_ids(cases, [(found.where, each) for each in side]) for side in (identity.left, identity.right)]
        broken.append(_named(found, *sides))
    return Table(cells, cases, tuple(broken))


def _columns(remedy: Remedied, period: Period, shape: TableThree) -> Iterator[str]:
    """Yield the columns a remedy is counted in, each asked for itself."""
    concluded = remedy.concluded_on
    if remedy.filed_on <= period.end and not (concluded and concluded < period.start):
        yield shape.total
    if concluded and period.has(concluded):
        column = shape.column_of.get(remedy.result)
        if column is not None:
            yield column
    if remedy.filed_on <= period.end and not (concluded and concluded <= period.end):
        yield shape.pending
