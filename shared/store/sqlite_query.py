"""Queries as SQL: which indexes a query wants, which of them drives it, and its page."""

# ruff: noqa: S608 -- values are always bound; only names that checked_name and checked_field let through are pasted

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from shared.store.port import Query, Scalar
from shared.store.query import Piece, cursor_of, pieces, prefix_end
from shared.store.sqlite_open import column, index_name

_FEW = 2000
"""Up to this many matches a condition is better read whole and sorted than met on the way along the order."""


def page(
    connection: sqlite3.Connection, table: str, columns: str, query: Query
) -> tuple[list[tuple[Any, ...]], str | None]:
    """Return the rows of a page (the named columns, of which ``id`` is the first) and the next cursor."""
    where, args = _conditions(query)
    driver = _driver(connection, table, query)
    hint = f'INDEXED BY "{index_name(table, driver)}"' if driver else ""
    order = column(query.order) if query.order else None
    way = "DESC" if query.down else "ASC"
    sort = f"{order} {way}, id {way}" if order else f"id {way}"
    found: list[tuple[Any, ...]] = []
    for piece in pieces(query):
        more, values = _stretch(piece, order, down=query.down)
        conditions = " AND ".join([*where, *more]) or "1"
        sql = f'SELECT {columns}, {order or "NULL"} FROM "{table}" {hint} WHERE {conditions} ORDER BY {sort} LIMIT ?'
        found += connection.execute(sql, [*args, *values, query.limit + 1 - len(found)]).fetchall()
        if len(found) > query.limit:
            last = found[query.limit - 1]
            return found[: query.limit], cursor_of(last[-1], last[0])
    return found, None


def count(connection: sqlite3.Connection, table: str, query: Query, by: str | None) -> dict[Scalar, int]:
    """Count the matches, per value of ``by`` where it is given."""
    where, args = _conditions(query)
    conditions = " AND ".join(where) or "1"
    if by is None:
        total = connection.execute(f'SELECT COUNT(*) FROM "{table}" WHERE {conditions}', args).fetchone()
        return {None: total[0]}
    sql = f'SELECT {column(by)}, COUNT(*) FROM "{table}" WHERE {conditions} GROUP BY {column(by)}'
    return dict(connection.execute(sql, args).fetchall())


def _conditions(query: Query) -> tuple[list[str], list[Scalar]]:
    where: list[str] = []
    args: list[Scalar] = []
    for field, value in query.equal.items():
        where.append(f"{column(field)} IS ?" if value is None else f"{column(field)} = ?")
        args.append(value)
    for field, prefix in query.prefix.items():
        bound = _prefix(field, prefix)
        where.append(bound[0])
        args += bound[1]
    if query.order is not None:
        for sign, bound_value in ((">=", query.low), ("<=", query.high)):
            if bound_value is not None:
                where.append(f"{column(query.order)} {sign} ?")
                args.append(bound_value)
    return where, args


def _prefix(field: str, prefix: str) -> tuple[str, list[Scalar]]:
    end = prefix_end(prefix)
    if end is None:
        return f"({column(field)} >= ? AND typeof({column(field)}) = 'text')", [prefix]
    return f"({column(field)} >= ? AND {column(field)} < ?)", [prefix, end]


def _stretch(piece: Piece, order: str | None, *, down: bool) -> tuple[list[str], list[Scalar]]:
    sign = "<" if down else ">"
    if order is None:
        return ([f"id {sign} ?"], [piece.after[1]]) if piece.after else ([], [])
    if piece.null is None:
        return [], []
    if piece.null:
        return ([f"{order} IS NULL", f"id {sign} ?"], [piece.after[1]]) if piece.after else ([f"{order} IS NULL"], [])
    if piece.after is None:
        return [f"{order} IS NOT NULL"], []
    return [f"({order}, id) {sign} (?, ?)"], list(piece.after)


def _driver(connection: sqlite3.Connection, table: str, query: Query) -> Sequence[str] | None:
    """Return the index to read along: the rarest condition's, else the order's.

    SQLite keeps no statistics here and would guess; counting at most ``_FEW`` entries per condition costs microseconds.
    """
    order = (query.order,) if query.order else ()
    choices: list[tuple[int, tuple[str, ...]]] = []
    for field, value in query.equal.items():
        sign = "IS" if value is None else "="
        fields = (field, *(name for name in order if name != field))
        if len(query.equal) + len(query.prefix) == 1:
            return fields
        choices.append((_capped(connection, table, f"{column(field)} {sign} ?", [value]), fields))
    for field, prefix in query.prefix.items():
        matches = _capped(connection, table, *_prefix(field, prefix))
        if matches < _FEW or not (query.equal or order):
            choices.append((matches, (field,)))
    if choices:
        return min(choices)[1]
    return order or None


def _capped(connection: sqlite3.Connection, table: str, condition: str, args: Sequence[Scalar]) -> int:
    sql = f'SELECT COUNT(*) FROM (SELECT 1 FROM "{table}" WHERE {condition} LIMIT {_FEW})'
    found: int = connection.execute(sql, args).fetchone()[0]
    return found
