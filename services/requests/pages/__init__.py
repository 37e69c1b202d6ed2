"""Pages of requests: for applicants, and for the officers of the bodies they ask."""

from __future__ import annotations

from services.requests.api import Deps
from services.requests.pages.applicants import applicant_pages
from services.requests.pages.followers import follower_pages
from services.requests.pages.heating import heat_pages
from services.requests.pages.officers import officer_pages
from services.requests.pages.ordering import order_pages
from services.requests.pages.reviewing import review_pages
from services.requests.pages.suggesting import suggestion_pages
from services.requests.pages.supervising import supervision_pages
from services.requests.pages.todo import todo_pages
from services.requests.pages.visiting import visit_pages
from services.requests.pages.wordings import wording_pages
from services.requests.pages.yearly import report_pages
from shared.web.routes import Router


def pages(deps: Deps) -> list[Router]:
    """Return the routers of the pages."""
    # Cases last: the other addresses would pass for a case named so.
    parts = (
        applicant_pages,
        suggestion_pages,
        follower_pages,
        todo_pages,
        review_pages,
        supervision_pages,
        heat_pages,
        order_pages,
        visit_pages,
        report_pages,
        wording_pages,
        officer_pages,
    )
    return [part(deps) for part in parts]
