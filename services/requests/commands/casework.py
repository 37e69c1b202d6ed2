"""What is asked for between the intake of a case and its decision."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from services.requests.commands.base import Code, Dated, Filled, Named, Plain, Prose, Wish
from services.requests.domain.handling import Need
from shared.contracts.facts.requests import CaseTag, ConsultationKind, ConsultationOutcome, ContactMeans

Described = Annotated[str, Field(min_length=5, max_length=2000), Plain, Filled]


class NotifyCorrection(Dated):
    """The correction notice; ``days`` is the applicant's time in working days."""

    days: Annotated[int, Field(ge=1, le=60)] | None = None
    text: Prose


class Correct(Dated):
    """The corrected application, with its new wording where that changed."""

    description: Described | None = None


class Consult(Wish):
    """Whom we ask, when the letter left and when it arrived."""

    kind: ConsultationKind
    party: Named
    sent_on: date | None = None
    arrived_on: date | None = None


class EndConsultation(Wish):
    """How a consultation ended."""

    consultation: Annotated[int, Field(ge=1, le=1000)]
    outcome: ConsultationOutcome
    ended_on: date | None = None
    arrived_on: date | None = None


class Extend(Wish):
    """The extension in working days, the most there is where none is given; who approved it, when it was told."""

    days: Annotated[int, Field(ge=1, le=60)] | None = None
    approved_by: Named
    reason: Named
    told_on: date | None = None


class NotifyFee(Dated):
    """The fee in whole yuan."""

    yuan: Annotated[int, Field(ge=1, le=10_000_000)]


class Accept(Dated):
    """The formal check: what was found missing, and whether the identity was proven without a stated number."""

    identity_seen: bool = False
    missing: Annotated[tuple[Need, ...], Field(max_length=5)] = ()


class AskReason(Dated):
    """How many applications the applicant has made."""

    count: Annotated[int, Field(ge=2, le=100_000)]


class GiveReason(Dated):
    """The reason in the applicant's words."""

    text: Prose


class JudgeReason(Wish):
    """Whether the reason is reasonable, why, and until when the answer is put off."""

    reasonable: bool
    why: Prose
    until: date | None = None


class InquireAttribute(Dated):
    """Which unit is asked about which document; the one the application names where none is given."""

    unit: Named
    document_id: Code | None = None


class Severed(Wish):
    """A part of the information; without grounds it can be disclosed."""

    name: Named
    grounds: Annotated[tuple[Code, ...], Field(max_length=10)] = ()


class Sever(Wish):
    """The parts of the information."""

    segments: Annotated[tuple[Severed, ...], Field(min_length=1, max_length=100)]


class NoteContact(Dated):
    """How the applicant was spoken with, and what was said."""

    means: ContactMeans
    summary: Prose


class TagCase(Wish):
    """Why the case is worth studying."""

    tag: CaseTag
    note: Prose


class Transfer(Wish):
    """The right body, and why it is."""

    to: Code
    reason: Named


class Part(Wish):
    """One of the things asked for together."""

    description: Described
    document_id: Code | None = None
    number: Annotated[str, Field(max_length=100), Plain] | None = None


class Split(Wish):
    """The things asked for together, each to become a case of its own."""

    parts: Annotated[tuple[Part, ...], Field(min_length=2, max_length=20)]
