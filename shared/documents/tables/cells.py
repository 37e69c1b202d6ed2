"""Reading one cell: text, date, whole number, yes or no, list, choice."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from shared.contracts.problems import Refused
from shared.documents.dates import parse_date
from shared.documents.faults import FileCode
from shared.documents.tables.columns import Column
from shared.law.script import fold_width, simplify

_SEPARATORS = re.compile(r"[;；、,，|\n]+")
_TIME_OF_DAY = re.compile(r"[ T]0{1,2}:00(?::00(?:\.0+)?)?$")
_FLAGS = {"是": True, "true": True, "1": True, "yes": True, "否": False, "false": False, "0": False, "no": False}
_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number; beyond, what is read is not what was written


def read_cell(column: Column, cell: Any) -> Any:
    """Turn a cell into the value of its field.

    Args:
        column: says how to read it.
        cell: text, number, date or yes/no as the file holds it.

    Returns:
        The value; None for an empty cell.

    Raises:
        Refused: with a ``FileCode`` and a Chinese text naming the value.
    """
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if isinstance(cell, str) and re.fullmatch(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)", cell.strip()):
        raise Refused(FileCode.CELL_ERROR, f"单元格是错误值 {cell.strip()}")
    return _READERS[column.form](column, cell)


def _text(column: Column, cell: Any) -> str:
    if isinstance(cell, bool):
        raise Refused(FileCode.VALUE_INVALID, f"“{column.header}”应为文字")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, int | float):
        if abs(cell) >= _EXACT:
            raise Refused(
                FileCode.VALUE_INVALID, f"“{column.header}”超过15位，表格已丢失末位数字，请设为文本格式后重填"
            )
        return str(int(cell)) if float(cell).is_integer() else str(cell)
    return str(cell).strip()


def _date(column: Column, cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = "".join(_TIME_OF_DAY.sub("", fold_width(str(cell)).strip()).split())
    if re.fullmatch(r"(?:19|20)\d{6}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    day = parse_date(text)
    if day is None:
        raise Refused(FileCode.DATE_INVALID, f"“{column.header}”不是有效的日期：{_short(cell)}")
    return day


def _integer(column: Column, cell: Any) -> int:
    text = fold_width(str(cell)).strip().replace(",", "")
    if isinstance(cell, bool) or not re.fullmatch(r"-?\d{1,15}(?:\.0+)?", text):
        raise Refused(FileCode.NUMBER_INVALID, f"“{column.header}”不是有效的整数：{_short(cell)}")
    return int(text.split(".")[0])


def _flag(column: Column, cell: Any) -> bool:
    value = _FLAGS.get(simplify(str(cell)).strip().lower())
    if value is None:
        raise Refused(FileCode.VALUE_INVALID, f"“{column.header}”应填“是”或“否”：{_short(cell)}")
    return value


def _list(column: Column, cell: Any) -> list[str]:
    parts = cell if isinstance(cell, list) else _SEPARATORS.split(_text(column, cell))
    return [str(part).strip() for part in parts if str(part).strip()]


def _choice(column: Column, cell: Any) -> str:
    text = _text(column, cell)
    for written, sent in column.choices.items():
        if simplify(text).lower() in (simplify(written).lower(), sent.lower()):
            return sent
    raise Refused(FileCode.VALUE_INVALID, f"“{column.header}”只能填：{'、'.join(column.choices)}")


def _short(cell: Any) -> str:
    text = str(cell)
    return text if len(text) <= 40 else text[:40] + "…"


_READERS: dict[str, Callable[[Column, Any], Any]] = {
    "text": _text,
    "date": _date,
    "integer": _integer,
    "flag": _flag,
    "list": _list,
    "choice": _choice,
}
