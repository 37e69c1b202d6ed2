"""Table II of the annual report (年度报告三、收到和处理政府信息公开申请情况), counted case by case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.requests.domain.state import WITHDRAWN_ROW, Request
from shared.law.rules import Rules
from shared.law.table_two import IdentityViolation

Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """The table, which identities (勾稽关系) do not hold, and the cases behind every counted cell."""

    year: int
    cells: Mapping[Cell, int]
    violations: tuple[IdentityViolation, ...]
    cases: Mapping[Cell, tuple[str, ...]]


class Counted(NamedTuple):
    """What counting needs of a case; ``row`` is its row of Table II once it is finished."""

    request_id: str
    category: str
    received_on: date
    finished_on: date | None
    row: str


def counted(case: Request, rules: Rules) -> Counted | None:
    """Return what counting needs of a case; None for one that was never received."""
    if case.received_on is None:
        return None
    row = WITHDRAWN_ROW
    if case.decision is not None:
        row = rules.vocabularies.decisions[case.decision.code].row
    return Counted(case.request_id, case.category, case.received_on, case.finished_on, row)


def table_two(cases: Iterable[Counted], year: int, rules: Rules) -> Report:
    """Count one body's year: a case counts in the year it was received, and in the year it was finished, in one row.

    The carried-over rows are counted for themselves, so that the identities stay a real check.
    """
    known = list(cases)
    behind = _behind(known, year)
    cells = rules.table_two.build({cell: len(ids) for cell, ids in behind.items()})
    before = _behind(known, year - 1)
    last_year = rules.table_two.build({cell: len(ids) for cell, ids in before.items()})
    violations = rules.table_two.check(cells, last_year)
    return Report(year, cells, tuple(violations), _summed(behind, rules))


def _behind(cases: Iterable[Counted], year: int) -> dict[Cell, tuple[str, ...]]:
    found: dict[Cell, list[str]] = {}
    for id_, category, received, finished, row in cases:
        if received.year > year or (finished is not None and finished.year < year):
            continue
        found.setdefault(("r1" if received.year == year else "r2", category), []).append(id_)
        ended = finished is not None and finished.year == year
        found.setdefault((row if ended else "r4", category), []).append(id_)
    return {cell: tuple(ids) for cell, ids in found.items()}


def _summed(behind: Mapping[Cell, tuple[str, ...]], rules: Rules) -> dict[Cell, tuple[str, ...]]:
    """Add the cases behind the totals."""
    results = rules.table_two.identities["RESULTS"]
    summed = dict(behind)
    for column in rules.table_two.identities["APPLICANTS"].right:
        ids = [id_ for row in results.right for id_ in behind.get((row, column), ())]
        summed[results.left[0], column] = tuple(ids)
    total = rules.table_two.identities["APPLICANTS"].left[0]
    columns = rules.table_two.identities["APPLICANTS"].right
    for row in rules.table_two.rows.codes:
        summed[row, total] = tuple(id_ for column in columns for id_ in summed.get((row, column), ()))
    return {cell: ids for cell, ids in summed.items() if ids}
