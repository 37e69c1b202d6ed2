"""Calendars published while the process runs."""

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from shared.law.book import Edition, Lawbook
from shared.law.rules import Rules
from shared.law.workdays import ZONE

D = dt.date
START = D(2026, 12, 15)
FIRST = dt.datetime(2026, 11, 23, 9, tzinfo=ZONE)
LATER = dt.datetime(2027, 1, 4, 9, tzinfo=ZONE)


def arranged(version: str = "2027.1", **more: Any) -> dict[str, Any]:
    """An arrangement of 2027 in which New Year takes three days and a Sunday is worked."""
    off = {"元旦": (D(2027, 1, 1), D(2027, 1, 2), D(2027, 1, 3))}
    return {"year": 2027, "version": version, "notices": ("示例通知",), "off": off, "work": (D(2027, 1, 10),)} | more


def test_a_publication_holds_for_whoever_asks_afterwards(rules: Rules) -> None:
    book = Lawbook(rules)
    assert book.rules.calendars.add_workdays(START, 20).provisional
    assert book.publish(arranged(), FIRST)
    due = book.rules.calendars.add_workdays(START, 20)
    assert (due.provisional, due.calendar_version) == (False, "2026.1+2027.1")
    assert book.rules.calendars.holiday(D(2027, 1, 1)) == "元旦"
    assert rules.calendars.add_workdays(START, 20).provisional, "rules handed out before stay as they were"


def test_the_same_news_twice_and_an_older_version_change_nothing(rules: Rules) -> None:
    book = Lawbook(rules)
    book.publish(arranged("2027.2"), FIRST)
    before = book.rules
    assert not book.publish(arranged("2027.2"), LATER)
    assert not book.publish(arranged("2027.1", work=()), LATER)
    assert book.rules is before
    assert [edition.table.version for edition in book.editions] == ["2027.2"]


def test_the_rules_at_an_instant_are_those_published_by_then(rules: Rules) -> None:
    book = Lawbook(rules)
    book.publish(arranged(), FIRST)
    book.publish(arranged("2027.2", work=()), LATER)
    second = dt.timedelta(seconds=1)
    assert book.at(FIRST - second) is rules
    assert book.at(FIRST).calendars.version(2027) == "2027.1"
    assert book.at(LATER - second).calendars.version(2027) == "2027.1"
    assert book.at(LATER) is book.rules
    with pytest.raises(ValueError, match="zone"):
        book.at(dt.datetime(2027, 1, 1))  # noqa: DTZ001 - the naive instant is the point


def test_whoever_listens_is_told_of_each_publication_once(rules: Rules) -> None:
    book, heard = Lawbook(rules), list[Edition]()
    book.on_published(heard.append)
    for _ in range(2):
        book.publish(arranged(), FIRST)
    assert [(edition.since, edition.table.version) for edition in heard] == [(FIRST, "2027.1")]


def test_an_unsound_arrangement_is_refused_and_changes_nothing(rules: Rules) -> None:
    book = Lawbook(rules)
    for wrong in (arranged(work=(D(2027, 1, 4),)), arranged("2026.9"), arranged("2027.0"), arranged("2027")):
        with pytest.raises(ValidationError):
            book.publish(wrong, FIRST)
    assert book.rules is rules


def test_a_result_is_counted_again_on_the_calendars_it_names(rules: Rules) -> None:
    book = Lawbook(rules)
    seen = [book.rules.calendars.add_workdays(START, 20)]
    for version, work in (("2027.1", (D(2027, 1, 10),)), ("2027.2", ())):
        book.publish(arranged(version, work=work), FIRST)
        seen.append(book.rules.calendars.add_workdays(START, 20))
    assert [due.calendar_version for due in seen] == ["2026.1+2027.0", "2026.1+2027.1", "2026.1+2027.2"]
    assert len({(due.date, due.provisional) for due in seen}) == 3
    for due in seen:
        assert book.rules.recorded(due.calendar_version).calendars.add_workdays(START, 20) == due


def test_a_version_that_is_not_known_here_is_read_by_the_present_calendar(rules: Rules) -> None:
    assert rules.recorded("2026.7+2027.3").calendars is rules.calendars
    assert rules.recorded("") is rules


def test_the_days_that_are_holidays_by_law_are_known_for_the_years_to_come(rules: Rules) -> None:
    assert [len(rules.calendars.statutory(year)) for year in (2027, 2028, 2029, 2030)] == [13, 12, 13, 13]
    assert D(2027, 2, 6) in rules.calendars.statutory(2027)
