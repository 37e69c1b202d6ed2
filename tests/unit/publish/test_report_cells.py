"""Comparing and adding tables, whatever is in them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from services.publish.domain.reports.comparing import added, changes
from shared.contracts.facts.publish import Table, TableName

CELLS = st.one_of(st.none(), st.integers(0, 10**6))
TABLES = st.dictionaries(
    st.sampled_from(["I", "II", "III"]),
    st.dictionaries(st.sampled_from("abc"), st.dictionaries(st.sampled_from("xyz"), CELLS, max_size=3), max_size=3),
    max_size=3,
)
Tables = dict[TableName, Table]


def plain(tables: Tables) -> dict[tuple[str, str, str], object]:
    return {
        (name, row, column): value
        for name, table in tables.items()
        for row, line in table.items()
        for column, value in line.items()
        if value is not None
    }


@settings(max_examples=150, deadline=None)
@given(TABLES, TABLES)
def test_the_changes_lead_from_one_report_to_the_other(before: Tables, after: Tables) -> None:
    cells = plain(before)
    for change in changes(before, after):
        assert cells.get((change.table, change.row, change.column)) == change.before
        cells[change.table, change.row, change.column] = change.after
    assert {cell: value for cell, value in cells.items() if value is not None} == plain(after)
    assert changes(after, after) == ()


@settings(max_examples=150, deadline=None)
@given(st.lists(TABLES, max_size=4))
def test_a_sum_holds_every_units_figure_once_and_invents_none(units: list[Tables]) -> None:
    found = plain(added(units))
    wanted: dict[tuple[str, str, str], int] = {}
    for unit in units:
        for cell, value in plain(unit).items():
            wanted[cell] = wanted.get(cell, 0) + int(str(value))
    assert found == wanted
    assert added(list(reversed(units))) == added(units)
