"""The review of a conversion (转主动公开审查) as it stands, folded from its own facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.requests import Record
from shared.contracts.sealed import Sealed

Status = Literal["open", "proposed", "held", "declined", "approved", "exempt", "lifted", "withdrawn"]
OVER: frozenset[Status] = frozenset({"declined", "lifted", "withdrawn"})
"""What the next cause opens again; what is approved or exempt stays so."""
STATUSES: dict[Status, str] = {
    "open": "待提出方案",
    "proposed": "待批准",
    "held": "暂缓",
    "declined": "不予转换",
    "approved": "已批准",
    "exempt": "免予转换",
    "lifted": "已解除免予转换",
    "withdrawn": "已撤回",
}


class Settled(Value):
    """How an earlier round of a review ended."""

    status: Status
    trigger: str
    by: str = ""
    reason: str = ""


class Suggestion(Value):
    """What an applicant proposed, in sealed words."""

    request_id: str
    words: Sealed


class Review(Value):
    """The review of one conversion; one per body and information, however often it is asked for."""

    review_id: str
    body: str
    information: str
    trigger: Literal["decision", "demand", "applicant"]
    status: Status
    request_id: str
    requests: tuple[str, ...] = ()
    applicants: int = 0
    window_days: int = 0
    counted: int = 0
    members: tuple[str, ...] = ()
    record: Record | None = None
    reason: str = ""
    basis: str = ""
    proposed_by: str = ""
    settled_by: str = ""
    settled_reason: str = ""
    opened_at: datetime
    suggestions: tuple[Suggestion, ...] = ()
    history: tuple[Settled, ...] = ()


WEIGHT = {"applicants", "window_days", "counted", "members"}
"""What says how much demand there is."""
_ENDS: Mapping[type[Fact], Status] = {
    say.ConversionHeld: "held",
    say.ConversionDeclined: "declined",
    say.ConversionExempted: "exempt",
    say.ExemptionLifted: "lifted",
}


def evolve_review(state: Review | None, fact: Fact) -> Review:
    """Fold a fact into a review."""
    if isinstance(fact, say.ReviewOpened):
        begun = Review(**fact.model_dump(), status="proposed" if fact.record else "open")
        return begun.model_copy(update=_past(state)) if state is not None else begun
    if state is None:
        raise ValueError(f"a review cannot begin with {type(fact).__name__}")
    return state.model_copy(update=_changes(state, fact))


def _past(state: Review) -> dict[str, Any]:
    ended = Settled(status=state.status, trigger=state.trigger, by=state.settled_by, reason=state.settled_reason)
    over = state.status in OVER
    return {"suggestions": state.suggestions, "history": (*state.history, ended) if over else state.history}


def _changes(state: Review, fact: Fact) -> dict[str, Any]:
    match fact:
        case say.ReviewEvidenced():
            more = fact.model_dump(include=WEIGHT) if fact.applicants else {}
            return {"requests": tuple(dict.fromkeys((*state.requests, *fact.requests))), **more}
        case say.ConversionProposed():
            changes = {name: getattr(fact, name) for name in ("record", "reason", "basis", "proposed_by")}
            return {**changes, "status": "proposed"}
        case say.ConversionHeld() | say.ConversionDeclined() | say.ConversionExempted() | say.ExemptionLifted():
            return {"status": _ENDS[type(fact)], "settled_by": fact.by, "settled_reason": fact.reason}
        case say.ReviewWithdrawn():
            return {"status": "withdrawn", "settled_by": "", "settled_reason": fact.reason}
        case say.ReviewSuggested():
            suggestion = Suggestion(request_id=fact.request_id, words=fact.words)
            requests = tuple(dict.fromkeys((*state.requests, fact.request_id)))
            return {"suggestions": (*state.suggestions, suggestion), "requests": requests}
        case say.ConversionApproved():
            return {"status": "approved", "settled_by": fact.approved_by, "settled_reason": ""}
    raise ValueError(f"a review cannot hear {type(fact).__name__}")
