"""The same information (同一信息): who counts for it, what a clerk joins and splits, what an applicant proposes."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.requests import Request
from starlette.responses import Response

from services.requests.api.deps import STAFF, Deps, may_read, scope_of
from services.requests.api.public import application_of
from services.requests.commands.converting import Join, Part, Suggest
from services.requests.domain.conversion import Suggested
from services.requests.domain.demand import Demand
from services.requests.domain.review import STATUSES
from services.requests.handlers import Wanted
from shared.bus.decider import Outcome
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.law.workdays import legal_date
from shared.security.principals import Principal
from shared.store.port import Page, Query
from shared.web.asking import Paged, cause_of, expected_of, listed, outcome, shown
from shared.web.auth import PUBLIC, allow, limited, require_body
from shared.web.routes import Router

Staff = Annotated[Principal, allow(*STAFF)]
Officer = Annotated[Principal, allow("officer")]


def demands(made: Router, deps: Deps) -> None:
    """Add the routes of groups."""
    _reading(made, deps)

    @made.post("/demands/{demand_id}/join", summary="并入同一信息")
    async def join(demand_id: str, request: Request, wish: Join, caller: Officer) -> Response:
        """Say that an information is the same as another; its requests count there (条例第44条)."""
        wanted = Wanted(caller.id, cause_of(request), expected_of(request))
        return await _told(deps, await join_group(deps, caller, demand_id, wish, wanted))

    @made.post("/demands/{demand_id}/split", summary="拆分同一信息")
    async def split(demand_id: str, request: Request, wish: Part, caller: Officer) -> Response:
        """Say that it is not the same: the information leaves its group, or some requests become one of their own."""
        wanted = Wanted(caller.id, cause_of(request), expected_of(request))
        return await _told(deps, await split_group(deps, caller, demand_id, wish, wanted))

    @made.post(
        "/applications/{code}/suggestion", dependencies=[PUBLIC, limited(deps.public)], summary="建议转为主动公开"
    )
    async def suggestion(code: str, request: Request, wish: Suggest) -> Response:
        """Propose, as the applicant, that the information becomes public for everybody (条例第44条)."""
        result = await suggest(deps, code, wish, cause_of(request))
        return outcome(result, {"status": result.state.status, "status_label": STATUSES[result.state.status]})


def _reading(made: Router, deps: Deps) -> None:
    @made.get("/demands", summary="同一信息的申请")
    async def index(page: Paged, caller: Staff, body: str | None = None) -> Response:
        """Groups in which more than one request counts, the newest first."""
        found = await deps.demands.many(scope_of(caller, body), Query(after=page.after, limit=page.limit))
        items = [await _shown(deps, each) for each in found.items]
        return listed(Page(items, found.next), lambda item: item)

    @made.get("/demands/{demand_id}", summary="一组同一信息的申请")
    async def demand(demand_id: str, caller: Staff) -> Response:
        """One group with the requests that can count."""
        found, version = await demand_of(deps, caller, demand_id)
        return shown(await _shown(deps, found), version)


async def _shown(deps: Deps, demand: Demand) -> dict[str, Any]:
    return await deps.demands.shown(demand, deps.rules, legal_date(deps.clock.business()))


async def _told(deps: Deps, result: Outcome) -> Response:
    return outcome(result, await _shown(deps, result.state))


async def demand_of(deps: Deps, caller: Principal, demand_id: str) -> tuple[Demand, int]:
    """Return a group of the caller's bodies and its version. Raises ``Refused`` DEMAND_UNKNOWN or FORBIDDEN."""
    found = await deps.demands.one(demand_id)
    if found is None:
        raise Refused(RequestsCode.DEMAND_UNKNOWN)
    may_read(caller, found[0].body)
    return found


async def join_group(deps: Deps, caller: Principal, demand_id: str, wish: Join, wanted: Wanted) -> Outcome:
    """Join a group to another for an officer of its body. Raises ``Refused``."""
    demand, _ = await demand_of(deps, caller, demand_id)
    require_body(caller, demand.body)
    return await deps.dispatcher.execute(deps.grouping.join(demand_id, wish, wanted))


async def split_group(deps: Deps, caller: Principal, demand_id: str, wish: Part, wanted: Wanted) -> Outcome:
    """Take an information out of its group, or requests out of it, for an officer of its body. Raises ``Refused``."""
    demand, _ = await demand_of(deps, caller, demand_id)
    require_body(caller, demand.body)
    place = await deps.demands.place(demand.body)
    return await deps.dispatcher.execute(deps.grouping.split(demand_id, place, wish, wanted))


async def suggest(deps: Deps, code: str, wish: Suggest, cause: str) -> Outcome:
    """Take in what an applicant proposes. Raises ``Refused`` FOLLOW_UNKNOWN, STEP_DONE, REVIEW_CLOSED, ERASED."""
    case = await application_of(deps, code)
    review_id, information = await deps.demands.review_of(case.body, case.information)
    of = Suggested(review_id, case.body, information, case.request_id)
    return await deps.dispatcher.execute(await deps.grouping.suggest(of, wish, cause))
