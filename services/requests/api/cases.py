"""Cases, as the officers of their bodies handle them."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from starlette.requests import Request
from starlette.responses import Response

from services.requests.api.deps import STAFF, Deps, case_of, scope_of
from services.requests.commands import Reason
from services.requests.domain.casework import erasable
from services.requests.domain.state import Request as Case
from services.requests.domain.steps import STEPS, StepName
from services.requests.handlers import STEP_ACTS, Wanted
from services.requests.views import showing
from shared.contracts.codes import RequestsCode, WebCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal, PrincipalKind
from shared.store.port import Query
from shared.web.asking import Paged, cause_of, expected_of, listed, outcome, shown
from shared.web.auth import allow, require_body
from shared.web.routes import Router


def cases(made: Router, deps: Deps) -> None:
    """Add the routes of cases."""
    _reading(made, deps)
    for name in STEPS:
        _step(made, deps, name)
    _erasing(made, deps)


def _reading(made: Router, deps: Deps) -> None:
    @made.get("/cases", summary="案件列表")
    async def index(
        page: Paged, caller: Annotated[Principal, allow(*STAFF)], body: str | None = None, open: bool = True
    ) -> Response:
        """Open cases, the one with the least time first (``open=false``: finished ones)."""
        part = Query(after=page.after, limit=page.limit)
        found = await deps.views.cases(scope_of(caller, body), part, open_=open)
        now = deps.clock.business()
        return listed(found, lambda case: showing.card(case, deps.rules, now))

    @made.get("/cases/{request_id}", summary="案件详情")
    async def case(request_id: str, caller: Annotated[Principal, allow(*STAFF)]) -> Response:
        """A case with its timeline and the steps that are lawful now; people only for officers of its body."""
        found, version = await case_of(deps, caller, request_id)
        return shown(await whole(deps, caller, found), version)

    @made.get("/cases/{request_id}/clock", summary="期限回执")
    async def clock(request_id: str, caller: Annotated[Principal, allow(*STAFF)]) -> Response:
        """How the deadline was counted, day by day, with the article of every line."""
        found, version = await case_of(deps, caller, request_id)
        return shown(showing.clock_receipt(found, deps.rules, deps.clock.business()), version)


async def whole(deps: Deps, caller: Principal, case: Case) -> dict[str, Any]:
    """Return a case as far as the caller may see it."""
    value = showing.detail(case, deps.rules, deps.clock.business(), caller.id, caller.scopes)
    if caller.kind is PrincipalKind.OFFICER:
        value |= await asyncio.to_thread(deps.people.of, case)
    return value


def _step(made: Router, deps: Deps, name: StepName) -> None:
    """Add the route of one step of the life cycle; who may take it stands in the table of steps."""
    step, wish_type = STEPS[name], STEP_ACTS[name][0]

    async def take(request_id: str, request: Request, wish: Any, caller: Any) -> Response:
        wanted = Wanted(caller.id, cause_of(request), expected_of(request))
        result = await act(deps, caller, request_id, name, wish, wanted)
        return outcome(result, await whole(deps, caller, result.state))

    take.__annotations__ |= {
        "request_id": str,
        "request": Request,
        "wish": wish_type,
        "caller": Annotated[Principal, allow(*step.who)],
    }
    take.__name__ = name.replace("-", "_")
    take.__doc__ = f"{step.label}（{step.article}）。"
    made.add_api_route(f"/cases/{{request_id}}/{name}", take, methods=["POST"], summary=step.label)


async def act(deps: Deps, caller: Principal, request_id: str, name: StepName, wish: Any, wanted: Wanted) -> Any:
    """Take a step of a case for an officer of its body; return the outcome. Raises ``Refused``."""
    case, _ = await case_of(deps, caller, request_id)
    require_body(caller, case.body)
    if not STEPS[name].open_to(caller.scopes):
        raise Refused(WebCode.FORBIDDEN, f"这把密钥不能办理“{STEPS[name].label}”")
    if case.erased:
        raise Refused(RequestsCode.ERASED)
    return await deps.dispatcher.execute(await deps.acting.step(name, request_id, wish, wanted))


def _erasing(made: Router, deps: Deps) -> None:
    @made.post("/cases/{request_id}/erasure", summary="删除申请人信息")
    async def erase(
        request_id: str, request: Request, wish: Reason, caller: Annotated[Principal, allow("officer")]
    ) -> Response:
        """Destroy the key of everything personal in a finished case; no replay brings it back."""
        wanted = Wanted(caller.id, cause_of(request))
        case, _ = await case_of(deps, caller, request_id)
        if not erasable(case):
            raise Refused(RequestsCode.ERASURE_TOO_EARLY)
        result = await deps.dispatcher.execute(await deps.acting.erase(request_id, wish, wanted))
        return outcome(result, await whole(deps, caller, result.state))
