"""How a case follows from its facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.requests.domain.folding_parts import FOLDS, Changes, Fold
from services.requests.domain.parts import Consultation, Entry, Recount
from services.requests.domain.state import Mark, Request, receipt_of
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact
from shared.law.workdays import legal_date

_APPLICANT_ACTED: Changes = {"turn_until": None, "draft": None}
"""An applicant who corrects or pays ends that turn, and overtakes a draft that holds it against him."""


def evolve_request(state: Request | None, fact: Fact) -> Request:
    """Fold a fact into a case."""
    if isinstance(fact, say.RequestReceived):
        state = Request(**fact.model_dump(exclude={"by", "at"}))
        state = state.model_copy(update=_marked(state, fact.received_on, "received") if fact.received_on else {})
    if state is None:
        raise ValueError(f"a case cannot begin with {type(fact).__name__}")
    if isinstance(fact, say.FilingJudged):
        return state.model_copy(update={"receipts": (*state.receipts, receipt_of(fact))})
    if isinstance(fact, say.ConversionProposed):
        return state
    if not isinstance(fact, say.CaseFact):
        raise ValueError(f"a case cannot hear {type(fact).__name__}")
    fold = _FOLDS.get(type(fact))
    changes = fold(state, fact) if fold is not None else {}
    entry = Entry(type=fact.type, at=fact.at, by=fact.by)
    clock = {"due": fact.due, "provisional": fact.provisional, "calendar": fact.calendar}
    return state.model_copy(update={**changes, **clock, "timeline": (*state.timeline, entry)})


def _marked(state: Request, on: Any, kind: Any, **more: Any) -> Changes:
    """Add a fact of the clock; a received case is being processed."""
    return {"marks": (*state.marks, Mark(on=on, kind=kind, **more)), "phase": "processing"}


def _confirmed(state: Request, fact: say.ReceiptConfirmed) -> Changes:
    return {**_marked(state, fact.confirmed_on, "received"), "received_on": fact.confirmed_on}


def _correction_notified(state: Request, fact: say.CorrectionNotified) -> Changes:
    changes = _marked(state, fact.notified_on, "correction_notified", days=fact.days or 0)
    changes |= {"correction": fact.text, "correction_late": fact.late, "turn_until": fact.until}
    return {**changes, "phase": "correcting"}


def _corrected(state: Request, fact: say.Corrected) -> Changes:
    description = fact.description or state.description
    return {**_marked(state, fact.corrected_on, "corrected"), "description": description, **_APPLICANT_ACTED}


def _consultation_started(state: Request, fact: say.ConsultationStarted) -> Changes:
    started = Consultation(
        number=fact.consultation,
        kind=fact.kind,
        sent_on=fact.sent_on,
        arrived_on=fact.arrived_on,
        until=fact.until,
        party=fact.party,
    )
    return {**_marked(state, fact.sent_on, "consulted"), "consultations": (*state.consultations, started)}


def _consultation_ended(state: Request, fact: say.ConsultationEnded) -> Changes:
    ended = {"ended_on": fact.ended_on, "outcome": fact.outcome}
    consultations = tuple(
        c.model_copy(update=ended) if c.number == fact.consultation else c for c in state.consultations
    )
    others = tuple(mark for mark in state.marks if mark.kind != "consulted")
    spans = tuple(Mark(on=c.sent_on, kind="consulted", until=c.ended_on) for c in consultations)
    return {"consultations": consultations, "marks": others + spans}


def _extended(state: Request, fact: say.DeadlineExtended) -> Changes:
    told = {"extended_by": fact.approved_by, "extended_why": fact.reason}
    return {**_marked(state, fact.extended_on, "extended", days=fact.days), **told}


def _fee_notified(state: Request, fact: say.FeeNotified) -> Changes:
    changes = _marked(state, fact.notified_on, "fee_notified")
    return {**changes, "phase": "paying", "fee_yuan": fact.yuan, "turn_until": fact.until}


def _paid(state: Request, fact: say.FeePaid) -> Changes:
    return {**_marked(state, fact.paid_on, "paid"), **_APPLICANT_ACTED}


def _recomputed(state: Request, fact: say.DeadlineRecomputed) -> Changes:
    recount = Recount(after=fact.due, **fact.model_dump(include={"before", "provisional", "calendar", "notices"}))
    moved = (
        each.model_copy(update={"until": fact.consultations.get(str(each.number), each.until)})
        for each in state.consultations
    )
    # A day that was thought to have passed may still lie ahead; then nothing is overdue.
    ahead = fact.due is not None and fact.at is not None and legal_date(fact.at) <= fact.due
    return {
        "recounts": (*state.recounts, recount),
        "turn_until": fact.turn_until or state.turn_until,
        "consultations": tuple(moved),
        "overdue": state.overdue and not ahead,
    }


def _neared(state: Request, fact: say.DeadlineNeared) -> Changes:
    return {"reminded": (*state.reminded, reminder(fact.what, fact.due, fact.threshold))}


def _passed(state: Request, fact: say.DeadlinePassed) -> Changes:
    return {
        "reminded": (*state.reminded, reminder(fact.what, fact.due, -1)),
        "overdue": state.overdue or fact.what == "answer",
    }


def reminder(what: str, due: Any, threshold: int) -> str:
    """Return the name of one reminder: of whose turn, for which deadline, at how many days left (-1: it passed)."""
    return f"{what}|{due}|{threshold}"


_FOLDS: Mapping[type[Fact], Fold] = {
    **FOLDS,
    say.ReceiptConfirmed: _confirmed,
    say.RequestRegistered: lambda _, fact: {"number": fact.number},
    say.CorrectionNotified: _correction_notified,
    say.Corrected: _corrected,
    say.ConsultationStarted: _consultation_started,
    say.ConsultationEnded: _consultation_ended,
    say.DeadlineExtended: _extended,
    say.FeeNotified: _fee_notified,
    say.FeePaid: _paid,
    say.DeadlineRecomputed: _recomputed,
    say.DeadlineNeared: _neared,
    say.DeadlinePassed: _passed,
    say.Withdrawn: lambda _, fact: {
        "phase": "withdrawn",
        "withdrawn_on": fact.withdrawn_on,
        "turn_until": None,
        "draft": None,
    },
    say.Closed: lambda _, __: {"phase": "closed", "archiving": True},
    say.ApplicantErased: lambda _, __: {"erased": True},
}
