"""The tables of a report as CSV; the same report gives the same bytes."""

from __future__ import annotations

import csv
import io

from services.publish.domain.reports.checks import TABLE_NAMES
from services.publish.views.reports.tables import cell_label, cell_text
from shared.contracts.facts.publish import Table, TableName
from shared.law.rules import Rules


def csv_of(tables: dict[TableName, Table], year: int, format_: str, rules: Rules) -> bytes:
    """Return every cell on a line of its own, codes beside words; UTF-8 with a mark, so that spreadsheets read it."""
    told = io.StringIO(newline="")
    writer = csv.writer(told, lineterminator="\r\n")
    writer.writerow(("表", "行代码", "列代码", "项目", "数值"))
    for name in TABLE_NAMES:
        for row, cells in tables.get(name, {}).items():
            for column, value in cells.items():
                label = cell_label(name, row, column, year, format_, rules)
                writer.writerow((TABLE_NAMES[name], row, column, label, cell_text(value)))
    return told.getvalue().encode("utf-8-sig")
