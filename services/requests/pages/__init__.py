"""Pages of requests: for applicants, and for the officers of the bodies they ask."""

from __future__ import annotations

from services.requests.api import Deps
from services.requests.pages.applicants import applicant_pages
from services.requests.pages.officers import officer_pages
from services.requests.pages.reviewing import review_pages
from shared.web.routes import Router


def pages(deps: Deps) -> list[Router]:
    """Return the routers of the pages."""
    # Reviews first: their addresses would pass for a case named so.
    return [applicant_pages(deps), review_pages(deps), officer_pages(deps)]
