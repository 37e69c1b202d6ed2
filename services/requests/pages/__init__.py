"""Pages of requests: for applicants, and for the officers of the bodies they ask."""

from __future__ import annotations

from services.requests.api import Deps
from shared.web.routes import Router


def pages(deps: Deps) -> list[Router]:
    """Return the routers of the pages."""
    return []
