"""Replay plans and rebuilds over HTTP: posted, watched, paused, carried out."""

from __future__ import annotations

from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.facts.ops import ReplayExecuted
from shared.replay.operations import Operations
from shared.replay.scope import Scope
from shared.store.port import Query
from shared.web.asking import Paged, cause_of, listed, shown
from shared.web.ops.asking import Order, Reasoned, person_of
from shared.web.routes import Router


class RunPlan(Reasoned):
    """Carry a plan out; ``send_missing`` lets what was never sent be sent, and needs a second person."""

    send_missing: bool = False


class Rebuild(Order):
    """Build a projection anew; ``accept`` another outcome (new code), ``force`` a large loss."""

    accept: bool = False
    force: bool = False


def replays(router: Router, ops: Operations) -> None:
    """Add the routes about replays."""
    plans = ops.plans

    @router.post("/replay")
    async def propose(request: Request, scope: Scope) -> Response:
        """Plan a replay: the present code over records of the past, on a shadow."""
        plan = await plans.propose(scope, person_of(request), cause_of(request))
        return shown(plan.shown(), status=202, location=f"/{ops.name}/v1/ops/replay/{plan.id}")

    @router.get("/replay")
    async def every(page: Paged) -> Response:
        """Plans, the newest first."""
        return listed(await plans.book.all(Query(after=page.after, limit=page.limit)), lambda plan: plan.shown())

    @router.get("/replay/{plan_id}")
    async def plan(plan_id: str) -> Response:
        """A plan with its progress and what it came to."""
        return shown((await plans.book.get(plan_id)).shown())

    @router.get("/replay/{plan_id}/findings")
    async def findings(
        plan_id: str, page: Paged, kind: Literal["event", "aggregate", "row", "effect", "refused"] | None = None
    ) -> Response:
        """What would be other than it is."""
        query = Query(after=page.after, limit=page.limit)
        return listed(await plans.book.findings(plan_id, kind, query), lambda found: found)

    @router.post("/replay/{plan_id}/run")
    async def run(request: Request, plan_id: str, order: RunPlan) -> Response:
        """Write the rows that differ and, if a second person says so, let what was never sent be sent."""
        return shown(await run_plan(ops, plan_id, person_of(request), order), status=202)

    @router.post("/replay/{plan_id}/{action}")
    async def act(plan_id: str, action: Literal["pause", "resume", "cancel"]) -> Response:
        """Pause, resume or cancel; a restart does not forget it."""
        return shown((await getattr(plans, action)(plan_id)).shown(), status=202)


async def run_plan(ops: Operations, plan_id: str, person: str, order: RunPlan) -> dict[str, Any]:
    """Carry a plan out and say on ``ops`` who did."""
    plan = await ops.plans.run(plan_id, person, send_missing=order.send_missing)
    fact = ReplayExecuted(
        service=ops.name,
        plan=plan.id,
        proposer=plan.data["person"],
        person=person,
        reason=order.reason,
        send_missing=order.send_missing,
    )
    await ops.say(fact, plan.id)
    return plan.shown()


def rebuilds(router: Router, ops: Operations) -> None:
    """Add the routes about rebuilding projections."""

    @router.get("/projections")
    async def projections() -> Response:
        """Every projection: colour, lag, faults, its last rebuild."""
        return shown({"items": [await ops.rebuilds.status(name) for name in ops.projectors]})

    @router.get("/projections/{name}")
    async def projection(name: str) -> Response:
        """One projection."""
        return shown(await ops.rebuilds.status(name))

    @router.post("/projections/{name}/rebuild")
    async def rebuild(request: Request, name: str, order: Rebuild) -> Response:
        """Build it anew beside the live one; it takes over once both are equal."""
        await ops.rebuilds.start(name, person_of(request), accept=order.accept, force=order.force)
        return shown(await ops.rebuilds.status(name), status=202)

    @router.post("/projections/{name}/drop")
    async def drop(name: str) -> Response:
        """Give up the colour that is not live."""
        await ops.rebuilds.drop(name)
        return shown(await ops.rebuilds.status(name))
