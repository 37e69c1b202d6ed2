"""Calendars and what is counted on them: how far a counting anew is, and until when a decision can be challenged."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from starlette.responses import Response

from services.requests.api.deps import STAFF, Deps, case_of
from services.requests.handlers.calendars import progress
from services.requests.views.remedying import remedy_deadlines
from shared.law.remedying import Served
from shared.security.principals import Principal
from shared.web.asking import shown
from shared.web.auth import allow
from shared.web.routes import Router


def calendars(made: Router, deps: Deps) -> None:
    """Add the routes."""

    @made.get("/calendars", summary="日历与期限重算")
    async def index(_: Annotated[Principal, allow(*STAFF)]) -> Response:
        """The arrangements in force, each with the cases looked at and counted anew because of it."""
        return shown({"items": await progress(deps.store), "next": None})

    @made.get("/cases/{request_id}/remedy-deadlines", summary="救济期限")
    async def remedies(
        request_id: str,
        caller: Annotated[Principal, allow(*STAFF)],
        told: bool = True,
        known_on: date | None = None,
        reconsidered_on: date | None = None,
        copied_on: date | None = None,
    ) -> Response:
        """Until when the decision can be challenged, from its service; `told=false` where the notice said nothing."""
        found, version = await case_of(deps, caller, request_id)
        items = []
        if found.served_on is not None:
            served = Served(found.served_on, told, known_on, reconsidered_on, copied_on)
            items = remedy_deadlines(found, served, deps.rules)
        since = found.served_on.isoformat() if found.served_on else None
        return shown({"served_on": since, "items": items, "next": None}, version)
