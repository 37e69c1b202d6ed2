"""The three files a table may come in: NDJSON, CSV, XLSX."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, NoReturn

from shared.contracts.problems import Refused
from shared.documents.faults import FileCode
from shared.documents.reading import MOST_BYTES, check_type, decode
from shared.documents.tables.columns import KINDS, Kind
from shared.documents.tables.rows import (
    MOST_ROWS,
    Broken,
    Row,
    RowError,
    Table,
    check_row,
    kind_of,
    read_rows,
)

_HEADER_WITHIN = 10  # lines; above the header a sheet may have a heading
_MOST_COLUMNS = 200


def read_table(name: str, data: bytes, kind: str | None = None) -> Table:
    """Read a table of documents, bodies, enterprises or partners.

    Args:
        name: file name, ending in .ndjson, .jsonl, .csv or .xlsx.
        data: the whole file.
        kind: a name of ``KINDS``; without it the header tells (for NDJSON the ``type``, else the names of the fields).

    Returns:
        The rows that can be fed, and per row what is wrong with the others.

    Raises:
        Refused: with a ``FileCode``: the file as a whole cannot be read.
    """
    ending = check_type(name, data)
    if ending in (".ndjson", ".jsonl"):
        return _ndjson(data, KINDS[kind] if kind else None)
    if ending == ".csv":
        text = decode(data)
        return _below_header(_csv_lines(text), kind)
    if ending == ".xlsx":
        return _xlsx(data, kind)
    raise Refused(FileCode.FILE_TYPE_UNKNOWN, f"{ending} 不是表格")


def _ndjson(data: bytes, kind: Kind | None) -> Table:
    rows: list[Row] = []
    errors: list[RowError] = []
    try:
        lines = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise Refused(FileCode.ENCODING_UNKNOWN, "NDJSON 必须是 UTF-8 编码") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if len(rows) >= MOST_ROWS:
            raise Refused(FileCode.TOO_MANY_ROWS)
        try:
            row, wrong = _json_row(number, _strict(line), kind)
        except (ValueError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error) or "嵌套过深"
            row, wrong = None, [RowError(number, "", str(FileCode.ROW_INVALID), f"不是合法的 JSON：{reason}")]
        rows.extend([row] if row else [])
        errors.extend(wrong)
    return Table(rows, errors)


def _json_row(number: int, value: Any, kind: Kind | None) -> tuple[Row | None, list[RowError]]:
    if not isinstance(value, dict):
        return None, [RowError(number, "", str(FileCode.ROW_NOT_OBJECT), FileCode.ROW_NOT_OBJECT.text)]
    event = value if "specversion" in value else None
    content = value.get("data") if event else value
    named = {known.fact.type: known for known in KINDS.values()}
    kind = named.get(str(value.get("type"))) if event else kind
    if event and kind is None and isinstance(content, dict):  # a type without a table: the feed's door judges it
        return Row(number, str(event.get("type")), str(event.get("subject", "")), content, event), []
    if kind is None and isinstance(content, dict):
        kind = _kind_by_fields(content)
    if kind is None:
        return None, [RowError(number, "type", str(FileCode.KIND_UNKNOWN), FileCode.KIND_UNKNOWN.text)]
    if not isinstance(content, dict):
        return None, [RowError(number, "data", str(FileCode.ROW_NOT_OBJECT), "data 不是一个 JSON 对象")]
    if unknown := sorted(set(content) - set(kind.fact.model_fields)):
        return None, [RowError(number, unknown[0], str(FileCode.COLUMN_UNKNOWN), f"不认识的字段：{unknown[0]}")]
    row, wrong = check_row(kind, number, content)
    return (Row(number, row.type, row.identity, content, event) if row else None), wrong


def _kind_by_fields(content: Mapping[str, Any]) -> Kind | None:
    """Return the one kind whose rows are told apart by a field that is here."""
    found = [kind for kind in KINDS.values() if any(content.get(name) for name in kind.identity)]
    return found[0] if len(found) == 1 else None


def _strict(line: str) -> Any:
    return json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("同一对象中出现重复的键")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"不接受 {name}")


def _csv_lines(text: str) -> Iterator[tuple[int, list[Any]]]:
    csv.field_size_limit(MOST_BYTES)  # a document's text is longer than the default allows
    first = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    try:
        for cells in reader:
            yield begin, list(cells)
            begin = reader.line_num + 1
    except csv.Error as error:
        raise Refused(FileCode.FILE_DAMAGED, f"第 {begin} 行的引号或分隔符有误") from error


def _xlsx(data: bytes, kind: str | None) -> Table:
    import openpyxl  # heavy: a service that restarts must not wait for it

    try:
        values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        for sheet in values.sheetnames:
            lines = _sheet_lines(values[sheet], formulas[sheet])
            found = _find_header(lines, kind)
            if found:
                header, wanted = found
                return read_rows(wanted, header, lines)
    except Refused:
        raise
    except Exception as error:
        raise Refused(FileCode.FILE_DAMAGED) from error
    raise Refused(FileCode.HEADER_MISSING if kind else FileCode.KIND_UNKNOWN)


def _sheet_lines(values: Any, formulas: Any) -> Iterator[tuple[int, list[Any]]]:
    computed = values.iter_rows(max_col=_MOST_COLUMNS)
    written = formulas.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
    for number, (cells, sources) in enumerate(zip_longest(computed, written, fillvalue=()), 1):
        yield number, [_cell(cell, source) for cell, source in zip_longest(cells, sources)]


def _cell(cell: Any, source: Any) -> Any:
    if cell is None:
        return None
    if cell.value is None and isinstance(source, str) and source.startswith("="):
        return Broken(FileCode.FORMULA_WITHOUT_VALUE)
    if cell.data_type == "e":
        return Broken(FileCode.CELL_ERROR)
    return cell.value


def _below_header(lines: Iterator[tuple[int, list[Any]]], kind: str | None) -> Table:
    found = _find_header(lines, kind)
    if found is None:
        raise Refused(FileCode.HEADER_MISSING if kind else FileCode.KIND_UNKNOWN)
    header, wanted = found
    return read_rows(wanted, header, lines)


def _find_header(lines: Iterable[tuple[int, list[Any]]], kind: str | None) -> tuple[list[Any], Kind] | None:
    for number, cells in lines:
        if wanted := kind_of(cells, kind):
            return cells, wanted
        if number >= _HEADER_WITHIN:
            return None
    return None
