"""From one answer to everybody (转主动公开): the review of a conversion.

条例 Art. 44: what several people ask for, and what can be disclosed, may become public for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.requests.domain.review import OVER, WEIGHT, Review
from services.requests.domain.timing import Doing
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact
from shared.contracts.facts.requests import Record
from shared.contracts.problems import Refused
from shared.contracts.sealed import Sealed

CONVERSION_BASIS = "《中华人民共和国政府信息公开条例》第四十四条"


@dataclass(frozen=True, slots=True)
class Suggested:
    """What an applicant's proposal is about: the review it goes to, its information, the application it follows."""

    review_id: str
    body: str
    information: str
    request_id: str


def open_review(state: Review | None, fact: say.ConversionProposed | say.DemandReached, now: datetime) -> list[Fact]:
    """Begin a review, begin it again after a refusal, or add to one that is going on.

    An approved one stays so; of what is exempt none is opened, but what speaks for one is kept.
    """
    if state is not None and state.status in ("approved", "exempt"):
        return _evidence(state, fact) if state.status == "exempt" else []
    proposed = isinstance(fact, say.ConversionProposed)
    going_on = state is not None and state.status not in OVER
    if going_on and state is not None and not (proposed and state.record is None):
        return _evidence(state, fact)
    opened: dict[str, Any] = fact.model_dump(include={"review_id", "body", "information"})
    if isinstance(fact, say.ConversionProposed):
        known = state.requests if state else ()
        opened |= fact.model_dump(include={"request_id", "record", "reason", "basis", "proposed_by"})
        opened |= {"trigger": "decision", "requests": tuple(dict.fromkeys((*known, fact.request_id)))}
        opened |= state.model_dump(include=WEIGHT) if state else {}
    else:
        opened |= fact.model_dump(include=WEIGHT | {"requests"})
        opened |= {"trigger": "demand", "request_id": fact.requests[-1]}
    return [say.ReviewOpened(**opened, opened_at=now)]


def _evidence(state: Review, fact: say.ConversionProposed | say.DemandReached) -> list[Fact]:
    if isinstance(fact, say.DemandReached):
        new = say.ReviewEvidenced(**fact.model_dump(include=WEIGHT | {"review_id", "requests"}))
    else:
        new = say.ReviewEvidenced(review_id=state.review_id, requests=(fact.request_id,))
    return [] if set(new.requests) <= set(state.requests) and new.applicants <= state.applicants else [new]


def propose(state: Review | None, record: Record, reason: str, doing: Doing) -> list[Fact]:
    """Say what exactly is to become public; who says so cannot approve it."""
    review = _unsettled(state)
    fact = say.ConversionProposed(
        review_id=review.review_id,
        request_id=review.request_id,
        body=review.body,
        information=review.information,
        record=record,
        reason=_given(reason),
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
    return [say.ConversionHeld(review_id=review.review_id, reason=_given(reason), by=doing.by)]


def decline(state: Review | None, reason: str, doing: Doing) -> list[Fact]:
    """Leave the information as it is, with the reason."""
    review = _unsettled(state)
    return [say.ConversionDeclined(review_id=review.review_id, reason=_given(reason), by=doing.by)]


def exempt(state: Review | None, reason: str, doing: Doing) -> list[Fact]:
    """Exempt the information: no review of it is opened again until that is lifted."""
    review = _unsettled(state)
    return [say.ConversionExempted(review_id=review.review_id, reason=_given(reason), by=doing.by)]


def lift(state: Review | None, reason: str, doing: Doing) -> list[Fact]:
    """Lift an exemption; the next cause opens a review. Raises ``Refused`` NOT_EXEMPT."""
    if state is None:
        raise Refused(RequestsCode.REVIEW_UNKNOWN)
    if state.status != "exempt":
        raise Refused(RequestsCode.NOT_EXEMPT)
    return [say.ExemptionLifted(review_id=state.review_id, reason=_given(reason), by=doing.by)]


def withdraw(state: Review | None, reason: str, now: datetime) -> list[Fact]:
    """Withdraw a review that only demand carried, once that demand is no more; what somebody proposed stays.

    Old news, heard again, does not touch a review that was opened since.
    """
    if state is not None and state.opened_at > now:
        return []
    if state is None or state.status not in ("open", "held") or state.trigger != "demand" or state.suggestions:
        return []
    return [say.ReviewWithdrawn(review_id=state.review_id, reason=reason)]


def suggest(state: Review | None, of: Suggested, words: Sealed, doing: Doing) -> list[Fact]:
    """Propose, as the applicant, that what was asked for becomes public (条例 Art. 44); once per application.

    Raises ``Refused`` REVIEW_CLOSED where it is public for all already, REVIEW_EXEMPT, STEP_DONE.
    """
    if state is not None and state.status in ("approved", "exempt"):
        raise Refused(RequestsCode.REVIEW_CLOSED if state.status == "approved" else RequestsCode.REVIEW_EXEMPT)
    if state is not None and any(each.request_id == of.request_id for each in state.suggestions):
        raise Refused(RequestsCode.STEP_DONE)
    told = say.ReviewSuggested(review_id=of.review_id, request_id=of.request_id, words=words, suggested_at=doing.now)
    if state is not None and state.status not in OVER:
        return [told]
    known = state.requests if state else ()
    opened = say.ReviewOpened(
        review_id=of.review_id,
        body=of.body,
        information=of.information,
        trigger="applicant",
        request_id=of.request_id,
        requests=tuple(dict.fromkeys((*known, of.request_id))),
        opened_at=doing.now,
    )
    return [opened, told]


def _given(reason: str) -> str:
    if not reason.strip():
        raise Refused(RequestsCode.REASON_MISSING, pointer="/reason")
    return reason


def _unsettled(state: Review | None) -> Review:
    if state is None:
        raise Refused(RequestsCode.REVIEW_UNKNOWN)
    if state.status not in ("open", "proposed", "held"):
        raise Refused(RequestsCode.REVIEW_CLOSED)
    return state
