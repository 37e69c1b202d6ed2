"""From one answer to everybody (转主动公开): demand, reviews, and what was approved."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.contracts.facts.base import Blob, Fact, Value


class Record(Value):
    """The information a decision is about: a filed document, a document number, or a new record of its own."""

    document_id: str | None = None
    number: str | None = None
    title: str = ""
    text: Blob | None = None
    written_on: date | None = None


class DemandNoted(Fact):
    """One more request for the same information of the same body."""

    type: ClassVar[str] = "requests.demand-noted"

    body: str
    information: str
    request_id: str
    applicant: str
    on: date
    document_id: str | None = None
    number: str | None = None


class DemandReached(Fact):
    """Demand for one information reached the threshold of the place (条例 Art. 44): it is to be reviewed."""

    type: ClassVar[str] = "requests.demand-reached"

    review_id: str
    body: str
    information: str
    requests: tuple[str, ...]
    applicants: int
    window_days: int
    on: date
    document_id: str | None = None
    number: str | None = None


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
    """A conversion review begins, by a decision or by demand; begun again after a refusal it keeps its history."""

    type: ClassVar[str] = "requests.review-opened"

    review_id: str
    body: str
    information: str
    trigger: Literal["decision", "demand"]
    request_id: str
    opened_at: datetime
    record: Record | None = None
    reason: str = ""
    basis: str = ""
    proposed_by: str = ""
    applicants: int = 0
    window_days: int = 0
    requests: tuple[str, ...] = ()


class ReviewEvidenced(Fact):
    """More requests speak for a review that is going on."""

    type: ClassVar[str] = "requests.review-evidenced"

    review_id: str
    requests: tuple[str, ...]
    applicants: int = 0
    window_days: int = 0


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
