"""What else happens while a case is handled: accepted, explained, talked about, handed on, split (办理)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.requests.cases import CaseFact, RequestReceived
from shared.contracts.sealed import Sealed

ContactMeans = Literal["phone", "mail", "on_site", "online"]
CaseTag = Literal["typical", "difficult", "novel"]


class ApplicationAccepted(CaseFact):
    """The formal check found everything there (受理审查, 条例 Art. 29): name, identity, contact, description, form.

    With the identity proven the request counts for its information as one of a known person; the other fields say for
    which, and of whom (pseudonyms).
    """

    type: ClassVar[str] = "requests.application-accepted"

    accepted_on: date
    body: str = ""
    information: str = ""
    applicant: str = ""
    contact_key: str = ""


class ReasonAsked(CaseFact):
    """The applicant, whose applications clearly exceed what is reasonable, is asked why (条例 Art. 35)."""

    type: ClassVar[str] = "requests.reason-asked"

    asked_on: date
    count: int


class ReasonGiven(CaseFact):
    """The applicant said why."""

    type: ClassVar[str] = "requests.reason-given"

    given_on: date
    text: Sealed


class ReasonJudged(CaseFact):
    """The reason was found reasonable or not; a reasonable one can put the answer off until a day that is told."""

    type: ClassVar[str] = "requests.reason-judged"

    judged_on: date
    reasonable: bool
    until: date | None = None
    why: Sealed


class AttributeInquired(CaseFact):
    """The unit that drafted a document is asked for its attribute (公开属性); an own unit, so the clock runs on."""

    type: ClassVar[str] = "requests.attribute-inquired"

    body: str
    document_id: str
    unit: str
    inquired_on: date


class InquiryNoted(Fact):
    """A case waits for the attribute of a document."""

    type: ClassVar[str] = "requests.inquiry-noted"

    document_id: str
    request_id: str


class InquiryAnswered(Fact):
    """The attribute a case waits for is determined."""

    type: ClassVar[str] = "requests.inquiry-answered"

    document_id: str
    request_id: str
    attribute: str
    basis: str = ""


class AttributeNoted(CaseFact):
    """The case knows the attribute it inquired about."""

    type: ClassVar[str] = "requests.attribute-noted"

    document_id: str
    attribute: str
    basis: str = ""


class Segment(Value):
    """A part of the information asked for, and the grounds on which it is withheld; without any it can be disclosed."""

    name: Sealed
    grounds: tuple[str, ...] = ()


class InformationSevered(CaseFact):
    """The information was taken apart into what can be disclosed and what cannot (区分处理, 条例 Art. 37).

    ``proposed`` is the decision that follows from it.
    """

    type: ClassVar[str] = "requests.information-severed"

    segments: tuple[Segment, ...]
    proposed: str


class ContactNoted(CaseFact):
    """Somebody spoke with the applicant (与申请人沟通); what was said is sealed."""

    type: ClassVar[str] = "requests.contact-noted"

    contact: int
    means: ContactMeans
    contacted_on: date
    summary: Sealed


class CaseTagged(CaseFact):
    """A case worth studying: 典型 typical, 疑难 difficult, 新型 novel."""

    type: ClassVar[str] = "requests.case-tagged"

    tag: CaseTag
    note: Sealed


class Transferred(CaseFact):
    """What a service zone took in for the wrong body was handed on to the right one (转送); this case is over."""

    type: ClassVar[str] = "requests.transferred"

    to: str
    to_request: str
    transferred_on: date
    reason: str


class CaseSplit(CaseFact):
    """An application for several things became a case for each (一事一申请); this one is over and not counted."""

    type: ClassVar[str] = "requests.case-split"

    split_on: date
    parts: tuple[str, ...]


class CaseContinued(CaseFact):
    """A case that goes on as another: what the other one begins with, sealed under a key of its own."""

    type: ClassVar[str] = "requests.case-continued"

    continued: RequestReceived
