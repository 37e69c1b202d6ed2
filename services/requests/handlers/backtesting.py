"""Trying a threshold over the past (回测): the policies of demand, over what really happened, with other numbers.

It is a projection that is thrown away: nothing is written, and what it says is what a live run with that threshold
would have said, because it is the same code over the same events.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from services.requests.domain.demand import Demand, demand_id_of, evolve_demand, reached
from services.requests.domain.limits import Limits
from services.requests.handlers.demand import demand_hears
from services.requests.store import DEMAND
from shared.bus.decider import Context, Heard, Policy
from shared.contracts.envelope import Envelope
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact
from shared.law.workdays import Calendars, legal_date

INPUTS: tuple[type[Fact], ...] = (
    say.RequestReceived,
    say.ReceiptConfirmed,
    say.ApplicationAccepted,
    say.DecisionMade,
    say.DemandJoined,
    say.DemandSplit,
)
"""What happened by itself; everything else of demand follows from it and the threshold."""
_NEVER = Limits.model_construct(
    distinct_applicants=10**9, requests=10**9, window_days=1, per_applicant=1, unverified_cap=0
)
_WORDS = dict.fromkeys(("name", "identity", "contact", "description", "form_reason", "text"))
Happened = tuple[datetime, str, int, Fact]
"""When, of which aggregate, as which of its events, and what."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A threshold, the period in which it would have been in force, and whose information it is tried on."""

    limits: Limits
    since: date
    until: date
    body: str | None = None
    place: str | None = None


@dataclass(slots=True)
class Converted:
    """An information that would have been reviewed: since when, and what came of it afterwards all the same."""

    body: str
    information: str
    on: date
    applicants: int
    requests: int
    document_id: str | None = None
    number: str | None = None
    spared: int = 0
    answered: int = 0
    days: int = 0
    disclosed: bool | None = None


def slim(envelope: Envelope, fact: Fact) -> Happened:
    """Return an event without the words that are sealed in it."""
    less: dict[str, Any] = {name: value for name, value in _WORDS.items() if name in type(fact).model_fields}
    if isinstance(fact, say.DecisionMade):
        less["parts"] = {}
    kept = fact.model_copy(update=less) if less else fact
    return envelope.time, envelope.subject, envelope.sequence or 0, kept


@dataclass
class Replay:
    """Folds what happened under another threshold."""

    trial: Trial
    calendars: Calendars
    _demands: dict[str, Demand] = field(default_factory=dict)
    _bodies: set[str] = field(default_factory=set)
    _found: dict[tuple[str, str], Converted] = field(default_factory=dict)
    _spared: dict[str, tuple[Converted, date | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._hears = demand_hears(self._limits)

    def run(self, happened: Iterable[Happened]) -> list[Converted]:
        """Fold everything in the order of its time; return what would have been reviewed, in order."""
        for at, subject, _, fact in sorted(happened, key=lambda each: each[:3]):
            if legal_date(at) > self.trial.until:
                break
            if self._concerns(fact):
                self._hear(at, subject, fact)
        return list(self._found.values())

    def _limits(self, _: str, context: Context) -> Limits:
        return self.trial.limits if legal_date(context.now) >= self.trial.since else _NEVER

    def _concerns(self, fact: Any) -> bool:
        """Whether a fact is about the bodies that are asked for; one that names none is always heard."""
        body = getattr(fact, "body", "")
        if not body:
            return True
        if isinstance(fact, say.RequestReceived) and self.trial.place in (None, fact.place):
            self._bodies.add(body)
        return self.trial.body in (None, body) and body in self._bodies

    def _hear(self, at: datetime, subject: str, fact: Fact) -> None:
        if isinstance(fact, say.RequestReceived):
            self._spare(fact)
        elif isinstance(fact, say.ReceiptConfirmed) and fact.request_id in self._spared:
            self._spared[fact.request_id] = (self._spared[fact.request_id][0], fact.confirmed_on)
        elif isinstance(fact, say.DecisionMade):
            self._decided(fact)
        elif isinstance(fact, say.DemandJoined | say.DemandSplit) and subject in self._demands:
            self._regroup(at, subject, fact)
        waiting = deque([fact])
        while waiting:
            for told in self._settle(at, subject, waiting.popleft()):
                if isinstance(told, say.DemandReached):
                    self._reached(told)
                waiting.append(told)

    def _regroup(self, at: datetime, subject: str, fact: Fact) -> None:
        """Let stand what a clerk did; whether what is left reaches the threshold by itself is judged anew."""
        demand = evolve_demand(self._demands[subject], fact)
        self._demands[subject] = demand
        for told in reached(demand, legal_date(at), self._limits("", Context(at, subject, ""))):
            self._demands[subject] = evolve_demand(demand, told)
            if isinstance(told, say.DemandReached):
                self._reached(told)

    def _settle(self, at: datetime, subject: str, fact: Fact) -> Iterator[Fact]:
        heard = Heard(Envelope("", "/requests", fact.type, subject, at, {}), fact)
        for policy in self._hears.get(fact.type, ()):
            target = policy.target(heard) if isinstance(policy, Policy) else None
            if target is None or not target.id or not isinstance(policy, Policy):
                continue
            for told in policy.decide(self._demands.get(target.id), fact, Context(at, target.id, "")):
                self._demands[target.id] = DEMAND.evolve(self._demands.get(target.id), told)
                yield told

    def _reached(self, fact: say.DemandReached) -> None:
        self._found.setdefault(
            (fact.body, fact.information),
            Converted(
                fact.body, fact.information, fact.on, fact.applicants, fact.counted, fact.document_id, fact.number
            ),
        )

    def _stands(self, body: str, information: str) -> Converted | None:
        """Return what would have been public by now, of the information itself or of the group it counts for."""
        own = self._demands.get(demand_id_of(body, information))
        return self._found.get((body, own.into if own and own.into else information))

    def _spare(self, fact: say.RequestReceived) -> None:
        public = self._stands(fact.body, fact.information)
        if public is not None:
            public.spared += 1
            self._spared[fact.request_id] = (public, fact.received_on)

    def _decided(self, fact: say.DecisionMade) -> None:
        public, received = self._spared.pop(fact.request_id, (None, None))
        if public is not None:
            public.answered += 1
            public.days += self.calendars.workdays_between(received, fact.made_on) if received else 0
        about = self._stands(fact.body, fact.information)
        if about is not None:
            about.disclosed = bool(about.disclosed) or fact.disclosing
