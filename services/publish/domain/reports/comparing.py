"""What a correction changed, cell by cell, and tables of many bodies added up (汇总)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.contracts.facts.publish import CellChange, Table, TableName
from shared.law.table_one import total

TABLES: tuple[TableName, ...] = ("I", "II", "III")


def changes(before: Mapping[TableName, Table], after: Mapping[TableName, Table]) -> tuple[CellChange, ...]:
    """Return every cell that differs, in printing order; a cell one of them lacks counts as empty."""
    found = []
    for name in TABLES:
        old, new = before.get(name, {}), after.get(name, {})
        cells = dict.fromkeys((row, column) for table in (new, old) for row, line in table.items() for column in line)
        for row, column in cells:
            was, now = old.get(row, {}).get(column), new.get(row, {}).get(column)
            if was != now:
                found.append(CellChange(table=name, row=row, column=column, before=was, after=now))
    return tuple(found)


def added(tables: Sequence[Mapping[TableName, Table]]) -> dict[TableName, Table]:
    """Add tables cell by cell; a cell is empty only where nobody has a figure for it."""
    result: dict[TableName, Table] = {}
    for name in TABLES:
        parts = [each[name] for each in tables if name in each]
        cells = dict.fromkeys((row, column) for part in parts for row, line in part.items() for column in line)
        table: Table = {}
        for row, column in cells:
            table.setdefault(row, {})[column] = total([part.get(row, {}).get(column) for part in parts])
        if table:
            result[name] = table
    return result
