"""One service for its operators: consumer, relay, projections, effects, traces, derived rates."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.facts.ops import ConsumerPaused, ConsumerResumed
from shared.store.port import Query
from shared.web.console.look import Look
from shared.web.ops.asking import person_of
from shared.web.ops.health import summary_of, trace_of
from shared.web.routes import Router

Reason = Annotated[str, Form(min_length=1, max_length=500)]


def service_pages(router: Router, look: Look) -> None:
    """Add the page of the service and what can be ordered on it."""
    ops = look.ops

    @router.get("")
    async def service(request: Request) -> Response:
        projections = [await ops.rebuilds.status(name) for name in ops.projectors]
        uncertain = (await ops.store.page(ops.ledger, Query(equal={"state": "uncertain"}, limit=50))).items
        return look.page(
            request, "service.html", summary=await summary_of(ops), projections=projections, uncertain=uncertain
        )

    @router.post("/consumer/pause")
    async def pause(request: Request, reason: Reason) -> Response:
        name = ops.consumer.name
        await ops.say(ConsumerPaused(consumer=name, person=person_of(request), reason=reason), name)
        return look.lead("", "已下达暂停消费")

    @router.post("/consumer/resume")
    async def resume(request: Request, reason: Reason) -> Response:
        name = ops.consumer.name
        await ops.say(ConsumerResumed(consumer=name, person=person_of(request), reason=reason), name)
        return look.lead("", "已下达恢复消费")

    _rebuilding(router, look)
    _asking(router, look)


def _rebuilding(router: Router, look: Look) -> None:
    ops = look.ops

    @router.post("/projections/{name}/rebuild")
    async def rebuild(
        request: Request, name: str, accept: Annotated[bool, Form()] = False, force: Annotated[bool, Form()] = False
    ) -> Response:
        await ops.rebuilds.start(name, person_of(request), accept=accept, force=force)
        return look.lead("", f"已开始重建 {name}")

    @router.post("/projections/{name}/drop")
    async def drop(name: str) -> Response:
        await ops.rebuilds.drop(name)
        return look.lead("", f"已删除 {name} 的另一份")


def _asking(router: Router, look: Look) -> None:
    ops = look.ops

    @router.get("/trace")
    async def trace(request: Request, id: str = "") -> Response:
        name = id.strip()[:300]
        found = await trace_of(ops, look.all_, name) if name else None
        return look.page(request, "trace.html", asked=name, found=found)

    @router.get("/rates")
    async def rates(request: Request) -> Response:
        counted = dict(await ops.rates()) if ops.rates is not None else {}
        lines = sorted(((*bucket.split("|", 1), count) for bucket, count in counted.items()), reverse=True)
        return look.page(request, "rates.html", lines=lines[:200], left_out=max(0, len(lines) - 200))
