"""Table I of the annual report (主动公开政府信息情况, 条例 Art. 20): its formats, cells and identity.

A cell is addressed by (row code, column code). A cell nobody has a figure for is None, never 0.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from shared.law.rows import Row, Vocabulary

Value = int | str | None
"""A count, an amount of money as a decimal text, or None where nobody reported it."""
Cells = Mapping[tuple[str, str], Value]
MOST_PLACES = 4


class DocumentKind(Row):
    """What makes a document count in a row: its tag, the series of its number, or genre and title together."""

    label: str
    tag: str
    number: str = r"(?!)"
    genres: tuple[str, ...] = ()
    title: str = r"(?!)"


class TableOneRow(Row):
    """A row; ``kind`` where it is counted from documents, empty where agencies report it."""

    group: str
    label: str
    columns: tuple[str, ...]
    kind: str = ""


class TableOneColumn(Row):
    """A column; ``places`` are the least decimal digits of an amount (0: a count), ``signed`` allows below zero."""

    label: str
    places: int = 0
    signed: bool = False


class Balance(Row):
    """From year to year, in every counted row: total = total before + plus − minus."""

    total: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Imbalance:
    """A row whose balance does not hold: what is there, and what last year's total and this year's changes give."""

    identity: str
    row: str
    left: int
    right: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class TableOneFormat:
    """The table as one format prints it, for the reports on the years from ``since``."""

    code: str
    since: int
    title: str
    source: str
    rows: Vocabulary[TableOneRow]
    columns: Vocabulary[TableOneColumn]
    balances: Vocabulary[Balance]

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """Every cell that exists, in printing order."""
        return tuple((row.code, column) for row in self.rows for column in row.columns)

    def check(self, cells: Cells, before: Cells) -> list[Imbalance]:
        """Return the balances that do not hold against last year's table; a cell without figure is not checked."""
        return list(self._broken(cells, before))

    def _broken(self, cells: Cells, before: Cells) -> Iterator[Imbalance]:
        for balance in self.balances:
            for row in self.rows:
                found = _sides(balance, row, cells, before)
                if found is not None and found[0] != found[1]:
                    yield Imbalance(balance.code, row.code, *found, balance.text)


@dataclass(frozen=True, slots=True, eq=False)
class TableOne:
    """The formats and what documents count in them."""

    formats: tuple[TableOneFormat, ...]
    kinds: Vocabulary[DocumentKind]

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> Self:
        """From table_one.toml. Raises ValueError for a row with an unknown kind or column."""
        kinds = Vocabulary.parse(DocumentKind, "kind", content)
        formats = sorted((_format(each) for each in content["format"]), key=lambda each: -each.since)
        for each in formats:
            for row in each.rows:
                _ = [each.columns[column] for column in row.columns], kinds[row.kind] if row.kind else None
        return cls(tuple(formats), kinds)

    def of_year(self, year: int) -> TableOneFormat:
        """Return the format of the report on a year; the oldest one for years before them all."""
        return next((each for each in self.formats if each.since <= year), self.formats[-1])

    def kind(self, title: str, genre: str | None, number_code: str, tags: tuple[str, ...]) -> str | None:
        """Return the kind a document counts as, None for all others; ``number_code`` is its agency code (机关代字)."""
        for kind in self.kinds:
            named = genre in kind.genres and re.search(kind.title, title) is not None
            if kind.tag in tags or re.search(kind.number, number_code) or named:
                return kind.code
        return None


def amount(text: str) -> Decimal | None:
    """Return an amount of money with 2 to 4 decimal digits, None for any other text."""
    if not re.fullmatch(rf"\d{{1,14}}\.\d{{2,{MOST_PLACES}}}", text):
        return None
    return Decimal(text)


def total(values: list[Value]) -> Value:
    """Add cells: None only where all are, counts as a count, amounts as an amount with the most digits among them."""
    known = [each for each in values if each is not None]
    if not known:
        return None
    if all(isinstance(each, int) for each in known):
        return sum(int(each) for each in known)
    return str(sum((Decimal(each) for each in known), Decimal("0.00")))


def _format(content: Mapping[str, Any]) -> TableOneFormat:
    return TableOneFormat(
        code=content["code"],
        since=content["since"],
        title=content["title"],
        source=content["source"],
        rows=Vocabulary.parse(TableOneRow, "row", content),
        columns=Vocabulary.parse(TableOneColumn, "column", content),
        balances=Vocabulary.parse(Balance, "identity", {"identity": content.get("identity", ())}),
    )


def _sides(balance: Balance, row: TableOneRow, cells: Cells, before: Cells) -> tuple[int, int] | None:
    now = [cells.get((row.code, column)) for column in (balance.total, *balance.plus, *balance.minus)]
    last = before.get((row.code, balance.total))
    if balance.total not in row.columns or last is None or any(each is None for each in now):
        return None
    left, *changes = (int(each or 0) for each in now)
    plus = len(balance.plus)
    return left, int(last) + sum(changes[:plus]) - sum(changes[plus:])
