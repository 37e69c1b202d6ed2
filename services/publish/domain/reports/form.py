"""The form of the annual report (年报格式) as data: its sections, whose it is, when it is due."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from shared.contracts.facts.publish import ReportFormat, TableName
from shared.law.rows import Row, Vocabulary
from shared.law.rules import Rules

FIRST_YEAR = 2019
"""The oldest year whose report has the form of 2019."""
NEW_FORM = 2021


class Section(Row):
    """A section; ``table`` it prints, ``text`` that it may not stay empty, ``about`` what belongs in it."""

    title: str
    table: TableName | None = None
    text: bool = False
    about: str = ""


@dataclass(frozen=True, eq=False)
class Form:
    """The report's sections and who counts as a government."""

    sections: Vocabulary[Section]
    government: str

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> Self:
        """From report.toml."""
        return cls(Vocabulary.parse(Section, "section", content), content["government"])

    def is_government(self, name: str) -> bool:
        """Return whether a body's report is that of a local government rather than of a department (条例 Art. 49)."""
        return re.search(self.government, name) is not None


def report_id(body: str, year: int) -> str:
    """Return the id of the report of a body on a year."""
    return f"rp:{body}:{year}"


def body_id(body: str) -> str:
    """Return the id under which publishing keeps a body of the register."""
    return f"bd:{body}"


def before_of(id_: str) -> str:
    """Return the id of the same body's report on the year before."""
    body, _, year = id_.removeprefix("rp:").rpartition(":")
    return report_id(body, int(year) - 1) if year.isascii() and year.isdigit() else ""


def format_of(year: int) -> ReportFormat:
    """Return which form the report on a year has."""
    return "2021" if year >= NEW_FORM else "2019"


def due_on(year: int, rules: Rules, place: str, *, government: bool) -> dt.date:
    """Return the day by which the report on a year is to be public (条例 Art. 49), as the place's profile says."""
    name = "report_by_governments" if government else "report_by_departments"
    first = dt.date(year + 1, 1, 1)
    return dt.date.fromisoformat(f"{year + 1}-{rules.profiles.value(place, name, first)}")
