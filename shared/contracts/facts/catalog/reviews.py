"""What the catalog says about reviews of disclosure attributes (公开属性审查, 条例 Art. 18, 44)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.catalog.documents import Attribute

ReviewCause = Literal["yearly", "backlog", "demand", "inquiry"]
"""Why a document is reviewed: 年度复核, 历史公文重新审查, 多人申请, 依申请询问 (公函)."""

ReviewOutcome = Literal["kept", "changed", "determined", "lapsed"]
"""The attribute was kept, changed, determined by letter; or the review lost its ground."""


class Review(Value):
    """One review of one document for one cause.

    ``year`` is the calendar year it belongs to, ``due_on`` its last day where it has one. ``unit`` is who is asked
    (起草单位) where that is not simply the body, ``request_id`` the case that asks, ``origin`` the review of the
    information that demand opened.
    """

    review_id: str
    document_id: str
    body: str
    cause: ReviewCause
    year: int
    opened_on: date
    agency: str = ""
    due_on: date | None = None
    unit: str = ""
    request_id: str | None = None
    origin: str = ""


class AttributeReviewDue(Fact):
    """The attribute of a document is to be reviewed; ``attribute`` is the one it has."""

    type: ClassVar[str] = "catalog.attribute-review-due"

    document_id: str
    year: int
    cause: ReviewCause
    attribute: Attribute
    review: Review


class AttributeChangeProposed(Fact):
    """Demand proposes to the drafting body to make a document public (条例 Art. 44); people are counted only."""

    type: ClassVar[str] = "catalog.attribute-change-proposed"

    review_id: str
    document_id: str
    body: str
    trigger: Literal["demand"]
    before: Attribute
    after: Attribute
    applicants: int
    requests: tuple[str, ...]
    window_days: int
    proposed_on: date


class AttributeReviewed(Fact):
    """A review is settled; ``attribute`` is the one the document has now, ``kept`` that it had it before."""

    type: ClassVar[str] = "catalog.attribute-reviewed"

    document_id: str
    review: Review
    outcome: ReviewOutcome
    kept: bool
    before: Attribute
    attribute: Attribute
    reason: str
    by: str = ""
    reviewed_on: date
