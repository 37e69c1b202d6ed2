"""Dead letters for people: by cause, one byte for byte, tried on a shadow, redriven, discarded."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Form
from starlette.requests import Request
from starlette.responses import Response

from shared.web.console.look import Look
from shared.web.ops.asking import person_of
from shared.web.ops.dead import DeadOrder, order_dead
from shared.web.routes import Router


def letter_pages(router: Router, look: Look) -> None:
    """Add the pages about dead letters."""
    dead = look.ops.dead

    @router.get("/dead")
    async def groups(request: Request, state: Literal["waiting", "redriven", "discarded"] = "waiting") -> Response:
        return look.page(request, "dead.html", groups=await dead.groups(state), state=state)

    @router.get("/dead/letter")
    async def letter(request: Request, topic: str, partition: int, place: int) -> Response:
        return look.page(request, "letter.html", letter=await dead.show(topic, partition, place), tried=None)

    @router.post("/dead/letter")
    async def order(
        request: Request,
        topic: str,
        partition: int,
        place: int,
        mode: Annotated[Literal["redrive", "discard", "try"], Form()],
        reason: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        shown = await dead.show(topic, partition, place)
        wish = DeadOrder(
            topic=topic,
            key=shown["key"],
            mode="redrive" if mode == "try" else mode,
            reason=reason,
            dry_run=mode == "try",
        )
        done = await order_dead(look.ops, person_of(request), wish)
        if wish.dry_run:
            return look.page(request, "letter.html", letter=shown, tried=done)
        said = "已下达重投，结果稍后可见" if mode == "redrive" else "已下达放弃，结果稍后可见"
        return look.lead("/dead", said)
