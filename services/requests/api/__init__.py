"""Requests over HTTP. No rule lives here."""

from services.requests.api.backtests import backtests
from services.requests.api.calendars import calendars
from services.requests.api.cases import cases
from services.requests.api.demands import demands
from services.requests.api.deps import Deps
from services.requests.api.evidence import evidence
from services.requests.api.heat import heat
from services.requests.api.intake import intake
from services.requests.api.orders import orders
from services.requests.api.public import applications
from services.requests.api.reports import reports
from services.requests.api.reviews import reviews
from services.requests.api.similar import similar
from services.requests.api.supervision import supervision
from services.requests.api.support import support
from services.requests.api.visits import visits
from services.requests.api.wordings import wordings
from shared.web.routes import Router


def router(deps: Deps) -> Router:
    """Return the routes of requests."""
    made = Router(prefix="/requests/v1", tags=["依申请公开"])
    for part in (
        intake,
        applications,
        cases,
        evidence,
        support,
        similar,
        calendars,
        reviews,
        demands,
        backtests,
        heat,
        reports,
        supervision,
        orders,
        visits,
        wordings,
    ):
        part(made, deps)
    return made


__all__ = ["Deps", "router"]
