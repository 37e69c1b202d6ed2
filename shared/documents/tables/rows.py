"""Rows of a table as data for the feed, checked one by one against the contract of their type."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from shared.contracts.problems import Refused
from shared.documents.faults import FileCode
from shared.documents.tables.cells import read_cell
from shared.documents.tables.columns import KINDS, Column, Kind
from shared.law.script import simplify

MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row for the feed: where it stood, its feed type, what tells it apart, and its data (plain JSON values).

    ``event`` is the whole CloudEvent where the file held one; otherwise the caller makes the envelope.
    """

    line: int
    type: str
    identity: str
    data: dict[str, Any]
    event: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in a row: its line (counted from 1, as the file shows it), the column, the code, a Chinese text."""

    line: int
    column: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Table:
    """What a file held: rows that can be fed, and what is wrong with the others."""

    rows: list[Row]
    errors: list[RowError]


def headers(cells: Iterable[Any], kind: Kind) -> tuple[list[Column | None], list[str]]:
    """Match a header row (表头) with the columns of a kind.

    Returns:
        One column or None per cell, and the headers nobody knows.
    """
    known = {_name(name): column for column in kind.columns for name in (column.header, column.field, *column.also)}
    found = [known.get(_name(cell)) for cell in cells]
    unknown = [str(cell).strip() for cell, column in zip(cells, found, strict=True) if column is None and _name(cell)]
    return found, unknown


def kind_of(cells: list[Any], wanted: str | None) -> Kind | None:
    """Say which kind of table has this header row: the one with most columns matched, none if fewer than two match."""
    kinds = [KINDS[wanted]] if wanted else list(KINDS.values())
    matches = [(sum(column is not None for column in headers(cells, kind)[0]), kind) for kind in kinds]
    most = max(count for count, _ in matches)
    best = [kind for count, kind in matches if count == most]
    return best[0] if most >= 2 and len(best) == 1 else None


def read_rows(kind: Kind, cells: list[Any], lines: Iterable[tuple[int, list[Any]]]) -> Table:
    """Read the rows below a header row.

    Args:
        kind: what the rows are.
        cells: the header row.
        lines: line number and cells of each row; empty rows and the untouched example row are passed over.

    Raises:
        Refused: COLUMN_UNKNOWN, COLUMN_REPEATED, HEADER_MISSING, TOO_MANY_ROWS: then no row is read.
    """
    columns = _checked_header(kind, cells)
    rows: list[Row] = []
    errors: list[RowError] = []
    for line, values in lines:
        found = {column: value for column, value in zip(columns, values, strict=False) if column and _filled(value)}
        if not found or _is_example(kind, found):
            continue
        if len(rows) + len(errors) >= MOST_ROWS:
            raise Refused(FileCode.TOO_MANY_ROWS, f"超过 {MOST_ROWS} 行，请拆分文件")
        row, wrong = read_row(kind, line, found)
        errors.extend(wrong)
        rows.extend([row] if row else [])
    return Table(list(_gathered(kind, rows)), errors)


def read_row(kind: Kind, line: int, cells: Mapping[Column, Any]) -> tuple[Row | None, list[RowError]]:
    """Read one row; every fault of it is told, not only the first."""
    data: dict[str, Any] = {}
    errors: list[RowError] = []
    for column, cell in cells.items():
        try:
            value = read_cell(column, _whole(cell))
        except Refused as refused:
            errors.append(RowError(line, column.header, str(refused.code), refused.detail))
            continue
        if value is not None:
            data[column.field] = value
    errors.extend(_missing(kind, line, data, {error.column for error in errors}))
    if errors:
        return None, errors
    return check_row(kind, line, data)


def check_row(kind: Kind, line: int, data: dict[str, Any]) -> tuple[Row | None, list[RowError]]:
    """Hold the data of a row against the contract of its type."""
    try:
        fact = kind.fact.model_validate(data)
    except ValidationError as error:
        return None, [_violation(kind, line, item["loc"]) for item in error.errors()]
    identity = next((str(data[name]) for name in kind.identity if data.get(name)), "")
    return Row(line, kind.fact.type, identity, fact.wire()), []


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell that cannot be read whatever its column is."""

    code: FileCode


def _whole(cell: Any) -> Any:
    if isinstance(cell, Broken):
        raise Refused(cell.code)
    return cell


def _missing(kind: Kind, line: int, data: Mapping[str, Any], told: set[str]) -> Iterator[RowError]:
    for column in kind.columns:
        if column.required and column.field not in data and column.header not in told:
            yield RowError(line, column.header, str(FileCode.VALUE_MISSING), f"缺少“{column.header}”")
    names = [column.header for name in kind.identity for column in kind.columns if column.field == name]
    if len(names) > 1 and not told & set(names) and not any(data.get(name) for name in kind.identity):
        yield RowError(line, names[0], str(FileCode.VALUE_MISSING), f"“{'”和“'.join(names)}”至少填一项")


def _violation(kind: Kind, line: int, location: tuple[int | str, ...]) -> RowError:
    name = str(location[0]) if location else ""
    column = next((column for column in kind.columns if column.field == name), None)
    header = column.header if column else name
    note = f"（{column.note}）" if column and column.note else ""
    return RowError(line, header, str(FileCode.VALUE_INVALID), f"“{header}”的值不符合要求{note}")


def _checked_header(kind: Kind, cells: list[Any]) -> list[Column | None]:
    columns, unknown = headers(cells, kind)
    if unknown:
        raise Refused(FileCode.COLUMN_UNKNOWN, f"表头中有不认识的列：{'、'.join(unknown[:10])}")
    named = [column.header for column in columns if column]
    if repeated := {name for name in named if named.count(name) > 1}:
        raise Refused(FileCode.COLUMN_REPEATED, f"列重复：{'、'.join(sorted(repeated))}")
    if lacking := [c.header for c in kind.columns if c.required and c.header not in named]:
        raise Refused(FileCode.HEADER_MISSING, f"缺少必需的列：{'、'.join(lacking)}")
    return columns


def _gathered(kind: Kind, rows: list[Row]) -> Iterator[Row]:
    if not kind.gathers:
        yield from rows
        return
    together: dict[str, Row] = {}
    for row in rows:
        first = together.setdefault(row.identity, row)
        if first is not row:
            known = list(first.data.get(kind.gathers, []))
            added = [item for item in row.data.get(kind.gathers, []) if item not in set(known)]
            together[row.identity] = replace(first, data={**first.data, kind.gathers: known + added})
    yield from together.values()


def _is_example(kind: Kind, cells: Mapping[Column, Any]) -> bool:
    written = {column.field: str(value).strip() for column, value in cells.items()}
    return written == {column.field: column.example for column in kind.columns if column.example}


def _filled(value: Any) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def _name(cell: Any) -> str:
    return "".join(simplify(str(cell or "")).replace("*", "").lower().split())
