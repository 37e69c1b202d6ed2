"""Policies over reviews of disclosure attributes (公开属性审查): opened by demand, by cases, by the year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from services.catalog.domain import reviewing
from services.catalog.domain.merging import key_of_number
from services.catalog.domain.state import Document
from services.catalog.store import DOCUMENT, demand_key
from shared.bus.decider import Command, Context, Heard, Keys, Target
from shared.contracts.facts import requests
from shared.contracts.facts.base import Fact


def demanded(heard: Heard) -> Target:
    """Return the document a demand names, by id or else by number; none where it was for no filed document."""
    fact: requests.DemandReached = heard.fact
    number = key_of_number(fact.number)
    match = (f"id:{fact.document_id}",) if fact.document_id else (f"number:{fact.body}|{number}",) if number else ()
    return Target("", lookup=lambda _: Keys(match, probe=(demand_key(fact.review_id),)))


def lapsed(heard: Heard) -> Target:
    """Return the document whose review a demand opened that has lost its ground."""
    fact: requests.DemandLapsed = heard.fact
    return Target("", keys=(demand_key(fact.review_id),))


def inquired(heard: Heard) -> Target:
    """Return the document a case asks about."""
    fact: requests.AttributeInquired = heard.fact
    return Target("", keys=(f"id:{fact.document_id}",))


def when_demand_reached_propose_change(
    state: Document | None, fact: requests.DemandReached, context: Context
) -> Sequence[Fact]:
    """Many asked for a document: its body is to look at it again. One demand opens one review, of one document."""
    holder = context.known.get(demand_key(fact.review_id), context.id)
    return reviewing.open_demand(state, fact) if holder == context.id else []


def when_demand_lapsed_close_review(
    state: Document | None, fact: requests.DemandLapsed, context: Context
) -> Sequence[Fact]:
    """The threshold is no longer met: what it opened is closed."""
    return reviewing.lapse_demand(state, fact, context.now)


def when_attribute_inquired_open_review(
    state: Document | None, fact: requests.AttributeInquired, _: Context
) -> Sequence[Fact]:
    """A case asks for the attribute: the drafting unit is to answer by letter."""
    return reviewing.open_inquiry(state, fact)


def open_yearly(document_id: str, every: int, on: date) -> Command:
    """Open the review of the year of ``on``; a second time changes nothing."""

    def decide(state: Document | None, _: Context) -> Sequence[Fact]:
        return reviewing.open_yearly(state, every, on)

    return _swept(document_id, str(on.year), decide)


def open_backlog(document_id: str, since: date, on: date) -> Command:
    """Open the review of a document written since a day; a second time changes nothing."""

    def decide(state: Document | None, _: Context) -> Sequence[Fact]:
        return reviewing.open_backlog(state, since, on)

    return _swept(document_id, "backlog", decide)


def _swept(document_id: str, mark: str, decide: Callable[[Document | None, Context], Sequence[Fact]]) -> Command:
    return Command(DOCUMENT, Target(document_id), decide, f"sweep:attribute-review:{document_id}:{mark}")
