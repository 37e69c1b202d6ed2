"""Publishing over HTTP. No rule lives here."""

from services.publish.api.deps import Deps, ReportDesk
from services.publish.api.items import items
from services.publish.api.reports import reports
from shared.web.routes import Router


def router(deps: Deps) -> Router:
    """Return the routes of publishing."""
    made = Router(prefix="/publish/v1", tags=["发布"])
    items(made, deps)
    reports(made, deps.desk)
    return made


__all__ = ["Deps", "ReportDesk", "router"]
