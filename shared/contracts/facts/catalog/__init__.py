"""What the catalog says: filings judged, documents archived, attributes changed, Table I (公文备案与公开属性)."""

from shared.contracts.facts.catalog.documents import (
    Attribute,
    AttributeChanged,
    AttributeDetermined,
    BodyRegistered,
    DocumentArchived,
    DocumentFiled,
    DocumentIndexed,
    DocumentRevised,
    DocumentTagged,
    DocumentView,
    DocumentWithdrawn,
    FilingJudged,
    IndexAssigned,
)
from shared.contracts.facts.catalog.reports import FiguresEntered, TableComputed, TableOneCells
from shared.contracts.facts.catalog.reviews import (
    AttributeChangeProposed,
    AttributeReviewDue,
    AttributeReviewed,
    Review,
    ReviewCause,
    ReviewOutcome,
)

__all__ = [
    "Attribute",
    "AttributeChangeProposed",
    "AttributeChanged",
    "AttributeDetermined",
    "AttributeReviewDue",
    "AttributeReviewed",
    "BodyRegistered",
    "DocumentArchived",
    "DocumentFiled",
    "DocumentIndexed",
    "DocumentRevised",
    "DocumentTagged",
    "DocumentView",
    "DocumentWithdrawn",
    "FiguresEntered",
    "FilingJudged",
    "IndexAssigned",
    "Review",
    "ReviewCause",
    "ReviewOutcome",
    "TableComputed",
    "TableOneCells",
]
