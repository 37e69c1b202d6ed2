"""Dead letters over HTTP: by cause, byte for byte, redriven or discarded by order of a person."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query as Asked
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.codes import OpsCode
from shared.contracts.facts.ops import DeadOrdered
from shared.contracts.problems import Refused
from shared.replay.operations import Operations
from shared.web.asking import shown
from shared.web.ops.asking import Order, person_of
from shared.web.routes import Router


class DeadOrder(Order):
    """What is to become of the dead letters of one key; ``dry_run`` only tells what a redrive would come to."""

    topic: Annotated[str, Field(min_length=1, max_length=300)]
    key: Annotated[str, Field(max_length=1000)]
    mode: Literal["redrive", "discard"]
    reason: Annotated[str, Field(max_length=500)] = ""
    dry_run: bool = False


def dead_letters(router: Router, ops: Operations) -> None:
    """Add the routes about dead letters."""

    @router.get("/dead")
    async def groups(state: Literal["waiting", "redriven", "discarded"] = "waiting") -> Response:
        """Dead letters grouped by cause."""
        return shown({"items": await ops.dead.groups(state)})

    @router.get("/dead/letter")
    async def letter(
        topic: str, partition: Annotated[int, Asked(ge=0)], place: Annotated[int, Asked(ge=0)]
    ) -> Response:
        """One dead letter with its original bytes and the reason it was buried for."""
        return shown(await ops.dead.show(topic, partition, place))

    @router.post("/dead")
    async def order(request: Request, wish: DeadOrder) -> Response:
        """Order what becomes of the dead letters of a key; the owner of its partition carries it out."""
        return shown(await order_dead(ops, person_of(request), wish), status=200 if wish.dry_run else 202)


async def order_dead(ops: Operations, person: str, wish: DeadOrder) -> dict[str, Any]:
    """Append the order, or try it on a shadow. Raises ``Refused`` PERSON_REQUIRED without a reason."""
    name = ops.consumer.name
    waiting = [letter.place for letter in await ops.dead.of_key(name, wish.topic, wish.key)]
    if wish.dry_run:
        refused = await ops.dry_run(name, wish.topic, wish.key)
        return {"waiting": len(waiting), "refused": refused, "would_pass": bool(waiting) and not refused}
    if not wish.reason.strip():
        raise Refused(OpsCode.PERSON_REQUIRED, pointer="/reason")
    since, upto = (waiting[0], waiting[-1]) if waiting else (None, None)
    fact = DeadOrdered(
        consumer=name, topic=wish.topic, key=wish.key, mode=wish.mode, person=person, reason=wish.reason,
        since=since, upto=upto,
    )  # fmt: skip
    await ops.say(fact, name)
    return {"consumer": name, "topic": wish.topic, "key": wish.key, "ordered": wish.mode}
