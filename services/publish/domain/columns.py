"""The columns of the statutory platform (政府信息公开专栏), as data, and which one a document stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from services.publish.domain.validity import is_normative
from shared.contracts.facts.catalog import DocumentView
from shared.law.script import simplify


@dataclass(frozen=True, slots=True)
class Column:
    """A column (栏目): where it hangs and which documents belong to it unless their catalog entry names one.

    ``days`` is how long it may go without news (0: no limit), 国办秘函〔2019〕19号.
    """

    code: str
    name: str
    parent: str = ""
    about: str = ""
    page: str = ""
    title: str = ""
    genres: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    normative: bool = False
    days: int = 0

    def fits(self, document: DocumentView) -> bool:
        """Return whether the column's own conditions, if it has any, name this document."""
        if self.normative and is_normative(document):
            return True
        if document.genre in self.genres or document.subject in self.subjects:
            return True
        return bool(self.title and re.search(self.title, document.title))


@dataclass(frozen=True, eq=False)
class Columns:
    """All columns in the order in which they are asked and shown; ``default`` takes what no other one wants."""

    all: tuple[Column, ...]
    default: str
    by_code: Mapping[str, Column] = field(default_factory=dict)

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> Self:
        """From decoded TOML. Raises ValueError for a doubled code, an unknown parent or an unknown default."""
        columns = tuple(_column(row) for row in content["column"])
        by_code = {column.code: column for column in columns}
        if len(by_code) != len(columns):
            raise ValueError("a column code occurs twice")
        for column in columns:
            if column.parent and column.parent not in by_code:
                raise ValueError(f"column {column.code} hangs under {column.parent}, which is not there")
        if content["default"] not in by_code:
            raise ValueError("the default column is not there")
        return cls(columns, content["default"], by_code)

    def of(self, document: DocumentView) -> Column:
        """Return the column of a document: the one its entry names, else the first that fits, else the default."""
        if document.column:
            named = simplify(document.column).strip()
            for column in self.all:
                if named in (column.code, column.name) and not column.page:
                    return column
        for column in self.all:
            if column.fits(document):
                return column
        return self.by_code[self.default]

    def children(self, code: str) -> tuple[Column, ...]:
        """Return the columns directly below one; of the empty code: the top ones."""
        return tuple(column for column in self.all if column.parent == code)


def _column(row: Mapping[str, Any]) -> Column:
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,40}", row["code"]):
        raise ValueError(f"not a column code: {row['code']}")
    lists = {name: tuple(row.get(name, ())) for name in ("genres", "subjects")}
    return Column(**{**row, **lists})
