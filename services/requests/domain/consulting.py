"""Asking outsiders (征求意见): third parties, co-making agencies, other agencies; 条例 Art. 32–34."""

from __future__ import annotations

from datetime import date

from services.requests.domain.parts import Consultation
from services.requests.domain.state import Request
from services.requests.domain.steps import taking
from services.requests.domain.timing import Doing, said
from shared.contracts.codes import RequestsCode
from shared.contracts.facts.base import Fact
from shared.contracts.facts.requests import (
    ConsultationEnded,
    ConsultationKind,
    ConsultationOutcome,
    ConsultationStarted,
)
from shared.contracts.problems import Refused
from shared.contracts.sealed import Sealed

PERIODS: dict[ConsultationKind, str] = {"third_party": "C6", "co_maker": "C7"}
"""Who has a statutory time to answer; other agencies have none."""


def consult(
    state: Request | None,
    kind: ConsultationKind,
    sent_on: date | None,
    arrived_on: date | None,
    party: Sealed,
    doing: Doing,
) -> list[Fact]:
    """Ask outsiders; the time they take does not count (条例 Art. 33); their own runs from the letter's arrival."""
    case = taking("consult", state, doing)
    sent = doing.dated("/sent_on", sent_on, case.received_on or case.submitted_on)
    arrived = doing.dated("/arrived_on", arrived_on, sent) if arrived_on else None
    fact = ConsultationStarted(
        request_id=case.request_id,
        consultation=len(case.consultations) + 1,
        kind=kind,
        sent_on=sent,
        arrived_on=arrived,
        until=until_of(kind, arrived, case, doing),
        party=party,
    )
    return [said(case, fact, doing)]


def end_consultation(
    state: Request | None,
    number: int,
    ended_on: date | None,
    arrived_on: date | None,
    outcome: ConsultationOutcome,
    doing: Doing,
) -> list[Fact]:
    """They answered, or stayed silent until their time ran out; then that day, not a later one, ends it.

    Silence of a third party decides nothing (Art. 32); silence of a co-making agency is consent (Art. 34).
    """
    case = taking("end-consultation", state, doing)
    asked = case.consultation(number)
    if asked is None:
        raise Refused(RequestsCode.CONSULTATION_UNKNOWN, pointer="/consultation")
    if outcome == "silent":
        ended = _silent(asked, arrived_on, case, doing)
    else:
        ended = doing.dated("/ended_on", ended_on, asked.sent_on)
    fact = ConsultationEnded(request_id=case.request_id, consultation=number, ended_on=ended, outcome=outcome)
    return [said(case, fact, doing)]


def _silent(asked: Consultation, arrived_on: date | None, case: Request, doing: Doing) -> date:
    arrived = doing.dated("/arrived_on", arrived_on, asked.sent_on) if arrived_on else None
    until = asked.until or until_of(asked.kind, arrived, case, doing)
    if until is None and asked.kind not in PERIODS:
        return doing.today
    if until is None:
        raise Refused(RequestsCode.SILENCE_TOO_EARLY, "须填对方收到征求意见书的日期", pointer="/arrived_on")
    if doing.today <= until:
        raise Refused(RequestsCode.SILENCE_TOO_EARLY, f"对方可在{until.isoformat()}（含）前提出意见")
    return until


def until_of(kind: ConsultationKind, arrived: date | None, case: Request, doing: Doing) -> date | None:
    """Return the last day to answer of those whose letter arrived; None where the law sets none (C6, C7)."""
    period = PERIODS.get(kind)
    return doing.rules.deadline(period, arrived, case.place).date if period and arrived else None
