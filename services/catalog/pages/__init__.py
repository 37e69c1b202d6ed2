"""The clerk's pages (报送员页面): what an agency filed, what became of it, filing by form and table, reviews."""

from __future__ import annotations

from services.catalog.pages.entry import entry_pages
from services.catalog.pages.filings import filing_pages
from services.catalog.pages.reviewing import review_pages
from services.catalog.pages.tables import table_pages
from services.catalog.views import Views
from shared.bus.dispatch import Dispatcher
from shared.law.rules import Rules
from shared.web.routes import Router


def pages(views: Views, rules: Rules, dispatcher: Dispatcher) -> list[Router]:
    """Return the routers of the pages; the fixed addresses come before those that name a document."""
    return [entry_pages(views, rules), table_pages(), review_pages(views, rules, dispatcher), filing_pages(views)]


__all__ = ["pages"]
