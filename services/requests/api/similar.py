"""The same or alike: for officers among applications, for everybody among what is public already."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from starlette.responses import Response

from services.requests.api.deps import Deps, case_of
from services.requests.commands.asking import Sought
from services.requests.domain.state import Request as Case
from services.requests.views import similar as views
from services.requests.views.opened import find_opened
from shared.security.principals import Principal
from shared.web.asking import shown
from shared.web.auth import PUBLIC, allow, limited
from shared.web.routes import Router


def similar(made: Router, deps: Deps) -> None:
    """Add the routes."""

    @made.get("/cases/{request_id}/similar", summary="相同、相近的申请")
    async def of_case(request_id: str, caller: Annotated[Principal, allow("officer")]) -> Response:
        """Applications to the same body about the same or something alike, and what of it is public already."""
        found, version = await case_of(deps, caller, request_id)
        return shown(await similar_to(deps, found), version)

    @made.post("/already-public", dependencies=[PUBLIC, limited(deps.public)], summary="可能已经公开的信息")
    async def public(wish: Sought) -> Response:
        """What is public already and may be what somebody is about to ask for; the words are kept nowhere."""
        found = await find_opened(deps.store, wish.number or None, wish.description)
        return shown({"items": views.items(found), "next": None})


async def similar_to(deps: Deps, case: Case) -> dict[str, Any]:
    """Return what is like a case: applications to its body, and public items."""
    alike = await deps.material.likeness.of(case)
    words = "" if case.erased else await asyncio.to_thread(deps.people.description, case)
    public = await find_opened(deps.store, case.number_key, words)
    return {
        "cases": [views.like(each.case, each.score, each.same, case, deps.rules) for each in alike],
        "public": views.items(public),
    }
