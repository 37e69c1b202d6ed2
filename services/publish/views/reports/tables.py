"""The three tables as the forms print them (年报三张表): heads with spans, rows, cells; empty stays empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.contracts.facts.publish import CellChange, Table, TableName
from shared.law.rules import Rules
from shared.law.table_one import TableOneRow


@dataclass(frozen=True, slots=True)
class Head:
    """A cell of a head: how many columns and lines it takes."""

    text: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its code, its label, its cells as text with the code of their column."""

    code: str
    label: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """One table, or one part of Table I; ``width`` counts the label's column too."""

    name: TableName
    caption: str
    heads: tuple[tuple[Head, ...], ...]
    lines: tuple[Line, ...]

    @property
    def width(self) -> int:
        """How many columns it has."""
        return sum(head.across for head in self.heads[0])


def printed(tables: Mapping[TableName, Table], year: int, format_: str, rules: Rules) -> dict[TableName, list[Printed]]:
    """Return the tables that are there, each as the parts it is printed in."""
    found: dict[TableName, list[Printed]] = {}
    if "I" in tables:
        found["I"] = list(_table_one(tables["I"], year, rules))
    if "II" in tables:
        found["II"] = [_table_two(tables["II"], format_, rules)]
    if "III" in tables:
        found["III"] = [_table_three(tables["III"], rules)]
    return found


def cell_text(value: int | str | None) -> str:
    """Print a cell: zero as 0, what nobody reported not at all."""
    return "" if value is None else str(value)


def cell_label(name: TableName, row: str, column: str, year: int, format_: str, rules: Rules) -> str:
    """Name a cell in words."""
    if name == "I":
        one = rules.table_one.of_year(year)
        return f"表一 {one.rows[row].label} {one.columns[column].label}"
    if name == "II":
        two = rules.table_two.formatted(format_)
        return f"表二 {two.rows[row].label} {two.columns[column].label}"
    return f"表三 {_group(row, rules)} {rules.table_three.columns[column].label}"


def change_lines(changes: tuple[CellChange, ...], year: int, format_: str, rules: Rules) -> list[tuple[str, str, str]]:
    """Return what a correction changed: the cell in words, before, after."""
    return [
        (
            cell_label(each.table, each.row, each.column, year, format_, rules),
            cell_text(each.before) or "（空）",
            cell_text(each.after) or "（空）",
        )
        for each in changes
    ]


def _table_one(table: Table, year: int, rules: Rules) -> Iterator[Printed]:
    format_ = rules.table_one.of_year(year)
    parts: dict[tuple[str, tuple[str, ...]], list[TableOneRow]] = {}
    for row in format_.rows:
        parts.setdefault((row.group, row.columns), []).append(row)
    for (group, columns), rows in parts.items():
        heads = (
            (Head(group, across=len(columns) + 1),),
            (Head("信息内容"), *(Head(format_.columns[column].label) for column in columns)),
        )
        lines = tuple(_line(row.code, row.label, columns, table) for row in rows)
        yield Printed("I", "", heads, lines)


def _table_two(table: Table, format_: str, rules: Rules) -> Printed:
    two = rules.table_two.formatted(format_)
    grouped = [column for column in two.columns if column.group]
    people = [column for column in two.columns if not column.group]
    first, last = people[0], people[-1]
    heads = (
        (Head(f"（{two.note}）", down=3), Head("申请人情况", across=len(two.columns))),
        (Head(first.label, down=2), Head(grouped[0].group, across=len(grouped)), Head(last.label, down=2)),
        tuple(Head(column.label) for column in grouped),
    )
    codes = tuple(two.columns.codes)
    lines = tuple(
        _line(row.code, f"{row.group}　{row.label}" if row.group else row.label, codes, table) for row in two.rows
    )
    return Printed("II", "", heads, lines)


def _table_three(table: Table, rules: Rules) -> Printed:
    three = rules.table_three
    columns = tuple(three.columns.codes)
    heads = ((Head("类别"), *(Head(three.columns[column].label) for column in columns)),)
    lines = tuple(_line(group.code, _group(group.code, rules), columns, table) for group in three.groups)
    return Printed("III", "", heads, lines)


def _group(code: str, rules: Rules) -> str:
    group = rules.table_three.groups[code]
    return f"{group.group}　{group.label}" if group.group else group.label


def _line(code: str, label: str, columns: tuple[str, ...], table: Table) -> Line:
    cells = table.get(code, {})
    return Line(code, label, tuple((column, cell_text(cells.get(column))) for column in columns))
