"""Table II of the annual report (收到和处理政府信息公开申请情况): its shape, its totals and its identities.

Format of 国办公开办函〔2021〕30号. A cell is addressed by (row code, column code); a missing cell counts as 0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class IdentityViolation:
    """An identity that does not hold: where (the column or row), and both sums."""

    identity: str
    where: str
    left: int
    right: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class TableTwo:
    """The table's shape."""

    rows: Vocabulary[TableRow]
    columns: Vocabulary[TableColumn]
    identities: Vocabulary[Identity]
    note: str
    result: str

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> Self:
        """From table_two.toml."""
        return cls(
            rows=Vocabulary.parse(TableRow, "row", content),
            columns=Vocabulary.parse(TableColumn, "column", content),
            identities=Vocabulary.parse(Identity, "identity", content),
            note=content["note"],
            result=content["result"],
        )

    def build(self, counts: Cells) -> dict[tuple[str, str], int]:
        """Every cell of the table from counted ones (r1, r2, A…F3, r4 by applicant category), with r3 and sum added.

        r4 is counted, not computed from the others, so that the balance stays a real check. Raises UnknownCode for a
        cell the table does not have.
        """
        for row, column in counts:
            _ = self.rows[row], self.columns[column]
        cells = {(r, c): counts.get((r, c), 0) for r in self.rows.codes for c in self.columns.codes}
        results, applicants = self.identities["RESULTS"], self.identities["APPLICANTS"]
        for column in applicants.right:
            cells[results.left[0], column] = _sum(cells, results.right, column)
        for row in self.rows.codes:
            cells[row, applicants.left[0]] = sum(cells[row, column] for column in applicants.right)
        return cells

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
