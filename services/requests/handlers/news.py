"""What requests does with news: bodies known, numbers handed out, demand counted, reviews opened. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.requests.domain.casework import register
from services.requests.domain.conversion import Review, open_review
from services.requests.domain.demand import Demand, demand_id_of, note_demand
from services.requests.domain.registers import (
    NATIONAL,
    Office,
    Register,
    next_number,
    note_office,
    printed,
    register_id,
)
from services.requests.domain.state import Request
from services.requests.domain.timing import Doing
from services.requests.handlers.continuing import SYSTEM, case_hears
from services.requests.handlers.tabling import report_hears
from services.requests.store import DEMAND, OFFICE, REGISTER, REQUEST, REVIEW
from shared.bus.decider import Context, Heard, Hears, Policy, Target
from shared.contracts.facts import catalog
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact
from shared.law.book import Lawbook
from shared.law.workdays import legal_date


class Policies:
    """The policies of requests, each under the law at the time of what it hears."""

    def __init__(self, law: Lawbook) -> None:
        self._law = law

    def when_number_assigned_register_request(
        self, state: Request | None, fact: say.NumberAssigned, context: Context
    ) -> Sequence[Fact]:
        """A case gets the number the register handed out for it."""
        return register(state, printed(fact.year, fact.serial), Doing(context.now, SYSTEM, self._law.at(context.now)))

    def when_request_asks_note_demand(
        self, state: Demand | None, fact: say.RequestReceived | say.DecisionMade, context: Context
    ) -> Sequence[Fact]:
        """Every request counts for the information it is about, as asked and as decided."""
        office = context.other(OFFICE, f"id:{fact.body}")
        place = office.place if office else NATIONAL
        return note_demand(state, fact, legal_date(context.now), place, self._law.at(context.now))


def when_body_registered_note_office(state: Office | None, fact: catalog.BodyRegistered, _: Context) -> Sequence[Fact]:
    """A registered body may be asked."""
    return note_office(state, fact.body, fact.name, fact.region)


def when_request_received_assign_number(
    state: Register | None, fact: say.RequestReceived, context: Context
) -> Sequence[Fact]:
    """The register of the body and of the year in which the application came in hands out the next number."""
    return next_number(state, fact.body, legal_date(context.now).year, fact.request_id)


def when_conversion_asked_open_review(
    state: Review | None, fact: say.ConversionProposed | say.DemandReached, context: Context
) -> Sequence[Fact]:
    """A disclosing decision, or enough demand, opens the review of the conversion."""
    return open_review(state, fact, context.now)


def _register(heard: Heard) -> Target:
    return Target(register_id(heard.fact.body, legal_date(heard.envelope.time).year))


def _demand(heard: Heard) -> Target:
    fact = heard.fact
    return Target(demand_id_of(fact.body, fact.information), reads=((OFFICE, f"id:{fact.body}"),))


def _review(heard: Heard) -> Target | None:
    # A review's own proposal is folded already; only others open it.
    review_id = heard.fact.review_id
    return None if heard.envelope.subject == review_id else Target(review_id)


def hears(law: Lawbook) -> Hears:
    """Say which fact goes to which policy."""
    policies = Policies(law)
    note = policies.when_request_asks_note_demand
    opening = when_conversion_asked_open_review
    return {
        catalog.BodyRegistered.type: (
            Policy(
                "when_body_registered_note_office",
                OFFICE,
                lambda heard: Target(heard.fact.body),
                when_body_registered_note_office,
            ),
        ),
        say.RequestReceived.type: (
            Policy("when_request_received_assign_number", REGISTER, _register, when_request_received_assign_number),
            Policy("when_request_received_note_demand", DEMAND, _demand, note),
        ),
        say.NumberAssigned.type: (
            Policy(
                "when_number_assigned_register_request",
                REQUEST,
                lambda heard: Target(heard.fact.request_id),
                policies.when_number_assigned_register_request,
            ),
        ),
        say.DecisionMade.type: (Policy("when_decision_made_note_demand", DEMAND, _demand, note),),
        say.DemandReached.type: (Policy("when_demand_reached_open_review", REVIEW, _review, opening),),
        say.ConversionProposed.type: (Policy("when_conversion_proposed_open_review", REVIEW, _review, opening),),
        **case_hears(law),
        **report_hears(),
    }
