"""Table II of the annual report: its shape, its totals, its identities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.law.rows import UnknownCode
from shared.law.rules import Rules, load_rules

TABLE = load_rules().table_two
APPLICANTS = ("np", "com", "sci", "ngo", "law", "oth")
RESULTS = tuple(row.code for row in TABLE.rows if row.decisions)


def test_rows_and_columns_are_those_of_the_decisions_and_applicants(rules: Rules) -> None:
    assert [c.code for c in TABLE.columns] == [*rules.vocabularies.applicants.codes, "sum"]
    assert [c.label for c in TABLE.columns][:-1] == [a.label for a in rules.vocabularies.applicants]
    for decision in rules.vocabularies.decisions:
        row = TABLE.rows[decision.row]
        assert row.label == decision.label
        assert decision.code in row.decisions
        assert row.group in ("", decision.group)
    assert len(TABLE.rows) == 25


def test_totals_are_added_to_what_was_counted() -> None:
    cells = TABLE.build({
        ("r1", "np"): 58, ("r1", "com"): 7, ("r1", "law"): 1, ("r2", "np"): 2,
        ("A", "np"): 2, ("A", "com"): 1, ("B", "np"): 16, ("B", "com"): 1,
        ("D1", "np"): 40, ("D1", "com"): 5, ("E1", "np"): 2, ("F3", "law"): 1,
    })  # fmt: skip
    assert [cells[row, "sum"] for row in ("r1", "r2", "A", "B", "r3", "r4")] == [66, 2, 3, 17, 68, 0]
    assert cells["C1", "np"] == 0, "a cell without a case is a zero, not a blank"
    assert TABLE.check(cells) == []


def test_cases_that_vanished_break_the_balance() -> None:
    cells = TABLE.build({("r1", "np"): 3, ("A", "np"): 1, ("r4", "np"): 1})
    broken = TABLE.check(cells)
    assert {(v.identity, v.where, v.left, v.right) for v in broken} == {
        ("BALANCE", "np", 3, 2),
        ("BALANCE", "sum", 3, 2),
    }
    assert all(v.text for v in broken)


def test_a_total_typed_wrong_is_found() -> None:
    cells = TABLE.build({("r1", "np"): 1, ("A", "np"): 1})
    cells["r3", "np"] = 2
    assert {(v.identity, v.where) for v in TABLE.check(cells)} == {
        ("BALANCE", "np"), ("RESULTS", "np"), ("APPLICANTS", "r3"),
    }  # fmt: skip


def test_what_was_carried_over_is_what_last_year_left() -> None:
    last = TABLE.build({("r1", "np"): 2, ("A", "np"): 1, ("r4", "np"): 1})
    right = TABLE.build({("r2", "np"): 1, ("A", "np"): 1})
    wrong = TABLE.build({("r2", "com"): 1, ("A", "com"): 1})
    assert TABLE.check(right, last) == []
    assert [(v.identity, v.where) for v in TABLE.check(wrong, last)] == [
        ("CARRIED_OVER", "np"),
        ("CARRIED_OVER", "com"),
    ]


def test_a_cell_outside_the_table_is_refused() -> None:
    with pytest.raises(UnknownCode):
        TABLE.build({("Z9", "np"): 1})
    with pytest.raises(UnknownCode):
        TABLE.build({("A", "nobody"): 1})


@given(
    st.lists(st.tuples(st.sampled_from(("r1", "r2")), st.sampled_from((*RESULTS, "r4")), st.sampled_from(APPLICANTS)))
)
def test_a_table_of_whole_cases_always_holds(cases: list[tuple[str, str, str]]) -> None:
    counts: dict[tuple[str, str], int] = {}
    for came, went, applicant in cases:
        for row in (came, went):
            counts[row, applicant] = counts.get((row, applicant), 0) + 1
    assert TABLE.check(TABLE.build(counts)) == []


def test_the_report_on_a_year_has_the_format_of_that_year() -> None:
    assert [TABLE.format_of(year) for year in (2019, 2020, 2021, 2026)] == ["2019", "2019", "2021", "2021"]
    assert TABLE.formatted("2021") is TABLE
    with pytest.raises(LookupError):
        TABLE.format_of(2018)
    with pytest.raises(UnknownCode):
        TABLE.formatted("2008")


def test_the_format_of_2019_does_not_divide_other_ways_of_handling() -> None:
    old = TABLE.formatted("2019")
    assert len(old.rows) == 23
    assert [row.code for row in old.rows][-3:] == ["F", "r3", "r4"]
    assert (old.rows["F"].label, old.rows["F"].decisions) == ("（六）其他处理", ("F1", "F2", "F3"))
    assert old.row_of["F2"] == "F"
    assert TABLE.row_of["A2"] == "A"
    cells = old.build({("r1", "np"): 2, ("F", "np"): 1, ("r4", "np"): 1})
    assert (cells["r3", "sum"], old.check(cells)) == (1, [])
    assert {v.identity for v in old.check({**cells, ("F", "np"): 2})} == {"RESULTS", "APPLICANTS"}


def test_what_huangpu_published_for_2023_leaves_272_cases_to_the_next_year() -> None:
    cells = TABLE.build({("r1", "np"): 2461, ("r2", "np"): 107, ("A", "np"): 2296, ("r4", "np"): 272})
    assert TABLE.check(cells) == []
    assert {v.identity for v in TABLE.check({**cells, ("r4", "np"): 165, ("r4", "sum"): 165})} == {"BALANCE"}
