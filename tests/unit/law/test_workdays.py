"""Working days against an independent calendar, and the arithmetic of periods against worked examples."""

import datetime as dt

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.law.rules import Rules, load_rules
from shared.law.workdays import ZONE, YearTable, add_hours, days_after, end_of_day, legal_date, month_later

D = dt.date
CALENDARS = load_rules().calendars
PUBLISHED = st.dates(D(2019, 1, 1), D(2026, 6, 30))

VECTORS = [
    ("2024-09-30", "2024-10-15", "2024-10-25", "2024-11-01", "2024-11-29"),
    ("2026-02-10", "2026-02-26", "2026-03-09", "2026-03-16", "2026-04-14"),
    ("2026-02-14", "2026-03-03", "2026-03-13", "2026-03-20", "2026-04-20"),
    ("2026-02-16", "2026-03-03", "2026-03-13", "2026-03-20", "2026-04-20"),
    ("2026-03-07", "2026-03-17", "2026-03-27", "2026-04-03", "2026-05-07"),
    ("2025-12-20", "2025-12-30", "2026-01-12", "2026-01-19", "2026-02-14"),
    ("2026-04-24", "2026-05-08", "2026-05-19", "2026-05-26", "2026-06-24"),
    ("2026-09-18", "2026-09-29", "2026-10-15", "2026-10-22", "2026-11-19"),
    ("2023-01-20", "2023-02-03", "2023-02-15", "2023-02-22", "2023-03-22"),
]


def test_every_day_of_the_published_years_agrees_with_chinesecalendar(rules: Rules) -> None:
    days = [D(2019, 1, 1) + dt.timedelta(n) for n in range((D(2027, 1, 1) - D(2019, 1, 1)).days)]
    assert len(days) == 2922
    assert [d for d in days if rules.calendars.is_workday(d) != chinese_calendar.is_workday(d)] == []


def test_the_number_of_working_days_of_each_year_is_the_known_one(rules: Rules) -> None:
    counted = {y: rules.calendars.workdays_between(D(y - 1, 12, 31), D(y, 12, 31)) for y in range(2019, 2027)}
    assert counted == {2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}


@pytest.mark.parametrize(
    ("received", "n", "due"),
    [(v[0], n, due) for v in VECTORS for n, due in zip((7, 15, 20, 40), v[1:], strict=True)],
)
def test_the_nth_working_day_after_the_received_date(rules: Rules, received: str, n: int, due: str) -> None:
    found = rules.calendars.add_workdays(D.fromisoformat(received), n)
    assert found.date == D.fromisoformat(due)
    assert not found.provisional


@pytest.mark.parametrize(
    ("start", "naive", "right"),
    [
        ("2024-09-30", "2024-10-28", "2024-11-01"),
        ("2026-02-10", "2026-03-10", "2026-03-16"),
        ("2026-09-18", "2026-10-16", "2026-10-22"),
    ],
)
def test_counting_mondays_to_fridays_would_be_wrong(rules: Rules, start: str, naive: str, right: str) -> None:
    day, left = D.fromisoformat(start), 20
    while left:
        day += dt.timedelta(1)
        left -= day.weekday() < 5
    assert (day.isoformat(), rules.calendars.add_workdays(D.fromisoformat(start), 20).date.isoformat()) == (
        naive,
        right,
    )


def test_the_day_a_period_starts_does_not_count_whatever_day_it_is(rules: Rules) -> None:
    for start in (D(2026, 3, 2), D(2026, 3, 7), D(2026, 2, 14), D(2026, 2, 16)):
        first = rules.calendars.add_workdays(start, 1).date
        assert first > start
        assert rules.calendars.workdays_between(start, first) == 1


def test_days_that_are_holidays_of_some_people_only_are_working_days(rules: Rules) -> None:
    assert {rules.calendars.kind(D(2026, month, day)) for month, day in ((5, 4), (6, 1))} == {"holiday", "workday"}
    assert rules.calendars.kind(D(2023, 3, 8)) == rules.calendars.kind(D(2024, 3, 8)) == "workday"


def test_a_period_within_the_last_published_year_is_final_and_beyond_it_provisional(rules: Rules) -> None:
    start = D(2026, 12, 15)
    assert (rules.calendars.add_workdays(start, 7).date, rules.calendars.add_workdays(start, 7).provisional) == (
        D(2026, 12, 24),
        False,
    )
    for n in (15, 20, 40):
        due = rules.calendars.add_workdays(start, n)
        assert due.provisional
        assert due.calendar_version == "2026.1+2027.0"


def test_an_unpublished_year_counts_weekends_and_statutory_holidays(rules: Rules) -> None:
    kinds = {d: rules.calendars.kind(d) for d in (D(2027, 1, 1), D(2027, 2, 5), D(2027, 2, 8), D(2027, 2, 9))}
    assert list(kinds.values()) == ["holiday", "holiday", "holiday", "workday"]
    assert rules.calendars.kind(D(2035, 10, 3)) == "holiday"
    assert rules.calendars.kind(D(2035, 5, 5)) == "weekend"


