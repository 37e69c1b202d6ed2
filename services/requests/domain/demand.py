"""Demand for the same information of the same body, counted exactly (条例 Art. 44)."""

from __future__ import annotations

from datetime import date, timedelta

from shared.contracts.canonical import digest
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact, Value
from shared.law.rules import Rules


class Ask(Value):
    """One request for an information: whose (a pseudonym), when."""

    request_id: str
    applicant: str
    on: date


class Demand(Value):
    """Everybody who asked one body for one information."""

    body: str
    information: str
    asks: tuple[Ask, ...] = ()
    document_id: str | None = None
    number: str | None = None
    reached_on: date | None = None


def review_id_of(body: str, information: str) -> str:
    """Return the id of the one review of an information."""
    return "rv" + digest([body, information])[:20]


def demand_id_of(body: str, information: str) -> str:
    """Return the id of the demand for an information."""
    return "dm" + digest([body, information])[:20]


def note_demand(
    state: Demand | None, fact: say.RequestReceived | say.DecisionMade, on: date, place: str, rules: Rules
) -> list[Fact]:
    """Count a request once; where the place's threshold is reached within its window, say so once per window."""
    if state is not None and any(ask.request_id == fact.request_id for ask in state.asks):
        return []
    noted = say.DemandNoted(
        body=fact.body,
        information=fact.information,
        request_id=fact.request_id,
        applicant=fact.applicant,
        on=on,
        **_named(fact),
    )
    after = evolve_demand(state, noted)
    limits = rules.profiles.table(place, "conversion", on)
    return [noted, *_reached(after, on, {name: value for name, value in limits.items() if isinstance(value, int)})]


def _named(fact: say.RequestReceived | say.DecisionMade) -> dict[str, str | None]:
    if isinstance(fact, say.RequestReceived):
        return {"document_id": fact.document_id, "number": fact.number_key}
    record = fact.record
    return {"document_id": record.document_id, "number": record.number} if record else {}


def _reached(demand: Demand, on: date, limits: dict[str, int]) -> list[Fact]:
    since = on - timedelta(days=limits["window_days"])
    if demand.reached_on is not None and demand.reached_on > since:
        return []
    recent = [ask for ask in demand.asks if since < ask.on <= on]
    applicants = len({ask.applicant for ask in recent})
    if applicants < limits["distinct_applicants"] and len(recent) < limits["requests"]:
        return []
    return [
        say.DemandReached(
            review_id=review_id_of(demand.body, demand.information),
            body=demand.body,
            information=demand.information,
            requests=tuple(ask.request_id for ask in recent),
            applicants=applicants,
            window_days=limits["window_days"],
            on=on,
            document_id=demand.document_id,
            number=demand.number,
        )
    ]


def evolve_demand(state: Demand | None, fact: Fact) -> Demand:
    """Fold a fact into a demand."""
    match fact:
        case say.DemandNoted():
            state = state or Demand(body=fact.body, information=fact.information)
            ask = Ask(request_id=fact.request_id, applicant=fact.applicant, on=fact.on)
            named = {"document_id": fact.document_id or state.document_id, "number": fact.number or state.number}
            return state.model_copy(update={"asks": (*state.asks, ask), **named})
        case say.DemandReached() if state is not None:
            return state.model_copy(update={"reached_on": fact.on})
    raise ValueError(f"a demand cannot hear {type(fact).__name__}")
