"""How demand is counted from what is heard: as asked, as found in the formal check, as decided, as grouped. Pure.

The threshold is handed in, so that a back-test runs these very policies with another one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from services.requests.domain.demand import Demand, demand_id_of, note_demand
from services.requests.domain.grouping import begin_part, give_back, handed_on, take_in
from services.requests.domain.limits import Limits
from services.requests.domain.registers import NATIONAL
from services.requests.store import DEMAND, OFFICE
from shared.bus.decider import Context, Heard, Hears, Policy, Target
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact
from shared.contracts.facts.requests import Asked
from shared.law.workdays import legal_date

LimitsOf = Callable[[str, Context], Limits]
"""The threshold in force at a place when something is heard."""
Checked = say.ReceiptConfirmed | say.ApplicationAccepted
Request = say.RequestReceived | Checked | say.DecisionMade


class DemandPolicies:
    """The policies of demand."""

    def __init__(self, limits: LimitsOf) -> None:
        self._limits = limits

    def when_request_asks_note_demand(self, state: Demand | None, fact: Request, context: Context) -> Sequence[Fact]:
        """Every request counts for the information it is about: as asked, confirmed, checked, decided."""
        on = legal_date(context.now)
        ask = Asked(
            request_id=fact.request_id,
            applicant=fact.applicant,
            on=on,
            contact_key=fact.contact_key,
            verified=isinstance(fact, Checked) or fact.verified,
        )
        return note_demand(state, ask, (fact.body, fact.information), self._at(fact.body, context), on, _named(fact))

    def when_demand_noted_count_in_group(
        self, state: Demand | None, fact: say.DemandNoted, context: Context
    ) -> Sequence[Fact]:
        """What is asked of a joined information counts for its group."""
        ask = handed_on(state, fact)
        if ask is None:
            return []
        of, named = (fact.body, fact.into), (fact.document_id, fact.number)
        return note_demand(state, ask, of, self._at(fact.body, context), legal_date(context.now), named)

    def when_demand_joined_take_in(
        self, state: Demand | None, fact: say.DemandJoined, context: Context
    ) -> Sequence[Fact]:
        """The group counts what its new member brings; it may reach the threshold."""
        return take_in(state, fact, _day(context), self._at(fact.body, context))

    def when_demand_split_give_back(
        self, state: Demand | None, fact: say.DemandSplit, context: Context
    ) -> Sequence[Fact]:
        """The group counts no longer what its member brought."""
        return give_back(state, fact, _day(context), self._at(fact.body, context))

    def when_demand_split_begin_part(
        self, state: Demand | None, fact: say.DemandSplit, context: Context
    ) -> Sequence[Fact]:
        """Requests that were taken out are an information of their own."""
        return begin_part(state, fact, _day(context), self._at(fact.body, context))

    def _at(self, body: str, context: Context) -> Limits:
        office = context.other(OFFICE, f"id:{body}")
        return self._limits(office.place if office else NATIONAL, context)


def _day(context: Context) -> date:
    return legal_date(context.now)


def _named(fact: Request) -> tuple[str | None, str | None]:
    if isinstance(fact, say.RequestReceived):
        return fact.document_id, fact.number_key
    record = fact.record if isinstance(fact, say.DecisionMade) else None
    return (record.document_id, record.number) if record else (None, None)


def _of(body: str, information: str) -> Target:
    return Target(demand_id_of(body, information) if information else "", reads=((OFFICE, f"id:{body}"),))


def _asked(heard: Heard) -> Target:
    return _of(heard.fact.body, heard.fact.information)


def _into(heard: Heard) -> Target:
    return _of(heard.fact.body, heard.fact.into)


def demand_hears(limits: LimitsOf) -> Hears:
    """Say which fact goes to which policy of demand."""
    policies = DemandPolicies(limits)
    note = policies.when_request_asks_note_demand
    return {
        say.RequestReceived.type: (Policy("when_request_received_note_demand", DEMAND, _asked, note),),
        say.ReceiptConfirmed.type: (Policy("when_receipt_confirmed_note_demand", DEMAND, _asked, note),),
        say.ApplicationAccepted.type: (Policy("when_application_accepted_note_demand", DEMAND, _asked, note),),
        say.DecisionMade.type: (Policy("when_decision_made_note_demand", DEMAND, _asked, note),),
        say.DemandNoted.type: (
            Policy("when_demand_noted_count_in_group", DEMAND, _into, policies.when_demand_noted_count_in_group),
        ),
        say.DemandJoined.type: (
            Policy("when_demand_joined_take_in", DEMAND, _into, policies.when_demand_joined_take_in),
        ),
        say.DemandSplit.type: (
            Policy(
                "when_demand_split_give_back",
                DEMAND,
                lambda heard: _of(heard.fact.body, heard.fact.origin),
                policies.when_demand_split_give_back,
            ),
            Policy(
                "when_demand_split_begin_part",
                DEMAND,
                lambda heard: _of(heard.fact.body, heard.fact.part),
                policies.when_demand_split_begin_part,
            ),
        ),
    }