def test_publishing_a_year_makes_its_deadlines_final(rules: Rules) -> None:
    table = YearTable(year=2027, version="2027.1", notices=("示例",), off={"元旦": (D(2027, 1, 1),)})
    published = rules.with_year(table).calendars
    due = published.add_workdays(D(2026, 12, 15), 20)
    assert (due.provisional, due.calendar_version) == (False, "2026.1+2027.1")
    assert rules.calendars.add_workdays(D(2026, 12, 15), 20).provisional, (
        "the rules handed out before stay as they were"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"off": {"元旦": (D(2026, 1, 1),)}},
        {"off": {}, "work": frozenset({D(2027, 1, 4)})},
        {"off": {"元旦": (D(2027, 1, 2),)}, "work": frozenset({D(2027, 1, 2)})},
    ],
    ids=["a day of another year", "a weekday made up", "a day both off and worked"],
)
def test_an_unsound_year_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        YearTable.model_validate({"year": 2027, "version": "2027.1", "notices": ("示例",), **wrong})


def test_every_published_year_names_its_notice_and_its_holidays(rules: Rules) -> None:
    assert {y for y, t in rules.calendars.years.items() if t.notices and t.version.startswith(str(y))} == set(
        range(2019, 2027)
    )
    assert rules.calendars.holiday(D(2026, 2, 17)) == "春节"
    assert rules.calendars.holiday(D(2026, 2, 14)) is None


def test_the_legal_date_is_the_one_in_shanghai() -> None:
    assert legal_date(dt.datetime(2026, 3, 1, 17, tzinfo=dt.UTC)) == D(2026, 3, 2)
    assert legal_date(dt.datetime(2026, 3, 1, 15, 59, 59, tzinfo=dt.UTC)) == D(2026, 3, 1)
    with pytest.raises(ValueError, match="zone"):
        legal_date(dt.datetime(2026, 3, 1, 17))  # noqa: DTZ001 - the naive instant is the point


def test_a_period_ends_at_midnight_in_shanghai(rules: Rules) -> None:
    assert rules.calendars.add_workdays(D(2026, 3, 2), 20).end == dt.datetime(2026, 3, 30, 16, tzinfo=dt.UTC)


def test_hours_run_through_nights_and_holidays() -> None:
    evening = dt.datetime(2026, 2, 16, 22, tzinfo=ZONE)
    assert add_hours(evening, 5) == dt.datetime(2026, 2, 17, 3, tzinfo=ZONE)


def test_natural_days_that_end_on_a_rest_day_end_on_the_next_working_day(rules: Rules) -> None:
    assert rules.calendars.add_days(D(2026, 4, 3), 30).date == D(2026, 5, 6)
    assert rules.calendars.add_days(D(2026, 9, 10), 10).date == D(2026, 9, 20), "a make-up Sunday is no rest day"
    assert rules.calendars.add_months(D(2026, 4, 4), 6).date == D(2026, 10, 8)
    assert rules.calendars.add_days(D(2026, 2, 1), 20).date == D(2026, 2, 24), "the 21st is in the Spring Festival"
    assert rules.calendars.add_days(D(2026, 3, 2), 60).date == D(2026, 5, 6), "1 May begins five days of rest"
    assert rules.calendars.add_months(D(2025, 8, 31), 6).date == D(2026, 2, 28), "a make-up Saturday is no rest day"
    assert rules.calendars.add_months(D(2026, 7, 1), 6).provisional


def test_a_minimum_of_natural_days_is_never_moved(rules: Rules) -> None:
    assert rules.calendars.minimum_days(D(2026, 9, 1), 30).end == dt.datetime(2026, 10, 2, tzinfo=ZONE)


def test_a_month_without_the_day_ends_on_its_last() -> None:
    assert month_later(D(2026, 8, 31), 6) == D(2027, 2, 28)
    assert month_later(D(2026, 3, 31), -1) == D(2026, 2, 28)
    assert month_later(D(2026, 12, 15), 12) == D(2027, 12, 15)


@given(PUBLISHED, st.integers(1, 60))
def test_the_nth_working_day_is_a_working_day_with_n_between(start: dt.date, n: int) -> None:
    due = CALENDARS.add_workdays(start, n).date
    assert CALENDARS.is_workday(due)
    assert CALENDARS.workdays_between(start, due) == n
    assert CALENDARS.workdays_between(due, start) == -n


@given(PUBLISHED, st.integers(1, 20))
def test_counting_back_from_a_deadline_and_forth_again_returns_to_it(start: dt.date, n: int) -> None:
    due = CALENDARS.add_workdays(start, n + 1).date
    back = CALENDARS.add_workdays(due, -n).date
    assert CALENDARS.add_workdays(back, n).date == due


@given(PUBLISHED, st.integers(0, 400))
def test_days_after_a_day_do_not_contain_it_and_end_with_the_last(start: dt.date, n: int) -> None:
    end = start + dt.timedelta(n)
    days = list(days_after(start, end))
    assert len(days) == n
    assert start not in days
    assert not days or days[-1] == end
    assert end_of_day(end) > end_of_day(start) or n == 0
