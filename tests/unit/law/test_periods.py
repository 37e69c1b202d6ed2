"""Every period as a row, and the worked examples of publication, comment and response."""

import datetime as dt

import pytest

from shared.law.rules import Rules
from shared.law.workdays import ZONE

D = dt.date


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("PROACTIVE", D(2026, 1, 30), D(2026, 3, 5)),
        ("PENALTY", D(2026, 4, 30), D(2026, 5, 13)),
        ("FEEDBACK", D(2026, 9, 23), D(2026, 10, 14)),
        ("OWN_POINTS", D(2026, 4, 3), D(2026, 5, 6)),
        ("COMMENT", D(2026, 9, 1), D(2026, 10, 1)),
        ("C14", D(2026, 3, 2), D(2026, 5, 6)),
        ("C15", D(2026, 3, 2), D(2026, 9, 2)),
        ("C15R", D(2026, 4, 17), D(2026, 5, 6)),
        ("C16", D(2026, 4, 30), D(2026, 5, 11)),
    ],
)
def test_a_period_ends_on_the_day_the_law_says(rules: Rules, period: str, start: dt.date, end: dt.date) -> None:
    assert rules.deadline(period, start, "shanghai").date == end


def test_budget_days_are_natural_and_disclosure_days_are_working(rules: Rules) -> None:
    start = D(2026, 3, 2)
    assert rules.deadline("ACCOUNTS", start, "shanghai").date == D(2026, 3, 23), "22 March is a Sunday"
    assert rules.deadline("PROACTIVE", start, "shanghai").date == D(2026, 3, 30)


def test_a_response_to_an_emergency_is_counted_in_hours_through_the_night(rules: Rules) -> None:
    event = dt.datetime(2026, 2, 16, 22, 30, tzinfo=ZONE)
    assert rules.moment("EMERGENCY", event, "shanghai") == dt.datetime(2026, 2, 17, 3, 30, tzinfo=ZONE)
    assert rules.moment("PRESS", event, "shanghai") - event == dt.timedelta(hours=24)
    assert rules.moment("OPINION", event, "shanghai") - event == dt.timedelta(hours=48)
    with pytest.raises(ValueError, match="hours"):
        rules.deadline("EMERGENCY", event.date(), "shanghai")


def test_a_period_of_days_is_over_at_midnight_in_shanghai(rules: Rules) -> None:
    published = dt.datetime(2026, 8, 31, 17, tzinfo=dt.UTC)
    assert rules.moment("COMMENT", published, "shanghai") == dt.datetime(2026, 10, 2, tzinfo=ZONE)


def test_a_correction_notice_may_set_its_own_period(rules: Rules) -> None:
    start = D(2026, 3, 2)
    assert rules.deadline("C4", start, "shanghai").date == D(2026, 3, 23)
    assert rules.deadline("C4", start, "shanghai", days=10).date == D(2026, 3, 16)


def test_every_period_has_a_length_in_force_today_a_meaning_and_an_article(rules: Rules) -> None:
    assert len(rules.periods) > 25
    for period in rules.periods:
        assert period.length is None or rules.profiles.number("jingan", period.length, D(2026, 3, 2)) > 0
        assert period.title
        assert period.expiry
        assert period.article


SILENCE = {
    "C1": ("workdays", 20, "逾期未答复"),
    "C2": ("workdays", 20, "逾期未答复"),
    "C3": ("workdays", 7, "不因补正停止或重算"),
    "C4": ("workdays", 15, "视为放弃申请（F1）"),
    "C5": ("workdays", 20, "逾期未答复"),
    "C6": ("workdays", 15, "由行政机关依条例决定"),
    "C7": ("workdays", 15, "视为同意公开"),
    "C9": ("workdays", None, "逾期未答复"),
    "C10": ("workdays", 20, "不得再收费"),
    "C11": ("workdays", 20, "视为放弃申请（F2）"),
    "C12": ("workdays", 20, "逾期未答复"),
    "C13": ("workdays", 20, "记录逾期更正"),
    "C14": ("days", 60, "丧失复议申请权"),
    "C15": ("months", 6, "丧失起诉权"),
    "C15R": ("days", 15, "丧失起诉权"),
    "C16": ("workdays", 5, "视为无证据"),
}
"""The clocks of an application but for C8, which is no period: their unit, their length, what silence means."""


@pytest.mark.parametrize("code", SILENCE)
def test_every_clock_has_its_length_and_its_meaning_of_silence(rules: Rules, code: str) -> None:
    unit, length, silence = SILENCE[code]
    period = rules.periods[code]
    assert period.unit == unit
    assert silence in period.expiry
    if length is None:
        assert period.length is None
    else:
        assert period.length is not None
        assert rules.profiles.number("shanghai", period.length, D(2026, 3, 2)) == length


def test_a_period_the_law_sets_no_length_for_is_as_long_as_was_stated(rules: Rules) -> None:
    assert rules.deadline("C9", D(2026, 3, 2), "shanghai", days=40).date == D(2026, 4, 28)
    with pytest.raises(ValueError, match="stated"):
        rules.deadline("C9", D(2026, 3, 2), "shanghai")


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("C1", D(2026, 3, 2), D(2026, 3, 30)),
        ("C3", D(2026, 5, 6), D(2026, 5, 14)),
        ("C5", D(2026, 5, 27), D(2026, 6, 25)),
        ("C6", D(2026, 3, 11), D(2026, 4, 1)),
        ("C7", D(2026, 3, 11), D(2026, 4, 1)),
        ("C11", D(2026, 6, 10), D(2026, 7, 9)),
        ("C12", D(2026, 6, 24), D(2026, 7, 22)),
    ],
)
def test_the_worked_days_of_an_application(rules: Rules, code: str, start: dt.date, end: dt.date) -> None:
    assert rules.deadline(code, start, "shanghai").date == end
