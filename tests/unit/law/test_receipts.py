"""The receipt of a deadline: every day once, each with its reason, the same again from the same facts."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.canonical import canonical
from shared.law.clocks import Clock, Fact
from shared.law.lines import COUNTED, UNPUBLISHED
from shared.law.rules import load_rules

D = dt.date
RULES = load_rules()
RECEIVED = Fact(D(2026, 3, 2), "received")
LETTER = Fact(D(2026, 3, 9), "consulted", D(2026, 3, 25), label="第1号征求意见函")
SECOND = Fact(D(2026, 3, 18), "consulted", D(2026, 4, 1), label="第2号征求意见函")


def clock(*facts: Fact) -> Clock:
    return RULES.answer_clock(facts, "shanghai", RECEIVED.on)


def receipt(found: Clock) -> bytes:
    """The receipt as it is compared: canonical JSON."""
    lines = [[x.date.isoformat(), x.kind, x.number, x.article, x.note] for x in found.days]
    due = [found.due.date.isoformat(), found.due.calendar_version, found.due.provisional] if found.due else None
    return canonical({"mode": found.mode, "started": found.started.isoformat(), "due": due, "lines": lines})


def due(*facts: Fact) -> dt.date:
    found = clock(*facts).due
    assert found is not None
    return found.date


def test_every_line_says_by_what_it_is_counted_or_not() -> None:
    extended = Fact(D(2026, 3, 27), "extended", days=20, label="负责人批准延长")
    notes = {line.date: line.note for line in clock(RECEIVED, LETTER, SECOND, extended).days}
    assert notes[D(2026, 3, 2)] == "收到申请之日"
    assert notes[D(2026, 3, 10)] == "第1号征求意见函"
    assert notes[D(2026, 3, 19)] == "第1号征求意见函、第2号征求意见函"
    assert notes[D(2026, 3, 26)] == "第2号征求意见函"
    assert notes[D(2026, 4, 6)] == "清明节"
    assert notes[D(2026, 4, 2)] == ""
    assert clock(RECEIVED, LETTER, SECOND, extended).days[-1].note == "负责人批准延长"


@pytest.mark.parametrize(
    ("facts", "note", "article"),
    [
        ([Fact(D(2026, 3, 5), "correction_notified"), Fact(D(2026, 3, 20), "corrected")], "收到补正之日", "条例第30条"),
        ([Fact(D(2026, 3, 5), "fee_notified"), Fact(D(2026, 3, 20), "paid")], "完成缴费之日", "国办函〔2020〕109号"),
        ([Fact(D(2026, 3, 20), "reopened")], "责令重新答复之日", "行政复议法第64条；行政诉讼法第70条"),
    ],
)
def test_a_period_that_runs_anew_says_from_what(facts: list[Fact], note: str, article: str) -> None:
    first = clock(RECEIVED, *facts).days[0]
    assert (first.date, first.kind, first.note, first.article) == (D(2026, 3, 20), "start", note, article)
    assert due(RECEIVED, *facts) == RULES.calendars.add_workdays(D(2026, 3, 20), 20).date


def test_a_stated_reasonable_period_is_kept_to_its_day() -> None:
    put_off = Fact(D(2026, 3, 20), "delayed", D(2026, 6, 30), label="已告知的延迟答复期限")
    found = clock(RECEIVED, LETTER, put_off)
    assert found.due is not None
    assert (found.due.date, found.mode) == (D(2026, 6, 30), "running")
    last = found.days[-1]
    assert (last.kind, last.note, last.article.split("；")[0]) == ("fixed", "已告知的延迟答复期限", "条例第35条")
    assert due(RECEIVED, put_off, Fact(D(2026, 5, 1), "delayed", D(2026, 7, 31))) == D(2026, 7, 31)


def test_a_new_answer_ordered_by_a_day_is_owed_by_that_day() -> None:
    assert due(RECEIVED, Fact(D(2026, 6, 1), "reopened", D(2026, 6, 12))) == D(2026, 6, 12)


def test_a_holiday_of_an_unpublished_year_says_that_it_is_a_guess() -> None:
    lines = {line.date: line for line in clock(Fact(D(2026, 12, 15), "received")).days}
    assert (lines[D(2027, 1, 1)].kind, lines[D(2027, 1, 1)].note) == ("holiday", UNPUBLISHED)


@pytest.mark.parametrize(
    "order",
    [(D(2026, 3, 4), D(2026, 3, 6)), (D(2026, 3, 20), D(2026, 3, 6))],
    ids=["extended before the consultation", "extended after the consultation"],
)
def test_an_extension_is_added_to_the_remaining_clock_whenever_outsiders_are_asked(
    order: tuple[dt.date, dt.date],
) -> None:
    granted, sent = order
    asked = Fact(sent, "consulted", D(2026, 3, 18))
    extended = Fact(granted, "extended", days=10)
    found = clock(RECEIVED, extended, asked)
    paused = sum(line.kind == "paused" for line in found.days)
    assert paused == 8
    assert due(RECEIVED, extended, asked) == RULES.calendars.add_workdays(RECEIVED.on, 30 + paused).date


def test_asking_ones_own_sections_is_no_fact_of_the_clock() -> None:
    assert due(RECEIVED) == due(RECEIVED, Fact(D(2026, 3, 9), "consulted", D(2026, 3, 9)))


DAYS = st.dates(D(2026, 3, 2), D(2026, 5, 29))
PAUSES = st.builds(
    lambda a, b, n: Fact(min(a, b), "consulted", max(a, b), label=f"第{n}号征求意见函"), DAYS, DAYS, st.integers(1, 9)
)
EXTENSIONS = st.builds(lambda on, days: Fact(on, "extended", days=days), DAYS, st.integers(1, 20))
STARTS = st.dates(D(2019, 6, 1), D(2026, 5, 1)).map(lambda on: Fact(on, "received"))


@given(st.data(), st.lists(PAUSES | EXTENSIONS, max_size=5))
def test_a_replayed_receipt_is_equal_byte_for_byte_in_whatever_order(data: st.DataObject, facts: list[Fact]) -> None:
    known = [RECEIVED, Fact(D(2026, 3, 5), "correction_notified"), Fact(D(2026, 3, 20), "corrected"), *facts]
    first = receipt(clock(*known))
    assert receipt(clock(*known)) == first
    assert receipt(clock(*data.draw(st.permutations(known)))) == first


@given(STARTS, st.lists(PAUSES, max_size=3), st.lists(EXTENSIONS, max_size=2))
def test_the_lines_take_every_day_once_and_number_the_counted_ones(
    start: Fact, pauses: list[Fact], extensions: list[Fact]
) -> None:
    found = clock(start, *pauses, *extensions)
    assert found.due is not None
    span = (found.due.date - start.on).days
    assert [line.date for line in found.days] == [start.on + dt.timedelta(n) for n in range(span + 1)]
    assert [line.kind for line in found.days].count("start") == 1
    counted = [line for line in found.days if line.kind in COUNTED]
    assert [line.number for line in counted] == list(range(1, len(counted) + 1))
    granted = [f.days for f in sorted(extensions, key=lambda f: (f.on, f.days)) if f.on >= start.on]
    assert len(counted) == 20 + (granted[0] if granted else 0)
    assert all(line.number is None and line.kind not in COUNTED for line in found.days if line not in counted)
    assert all(line.article for line in found.days)
    assert counted[-1] is found.days[-1]


@given(st.lists(PAUSES, max_size=3), EXTENSIONS)
def test_an_extension_never_shortens(pauses: list[Fact], extension: Fact) -> None:
    assert due(RECEIVED, *pauses, extension) >= due(RECEIVED, *pauses)


@given(st.lists(PAUSES, min_size=1, max_size=4))
def test_a_pause_inside_another_changes_nothing(pauses: list[Fact]) -> None:
    outer = Fact(min(p.on for p in pauses), "consulted", max(p.until or p.on for p in pauses))
    assert due(RECEIVED, outer, *pauses) == due(RECEIVED, outer)


@given(st.lists(PAUSES, max_size=4), PAUSES)
def test_the_same_consultation_twice_costs_nothing_more(pauses: list[Fact], again: Fact) -> None:
    assert receipt(clock(RECEIVED, *pauses, again, again)) == receipt(clock(RECEIVED, *pauses, again))
