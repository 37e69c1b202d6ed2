"""From one answer to everybody (转主动公开): reviews, and what was approved."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.contracts.facts.base import Blob, Fact, Value
from shared.contracts.sealed import Sealed


class Record(Value):
    """The information a decision is about: a filed document, a document number, or a new record of its own."""

    document_id: str | None = None
    number: str | None = None
    title: str = ""
    text: Blob | None = None
    written_on: date | None = None


class ConversionProposed(Fact):
    """What was disclosed to one is proposed to become public for everyone (拟转主动公开)."""

    type: ClassVar[str] = "requests.conversion-proposed"

    review_id: str
    request_id: str
    body: str
    information: str
    record: Record
    reason: str
    basis: str
    proposed_by: str


class ReviewOpened(Fact):
    """A conversion review begins: by a decision, by demand or because an applicant proposes it (条例 Art. 44).

    Begun again after a refusal it keeps its history. ``counted`` requests of ``applicants`` met the threshold.
    """

    type: ClassVar[str] = "requests.review-opened"

    review_id: str
    body: str
    information: str
    trigger: Literal["decision", "demand", "applicant"]
    request_id: str
    opened_at: datetime
    record: Record | None = None
    reason: str = ""
    basis: str = ""
    proposed_by: str = ""
    applicants: int = 0
    window_days: int = 0
    requests: tuple[str, ...] = ()
    counted: int = 0
    members: tuple[str, ...] = ()


class ReviewSuggested(Fact):
    """An applicant proposes that what was asked for becomes public (申请人建议, 条例 Art. 44); the words are sealed."""

    type: ClassVar[str] = "requests.review-suggested"

    review_id: str
    request_id: str
    words: Sealed
    suggested_at: datetime


class ReviewWithdrawn(Fact):
    """A review that demand opened has lost its ground (撤回): the group was split, or joined to another."""

    type: ClassVar[str] = "requests.review-withdrawn"

    review_id: str
    reason: str


class ReviewEvidenced(Fact):
    """More requests speak for a review that is going on."""

    type: ClassVar[str] = "requests.review-evidenced"

    review_id: str
    requests: tuple[str, ...]
    applicants: int = 0
    window_days: int = 0
    counted: int = 0
    members: tuple[str, ...] = ()


class ConversionHeld(Fact):
    """A review is put off, with the reason (暂缓)."""

    type: ClassVar[str] = "requests.conversion-held"

    review_id: str
    reason: str
    by: str


class ConversionDeclined(Fact):
    """The information stays as it is, with the reason (不予转换)."""

    type: ClassVar[str] = "requests.conversion-declined"

    review_id: str
    reason: str
    by: str


class ConversionExempted(Fact):
    """The information is exempt from conversion, with the reason (免予转换): no review of it is opened again."""

    type: ClassVar[str] = "requests.conversion-exempted"

    review_id: str
    reason: str
    by: str


class ExemptionLifted(Fact):
    """The exemption no longer holds, with the reason (解除豁免): the next cause opens a review again."""

    type: ClassVar[str] = "requests.exemption-lifted"

    review_id: str
    reason: str
    by: str


class ConversionApproved(Fact):
    """A second person approved that released information becomes public for everyone (转主动公开).

    ``document_id`` names a filed document, or ``number`` with ``body`` does; where the information was no filed
    document, ``title`` and ``text`` carry the new record.
    """

    type: ClassVar[str] = "requests.conversion-approved"

    review_id: str
    request_id: str
    body: str
    document_id: str | None = None
    number: str | None = None
    title: str = ""
    text: Blob | None = None
    written_on: date | None = None
    reason: str
    basis: str
    proposed_by: str
    approved_by: str
