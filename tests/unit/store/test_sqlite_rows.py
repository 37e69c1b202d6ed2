"""Rows written many to a statement are the rows written one by one."""

from __future__ import annotations

from collections.abc import Sequence
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from shared.store import sqlite_save
from shared.store.port import Row
from shared.store.sqlite_open import Schema, connect
from shared.store.sqlite_save import put, rows_of

ROWS = st.lists(
    st.builds(
        lambda table, number, version, text: Row(table, f"i{number}", version, {"t": text}, {"n": number}),
        st.sampled_from(["one", "two"]),
        st.integers(0, 80),
        st.integers(1, 5),
        st.text(max_size=3),
    ),
    max_size=260,
)


def kept(calls: Sequence[Sequence[Row]]) -> list[tuple[object, ...]]:
    """Put rows into an empty database, call by call; return what is in it."""
    connection = connect(":memory:")
    schema = Schema(connection)
    for table in ("one", "two"):
        schema.make(connection, f"r:{table}", ())
    for rows in calls:
        put(connection, rows_of(rows))
    found = []
    for table in ("one", "two"):
        lines = connection.execute(f'SELECT * FROM "r:{table}" ORDER BY id')
        found += [(table, *line) for line in lines]
    connection.close()
    return found


@given(ROWS, st.sampled_from([2, 50, sqlite_save.LINES]))
def test_rows_at_once_come_to_the_same_as_one_by_one(rows: list[Row], lines: int) -> None:
    newest: dict[tuple[str, str], int] = {}
    for row in rows:
        newest[row.table, row.id] = max(row.version, newest.get((row.table, row.id), 0))

    with patch.object(sqlite_save, "LINES", lines):
        at_once = kept([rows])

    assert at_once == kept([[row] for row in rows])
    assert {(line[0], line[1]): line[2] for line in at_once} == newest
