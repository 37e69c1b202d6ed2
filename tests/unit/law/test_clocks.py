"""The answer clock: worked cases, and what must hold for every case."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.law.clocks import Clock, Fact
from shared.law.profiles import NoSuchRule
from shared.law.rules import Rules, load_rules
from shared.law.workdays import ZONE

D = dt.date
RULES = load_rules()
MARCH_2 = D(2026, 3, 2)
RECEIVED = Fact(MARCH_2, "received")
FIRST = Fact(D(2026, 3, 9), "consulted", D(2026, 3, 25))
SECOND = Fact(D(2026, 3, 18), "consulted", D(2026, 4, 1))


def clock(*facts: Fact, as_of: dt.date = MARCH_2, place: str = "shanghai") -> Clock:
    return RULES.answer_clock(facts, place, as_of)


def due(*facts: Fact, as_of: dt.date = MARCH_2) -> dt.date:
    found = clock(*facts, as_of=as_of).due
    assert found is not None
    return found.date


def morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(9), ZONE)


def test_an_application_is_answered_within_20_working_days() -> None:
    assert due(RECEIVED) == D(2026, 3, 30)


def test_the_days_of_a_consultation_do_not_count() -> None:
    assert due(RECEIVED, FIRST) == D(2026, 4, 16)
    assert sum(line.kind == "paused" for line in clock(RECEIVED, FIRST).days) == 12


def test_overlapping_consultations_are_united_not_added() -> None:
    assert due(RECEIVED, FIRST, SECOND) == D(2026, 4, 23)
    assert sum(line.kind == "paused" for line in clock(RECEIVED, FIRST, SECOND).days) == 17


def test_the_clock_starts_anew_with_the_corrected_application() -> None:
    received, asked = Fact(D(2026, 5, 6), "received"), Fact(D(2026, 5, 14), "correction_notified")
    assert due(received) == D(2026, 6, 2)
    assert due(received, asked, Fact(D(2026, 5, 27), "corrected")) == D(2026, 6, 25)


def test_a_correction_notice_given_too_late_neither_stops_nor_restarts_the_clock() -> None:
    received, late = Fact(D(2026, 5, 6), "received"), Fact(D(2026, 5, 15), "correction_notified")
    assert (clock(received, late).mode, due(received, late)) == ("running", D(2026, 6, 2))
    assert due(received, late, Fact(D(2026, 5, 27), "corrected")) == D(2026, 6, 2)


def test_the_clock_starts_anew_when_the_fee_is_paid() -> None:
    received, billed = Fact(D(2026, 6, 1), "received"), Fact(D(2026, 6, 10), "fee_notified")
    assert due(received, billed, Fact(D(2026, 6, 24), "paid")) == D(2026, 7, 22)


@pytest.mark.parametrize(("kind", "mode"), [("correction_notified", "correcting"), ("fee_notified", "paying")])
def test_nothing_is_owed_while_it_is_the_applicants_turn(kind: str, mode: str) -> None:
    asked = Fact(D(2026, 3, 6), kind)  # type: ignore[arg-type]
    stopped = clock(RECEIVED, asked)
    assert (stopped.mode, stopped.due, stopped.days_left(morning(D(2026, 3, 20)))) == (mode, None, None)
    assert not stopped.provisional
    assert stopped.days[-1].date == D(2026, 3, 6)


def test_a_correction_after_which_a_fee_is_asked_waits_for_the_payment() -> None:
    facts = [
        RECEIVED,
        Fact(D(2026, 3, 5), "correction_notified"),
        Fact(D(2026, 3, 10), "corrected"),
        Fact(D(2026, 3, 12), "fee_notified"),
    ]
    assert clock(*facts).mode == "paying"
    assert clock(*facts, Fact(D(2026, 3, 16), "paid")).started == D(2026, 3, 16)


def test_an_extension_is_added_in_working_days_to_what_remains() -> None:
    extended = Fact(D(2026, 3, 27), "extended", days=20)
    assert due(RECEIVED, extended) == D(2026, 4, 28)
    assert clock(RECEIVED, extended).extended
    assert due(RECEIVED, FIRST, extended) == D(2026, 5, 18)


def test_an_extension_is_granted_once_and_for_20_working_days_at_most() -> None:
    once = Fact(D(2026, 3, 10), "extended", days=20)
    assert due(RECEIVED, once, Fact(D(2026, 3, 20), "extended", days=20)) == due(RECEIVED, once)
    assert due(RECEIVED, Fact(D(2026, 3, 10), "extended", days=60)) == due(RECEIVED, once)


def test_an_extension_of_the_period_before_a_correction_is_void() -> None:
    facts = (
        RECEIVED,
        Fact(D(2026, 3, 4), "extended", days=20),
        Fact(D(2026, 3, 5), "correction_notified"),
        Fact(D(2026, 3, 10), "corrected"),
    )
    assert due(*facts) == RULES.calendars.add_workdays(D(2026, 3, 10), 20).date


def test_while_a_consultation_is_out_the_deadline_moves_and_the_days_left_do_not() -> None:
    out = Fact(D(2026, 3, 9), "consulted")
    early, late = clock(RECEIVED, out, as_of=D(2026, 3, 10)), clock(RECEIVED, out, as_of=D(2026, 3, 13))
    assert early.mode == late.mode == "consulting"
    assert early.due is not None
    assert late.due is not None
    assert early.due.date < late.due.date
    assert early.days_left(morning(D(2026, 3, 10))) == late.days_left(morning(D(2026, 3, 13))) == 15


def test_days_left_count_down_to_nothing_and_below() -> None:
    running = clock(RECEIVED)
    days = [D(2026, 3, 2), D(2026, 3, 3), D(2026, 3, 27), D(2026, 3, 30), D(2026, 3, 31), D(2026, 4, 7)]
    assert [running.days_left(morning(day)) for day in days] == [20, 19, 1, 0, -1, -5]


def test_the_receipt_says_what_every_day_was_and_why() -> None:
    found = clock(
        Fact(D(2026, 2, 10), "received"),
        Fact(D(2026, 2, 11), "consulted", D(2026, 2, 12)),
        Fact(D(2026, 3, 2), "extended", days=5),
    )
    by_day = {line.date: line for line in found.days}
    assert by_day[D(2026, 2, 10)].kind == "start"
    assert [by_day[D(2026, 2, day)].kind for day in (11, 12, 14, 15, 17)] == [
        "counted", "paused", "makeup", "holiday", "holiday",
    ]  # fmt: skip
    assert by_day[D(2026, 2, 17)].note == "春节"
    assert by_day[D(2026, 3, 1)].kind == "weekend"
    assert [line.number for line in found.days if line.number] == list(range(1, 26))
    assert [line.kind for line in found.days][-1] == "extended"
    assert all(line.article for line in found.days)


def test_a_deadline_in_an_unpublished_year_is_provisional() -> None:
    assert clock(Fact(D(2026, 12, 15), "received")).provisional
    assert not clock(RECEIVED).provisional


def test_the_period_of_the_old_regulation_holds_for_what_was_received_under_it() -> None:
    assert due(Fact(D(2019, 5, 14), "received")) == RULES.calendars.add_workdays(D(2019, 5, 14), 15).date
    assert due(Fact(D(2019, 5, 15), "received")) == RULES.calendars.add_workdays(D(2019, 5, 15), 20).date
    with pytest.raises(NoSuchRule):
        clock(Fact(D(2008, 4, 30), "received"))


def test_a_case_is_received_exactly_once() -> None:
    with pytest.raises(ValueError, match="exactly once"):
        clock(FIRST)
    with pytest.raises(ValueError, match="exactly once"):
        clock(RECEIVED, Fact(D(2026, 3, 3), "received"))


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("C6", D(2026, 3, 11), D(2026, 4, 1)),
        ("C3", D(2026, 5, 6), D(2026, 5, 14)),
        ("C11", D(2026, 6, 10), D(2026, 7, 9)),
        ("ENTRY", D(2026, 4, 3), D(2026, 4, 8)),
        ("ENTRY", D(2026, 9, 30), D(2026, 10, 9)),
    ],
)
def test_the_periods_around_the_answer(rules: Rules, period: str, start: dt.date, end: dt.date) -> None:
    assert rules.deadline(period, start, "shanghai").date == end


DAYS = st.dates(D(2026, 3, 2), D(2026, 5, 29))
PAUSES = st.builds(lambda a, b: Fact(min(a, b), "consulted", max(a, b)), DAYS, DAYS)
EXTENSIONS = st.builds(lambda on, days: Fact(on, "extended", days=days), DAYS, st.integers(1, 20))


@given(st.lists(PAUSES, max_size=4), PAUSES, st.lists(EXTENSIONS, max_size=1))
def test_a_further_pause_never_brings_the_deadline_forward(
    pauses: list[Fact], further: Fact, extension: list[Fact]
) -> None:
    assert due(RECEIVED, *pauses, *extension, further) >= due(RECEIVED, *pauses, *extension)


@given(st.data(), st.lists(PAUSES | EXTENSIONS, max_size=5))
def test_the_order_in_which_facts_arrive_does_not_matter(data: st.DataObject, facts: list[Fact]) -> None:
    notice, corrected = Fact(D(2026, 3, 5), "correction_notified"), Fact(D(2026, 3, 20), "corrected")
    known = [RECEIVED, notice, corrected, *facts]
    assert clock(*data.draw(st.permutations(known))) == clock(*known)


@given(st.lists(PAUSES, max_size=4))
def test_the_pause_costs_exactly_the_working_days_of_the_union(pauses: list[Fact]) -> None:
    found = clock(RECEIVED, *pauses)
    paused = {line.date for line in found.days if line.kind == "paused"}
    assert found.due is not None
    assert RULES.calendars.workdays_between(RECEIVED.on, found.due.date) == 20 + len(paused)
    assert all(any(p.on < day <= (p.until or day) for p in pauses) for day in paused)
