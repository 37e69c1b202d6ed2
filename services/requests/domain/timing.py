"""Where the clock of a case stands: the marks of the case, counted by the law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from services.requests.domain.folding import evolve_request
from services.requests.domain.state import Request
from shared.contracts.codes import RequestsCode
from shared.contracts.facts.requests import CaseFact
from shared.contracts.problems import Refused
from shared.law.clocks import Clock, Fact, Mode
from shared.law.rules import Rules
from shared.law.workdays import Due, legal_date

What = Literal["answer", "correction", "payment"]
TURNS: Mapping[Mode, What] = {"running": "answer", "correcting": "correction", "paying": "payment"}
F = TypeVar("F", bound=CaseFact)


@dataclass(frozen=True, slots=True)
class Doing:
    """Who acts when under which law."""

    now: datetime
    by: str
    rules: Rules

    @property
    def today(self) -> date:
        """The legal date."""
        return legal_date(self.now)

    def dated(self, pointer: str, day: date | None, earliest: date) -> date:
        """Return a date that happened, today where none is given. Raises ``Refused`` DATE_IMPLAUSIBLE."""
        day = day or self.today
        if not earliest <= day <= self.today:
            detail = f"日期应在{earliest.isoformat()}至{self.today.isoformat()}之间"
            raise Refused(RequestsCode.DATE_IMPLAUSIBLE, detail, pointer=pointer)
        return day


def clock_of(state: Request, rules: Rules, as_of: date) -> Clock | None:
    """Return the answer clock (答复期限) as of a day; None while the application is not received.

    An open case is counted on the calendars of today, a finished one on those it was finished under.
    """
    if state.received_on is None:
        return None
    rules = rules if state.open else rules.recorded(state.calendar)
    return rules.answer_clock(_facts(state), state.place, as_of)


def _facts(state: Request) -> Iterator[Fact]:
    """Yield what the clock is counted from, under the names the receipt gives it."""
    labels = {
        "extended": f"{state.extended_by}批准延长",
        "delayed": "已告知的延迟答复期限",
        "reopened": "责令重新答复的期限",
    }
    for mark in state.marks:
        if mark.kind != "consulted":
            yield Fact(mark.on, mark.kind, mark.until, mark.days, labels.get(mark.kind, ""))
    for each in state.consultations:
        yield Fact(each.sent_on, "consulted", each.ended_on, label=f"第{each.number}号征求意见函")


def turn_of(state: Request, rules: Rules, as_of: date) -> tuple[What, Due] | None:
    """Return whose turn it is in an open case and until when; None while nothing runs (consulting, confirming)."""
    clock = clock_of(state, rules, as_of) if state.open else None
    what = TURNS.get(clock.mode) if clock else None
    if clock is None or what is None:
        return None
    if what == "answer":
        return (what, clock.due) if clock.due else None
    return (what, rules.calendars.due(as_of, state.turn_until)) if state.turn_until else None


def said(state: Request | None, fact: F, doing: Doing) -> F:
    """Return the fact with who, when, and the deadline that follows from it; after the decision it stands still."""
    after = evolve_request(state, fact)
    if state is not None and not state.open and not after.open:
        return noted(state, fact, doing)
    due = due_of(after, doing)
    update: dict[str, Any] = {"by": doing.by, "at": doing.now}
    if due is not None:
        update |= {"due": due.date, "provisional": due.provisional, "calendar": due.calendar_version}
    return fact.model_copy(update=update)


def noted(state: Request, fact: F, doing: Doing) -> F:
    """Return a fact that moves no deadline, with who, when, and the deadline as it stands."""
    clock = {"due": state.due, "provisional": state.provisional, "calendar": state.calendar}
    return fact.model_copy(update={"by": doing.by, "at": doing.now, **clock})


def due_of(state: Request, doing: Doing) -> Due | None:
    """Return the last day that the case waits for, the answer's or the applicant's; None while nothing is owed."""
    turn = turn_of(state, doing.rules, doing.today)
    if turn is not None:
        return turn[1]
    clock = clock_of(state, doing.rules, doing.today)
    return clock.due if clock else None


def days_left(state: Request, rules: Rules, now: datetime) -> int | None:
    """Return the working days left for the answer; negative: overdue by so many; None: nothing is owed now."""
    clock = clock_of(state, rules, legal_date(now)) if state.open else None
    return clock.days_left(now) if clock else None
