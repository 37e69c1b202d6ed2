"""Which cases wait for the attribute of a document (公开属性), and what they are told once it is determined."""

from __future__ import annotations

from shared.contracts.facts import catalog
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.requests import AttributeInquired, InquiryAnswered, InquiryNoted

UNDETERMINED = "未认定"


class Waiting(Value):
    """The cases that wait for one document."""

    document_id: str
    requests: tuple[str, ...] = ()


def waiting_id(document_id: str) -> str:
    """Return the id of what waits for a document."""
    return f"iq-{document_id}"


def note_inquiry(state: Waiting | None, fact: AttributeInquired) -> list[Fact]:
    """One more case waits; one that does already changes nothing."""
    if state is not None and fact.request_id in state.requests:
        return []
    return [InquiryNoted(document_id=fact.document_id, request_id=fact.request_id)]


def answer_inquiries(state: Waiting | None, fact: catalog.AttributeDetermined | catalog.AttributeChanged) -> list[Fact]:
    """Tell every case that waits which attribute was determined; nothing where nobody waits."""
    attribute = fact.after if isinstance(fact, catalog.AttributeChanged) else fact.attribute
    if state is None or attribute == UNDETERMINED:
        return []
    told = {"document_id": state.document_id, "attribute": attribute, "basis": fact.basis or ""}
    return [InquiryAnswered(request_id=request_id, **told) for request_id in state.requests]


def evolve_waiting(state: Waiting | None, fact: Fact) -> Waiting:
    """Fold a fact into what waits for a document."""
    match fact:
        case InquiryNoted():
            state = state or Waiting(document_id=fact.document_id)
            return state.model_copy(update={"requests": (*state.requests, fact.request_id)})
        case InquiryAnswered() if state is not None:
            left = tuple(each for each in state.requests if each != fact.request_id)
            return state.model_copy(update={"requests": left})
    raise ValueError(f"what waits for a document cannot hear {type(fact).__name__}")
