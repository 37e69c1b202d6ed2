"""What goes on elsewhere: cases that go on as others, and attributes that the catalog determines. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.requests.domain.continuing import begin
from services.requests.domain.handling import note_attribute
from services.requests.domain.inquiries import Waiting, answer_inquiries, note_inquiry, waiting_id
from services.requests.domain.state import Request
from services.requests.domain.timing import Doing
from services.requests.store import REQUEST, WAITING
from shared.bus.decider import Context, Heard, Hears, Policy, Target
from shared.contracts.facts import catalog
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact
from shared.law.book import Lawbook

SYSTEM = "系统"
"""Who acts where nobody does: numbers, reminders, answers of the catalog."""


class CasePolicies:
    """The policies of cases, each under the law at the time of what it hears."""

    def __init__(self, law: Lawbook) -> None:
        self._law = law

    def when_case_continued_begin_request(
        self, state: Request | None, fact: say.CaseContinued, context: Context
    ) -> Sequence[Fact]:
        """A case that was handed on or split goes on as another, which gets a number of its own."""
        return begin(state, fact, Doing(context.now, fact.by, self._law.at(context.now)))

    def when_inquiry_answered_note_attribute(
        self, state: Request | None, fact: say.InquiryAnswered, context: Context
    ) -> Sequence[Fact]:
        """A case that asked for an attribute notes the answer."""
        return note_attribute(state, fact, Doing(context.now, SYSTEM, self._law.at(context.now)))


def when_attribute_inquired_note_inquiry(
    state: Waiting | None, fact: say.AttributeInquired, _: Context
) -> Sequence[Fact]:
    """One more case waits for the attribute of a document."""
    return note_inquiry(state, fact)


def when_attribute_set_answer_inquiries(
    state: Waiting | None, fact: catalog.AttributeDetermined | catalog.AttributeChanged, _: Context
) -> Sequence[Fact]:
    """The catalog determined an attribute: whoever waits for it is told."""
    return answer_inquiries(state, fact)


def case_hears(law: Lawbook) -> Hears:
    """Say which fact goes to which policy."""
    policies = CasePolicies(law)
    answer = when_attribute_set_answer_inquiries
    return {
        say.CaseContinued.type: (
            Policy(
                "when_case_continued_begin_request",
                REQUEST,
                lambda heard: Target(heard.fact.continued.request_id),
                policies.when_case_continued_begin_request,
            ),
        ),
        say.AttributeInquired.type: (
            Policy("when_attribute_inquired_note_inquiry", WAITING, _waiting, when_attribute_inquired_note_inquiry),
        ),
        catalog.AttributeDetermined.type: (
            Policy("when_attribute_determined_answer_inquiries", WAITING, _waiting, answer),
        ),
        catalog.AttributeChanged.type: (
            Policy(
                "when_attribute_changed_answer_inquiries",
                WAITING,
                lambda heard: Target(waiting_id(heard.fact.document.document_id)),
                answer,
            ),
        ),
        say.InquiryAnswered.type: (
            Policy(
                "when_inquiry_answered_note_attribute",
                REQUEST,
                lambda heard: Target(heard.fact.request_id),
                policies.when_inquiry_answered_note_attribute,
            ),
        ),
    }


def _waiting(heard: Heard) -> Target:
    return Target(waiting_id(heard.fact.document_id))
