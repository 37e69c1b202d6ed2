"""The same information (同一信息): who counts for it, what a clerk joins and splits, what an applicant proposes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from starlette.requests import Request
from starlette.responses import Response

from services.requests.api.deps import STAFF, Deps, may_read, scope_of
from services.requests.api.public import application_of
from services.requests.commands.converting import Join, Part, Suggest
from services.requests.domain import conversion, grouping
from services.requests.domain.demand import Demand
from services.requests.domain.limits import limits_of
from services.requests.domain.review import STATUSES, Review
from services.requests.domain.timing import Doing
from services.requests.handlers import Wanted
from services.requests.handlers.intake import APPLICANT
from services.requests.store import DEMAND, REVIEW
from shared.bus.decider import Command, Context, Outcome, Target
from shared.contracts.codes import RequestsCode
from shared.contracts.facts.base import Fact
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
    other = (DEMAND, f"id:{wish.into}")

    def decide(state: Demand | None, context: Context) -> Sequence[Fact]:
        doing = Doing(context.now, wanted.by, deps.rules)
        return grouping.join(state, context.other(*other), wish.reason, doing)

    return await _executed(deps, Target(demand_id, reads=(other,)), decide, wish, wanted, "join")


async def split_group(deps: Deps, caller: Principal, demand_id: str, wish: Part, wanted: Wanted) -> Outcome:
    """Take an information out of its group, or requests out of it, for an officer of its body. Raises ``Refused``."""
    demand, _ = await demand_of(deps, caller, demand_id)
    require_body(caller, demand.body)
    place = await deps.demands.place(demand.body)

    def decide(state: Demand | None, context: Context) -> Sequence[Fact]:
        doing = Doing(context.now, wanted.by, deps.rules)
        limits = limits_of(doing.rules, place, doing.today)
        if wish.requests:
            return grouping.take_out(state, wish.requests, wish.reason, limits, doing)
        return grouping.leave(state, wish.reason, limits, doing)

    return await _executed(deps, Target(demand_id), decide, wish, wanted, "split")


async def _executed(deps: Deps, target: Target, decide: Any, wish: Any, wanted: Wanted, name: str) -> Outcome:
    digest = deps.people.fingerprint([name, target.id, wish.model_dump(mode="json")])
    return await deps.dispatcher.execute(Command(DEMAND, target, decide, wanted.cause, digest, wanted.expected))


async def suggest(deps: Deps, code: str, wish: Suggest, cause: str) -> Outcome:
    """Take in what an applicant proposes. Raises ``Refused`` FOLLOW_UNKNOWN, STEP_DONE, REVIEW_CLOSED, ERASED."""
    case = await application_of(deps, code)
    review_id, information = await deps.demands.review_of(case.body, case.information)
    of = conversion.Suggested(review_id, case.body, information, case.request_id)
    sealed = await asyncio.to_thread(deps.people.seal, case.request_id, {"suggestion": wish.words})

    def decide(state: Review | None, context: Context) -> Sequence[Fact]:
        return conversion.suggest(state, of, sealed["suggestion"], Doing(context.now, APPLICANT, deps.rules))

    digest = deps.people.fingerprint(["suggest", case.request_id, wish.words])
    return await deps.dispatcher.execute(Command(REVIEW, Target(review_id), decide, cause, digest))
