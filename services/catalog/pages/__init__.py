"""The clerk's pages (报送员页面): what an agency filed, what became of it, and filing by form and by table."""

from __future__ import annotations

from services.catalog.pages.entry import entry_pages
from services.catalog.pages.filings import filing_pages
from services.catalog.pages.tables import table_pages
from services.catalog.views import Views
from shared.law.rules import Rules
from shared.web.routes import Router


def pages(views: Views, rules: Rules) -> list[Router]:
    """Return the routers of the pages; the fixed addresses come before those that name a document."""
    return [entry_pages(views, rules), table_pages(), filing_pages(views)]


__all__ = ["pages"]
