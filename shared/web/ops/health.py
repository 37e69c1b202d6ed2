"""How a service is: its consumer, relay, projections, effects, disk; pausing and resuming; tracing."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import Query as Asked
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.facts.ops import ConsumerPaused, ConsumerResumed
from shared.replay.causes import subjects_in
from shared.replay.operations import Operations
from shared.store.port import Query
from shared.web.asking import Paged, listed, shown
from shared.web.ops.asking import Reasoned, person_of
from shared.web.routes import Router

EACH = 200
_SHOWN = ("state", "item", "edition", "recipient", "endpoint", "purpose", "attempts", "settled", "error")


def health(router: Router, ops: Operations, all_: Mapping[str, Operations]) -> None:
    """Add the routes about the service as a whole."""

    @router.get("")
    async def summary() -> Response:
        """Consumer, relay, projections, effects, dead letters and disk at one look."""
        return shown(await summary_of(ops))

    @router.post("/consumer/pause")
    async def pause(request: Request, order: Reasoned) -> Response:
        """Stop consuming until resumed; a restart does not forget it."""
        name, person = ops.consumer.name, person_of(request)
        await ops.say(ConsumerPaused(consumer=name, person=person, reason=order.reason), name)
        return shown({"consumer": name, "ordered": "pause"}, status=202)

    @router.post("/consumer/resume")
    async def resume(request: Request, order: Reasoned) -> Response:
        """Let a paused or stopped consumer go on."""
        name, person = ops.consumer.name, person_of(request)
        await ops.say(ConsumerResumed(consumer=name, person=person, reason=order.reason), name)
        return shown({"consumer": name, "ordered": "resume"}, status=202)

    _effects(router, ops, all_)


def _effects(router: Router, ops: Operations, all_: Mapping[str, Operations]) -> None:
    @router.get("/trace")
    async def trace(id: Annotated[str, Asked(min_length=1, max_length=300)]) -> Response:
        """The chain of causes an event, document, request or receipt belongs to, and the effects it led to."""
        return shown(await trace_of(ops, all_, id))

    @router.get("/effects")
    async def effects(
        page: Paged, state: Literal["due", "claimed", "accepted", "uncertain", "closed"] = "uncertain"
    ) -> Response:
        """Effects in one state; the uncertain ones wait for a person."""
        query = Query(equal={"state": state}, after=page.after, limit=page.limit)
        return listed(await ops.store.page(ops.ledger, query), lambda row: {"id": row.id, **row.data})

    @router.get("/effects/about")
    async def about(subject: Annotated[list[str], Asked(max_length=200)]) -> Response:
        """Effects about these documents or pushes."""
        return shown({"items": await effects_about(ops, subject)})

    @router.get("/rates")
    async def rates() -> Response:
        """The counts of the derived streams, by bucket; an estimate that can be rebuilt from zero."""
        return shown({"rates": dict(await ops.rates()) if ops.rates is not None else {}})


async def summary_of(ops: Operations) -> dict[str, Any]:
    """Return how a service is."""
    found = ops.consumer.health
    usage = shutil.disk_usage(ops.data)
    groups = await ops.dead.groups()
    return {
        "service": ops.name,
        "title": ops.title,
        "consumer": {
            "name": found.name,
            "ready": found.ready,
            "stopped": found.stopped,
            "lost": found.lost,
            "lag": {f"{slot.topic}/{slot.partition}": lag for slot, lag in sorted(found.lag.items())},
            "held": {f"{slot.topic}/{slot.partition}": held.why for slot, held in found.held.items()},
            "parked": found.parked,
        },
        "lag": sum(found.lag.values()),
        "relay": ops.relay.health(),
        "projections": [dict(await each.health()) for each in ops.projectors.values()],
        "effects": await ops.store.count(ops.ledger, Query(), by="state"),
        "dead": sum(each["count"] + each["behind"] for each in groups),
        "aggregates": await ops.store.kinds(),
        "disk": {"total": usage.total, "free": usage.free},
        "time": ops.clock.business().isoformat(),
    }


async def trace_of(ops: Operations, all_: Mapping[str, Operations], name: str) -> dict[str, Any]:
    """Return the chain of causes, with the effects that the services of this process have about its subjects."""
    found = await ops.trace.of(name)
    subjects = sorted({subject for root in found["roots"] for subject in subjects_in(root)})
    effects = [each for other in all_.values() for each in await effects_about(other, subjects)]
    return {**found, "subjects": subjects, "effects": effects}


async def effects_about(ops: Operations, subjects: Sequence[str]) -> list[dict[str, Any]]:
    """Return the ledger's entries about these documents (``item``) or pushes, at most ``EACH`` of one subject.

    What was left out is counted in an entry of its own.
    """
    found: dict[str, dict[str, Any]] = {}
    for subject in subjects:
        for field in ("item", "push"):
            asked = Query(equal={field: subject}, limit=EACH)
            page = await ops.store.page(ops.ledger, asked)
            for row in page.items:
                entry = {"id": row.id, "service": ops.name, "subject": subject}
                found.setdefault(row.id, entry | {name: row.data.get(name) for name in _SHOWN})
            if page.next is not None:
                rest = (await ops.store.count(ops.ledger, asked))[None] - EACH
                found[f"{field}:{subject}"] = {"service": ops.name, "subject": subject, "left_out": rest}
    return list(found.values())
