"""What the law lets happen to a case, written down a second time and from the law alone, to hold the service against.

条例 Art. 29–45 and 51, 国办函〔2020〕109号. Working days come from ``chinese_calendar``, not from our own tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

import chinese_calendar

ANSWER, NOTICE, CORRECTION, OPINION, PAYMENT = 20, 7, 15, 15, 20
"""Working days to answer, to ask for a correction, to correct, to give an opinion, to pay."""
OPEN = {"confirming", "processing", "correcting", "paying"}
ANSWERED = {"decided", "sent", "served"}


def workdays_after(day: date, count: int, paused: Callable[[date], bool] = lambda _: False) -> date:
    """The last of so many working days after a day; the day itself and paused days do not count."""
    while count:
        day += timedelta(days=1)
        count -= chinese_calendar.is_workday(day) and not paused(day)
    return day


@dataclass
class Asked:
    """Outsiders who were asked."""

    kind: str
    sent: date
    until: date | None
    ended: date | None = None
    outcome: str = ""


@dataclass
class Dispute:
    """A remedy."""

    decision: int
    kind: str
    filed: date
    result: str = ""
    concluded: date | None = None
    rectifying: bool = False
    reports: int = 0
    ours: bool = True


class Draft(NamedTuple):
    """A decision that waits for approval."""

    by: str
    code: str
    overrides: frozenset[int]


@dataclass
class Known:
    """A case as the law sees it."""

    id: str
    body: str
    channel: str
    category: str
    submitted: date
    received: date | None
    approvals: int
    phase: str
    numbered: bool = False
    accepted: bool = False
    notice: date | None = None
    corrected: date | None = None
    asked: list[Asked] = field(default_factory=list)
    extended: tuple[date, int] | None = None
    delayed: tuple[date, date] | None = None
    fee: date | None = None
    paid: date | None = None
    reopened: list[tuple[date, date]] = field(default_factory=list)
    turn: date | None = None
    reason: str = ""
    reason_on: date | None = None
    draft: Draft | None = None
    decisions: list[tuple[str, date]] = field(default_factory=list)
    untold: set[int] = field(default_factory=set)
    sent: date | None = None
    remedies: list[Dispute] = field(default_factory=list)
    documents: int = 0
    withdrawn: date | None = None
    erased: bool = False
    due: date | None = None

    @property
    def late_notice(self) -> bool:
        """The correction was asked for too late: that must not cost the applicant anything (Art. 30)."""
        if self.notice is None or self.received is None:
            return False
        return self.notice > workdays_after(self.received, NOTICE)

    @property
    def begun(self) -> date:
        """The newest day from which a full period runs."""
        corrected = None if self.late_notice else self.corrected
        days = [self.received, corrected, self.paid, *(day for day, _ in self.reopened)]
        return max(filter(None, days), default=self.submitted)

    @property
    def out(self) -> list[int]:
        """The numbers of those who have not answered yet."""
        return [n for n, each in enumerate(self.asked, 1) if each.ended is None]

    def answer_due(self, today: date) -> date:
        """The last day to answer, as of a day (Art. 33): what outsiders take does not count, however many."""
        begun = self.begun
        fixed = [until for day, until in self.reopened if day == begun]
        if self.delayed and self.delayed[0] >= begun:
            fixed = [self.delayed[1]]
        if fixed:
            return fixed[-1]
        more = self.extended[1] if self.extended and self.extended[0] >= begun else 0
        spans = [(each.sent, each.ended or today) for each in self.asked]
        return workdays_after(begun, ANSWER + more, lambda day: any(a < day <= b for a, b in spans))

    def count(self, today: date) -> None:
        """Count the last day of whoever's turn it is."""
        if self.phase == "confirming":
            self.due = None
        elif self.phase == "paying" or (self.phase == "correcting" and not self.late_notice):
            self.due = self.turn
        else:
            self.due = self.answer_due(today)

    def overdue(self, today: date) -> bool:
        """The answer is late; never while outsiders are asked."""
        return not self.out and self.due is not None and today > self.due


def _fresh(case: Known) -> bool:
    """Nothing has been done that a case going on elsewhere, or in parts, would have to take along."""
    done = (case.notice, case.asked, case.extended, case.fee, case.reason, case.draft, case.decisions, case.remedies)
    return not any(done)


