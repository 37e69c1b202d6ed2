"""From one answer to everybody (转主动公开): the review of a conversion.

条例 Art. 44: what several people ask for, and what can be disclosed, may become public for all.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from services.requests.domain.timing import Doing
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.requests import Record
from shared.contracts.problems import Refused

CONVERSION_BASIS = "《中华人民共和国政府信息公开条例》第四十四条"
Status = Literal["open", "proposed", "held", "declined", "approved"]
STATUSES: dict[Status, str] = {
    "open": "待提出方案",
    "proposed": "待批准",
    "held": "暂缓",
    "declined": "不予转换",
    "approved": "已批准",
}


class Review(Value):
    """The review of one conversion; one per body and information, however often it is asked for."""

    review_id: str
    body: str
    information: str
    trigger: Literal["decision", "demand"]
    status: Status
    request_id: str
    requests: tuple[str, ...] = ()
    applicants: int = 0
    window_days: int = 0
    record: Record | None = None
    reason: str = ""
    basis: str = ""
    proposed_by: str = ""
    settled_by: str = ""
    settled_reason: str = ""
    opened_at: datetime


def open_review(state: Review | None, fact: say.ConversionProposed | say.DemandReached, now: datetime) -> list[Fact]:
    """Begin a review, begin it again after a refusal, or add to one that is going on; an approved one stays so."""
    if state is not None and state.status == "approved":
        return []
    proposed = isinstance(fact, say.ConversionProposed)
    going_on = state is not None and state.status != "declined"
    if going_on and state is not None and not (proposed and state.record is None):
        return _evidence(state, fact)
    opened: dict[str, Any] = fact.model_dump(include={"review_id", "body", "information"})
    if isinstance(fact, say.ConversionProposed):
        known = state.requests if state else ()
        opened |= fact.model_dump(include={"request_id", "record", "reason", "basis", "proposed_by"})
        opened |= {"trigger": "decision", "requests": tuple(dict.fromkeys((*known, fact.request_id)))}
        opened |= {"applicants": state.applicants, "window_days": state.window_days} if state else {}
    else:
        opened |= fact.model_dump(include={"applicants", "window_days", "requests"})
        opened |= {"trigger": "demand", "request_id": fact.requests[-1]}
    return [say.ReviewOpened(**opened, opened_at=now)]


def _evidence(state: Review, fact: say.ConversionProposed | say.DemandReached) -> list[Fact]:
    if isinstance(fact, say.DemandReached):
        new = say.ReviewEvidenced(
            review_id=state.review_id,
            requests=fact.requests,
            applicants=fact.applicants,
            window_days=fact.window_days,
        )
    else:
        new = say.ReviewEvidenced(review_id=state.review_id, requests=(fact.request_id,))
    return [] if set(new.requests) <= set(state.requests) and new.applicants <= state.applicants else [new]


def propose(state: Review | None, record: Record, reason: str, doing: Doing) -> list[Fact]:
    """Say what exactly is to become public; who says so cannot approve it."""
    review = _unsettled(state)
    if not reason.strip():
        raise Refused(RequestsCode.REASON_MISSING, pointer="/reason")
    fact = say.ConversionProposed(
        review_id=review.review_id,
        request_id=review.request_id,
        body=review.body,
        information=review.information,
        record=record,
        reason=reason,
        basis=CONVERSION_BASIS,
        proposed_by=doing.by,
    )
    return [fact]


def approve(state: Review | None, doing: Doing) -> list[Fact]:
    """Approve a conversion. Raises ``Refused`` SAME_PERSON for who proposed it, NOT_PROPOSED, REVIEW_CLOSED."""
    review = _unsettled(state)
    if review.record is None:
        raise Refused(RequestsCode.NOT_PROPOSED)
    if review.proposed_by == doing.by:
        raise Refused(RequestsCode.SAME_PERSON)
    return [
        say.ConversionApproved(
            review_id=review.review_id,
            request_id=review.request_id,
            body=review.body,
            **{name: getattr(review.record, name) for name in Record.model_fields},
            reason=review.reason,
            basis=review.basis,
            proposed_by=review.proposed_by,
            approved_by=doing.by,
        )
    ]


def hold(state: Review | None, reason: str, doing: Doing) -> list[Fact]:
    """Put a review off, with the reason."""
    review = _unsettled(state)
    if not reason.strip():
        raise Refused(RequestsCode.REASON_MISSING, pointer="/reason")
    return [say.ConversionHeld(review_id=review.review_id, reason=reason, by=doing.by)]


def decline(state: Review | None, reason: str, doing: Doing) -> list[Fact]:
    """Leave the information as it is, with the reason."""
    review = _unsettled(state)
    if not reason.strip():
        raise Refused(RequestsCode.REASON_MISSING, pointer="/reason")
    return [say.ConversionDeclined(review_id=review.review_id, reason=reason, by=doing.by)]


def _unsettled(state: Review | None) -> Review:
    if state is None:
        raise Refused(RequestsCode.REVIEW_UNKNOWN)
    if state.status in ("approved", "declined"):
        raise Refused(RequestsCode.REVIEW_CLOSED)
    return state


def evolve_review(state: Review | None, fact: Fact) -> Review:
    """Fold a fact into a review."""
    if isinstance(fact, say.ReviewOpened):
        return Review(**fact.model_dump(), status="proposed" if fact.record else "open")
    if state is None:
        raise ValueError(f"a review cannot begin with {type(fact).__name__}")
    return state.model_copy(update=_changes(state, fact))


def _changes(state: Review, fact: Fact) -> dict[str, Any]:
    match fact:
        case say.ReviewEvidenced():
            more = {"applicants": fact.applicants, "window_days": fact.window_days} if fact.applicants else {}
            return {"requests": tuple(dict.fromkeys((*state.requests, *fact.requests))), **more}
        case say.ConversionProposed():
            changes = {name: getattr(fact, name) for name in ("record", "reason", "basis", "proposed_by")}
            return {**changes, "status": "proposed"}
        case say.ConversionHeld():
            return {"status": "held", "settled_by": fact.by, "settled_reason": fact.reason}
        case say.ConversionDeclined():
            return {"status": "declined", "settled_by": fact.by, "settled_reason": fact.reason}
        case say.ConversionApproved():
            return {"status": "approved", "settled_by": fact.approved_by, "settled_reason": ""}
    raise ValueError(f"a review cannot hear {type(fact).__name__}")
