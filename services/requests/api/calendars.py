"""Which arrangement of holidays open cases were counted anew by, and how far that is."""

from __future__ import annotations

from typing import Annotated

from starlette.responses import Response

from services.requests.api.deps import STAFF, Deps
from services.requests.handlers.calendars import progress
from shared.security.principals import Principal
from shared.web.asking import shown
from shared.web.auth import allow
from shared.web.routes import Router


def calendars(made: Router, deps: Deps) -> None:
    """Add the route of the calendars."""

    @made.get("/calendars", summary="日历与期限重算")
    async def index(_: Annotated[Principal, allow(*STAFF)]) -> Response:
        """The arrangements in force, each with the cases looked at and counted anew because of it."""
        return shown({"items": await progress(deps.store), "next": None})
