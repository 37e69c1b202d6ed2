"""Replays for people: planned with a form, looked at, carried out."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Form
from starlette.requests import Request
from starlette.responses import Response

from shared.replay.scope import Scope
from shared.store.port import Query
from shared.web.console.look import Look
from shared.web.ops.asking import person_of
from shared.web.ops.replays import RunPlan, run_plan
from shared.web.routes import Router

Given = Annotated[str, Form(max_length=300)]


def replay_pages(router: Router, look: Look) -> None:
    """Add the pages about replays."""
    plans, ops = look.ops.plans, look.ops

    @router.get("/replay")
    async def every(request: Request) -> Response:
        names = [ops.topics.of(owner) for owner in ops.owners]
        page = await plans.book.all(Query(limit=50))
        return look.page(request, "replays.html", plans=page.items, topics=names, cause=request.state.request_id)

    @router.post("/replay")
    async def propose(
        request: Request,
        cause: Annotated[str, Form(min_length=8, max_length=64)],
        topic: Given = "",
        begin: Given = "",
        end: Given = "",
        key: Given = "",
        by: Annotated[Literal["append", "event"], Form()] = "append",
    ) -> Response:
        scope = Scope(topic=topic or None, begin=begin or None, end=end or None, key=key or None, by=by)
        plan = await plans.propose(scope, person_of(request), f"page:{person_of(request)}:{cause}")
        return look.lead(f"/replay/{plan.id}")

    _one(router, look)


def _one(router: Router, look: Look) -> None:
    plans, ops = look.ops.plans, look.ops

    @router.get("/replay/{plan_id}")
    async def plan(request: Request, plan_id: str) -> Response:
        found = await plans.book.findings(plan_id, None, Query(limit=100))
        shown = await plans.book.get(plan_id)
        return look.page(request, "replay.html", plan=shown, findings=found.items, more=found.next is not None)

    @router.post("/replay/{plan_id}/run")
    async def run(
        request: Request,
        plan_id: str,
        reason: Annotated[str, Form(min_length=1, max_length=500)],
        send_missing: Annotated[bool, Form()] = False,
    ) -> Response:
        await run_plan(ops, plan_id, person_of(request), RunPlan(reason=reason, send_missing=send_missing))
        return look.lead(f"/replay/{plan_id}", "已开始执行")

    @router.post("/replay/{plan_id}/{action}")
    async def act(plan_id: str, action: Literal["pause", "resume", "cancel"]) -> Response:
        await getattr(plans, action)(plan_id)
        return look.lead(f"/replay/{plan_id}")
