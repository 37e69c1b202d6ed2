"""Groups of the same information (同一信息): a clerk joins what is the same, and splits what is not (条例 Art. 44).

Groups are flat: an information counts for itself or for one other that stands for both. It keeps its own requests all
the while, so that a split gives back exactly what it brought.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.requests.domain.demand import Demand, count, evolve_demand, reached, review_id_of
from services.requests.domain.limits import Limits
from services.requests.domain.timing import Doing
from shared.contracts.canonical import digest
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact
from shared.contracts.facts.requests import Asked
from shared.contracts.problems import Refused


def join(state: Demand | None, into: Demand | None, reason: str, doing: Doing) -> list[Fact]:
    """Join an information to another of the same body. Raises ``Refused`` DEMAND_UNKNOWN, DEMAND_GROUPED."""
    demand = _known(state)
    if into is None or into.body != demand.body or into.information == demand.information:
        raise Refused(RequestsCode.DEMAND_UNKNOWN, pointer="/into")
    if into.into or demand.into or demand.members:
        raise Refused(RequestsCode.DEMAND_GROUPED, pointer="/into")
    return [
        say.DemandJoined(
            body=demand.body,
            information=demand.information,
            into=into.information,
            asks=demand.counting,
            ordinal=demand.ordinal + 1,
            reason=reason,
            by=doing.by,
            document_id=demand.document_id,
            number=demand.number,
        )
    ]


def leave(state: Demand | None, reason: str, limits: Limits, doing: Doing) -> list[Fact]:
    """Take an information out of its group; alone it may reach the threshold. Raises ``Refused`` DEMAND_UNGROUPED."""
    demand = _known(state)
    if not demand.into:
        raise Refused(RequestsCode.DEMAND_UNGROUPED)
    fact = say.DemandSplit(
        body=demand.body,
        information=demand.information,
        origin=demand.into,
        ordinal=demand.ordinal + 1,
        reason=reason,
        by=doing.by,
    )
    return [fact, *reached(evolve_demand(demand, fact), doing.today, limits)]


def take_out(state: Demand | None, requests: Sequence[str], reason: str, limits: Limits, doing: Doing) -> list[Fact]:
    """Make requests that are about something else an information of their own.

    Raises ``Refused`` DEMAND_GROUPED while it is joined to another, REQUEST_UNKNOWN for one that does not count here.
    """
    demand = _known(state)
    if demand.into:
        raise Refused(RequestsCode.DEMAND_GROUPED)
    own = {ask.request_id: ask for ask in demand.counting if not ask.member}
    for number, request_id in enumerate(requests):
        if request_id not in own:
            raise Refused(RequestsCode.REQUEST_UNKNOWN, "这件申请不在该组中", pointer=f"/requests/{number}")
    asks = tuple(own[request_id] for request_id in dict.fromkeys(requests))
    fact = say.DemandSplit(
        body=demand.body,
        information=demand.information,
        part=f"part:{digest([demand.information, sorted(ask.request_id for ask in asks)])[:32]}",
        asks=asks,
        reason=reason,
        by=doing.by,
    )
    return [fact, *_lapsed(evolve_demand(demand, fact), doing.today, limits, reason)]


def take_in(state: Demand | None, fact: say.DemandJoined, on: date, limits: Limits) -> list[Fact]:
    """Count the requests of an information that was joined; what they add to the evidence is said anew."""
    if state is None or state.into or fact.ordinal <= state.moves.get(fact.information, 0):
        return []
    taken = say.DemandRegrouped(
        body=state.body,
        information=state.information,
        member=fact.information,
        ordinal=fact.ordinal,
        added=tuple(ask.model_copy(update={"member": fact.information}) for ask in fact.asks),
        document_id=fact.document_id,
        number=fact.number,
    )
    after = evolve_demand(state, taken)
    return [taken, *reached(after.model_copy(update={"reached_on": None}), on, limits)]


def give_back(state: Demand | None, fact: say.DemandSplit, on: date, limits: Limits) -> list[Fact]:
    """Count the requests of an information that left no longer; a review they carried loses its ground."""
    if state is None or fact.ordinal <= state.moves.get(fact.information, 0):
        return []
    left = say.DemandRegrouped(
        body=state.body, information=state.information, member=fact.information, ordinal=fact.ordinal, left=True
    )
    return [left, *_lapsed(evolve_demand(state, left), on, limits, fact.reason)]


def begin_part(state: Demand | None, fact: say.DemandSplit, on: date, limits: Limits) -> list[Fact]:
    """Begin the information that requests were taken out as, once."""
    if state is not None:
        return []
    begun = say.DemandRegrouped(body=fact.body, information=fact.part, member="", added=fact.asks)
    return [begun, *reached(evolve_demand(None, begun), on, limits)]


def handed_on(state: Demand | None, fact: say.DemandNoted) -> Asked | None:
    """Return the request that a member of a group counted, as the group counts it; None once it is no member."""
    if state is None or fact.information not in state.members:
        return None
    return Asked(**fact.model_dump()).model_copy(update={"member": fact.information})


def _lapsed(demand: Demand, on: date, limits: Limits, reason: str) -> list[Fact]:
    found = count(demand.counting, on, limits)
    if demand.reached_on is None or found.meets(limits):
        return []
    return [
        say.DemandLapsed(
            review_id=review_id_of(demand.body, demand.information),
            body=demand.body,
            information=demand.information,
            applicants=found.applicants,
            counted=found.requests,
            reason=reason,
        )
    ]


def _known(state: Demand | None) -> Demand:
    if state is None:
        raise Refused(RequestsCode.DEMAND_UNKNOWN)
    return state
