"""Inboxes, their live stream, subscriptions and relays over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import islice
from typing import Annotated, Any

import orjson
from fastapi import Query as Asked
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from services.notify.api.deps import RECIPIENTS, Deps, done
from services.notify.commands import Acknowledge, ReadItems, Subscribe
from services.notify.domain.shelf import Entry
from services.notify.handlers import wishes
from shared.bus.decider import new_id
from shared.contracts.codes import NotifyCode
from shared.contracts.facts.notify import TopicSubscribed
from shared.contracts.problems import Refused
from shared.security.principals import Principal
from shared.web.asking import cause_of, outcome
from shared.web.auth import allow, identify
from shared.web.routes import Router

HEARTBEAT = 15.0
Recipient = Annotated[Principal, allow(*RECIPIENTS)]


def inbox_routes(made: Router, deps: Deps) -> None:
    """Add the routes of inboxes."""
    for part in (_inbox, _items, _streaming, _subscriptions):
        part(made, deps)


def _inbox(made: Router, deps: Deps) -> None:
    @made.get("/inbox")
    async def inbox(
        caller: Recipient,
        after: Annotated[int, Asked(ge=0)] = 0,
        limit: Annotated[int, Asked(ge=1, le=200)] = 50,
    ) -> Response:
        """My inbox (收件箱) behind a serial, the oldest first; ``next`` is what to ask with the next time."""
        kind, owner = deps.owner(caller)
        read = await deps.answers.read(kind, owner)
        every = list(deps.answers.entries(kind, owner, 0))
        chosen = list(islice((entry for entry in every if entry.serial > after), limit))
        items = [await deps.answers.item(kind, owner, entry, read) for entry in chosen]
        unread = sum(e.item not in read and e.push_id not in deps.answers.shelf.withdrawn for e in every)
        last = chosen[-1].serial if chosen else after
        return done({"items": items, "unread": unread, "total": len(every), "next": last})

    @made.post("/inbox/read")
    async def read(request: Request, wish: ReadItems, caller: Recipient) -> Response:
        """Mark items as read (标为已读)."""
        kind, owner = deps.owner(caller)
        known = {entry.item for entry in deps.answers.entries(kind, owner, 0)}
        if unknown := set(wish.items) - known:
            raise Refused(NotifyCode.ITEM_UNKNOWN, f"收件箱中没有 {min(unknown)}", pointer="/items")
        result = await deps.order(request, wishes.read_items(kind, owner, wish.items), wish)
        return outcome(result, {"read": list(result.state.read) if result.state else []})


def _items(made: Router, deps: Deps) -> None:
    @made.get("/inbox/items/{item}")
    async def one(item: str, caller: Recipient) -> Response:
        """One item of my inbox; a partner sees all members concerned."""
        kind, owner = deps.owner(caller)
        entry = _entry(deps, kind, owner, item)
        return done(await deps.answers.item(kind, owner, entry, await deps.answers.read(kind, owner)))

    @made.post("/inbox/items/{item}/acknowledgement")
    async def acknowledge(
        request: Request, item: str, wish: Acknowledge, caller: Annotated[Principal, allow("partner")]
    ) -> Response:
        """Say that the policy was passed on to the members (接力回执)."""
        kind, owner = deps.owner(caller)
        entry = _entry(deps, kind, owner, item)
        result = await deps.order(request, wishes.acknowledge_relay(entry.push_id, owner, wish.reached), wish)
        return outcome(result, {"acknowledged": result.state.acknowledged.get(owner)})


def _entry(deps: Deps, kind: str, owner: str, item: str) -> Entry:
    for entry in deps.answers.entries(kind, owner, 0):
        if entry.item == item:
            return entry
    raise Refused(NotifyCode.ITEM_UNKNOWN)


def _streaming(made: Router, deps: Deps) -> None:
    @made.get("/inbox/stream")
    async def stream(request: Request, caller: Recipient) -> Response:
        """My inbox as server-sent events (实时推送); ``Last-Event-ID`` resumes, without it only what is new comes."""
        kind, owner = deps.owner(caller)
        given = request.headers.get("last-event-id", "")
        after = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else deps.answers.shelf.last

        async def valid() -> bool:
            return await identify(request) is not None

        return EventSourceResponse(_events(deps, kind, owner, after, valid), ping=0)


async def _events(
    deps: Deps, kind: str, owner: str, after: int, valid: Callable[[], Awaitable[bool]]
) -> AsyncIterator[ServerSentEvent]:
    """Yield the events of a stream; it ends with the first one after its key was revoked."""
    yield ServerSentEvent(comment="ready")
    async for item in deps.answers.stream(kind, owner, after, HEARTBEAT):
        if not await valid():
            return
        if item is None:
            yield ServerSentEvent(comment="ping")
        else:
            yield ServerSentEvent(data=orjson.dumps(item).decode(), event=item["type"], id=str(item["serial"]))


def _subscriptions(made: Router, deps: Deps) -> None:
    @made.post("/subscriptions")
    async def subscribe(request: Request, wish: Subscribe, caller: Recipient) -> Response:
        """Subscribe to topics (主题订阅)."""
        kind, owner = deps.owner(caller)
        fact = TopicSubscribed(
            subscription_id=new_id("sb", cause_of(request)), owner_kind=kind, owner=owner, **wish.model_dump()
        )
        result = await deps.order(request, wishes.subscribe(fact), wish)
        return outcome(result, _shown(result.state), status=201)

    @made.get("/subscriptions")
    async def subscriptions(caller: Recipient) -> Response:
        """My subscriptions (我的订阅)."""
        kind, owner = deps.owner(caller)
        return done({"items": [_shown(s) for s in await deps.answers.subscriptions(kind, owner)]})

    @made.delete("/subscriptions/{subscription}")
    async def unsubscribe(request: Request, subscription: str, caller: Recipient) -> Response:
        """End a subscription (退订)."""
        kind, owner = deps.owner(caller)
        result = await deps.order(request, wishes.unsubscribe(subscription, kind, owner))
        return outcome(result, _shown(result.state))


def _shown(subscription: Any) -> dict[str, Any]:
    found: dict[str, Any] = subscription.model_dump(mode="json", exclude={"owner_kind", "owner"})
    return found
