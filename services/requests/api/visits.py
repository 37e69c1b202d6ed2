"""The register of a service zone (专区登记): who came to read, to be advised, to leave an opinion."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from starlette.requests import Request
from starlette.responses import Response

from services.requests.api.deps import STAFF, Deps, may_read, scope_of
from services.requests.commands.visiting import AnswerOpinion, NoteVisit
from services.requests.domain.visits import Visit
from services.requests.handlers import Wanted
from services.requests.handlers.visiting import Visiting
from services.requests.views.visiting import Visits, plain
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal, PrincipalKind
from shared.store.port import Query
from shared.web.asking import Paged, cause_of, expected_of, listed, outcome, shown
from shared.web.auth import allow, require_body
from shared.web.routes import Router

Staff = Annotated[Principal, allow(*STAFF)]
Officer = Annotated[Principal, allow("officer")]


def visits(made: Router, deps: Deps) -> None:
    """Add the routes of the register."""
    visiting, asking = Visiting(deps.law, deps.people, deps.vault), Visits(deps.store)

    @made.get("/visits", summary="专区登记列表")
    async def index(page: Paged, caller: Staff, body: str | None = None, waiting: bool = False) -> Response:
        """Visits, the newest first (``waiting=true``: opinions without a reply); nobody is named."""
        part = Query(after=page.after, limit=page.limit)
        return listed(await asking.page(scope_of(caller, body), part, waiting=waiting), plain)

    @made.get("/visits/{visit_id}", summary="专区登记")
    async def visit(visit_id: str, caller: Staff) -> Response:
        """One visit; what was said only for officers of the body."""
        found, version = await visit_of(deps, caller, visit_id)
        return shown(await _whole(visiting, caller, found), version)

    @made.post("/visits", summary="登记来访", status_code=201)
    async def note(request: Request, wish: NoteVisit, caller: Officer) -> Response:
        """Note who came for what: 现场查阅, 咨询, 提出意见."""
        result = await put_visit(deps, caller, wish, Wanted(caller.id, cause_of(request)))
        value = await _whole(visiting, caller, result.state)
        return outcome(result, value, status=201, location=f"/requests/v1/visits/{result.id}")

    @made.post("/visits/{visit_id}/reply", summary="答复意见")
    async def reply(visit_id: str, request: Request, wish: AnswerOpinion, caller: Officer) -> Response:
        """Reply to an opinion that was left."""
        wanted = Wanted(caller.id, cause_of(request), expected_of(request))
        result = await answer_visit(deps, caller, visit_id, wish, wanted)
        return outcome(result, await _whole(visiting, caller, result.state))


async def put_visit(deps: Deps, caller: Principal, wish: NoteVisit, wanted: Wanted) -> Any:
    """Note a visit for an officer of the zone's body; return the outcome. Raises ``Refused``."""
    require_body(caller, wish.body)
    if await deps.views.office(wish.body) is None:
        raise Refused(RequestsCode.BODY_UNKNOWN, pointer="/body")
    visiting = Visiting(deps.law, deps.people, deps.vault)
    return await deps.dispatcher.execute(await visiting.note(wish, wanted))


async def answer_visit(deps: Deps, caller: Principal, visit_id: str, wish: AnswerOpinion, wanted: Wanted) -> Any:
    """Reply to an opinion for an officer of the zone's body; return the outcome. Raises ``Refused``."""
    found, _ = await visit_of(deps, caller, visit_id)
    require_body(caller, found.body)
    visiting = Visiting(deps.law, deps.people, deps.vault)
    return await deps.dispatcher.execute(await visiting.answer(visit_id, wish, wanted))


async def visit_of(deps: Deps, caller: Principal, visit_id: str) -> tuple[Visit, int]:
    """Return a visit and its version. Raises ``Refused`` VISIT_UNKNOWN or FORBIDDEN."""
    found = await Visits(deps.store).visit(visit_id)
    if found is None:
        raise Refused(RequestsCode.VISIT_UNKNOWN)
    may_read(caller, found[0].body)
    return found


async def _whole(visiting: Visiting, caller: Principal, visit: Visit) -> dict[str, Any]:
    said = await asyncio.to_thread(visiting.words, visit) if caller.kind is PrincipalKind.OFFICER else {}
    return {**plain(visit), **said}
