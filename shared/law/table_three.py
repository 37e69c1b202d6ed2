"""Table III of the annual report (政府信息公开行政复议、行政诉讼情况): one row of three groups with five cells each.

Format of 国办公开办函〔2021〕30号. A cell is addressed by (group code, column code); a missing cell counts as 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from shared.law.rows import Row, Vocabulary
from shared.law.table_two import Cells, IdentityViolation


class Group(Row):
    """A group of cells: its label, the heading above it, and the kinds of remedy counted in it."""

    label: str
    group: str
    remedies: tuple[str, ...]


class Column(Row):
    """A column of every group, and the results counted in it."""

    label: str
    results: tuple[str, ...] = ()


class GroupIdentity(Row):
    """A relation between sums of cells (勾稽关系) that holds in every group."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    text: str


@dataclass(frozen=True, eq=False)
class TableThree:
    """The table's shape; ``pending`` and ``total`` name the two columns that hold no result."""

    groups: Vocabulary[Group]
    columns: Vocabulary[Column]
    identities: Vocabulary[GroupIdentity]
    title: str
    pending: str
    total: str

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> Self:
        """From table_three.toml."""
        return cls(
            groups=Vocabulary.parse(Group, "group", content),
            columns=Vocabulary.parse(Column, "column", content),
            identities=Vocabulary.parse(GroupIdentity, "identity", content),
            title=content["title"],
            pending=content["pending"],
            total=content["total"],
        )

    @cached_property
    def group_of(self) -> Mapping[str, str]:
        """The group each kind of remedy is counted in."""
        return {kind: group.code for group in self.groups for kind in group.remedies}

    @cached_property
    def column_of(self) -> Mapping[str, str]:
        """The column each result is counted in."""
        return {result: column.code for column in self.columns for result in column.results}

    def whole(self, counts: Cells) -> dict[tuple[str, str], int]:
        """Every cell of the table from counted ones, a zero where nothing was counted. Raises UnknownCode."""
        for group, column in counts:
            _ = self.groups[group], self.columns[column]
        return {(g, c): counts.get((g, c), 0) for g in self.groups.codes for c in self.columns.codes}

    def check(self, cells: Cells) -> list[IdentityViolation]:
        """All identities that do not hold, ``where`` being the group."""
        found = []
        for each in self.identities:
            for group in self.groups.codes:
                left, right = (sum(cells.get((group, code), 0) for code in side) for side in (each.left, each.right))
                if left != right:
                    found.append(IdentityViolation(each.code, group, left, right, each.text))
        return found
