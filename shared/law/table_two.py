"""Table II of the annual report (收到和处理政府信息公开申请情况): its shape, its totals and its identities.

Format of 国办公开办函〔2021〕30号, and the trial one of 国办公开办函〔2019〕60号 for the reports on 2019 and 2020. A
cell is addressed by (row code, column code); a missing cell counts as 0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, Self

from shared.law.rows import Row, Vocabulary

Cells = Mapping[tuple[str, str], int]


class TableRow(Row):
    """A row: its printed label, the group heading it stands under, and the decisions counted in it."""

    label: str
    group: str
    decisions: tuple[str, ...] = ()


class TableColumn(Row):
    """A column: an applicant category or the total."""

    label: str
    group: str


class Identity(Row):
    """A relation between sums of cells (勾稽关系), holding in every column, in every row, or from year to year."""

    over: Literal["column", "row", "year"]
    left: tuple[str, ...]
    right: tuple[str, ...]
    text: str


class Merged(Row):
    """A row of one format that takes several rows of the newest one together."""

    label: str
    group: str
    rows: tuple[str, ...]


class Format(Row):
    """A printed format: the first year it reports on, where it is ordered, and which rows it does not divide."""

    since: int
    source: str
    merged: tuple[Merged, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentityViolation:
    """An identity that does not hold: where (the column or row), and both sums."""

    identity: str
    where: str
    left: int
    right: int
    text: str


@dataclass(frozen=True, eq=False)
class TableTwo:
    """The table's shape, in one of its formats (``format``)."""

    rows: Vocabulary[TableRow]
    columns: Vocabulary[TableColumn]
    identities: Vocabulary[Identity]
    formats: Vocabulary[Format]
    note: str
    result: str
    format: str

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> Self:
        """From table_two.toml, in the newest format."""
        formats = Vocabulary.parse(Format, "format", content)
        return cls(
            rows=Vocabulary.parse(TableRow, "row", content),
            columns=Vocabulary.parse(TableColumn, "column", content),
            identities=Vocabulary.parse(Identity, "identity", content),
            formats=formats,
            note=content["note"],
            result=content["result"],
            format=formats.codes[-1],
        )

    def format_of(self, year: int) -> str:
        """The code of the format the report on a year has. Raises LookupError for a year before the first."""
        found = [each.code for each in self.formats if each.since <= year]
        if not found:
            raise LookupError(f"no format of the annual report for {year}")
        return found[-1]

    def formatted(self, format_: str) -> Self:
        """The table in a format. Raises UnknownCode."""
        return self if format_ == self.format else self._formatted[self.formats[format_].code]

    @cached_property
    def _formatted(self) -> Mapping[str, Self]:
        return {each.code: self._shaped(each) for each in self.formats}

    def _shaped(self, format_: Format) -> Self:
        instead = {row: merged for merged in format_.merged for row in merged.rows}
        rows = dict.fromkeys(instead[row.code].code if row.code in instead else row.code for row in self.rows)
        made = {merged.code: self._merged(merged) for merged in format_.merged}
        identities = (
            each.model_copy(update={"right": _replaced(each.right, instead)}) if each.over != "row" else each
            for each in self.identities
        )
        return replace(
            self,
            rows=Vocabulary("row", (made[code] if code in made else self.rows[code] for code in rows)),
            identities=Vocabulary("identity", identities),
            format=format_.code,
        )

    def _merged(self, merged: Merged) -> TableRow:
        decisions = tuple(code for row in merged.rows for code in self.rows[row].decisions)
        return TableRow(code=merged.code, label=merged.label, group=merged.group, decisions=decisions)

    @cached_property
    def row_of(self) -> Mapping[str, str]:
        """The row each decision code is counted in."""
        return {code: row.code for row in self.rows for code in row.decisions}

    def build(self, counts: Cells) -> dict[tuple[str, str], int]:
        """Every cell of the table from counted ones (r1, r2, A…F3, r4 by applicant category), with r3 and sum added.

        r4 is counted, not computed from the others, so that the balance stays a real check. Raises UnknownCode for a
        cell the table does not have.
        """
        cells = self.whole(counts)
        results, applicants = self.identities["RESULTS"], self.identities["APPLICANTS"]
        for column in applicants.right:
            cells[results.left[0], column] = _sum(cells, results.right, column)
        for row in self.rows.codes:
            cells[row, applicants.left[0]] = sum(cells[row, column] for column in applicants.right)
        return cells

    def whole(self, counts: Cells) -> dict[tuple[str, str], int]:
        """Every cell of the table from counted ones, a zero where nothing was counted. Raises UnknownCode."""
        for row, column in counts:
            _ = self.rows[row], self.columns[column]
        return {(r, c): counts.get((r, c), 0) for r in self.rows.codes for c in self.columns.codes}

    def check(self, cells: Cells, last_year: Cells | None = None) -> list[IdentityViolation]:
        """All identities that do not hold, those against last year's table included when it is given."""
        return [found for identity in self.identities for found in self._broken(identity, cells, last_year)]

    def _broken(self, identity: Identity, cells: Cells, last_year: Cells | None) -> Iterator[IdentityViolation]:
        for where, left, right in self._sums(identity, cells, last_year):
            if left != right:
                yield IdentityViolation(identity.code, where, left, right, identity.text)

    def _sums(self, identity: Identity, cells: Cells, last_year: Cells | None) -> Iterator[tuple[str, int, int]]:
        if identity.over == "row":
            for row in self.rows.codes:
                yield (
                    row,
                    sum(cells.get((row, column), 0) for column in identity.left),
                    sum(cells.get((row, column), 0) for column in identity.right),
                )
            return
        other = cells if identity.over == "column" else last_year
        if other is not None:
            for column in self.columns.codes:
                yield column, _sum(cells, identity.left, column), _sum(other, identity.right, column)


def _sum(cells: Cells, rows: tuple[str, ...], column: str) -> int:
    return sum(cells.get((row, column), 0) for row in rows)


def _replaced(codes: tuple[str, ...], instead: Mapping[str, Merged]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(instead[code].code if code in instead else code for code in codes))
