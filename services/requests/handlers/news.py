"""What requests does with news: bodies known, numbers handed out, demand counted, reviews opened. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.requests.domain.casework import register
from services.requests.domain.conversion import open_review, withdraw
from services.requests.domain.demand import review_id_of
from services.requests.domain.limits import Limits, limits_of
from services.requests.domain.registers import Office, Register, next_number, note_office, printed, register_id
from services.requests.domain.review import Review
from services.requests.domain.state import Request
from services.requests.domain.timing import Doing
from services.requests.handlers.continuing import SYSTEM, case_hears
from services.requests.handlers.demand import demand_hears
from services.requests.handlers.tabling import report_hears
from services.requests.store import OFFICE, REGISTER, REQUEST, REVIEW
from shared.bus.decider import Context, Heard, Hears, Plan, Policy, Target
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


def when_demand_lapsed_withdraw_review(
    state: Review | None, fact: say.DemandLapsed, context: Context
) -> Sequence[Fact]:
    """A review that demand opened is withdrawn once the threshold is met no longer."""
    return withdraw(state, f"拆分后未达到门槛：{fact.reason}", context.now)


def when_demand_joined_withdraw_review(
    state: Review | None, fact: say.DemandJoined, context: Context
) -> Sequence[Fact]:
    """The review of an information that counts for another from now on is carried on there."""
    return withdraw(state, f"并入同一信息：{fact.reason}", context.now)


def _register(heard: Heard) -> Target:
    return Target(register_id(heard.fact.body, legal_date(heard.envelope.time).year))


def _review(heard: Heard) -> Target | None:
    # A review's own proposal is folded already; only others open it.
    review_id = heard.fact.review_id
    return None if heard.envelope.subject == review_id else Target(review_id)


def hears(law: Lawbook) -> Hears:
    """Say which fact goes to which policy."""

    def limits(place: str, context: Context) -> Limits:
        return limits_of(law.at(context.now), place, legal_date(context.now))

    return merged(_own_hears(law), demand_hears(limits), _review_hears(), case_hears(law), report_hears())


def merged(*tables: Hears) -> Hears:
    """Return who hears what of several tables."""
    found: dict[str, tuple[Policy | Plan, ...]] = {}
    for table in tables:
        for type_, policies in table.items():
            found[type_] = (*found.get(type_, ()), *policies)
    return found


def _own_hears(law: Lawbook) -> Hears:
    policies = Policies(law)
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
        ),
        say.NumberAssigned.type: (
            Policy(
                "when_number_assigned_register_request",
                REQUEST,
                lambda heard: Target(heard.fact.request_id),
                policies.when_number_assigned_register_request,
            ),
        ),
    }


def _review_hears() -> Hears:
    opening = when_conversion_asked_open_review
    return {
        say.DemandReached.type: (Policy("when_demand_reached_open_review", REVIEW, _review, opening),),
        say.ConversionProposed.type: (Policy("when_conversion_proposed_open_review", REVIEW, _review, opening),),
        say.DemandLapsed.type: (
            Policy("when_demand_lapsed_withdraw_review", REVIEW, _review, when_demand_lapsed_withdraw_review),
        ),
        say.DemandJoined.type: (
            Policy(
                "when_demand_joined_withdraw_review",
                REVIEW,
                lambda heard: Target(review_id_of(heard.fact.body, heard.fact.information)),
                when_demand_joined_withdraw_review,
            ),
        ),
    }
