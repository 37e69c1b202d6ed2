"""Demand for the same information of the same body, counted exactly (条例 Art. 44).

What is kept of it is bounded, whoever asks however often: the newest requests that can count, so many of each known
person, one of each contact that nobody has identified. What older request falls out can count no more, and which ones
are kept depends on nothing but the set of requests: heard twice or in another order they come out the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import Field

from services.requests.domain.limits import PER_PERSON_KEPT, UNVERIFIED_KEPT, VERIFIED_KEPT, Limits
from shared.contracts.canonical import digest
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.requests import Asked


class Demand(Value):
    """Everybody who asked one body for one information.

    ``into`` is the group it was joined to; ``moves`` the newest join (odd) or split (even) heard of each other
    information, ``ordinal`` that of its own; ``gone`` the requests that were found to be about something else.
    """

    body: str
    information: str
    asks: tuple[Asked, ...] = ()
    document_id: str | None = None
    number: str | None = None
    reached_on: date | None = None
    into: str = ""
    ordinal: int = 0
    moves: dict[str, int] = Field(default_factory=dict)
    gone: tuple[str, ...] = ()

    @property
    def counting(self) -> tuple[Asked, ...]:
        """The requests that are about this information; those taken out stay in their places and count nowhere."""
        return tuple(ask for ask in self.asks if ask.request_id not in self.gone)

    @property
    def members(self) -> tuple[str, ...]:
        """The informations that are joined to this one."""
        return tuple(member for member, ordinal in self.moves.items() if ordinal % 2)


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts of the requests within a window, and all of those that could."""

    applicants: int
    requests: int
    recent: tuple[Asked, ...]

    def meets(self, limits: Limits) -> bool:
        """Whether there are so many distinct applicants, or so many requests."""
        return self.applicants >= limits.distinct_applicants or self.requests >= limits.requests


def review_id_of(body: str, information: str) -> str:
    """Return the id of the one review of an information."""
    return "rv" + digest([body, information])[:20]


def demand_id_of(body: str, information: str) -> str:
    """Return the id of the demand for an information."""
    return "dm" + digest([body, information])[:20]


def reached_at(contact_key: str) -> str:
    """Return the pseudonym of whoever answers behind a contact and stated no identity."""
    return f"contact:{contact_key}"


def _nameless(ask: Asked) -> bool:
    return ask.applicant == reached_at(ask.contact_key)


def _says_more(ask: Asked, known: Asked) -> bool:
    """Whether a request that is counted already is known better now: by its contact, or by a person."""
    return ask.verified and (not known.verified or (_nameless(known) and not _nameless(ask)))


def kept(asks: Iterable[Asked]) -> tuple[Asked, ...]:
    """Return of requests those that can ever count: the newest, so many of each person and of each contact.

    What each member of a group brings is bounded by itself, so that it can leave with it.
    """
    each: Counter[tuple[str, str]] = Counter()
    room: Counter[tuple[str, bool]] = Counter()
    found: list[Asked] = []
    for ask in sorted(asks, key=_age, reverse=True):
        who = ask.member, ask.applicant if ask.verified else reached_at(ask.contact_key or ask.applicant)
        kind = ask.member, ask.verified
        most, of_one = (VERIFIED_KEPT, PER_PERSON_KEPT) if ask.verified else (UNVERIFIED_KEPT, 1)
        if room[kind] < most and each[who] < of_one:
            each[who] += 1
            room[kind] += 1
            found.append(ask)
    return tuple(reversed(found))


def _age(ask: Asked) -> tuple[date, str]:
    return ask.on, ask.request_id


def count(asks: Iterable[Asked], on: date, limits: Limits) -> Counted:
    """Count the requests of the window that ends on a day.

    Known persons, and contacts at which somebody answered, count once each, and with so many requests as the place
    says. Who only wrote counts once per contact, and all of them together no more than the place's cap; behind the
    contact of a known person is nobody else.
    """
    since = on - timedelta(days=limits.window_days)
    recent = tuple(ask for ask in asks if since < ask.on <= on)
    doubles = {reached_at(ask.contact_key) for ask in recent if ask.verified and not _nameless(ask)}
    persons = Counter(ask.applicant for ask in recent if ask.verified and ask.applicant not in doubles)
    theirs = {ask.contact_key for ask in recent if ask.verified and ask.contact_key}
    strangers = {
        ask.contact_key or ask.applicant
        for ask in recent
        if not ask.verified and ask.applicant not in persons and ask.contact_key not in theirs
    }
    more = min(len(strangers), limits.unverified_cap)
    requests = sum(min(number, limits.per_applicant) for number in persons.values())
    return Counted(len(persons) + more, requests + more, recent)


