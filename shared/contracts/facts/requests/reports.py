"""The tables of the annual report that are counted from cases (年度报告三、四); counts only, nobody is named."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from pydantic import Field

from shared.contracts.facts.base import Fact


class TablesAsked(Fact):
    """The tables of an edition of a report are wanted, counted up to a day of the year."""

    type: ClassVar[str] = "requests.tables-asked"

    report_id: str
    body: str
    year: int
    format: str
    edition: int
    as_of: date


class TablesComputed(Fact):
    """Tables II and III of an edition, as the cases stood at ``positions`` of the log.

    ``table_two`` is row code -> column code -> count, ``table_three`` group -> column -> count. ``violations`` says
    which identities (勾稽关系) do not hold and names the cases; ``cases_digest`` is over the ids behind every cell;
    ``left_over`` are the cases carried over into the next year (r4), per column. The same cases give the same bytes.
    """

    type: ClassVar[str] = "requests.tables-computed"

    report_id: str
    body: str
    year: int
    edition: int
    format: str = ""
    table_two: dict[str, dict[str, int]]
    table_three: dict[str, dict[str, int]]
    violations: tuple[str, ...] = ()
    positions: dict[str, int] = Field(default_factory=dict)
    cases_digest: str = ""
    left_over: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class CarryOverNoted(Fact):
    """A report was published: these are the cells of its last row (结转下年度), against which next year is checked."""

    type: ClassVar[str] = "requests.carry-over-noted"

    body: str
    year: int
    edition: int
    cells: dict[str, int]