def _decidable(case: Known, today: date) -> bool:
    if not case.numbered or case.out or case.phase == "confirming":
        return False
    over = case.turn is None or today > case.turn
    return over or (case.phase == "correcting" and case.late_notice)


def _others(case: Known, by: str) -> bool:
    return case.draft is not None and case.draft.by != by


def _tried(case: Known, today: date) -> bool:
    """There is a decision to challenge, or none was made in time."""
    owed = case.phase == "processing" or (case.phase == "correcting" and case.late_notice)
    return case.phase in ANSWERED | {"closed"} or (owed and case.overdue(today))


Rule = Callable[[Known, date, str], bool]


def _at(*phases: str, also: Rule = lambda *_: True) -> Rule:
    return lambda case, today, by: case.phase in phases and also(case, today, by)


def _working(also: Rule = lambda *_: True, *, drafted: bool = False) -> Rule:
    """While the case is worked on; most things wait while a draft lies with somebody else."""
    return _at("processing", also=lambda c, t, b: (drafted or c.draft is None) and also(c, t, b))


LAW: Mapping[str, Rule] = {
    "confirm": _at("confirming"),
    "accept": _working(lambda c, t, b: not c.accepted),
    "transfer": _at("confirming", "processing", also=lambda c, t, b: c.channel == "zone" and _fresh(c)),
    "split": _working(lambda c, t, b: c.numbered and _fresh(c)),
    "notify-correction": _working(lambda c, t, b: c.notice is None and not c.out),
    "correct": _at("correcting"),
    "inquire-attribute": _working(),
    "consult": _working(),
    "end-consultation": _working(lambda c, t, b: bool(c.out), drafted=True),
    "ask-reason": _working(lambda c, t, b: not c.reason),
    "give-reason": _working(lambda c, t, b: c.reason == "asked", drafted=True),
    "judge-reason": _working(lambda c, t, b: c.reason == "asked"),
    "extend": _working(lambda c, t, b: not (c.extended or c.delayed or c.reopened) and not c.overdue(t), drafted=True),
    "notify-fee": _working(lambda c, t, b: c.fee is None and not c.overdue(t) and not c.out),
    "pay": _at("paying"),
    "sever": _at("processing", "correcting", "paying", also=lambda c, t, b: c.draft is None),
    "note-contact": _at(*OPEN, *ANSWERED, "withdrawn"),
    "draft": lambda c, t, b: c.phase in OPEN and c.approvals > 0 and c.draft is None and _decidable(c, t),
    "approve": lambda c, t, b: _others(c, b) and _decidable(c, t),
    "return-draft": lambda c, t, b: _others(c, b),
    "withdraw-draft": lambda c, t, b: c.draft is not None,
    "decide": lambda c, t, b: c.phase in OPEN and c.approvals == 0 and _decidable(c, t),
    "tell-third-party": _at(*ANSWERED, also=lambda c, t, b: bool(c.untold)),
    "send": _at("decided"),
    "sign": _at("sent"),
    "return-mail": _at("sent"),
    "serve": _at("decided"),
    "withdraw": _at(*OPEN, also=lambda c, t, b: not c.decisions),
    "close": _at("served", "withdrawn", also=lambda c, t, b: not c.untold),
    "file-remedy": lambda c, t, b: _tried(c, t),
    "conclude-remedy": lambda c, t, b: any(not r.result for r in c.remedies),
    "report-remedy": lambda c, t, b: any(r.reports < (2 if r.result else 1) for r in c.remedies),
    "close-rectification": lambda c, t, b: any(r.rectifying for r in c.remedies),
    "tag-case": _at(*OPEN, *ANSWERED, "withdrawn", "closed"),
}
"""When each step is lawful; a step that is missing here makes the test fail."""


def lawful(case: Known, today: date, by: str) -> set[str]:
    """The steps that are lawful now; none once nobody knows any more who asked, or where the case went on elsewhere."""
    if case.erased or case.phase in ("transferred", "split"):
        return set()
    return {name for name, rule in LAW.items() if rule(case, today, by)}