def note_demand(
    state: Demand | None,
    ask: Asked,
    of: tuple[str, str],
    limits: Limits,
    on: date,
    named: tuple[str | None, str | None] = (None, None),
) -> list[Fact]:
    """Count a request once; where the threshold is reached within its window, say so once per window.

    ``of`` is the body and the information, ``named`` the document and its number where known. A request whose applicant
    turns out to be known counts from then on as such.
    """
    demand = state or Demand(body=of[0], information=of[1])
    known = next((each for each in demand.asks if each.request_id == ask.request_id), None)
    if ask.request_id in demand.gone or (known is not None and not _says_more(ask, known)):
        return []
    ask = ask.model_copy(update={"on": known.on, "member": known.member}) if known else ask
    if ask not in _with(demand.asks, ask):
        return []
    noted = say.DemandNoted(
        body=demand.body,
        information=demand.information,
        document_id=named[0],
        number=named[1],
        into=demand.into,
        **ask.model_dump(),
    )
    return [noted, *reached(evolve_demand(state, noted), on, limits)]


def _with(asks: Sequence[Asked], *more: Asked) -> tuple[Asked, ...]:
    ids = {ask.request_id for ask in more}
    return kept((*(ask for ask in asks if ask.request_id not in ids), *more))


def reached(demand: Demand, on: date, limits: Limits) -> list[Fact]:
    """Say that the threshold is reached, unless this was said within the window or the demand counts elsewhere."""
    since = on - timedelta(days=limits.window_days)
    if demand.into or (demand.reached_on is not None and demand.reached_on > since):
        return []
    found = count(demand.counting, on, limits)
    if not found.meets(limits):
        return []
    return [
        say.DemandReached(
            review_id=review_id_of(demand.body, demand.information),
            body=demand.body,
            information=demand.information,
            requests=tuple(ask.request_id for ask in found.recent),
            applicants=found.applicants,
            window_days=limits.window_days,
            on=on,
            document_id=demand.document_id,
            number=demand.number,
            counted=found.requests,
            members=demand.members,
        )
    ]


def evolve_demand(state: Demand | None, fact: Fact) -> Demand:
    """Fold a fact into a demand."""
    if isinstance(fact, say.DemandNoted | say.DemandRegrouped):
        state = state or Demand(body=fact.body, information=fact.information)
        names = {"document_id": state.document_id or fact.document_id, "number": state.number or fact.number}
        state = state.model_copy(update=names)
    if state is None:
        raise ValueError(f"a demand cannot begin with {type(fact).__name__}")
    return state.model_copy(update=_changes(state, fact))


def _changes(state: Demand, fact: Fact) -> dict[str, Any]:
    match fact:
        case say.DemandNoted():
            return {"asks": _with(state.asks, Asked(**fact.model_dump()))}
        case say.DemandReached():
            return {"reached_on": fact.on}
        case say.DemandLapsed():
            return {"reached_on": None}
        case say.DemandJoined():
            return {"into": fact.into, "ordinal": fact.ordinal, "reached_on": None}
        case say.DemandSplit():
            gone = (*state.gone, *(ask.request_id for ask in fact.asks))
            return {"into": "", "ordinal": fact.ordinal} if fact.origin else {"gone": gone}
        case say.DemandRegrouped():
            return _regrouped(state, fact)
    raise ValueError(f"a demand cannot hear {type(fact).__name__}")


def _regrouped(state: Demand, fact: say.DemandRegrouped) -> dict[str, Any]:
    moves = {**state.moves, fact.member: fact.ordinal} if fact.ordinal else state.moves
    if fact.left:
        return {"asks": tuple(ask for ask in state.asks if ask.member != fact.member), "moves": moves}
    known = {ask.request_id for ask in state.asks}
    return {"asks": _with(state.asks, *(ask for ask in fact.added if ask.request_id not in known)), "moves": moves}
