"""What people ask the catalog: documents, the library with its facets, receipts, reviews; nothing is decided here."""

from services.catalog.views.documents import (
    FACETS,
    LIBRARY,
    PUBLIC_ATTRIBUTE,
    Views,
    computed_table_one,
    library,
    library_rows,
    shown_receipt,
    visible,
)
from services.catalog.views.reviews import ReviewViews, reviews

__all__ = [
    "FACETS",
    "LIBRARY",
    "PUBLIC_ATTRIBUTE",
    "ReviewViews",
    "Views",
    "computed_table_one",
    "library",
    "library_rows",
    "reviews",
    "shown_receipt",
    "visible",
]
