"""What the catalog says: filings judged, documents archived, attributes changed, Table I (公文备案与公开属性)."""

from shared.contracts.facts.catalog.documents import (
    Attribute,
    AttributeChanged,
    AttributeDetermined,
    BodyRegistered,
    DocumentArchived,
    DocumentFiled,
    DocumentRevised,
    DocumentTagged,
    DocumentView,
    DocumentWithdrawn,
    FilingJudged,
)
from shared.contracts.facts.catalog.reports import FiguresEntered, TableComputed, TableOneCells

__all__ = [
    "Attribute",
    "AttributeChanged",
    "AttributeDetermined",
    "BodyRegistered",
    "DocumentArchived",
    "DocumentFiled",
    "DocumentRevised",
    "DocumentTagged",
    "DocumentView",
    "DocumentWithdrawn",
    "FiguresEntered",
    "FilingJudged",
    "TableComputed",
    "TableOneCells",
]
