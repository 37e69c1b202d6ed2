"""Until when a decision can be challenged."""

import datetime as dt

import pytest

from shared.law.remedying import Served, remedies_open
from shared.law.rules import Rules

D = dt.date
ON = D(2026, 3, 2)


def open_(rules: Rules, way: str, served: Served) -> dict[str, dt.date]:
    found = remedies_open(way, served, lambda code, day: rules.deadline(code, day, "shanghai"))
    return {each.code: each.due.date for each in found}


@pytest.mark.parametrize(
    ("way", "codes"),
    [
        ("either", {"C14": D(2026, 5, 6), "C15": D(2026, 9, 2)}),
        ("reconsideration_first", {"C14": D(2026, 5, 6)}),
        ("withheld_first", {"C14": D(2026, 5, 6), "C15": D(2026, 9, 2)}),
        ("none", {}),
    ],
)
def test_the_way_of_remedy_says_which_periods_are_open(rules: Rules, way: str, codes: dict[str, dt.date]) -> None:
    assert open_(rules, way, Served(ON)) == codes


def test_what_was_not_told_runs_from_the_day_it_was_learnt_and_a_year_at_most(rules: Rules) -> None:
    assert open_(rules, "either", Served(ON, told=False)) == {"C14U": D(2027, 3, 2), "C15U": D(2027, 3, 2)}
    soon = open_(rules, "either", Served(ON, told=False, known=D(2026, 4, 1)))
    assert soon == {"C14": D(2026, 6, 1), "C15": D(2026, 10, 8)}
    late = open_(rules, "either", Served(ON, told=False, known=D(2027, 2, 1)))
    assert late == {"C14U": D(2027, 3, 2), "C15U": D(2027, 3, 2)}


def test_after_a_reconsideration_there_are_fifteen_days_and_the_agency_replies_in_five(rules: Rules) -> None:
    found = open_(rules, "reconsideration_first", Served(ON, reconsidered=D(2026, 4, 17), copied=D(2026, 4, 30)))
    assert found == {"C14": D(2026, 5, 6), "C15R": D(2026, 5, 6), "C16": D(2026, 5, 11)}
    assert open_(rules, "none", Served(ON, reconsidered=ON, copied=ON)) == {}


def test_every_way_of_the_table_is_known(rules: Rules) -> None:
    for way in rules.vocabularies.remedies.ways.codes:
        assert ("C14" in open_(rules, way, Served(ON))) == (way != "none")
