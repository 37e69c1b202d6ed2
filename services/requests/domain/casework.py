"""What happens to a case between its intake and its filing away, but for the decision; 政府信息公开条例 Art. 29–34."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.requests.domain.folding import evolve_request, reminder
from services.requests.domain.guards import begun_on
from services.requests.domain.handling import answering
from services.requests.domain.recounting import recount
from services.requests.domain.state import Application, Filing, Request
from services.requests.domain.steps import taking
from services.requests.domain.timing import Doing, days_left, noted, said, turn_of
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Defect, Fact, Verdict
from shared.contracts.problems import Refused
from shared.contracts.sealed import Sealed
from shared.law.vocabularies import received_date

IN_FORCE = date(2019, 5, 15)
"""Since when the regulation as revised is in force; older applications were answered under other clocks."""
APPLICATION_TYPE = "requests.application-submitted"
"""The event type of offline applications; an input of the intake, never a fact on a topic."""


def receive(
    state: Request | None, request_id: str, asked: Application, filing: Filing | None, doing: Doing
) -> list[Fact]:
    """Take an application in (收到申请), with its received date by channel (条例 Art. 31).

    The same application again is a duplicate of the first. Raises ``Refused`` for an unknown channel or category, an
    implausible date, and for another application under an event's id.
    """
    if state is not None:
        return _known_already(state, asked, filing, doing)
    received_on, submitted_on = _received(asked, doing)
    entry = _entry(asked, received_on or submitted_on, doing)
    fact = say.RequestReceived(
        request_id=request_id,
        received_on=received_on,
        entered_at=doing.now,
        **entry,
        **asked.model_dump(exclude={"signed_on", "confirmed_on"}),
    )
    facts: list[Fact] = [said(None, fact, doing)]
    return [*facts, _judged(filing, "admitted", request_id, doing)] if filing else facts


def _known_already(state: Request, asked: Application, filing: Filing | None, doing: Doing) -> list[Fact]:
    if filing is None or any(r.receipt == filing.receipt for r in state.receipts):
        return []
    if any((r.source, r.event) == (filing.source, filing.event) for r in state.receipts):
        raise Refused(RequestsCode.ID_REUSED, pointer="/id")
    if asked.content != state.content:
        raise Refused(RequestsCode.ID_REUSED, pointer="/id")
    first = next((r.receipt for r in state.receipts if r.verdict == "admitted"), None)
    return [_judged(filing, "duplicate", state.request_id, doing, first)]


def _judged(filing: Filing, verdict: Verdict, request_id: str, doing: Doing, first: str | None = None) -> Fact:
    return say.FilingJudged(
        receipt=filing.receipt,
        source=filing.source,
        event=filing.event,
        feed_type=APPLICATION_TYPE,
        agency=filing.agency,
        verdict=verdict,
        defects=tuple[Defect, ...](),
        aggregate=request_id,
        first=first,
        judged_at=doing.now,
    )


def _received(asked: Application, doing: Doing) -> tuple[date | None, date]:
    """Return the received date and the plausible day of submission."""
    words = doing.rules.vocabularies
    for pointer, code, known in (
        ("/channel", asked.channel, words.channels),
        ("/category", asked.category, words.applicants),
    ):
        if code not in known:
            raise Refused(RequestsCode.CODE_UNKNOWN, pointer=pointer)
    submitted = doing.dated("/submitted_on", asked.submitted_on, IN_FORCE)
    for pointer, day in (("/signed_on", asked.signed_on), ("/confirmed_on", asked.confirmed_on)):
        if day is not None:
            doing.dated(pointer, day, submitted)
    channel = words.channels[asked.channel]
    received = received_date(channel, asked.submitted_on, asked.signed_on, asked.confirmed_on)
    if received is None and channel.received == "signed":
        raise Refused(RequestsCode.DATE_MISSING, f"“{channel.label}”须填签收日期", pointer="/signed_on")
    return received, submitted


def _entry(asked: Application, arrived: date, doing: Doing) -> dict[str, Any]:
    """The duty to enter offline applications; recorded, and never a reason to shift the clock."""
    if not doing.rules.vocabularies.channels[asked.channel].entry:
        return {}
    due = doing.rules.deadline("ENTRY", arrived, asked.place).date
    return {"entry_due": due, "entered_late": doing.today > due}


def confirm(state: Request | None, on: date | None, doing: Doing) -> list[Fact]:
    """Both sides confirmed: the received date of online, fax and ordinary letters (条例 Art. 31)."""
    case = taking("confirm", state, doing)
    day = doing.dated("/on", on, case.submitted_on)
    return [said(case, say.ReceiptConfirmed(confirmed_on=day, **answering(case)), doing)]


def register(state: Request | None, number: str, doing: Doing) -> list[Fact]:
    """Give the case its number; it has one only."""
    if state is None or state.number is not None:
        return []
    return [noted(state, say.RequestRegistered(request_id=state.request_id, number=number), doing)]


def notify_correction(
    state: Request | None, on: date | None, days: int | None, text: Sealed, doing: Doing
) -> list[Fact]:
    """Ask the applicant, once, for everything that is unclear (条例 Art. 30); ``days`` is his time in working days."""
    case = taking("notify-correction", state, doing)
    received = _received_on(case)
    day = doing.dated("/on", on, begun_on(case))
    fact = say.CorrectionNotified(
        request_id=case.request_id,
        notified_on=day,
        late=day > doing.rules.deadline("C3", received, case.place).date,
        days=days,
        until=doing.rules.deadline("C4", day, case.place, days=days).date,
        text=text,
    )
    return [said(case, fact, doing)]


def correct(state: Request | None, on: date | None, description: Sealed | None, doing: Doing) -> list[Fact]:
    """The corrected application arrived: a full answer period runs from that day (条例 Art. 30)."""
    case = taking("correct", state, doing)
    day = doing.dated("/on", on, _mark_on(case, "correction_notified"))
    return [said(case, say.Corrected(request_id=case.request_id, corrected_on=day, description=description), doing)]


def extend(
    state: Request | None, days: int | None, approved_by: str, reason: str, told_on: date | None, doing: Doing
) -> list[Fact]:
    """Extend the answer period once, before it ends, approved by the head of the office and told (条例 Art. 33)."""
    case = taking("extend", state, doing)
    received = _received_on(case)
    most = doing.rules.profiles.number(case.place, "extension_days", received)
    if days is not None and days > most:
        raise Refused(RequestsCode.EXTENSION_TOO_LONG, f"最多延长{most}个工作日（条例第33条）", pointer="/days")
    fact = say.DeadlineExtended(
        request_id=case.request_id,
        extended_on=doing.today,
        days=days or most,
        approved_by=approved_by,
        reason=reason,
        told_on=doing.dated("/told_on", told_on, received),
    )
    return [said(case, fact, doing)]


def notify_fee(state: Request | None, on: date | None, yuan: int, doing: Doing) -> list[Fact]:
    """The applicant received the notice of the fee; until he pays, no answer is owed (国办函〔2020〕109号)."""
    case = taking("notify-fee", state, doing)
    day = doing.dated("/on", on, begun_on(case))
    until = doing.rules.deadline("C11", day, case.place).date
    return [
        said(case, say.FeeNotified(request_id=case.request_id, notified_on=day, yuan=yuan, until=until), doing),
    ]


def pay(state: Request | None, on: date | None, doing: Doing) -> list[Fact]:
    """The fee is paid in full."""
    case = taking("pay", state, doing)
    day = doing.dated("/on", on, _mark_on(case, "fee_notified"))
    return [said(case, say.FeePaid(request_id=case.request_id, paid_on=day), doing)]


def withdraw(state: Request | None, on: date | None, doing: Doing) -> list[Fact]:
    """The applicant took the application back before it was decided."""
    case = taking("withdraw", state, doing)
    day = doing.dated("/on", on, case.received_on or case.submitted_on)
    return [said(case, say.Withdrawn(request_id=case.request_id, withdrawn_on=day), doing)]


def close(state: Request | None, doing: Doing) -> list[Fact]:
    """File the case away (归档, 条例 Art. 45)."""
    case = taking("close", state, doing)
    return [said(case, say.Closed(request_id=case.request_id, closed_on=doing.today), doing)]


def erase(state: Request | None, reason: str, doing: Doing) -> list[Fact]:
    """The key of everything personal is destroyed; again changes nothing. Raises ``Refused`` for an open case."""
    if state is None:
        raise Refused(RequestsCode.REQUEST_UNKNOWN)
    if not erasable(state):
        raise Refused(RequestsCode.ERASURE_TOO_EARLY)
    if state.erased:
        return []
    return [said(state, say.ApplicantErased(request_id=state.request_id, reason=reason), doing)]


def erasable(state: Request) -> bool:
    """Whether nobody needs any more to know who asked: the case is over, and so is every remedy."""
    return not state.open and all(r.result is not None and not r.rectifying for r in state.remedies)


def remind(state: Request | None, doing: Doing) -> list[Fact]:
    """Say that a deadline is near or has passed, each once, counted on the calendars of today (到期提醒)."""
    if state is None or not state.open:
        return []
    facts = recount(state, doing)
    for fact in facts:
        state = evolve_request(state, fact)
    turn = turn_of(state, doing.rules, doing.today)
    return facts if turn is None else [*facts, *_reminders(state, turn[0], turn[1].date, doing)]


def _reminders(state: Request, what: Any, due: date, doing: Doing) -> list[Fact]:
    case = {"request_id": state.request_id, "what": what}
    if doing.today > due:
        passed = reminder(what, due, -1) in state.reminded
        return [] if passed else [said(state, say.DeadlinePassed(**case), doing)]
    if what == "answer":
        left = days_left(state, doing.rules, doing.now) or 0
    else:
        left = doing.rules.calendars.workdays_between(doing.today, due)
    reached = [t for t in reminder_days(state.place, doing) if left <= t]
    if not reached or reminder(what, due, min(reached)) in state.reminded:
        return []
    return [said(state, say.DeadlineNeared(**case, threshold=min(reached), days_left=left), doing)]


def reminder_days(place: str, doing: Doing) -> list[int]:
    """Return at how many working days left somebody is reminded."""
    return [day for day in doing.rules.profiles.series(place, "reminders", doing.today) if isinstance(day, int)]


def _received_on(case: Request) -> date:
    if case.received_on is None:
        raise Refused(RequestsCode.NOT_RECEIVED)
    return case.received_on


def _mark_on(case: Request, kind: Any) -> date:
    mark = case.marked(kind)
    return mark.on if mark else case.submitted_on
