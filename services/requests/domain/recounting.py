"""Days counted anew (期限重算): a calendar was published or amended while a case was open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.requests.domain.consulting import until_of
from services.requests.domain.parts import Consultation
from services.requests.domain.state import Request
from services.requests.domain.timing import Doing, due_of, said
from shared.contracts.facts.base import Fact
from shared.contracts.facts.requests import DeadlineRecomputed
from shared.law.workdays import Calendars

APPLICANTS = {"correcting": ("correction_notified", "C4"), "paying": ("fee_notified", "C11")}
"""Phases in which the applicant has time: from which mark it runs, and under which clock."""


def recount(state: Request | None, doing: Doing) -> list[Fact]:
    """Count the days of an open case on the calendars of today; the same calendars again change nothing.

    Something is said only where a last day moves or is provisional no longer. Both days follow from the same facts as
    of the same day, so their difference is the calendar's alone.
    """
    if state is None or not touched(state, doing.rules.calendars):
        return []
    former = replace(doing, rules=doing.rules.recorded(state.calendar))
    turn, asked = _turn_until(state, former, doing), _asked_until(state, doing)
    years = newer(state.calendar, doing.rules.calendars)
    before, provisional = _before(state, former)
    fact = DeadlineRecomputed(
        request_id=state.request_id,
        before=before,
        before_provisional=provisional,
        before_calendar=state.calendar,
        notices=tuple(n for year in years for n in doing.rules.calendars.years[year].notices),
        turn_until=turn,
        consultations=asked,
    )
    again = said(state, fact, doing)
    same = (again.due, again.provisional) == (before, provisional)
    return [] if same and not (turn or asked) else [again]


def touched(state: Request, calendars: Calendars) -> bool:
    """Whether a recount is worth while: the case counts days of a year arranged since, or somebody else has time."""
    waiting = state.turn_until or any(each.ended_on is None for each in state.consultations)
    return state.open and bool(waiting or newer(state.calendar, calendars))


def _before(state: Request, former: Doing) -> tuple[date | None, bool]:
    """Return the last day as it was counted; while outsiders are asked it moves daily, so it is counted as of now."""
    if all(each.ended_on for each in state.consultations):
        return state.due, state.provisional
    due = due_of(state, former)
    return (due.date, due.provisional) if due else (None, False)


def newer(versions: str, calendars: Calendars) -> list[int]:
    """Return the years a result was counted on whose arrangement has been published or amended since."""
    found = []
    for version in filter(None, versions.split("+")):
        year, _, edition = version.partition(".")
        table = calendars.years.get(int(year))
        if table is not None and table.edition > int(edition):
            found.append(table.year)
    return found


def _turn_until(state: Request, former: Doing, doing: Doing) -> date | None:
    """Return the applicant's last day where it moves; one that was not counted like this is left alone."""
    kind, period = APPLICANTS.get(state.phase, ("", ""))
    mark = next((mark for mark in reversed(state.marks) if mark.kind == kind), None)
    if mark is None or state.turn_until is None:
        return None
    told, until = (
        each.rules.deadline(period, mark.on, state.place, days=mark.days or None).date for each in (former, doing)
    )
    return until if told == state.turn_until != until else None


def _asked_until(state: Request, doing: Doing) -> dict[str, date]:
    """Return the last days of those who are asked, where they move."""
    return {
        str(each.number): until
        for each in state.consultations
        if each.ended_on is None and (until := _answer_until(each, state, doing)) and until != each.until
    }


def _answer_until(each: Consultation, state: Request, doing: Doing) -> date | None:
    return until_of(each.kind, each.arrived_on, state, doing) if each.until else None
