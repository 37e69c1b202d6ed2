"""Visits to a service zone, and the replies to opinions left there (现场查阅登记、意见收集反馈)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.requests.domain.timing import Doing
from shared.contracts.codes import RequestsCode
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.requests import OpinionAnswered, VisitNoted, VisitPurpose
from shared.contracts.problems import Refused
from shared.contracts.sealed import Sealed

PURPOSES: Mapping[VisitPurpose, str] = {"reading": "现场查阅", "advice": "咨询", "opinion": "提出意见"}
WORDS = ("visitor", "opinion", "reply")
"""What people said, sealed."""
EARLIEST = date(2019, 5, 15)
"""Since when zones keep this register; the regulation as revised is in force from that day."""


class Visit(Value):
    """A visit; an opinion waits until it is answered."""

    visit_id: str
    body: str
    purpose: VisitPurpose
    visited_on: date
    item: str
    document_id: str | None = None
    on_the_spot: bool = False
    visitor: Sealed | None = None
    opinion: Sealed | None = None
    by: str
    reply: Sealed | None = None
    replied_on: date | None = None

    @property
    def waiting(self) -> bool:
        """Whether an opinion still has no reply."""
        return self.opinion is not None and self.reply is None


@dataclass(frozen=True, slots=True)
class Noting:
    """A visit as it is noted."""

    body: str
    purpose: VisitPurpose
    item: str
    on: date | None = None
    document_id: str | None = None
    on_the_spot: bool = False
    visitor: Sealed | None = None
    opinion: Sealed | None = None


def note_visit(state: Visit | None, visit_id: str, noting: Noting, doing: Doing) -> list[Fact]:
    """Note a visit. Raises ``Refused`` OPINION_MISSING where somebody came to leave one and none is given."""
    if state is not None:
        return []
    if noting.purpose == "opinion" and noting.opinion is None:
        raise Refused(RequestsCode.OPINION_MISSING, pointer="/opinion")
    fact = VisitNoted(
        visit_id=visit_id,
        body=noting.body,
        purpose=noting.purpose,
        visited_on=doing.dated("/on", noting.on, EARLIEST),
        item=noting.item,
        document_id=noting.document_id,
        on_the_spot=noting.on_the_spot,
        visitor=noting.visitor,
        opinion=noting.opinion,
        by=doing.by,
    )
    return [fact]


def answer_opinion(state: Visit | None, reply: Sealed, doing: Doing) -> list[Fact]:
    """Reply to an opinion, once. Raises ``Refused`` VISIT_UNKNOWN, OPINION_ANSWERED."""
    if state is None:
        raise Refused(RequestsCode.VISIT_UNKNOWN)
    if not state.waiting:
        raise Refused(RequestsCode.OPINION_ANSWERED)
    return [OpinionAnswered(visit_id=state.visit_id, reply=reply, replied_on=doing.today, by=doing.by)]


def evolve_visit(state: Visit | None, fact: Fact) -> Visit:
    """Fold a fact into a visit."""
    match fact:
        case VisitNoted():
            return Visit(**fact.model_dump())
        case OpinionAnswered() if state is not None:
            return state.model_copy(update={"reply": fact.reply, "replied_on": fact.replied_on})
    raise ValueError(f"a visit cannot hear {type(fact).__name__}")
