"""The spreadsheet an agency fills in (填报模板)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from shared.documents.tables.columns import KINDS, Column, Kind

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_FORMS = {"text": "文字", "date": "日期，如 2026-03-02", "integer": "整数", "flag": "是 / 否", "list": "多个值"}
_LAST = 5_000  # rows that get formats and drop-down lists


def write_template(kind: str) -> bytes:
    """Write an empty table of one kind: Chinese headers, one example row, drop-down lists, a sheet of notes.

    Args:
        kind: a name of ``KINDS``.

    Returns:
        An XLSX file; read back as it is, it holds no row.
    """
    from openpyxl import Workbook  # heavy: a service that restarts must not wait for it
    from openpyxl.worksheet.worksheet import Worksheet

    wanted = KINDS[kind]
    book = Workbook()
    sheet = book.active if isinstance(book.active, Worksheet) else book.create_sheet()
    sheet.title = wanted.title
    for index, column in enumerate(wanted.columns, 1):
        _column(sheet, index, column)
    sheet.freeze_panes = "A2"
    _notes(book.create_sheet("填写说明"), wanted)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _column(sheet: Worksheet, index: int, column: Column) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter(index)
    header = sheet.cell(1, index, column.header + ("*" if column.required else ""))
    header.font = Font(bold=True)
    header.fill = PatternFill("solid", fgColor="DDE8F5")
    sheet.cell(2, index, column.example or None).number_format = "@"
    sheet.column_dimensions[letter].width = max(12, 2 * len(column.header) + 4)
    # As text a credit code keeps its eighteen signs and a date stays what was typed.
    sheet.column_dimensions[letter].number_format = "@"
    options = list(column.choices) or (["是", "否"] if column.form == "flag" else [])
    if options:
        rule = DataValidation("list", formula1='"' + ",".join(options) + '"', allow_blank=True, showErrorMessage=True)
        rule.errorTitle, rule.error = "值不符合要求", "请从下拉列表中选择"
        rule.add(f"{letter}2:{letter}{_LAST}")
        sheet.add_data_validation(rule)


def _notes(sheet: Worksheet, kind: Kind) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.append(["列", "字段", "必填", "格式", "说明"])
    for column in kind.columns:
        form = "、".join(column.choices) if column.choices else _FORMS[column.form]
        sheet.append([column.header, column.field, "是" if column.required else "", form, column.note])
    sheet.append([])
    sheet.append(["第 2 行是示例：原样保留时不会报送。带 * 的列必填；不用的列可以删除；不要增加别的列。"])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDE", (18, 18, 8, 28, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(vertical="top")
