"""The operators' pages of the console (运维控制台): what ``/ops`` answers, for people.

``/console/`` is the first page of whoever signs in; the pages of one service are under ``/console/<service>/ops``.
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from shared.replay.operations import Operations
from shared.security.principals import PrincipalKind
from shared.web.asking import caller_of
from shared.web.auth import allow
from shared.web.console.keys import key_pages
from shared.web.console.letters import letter_pages
from shared.web.console.look import Look
from shared.web.console.replays import replay_pages
from shared.web.console.service import service_pages
from shared.web.ops.health import summary_of
from shared.web.routes import Router

__all__ = ["operators_router"]


def operators_router(ops: Operations, all_: Mapping[str, Operations]) -> Router:
    """Return the operators' pages of one service; ``all_`` are the services of its process."""
    router = Router(include_in_schema=False)
    look = Look(ops, all_)

    @router.get("/console/", dependencies=[allow()])
    async def home(request: Request) -> Response:
        caller = caller_of(request)
        if caller is None or caller.kind is not PrincipalKind.OPERATOR:
            return look.page(request, "home.html")
        services = [await summary_of(each) for each in all_.values()]
        return look.page(request, "overview.html", services=services)

    pages = Router(prefix=f"/console/{ops.name}/ops", dependencies=[allow("operator")])
    for part in (service_pages, letter_pages, replay_pages, key_pages):
        part(pages, look)
    router.include_router(pages)
    return router
