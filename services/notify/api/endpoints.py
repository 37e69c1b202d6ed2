"""Channels over HTTP: register, prove, try, pause, resume, delete, and look at every attempt."""

from __future__ import annotations

import json
import secrets
from typing import Annotated, Any

from fastapi import Query as Asked
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.notify.api.deps import RECIPIENTS, STAFF, Deps, done
from services.notify.commands import Because, OpenEndpoint
from services.notify.domain.channels import Channel
from services.notify.handlers import wishes
from shared.bus.decider import new_id
from shared.contracts.codes import NotifyCode
from shared.contracts.facts.notify import ChannelOpened
from shared.contracts.problems import Refused
from shared.effects.ledger import Entry
from shared.security.principals import Principal
from shared.security.webhooks import new_pair, new_secret
from shared.store.port import Query
from shared.web.asking import Paged, cause_of, listed, outcome, shown
from shared.web.auth import PUBLIC, allow
from shared.web.routes import Router

MOST = 10
HOW_TO_PROVE = (
    "登记推送渠道；签名密钥 secret 只在本次答复中出现，签名遵循 Standard Webhooks 1.0（v1 与 v1a）。"
    "登记后平台向该网址发送一条已签名的 endpoint.challenge；接收方须以 2xx 答复，正文为 data.challenge 的原文，"
    '或者 {"challenge": 原文}；答复之前不发送任何政策。邮箱则以邮件中的链接确认。'
)
Recipient = Annotated[Principal, allow(*RECIPIENTS)]


def endpoint_routes(made: Router, deps: Deps) -> None:
    """Add the routes of channels."""
    for part in (_registering, _changing, _looking, _confirming):
        part(made, deps)


def shown_channel(channel: Channel, **more: Any) -> dict[str, Any]:
    """Return a channel as its owner reads it: never its secrets, of its address only what tells it apart."""
    fields = {"channel_id", "kind", "shown", "public_key", "events", "state", "condition", "reason"}
    found = channel.model_dump(mode="json", include=fields)
    return {"endpoint": found.pop("channel_id"), "address": found.pop("shown"), **found, **more}


def _registering(made: Router, deps: Deps) -> None:
    @made.post("/endpoints", description=HOW_TO_PROVE)
    async def register(request: Request, wish: OpenEndpoint, caller: Recipient) -> Response:
        """Register a webhook or mail box (登记推送渠道); the secret is shown in this answer and never again."""
        kind, owner = deps.owner(caller)
        if wish.kind == "mail" and not deps.mail:
            raise Refused(NotifyCode.MAIL_OFF)
        if wish.url is not None:
            deps.guard(wish.url)
        channel_id = new_id("ep", cause_of(request))
        gone = deps.answers.directory.channels.get(channel_id)
        if gone is not None and gone.state == "deleted":
            raise Refused(NotifyCode.ENDPOINT_UNKNOWN)
        known = {channel.channel_id for channel in deps.answers.directory.channels_of(kind, owner)}
        if len(known - {channel_id}) >= MOST:
            raise Refused(NotifyCode.ENDPOINTS_TOO_MANY)
        keys, public = _keys(wish)
        address = wish.url or wish.address or ""
        opened = ChannelOpened(
            channel_id=channel_id,
            kind=wish.kind,
            owner_kind=kind,
            owner=owner,
            shown=_masked(wish),
            address=deps.vault.seal(channel_id, "address", address),
            secrets=deps.vault.seal(channel_id, "secrets", json.dumps(keys)),
            public_key=public,
            events=wish.events,
        )
        result = await deps.order(request, wishes.open_channel(opened), wish)
        secret = {} if result.repeated or wish.kind == "mail" else {"secret": keys["secret"]}
        return outcome(result, shown_channel(result.state, **secret), status=201)

    @made.get("/endpoints")
    async def endpoints(caller: Recipient) -> Response:
        """My channels (我的推送渠道)."""
        kind, owner = deps.owner(caller)
        return done({"items": [shown_channel(c) for c in deps.answers.directory.channels_of(kind, owner)]})


def _keys(wish: OpenEndpoint) -> tuple[dict[str, str], str]:
    challenge = secrets.token_urlsafe(24)
    if wish.kind == "mail":
        return {"challenge": challenge}, ""
    private, public = new_pair()
    return {"secret": new_secret(), "private": private, "challenge": challenge}, public


def _masked(wish: OpenEndpoint) -> str:
    """Return what may stand in events and lists: the origin of a URL (its path may hold a token), a mail's domain."""
    if wish.url is not None:
        return "/".join(wish.url.split("?")[0].split("/")[:3])
    return "***@" + (wish.address or "").rpartition("@")[2]


async def owned(deps: Deps, caller: Principal, channel_id: str) -> tuple[Channel, int]:
    """Return a caller's own channel. Raises ``Refused`` ENDPOINT_UNKNOWN for another's."""
    channel, version = await deps.answers.channel(channel_id)
    if (channel.owner_kind, channel.owner) != (caller.kind.value, caller.id):
        raise Refused(NotifyCode.ENDPOINT_UNKNOWN)
    return channel, version


def _changing(made: Router, deps: Deps) -> None:
    async def order(request: Request, caller: Principal, wish: wishes.Wish, body: object = None) -> Response:
        await owned(deps, caller, request.path_params["endpoint"])
        result = await deps.order(request, wish, body)
        return outcome(result, shown_channel(result.state))

    @made.post("/endpoints/{endpoint}/challenge")
    async def challenge(request: Request, endpoint: str, caller: Recipient) -> Response:
        """Send the challenge once more (重新验证)."""
        return await order(request, caller, wishes.challenge_channel(endpoint))

    @made.post("/endpoints/{endpoint}/test")
    async def test(request: Request, endpoint: str, caller: Recipient) -> Response:
        """Send a test event (测试推送)."""
        return await order(request, caller, wishes.try_channel(endpoint))

    @made.post("/endpoints/{endpoint}/pause")
    async def pause(request: Request, endpoint: str, wish: Because, caller: Recipient) -> Response:
        """Pause (暂停): what becomes due waits."""
        answer = await order(request, caller, wishes.pause_channel(endpoint, caller.id, wish.reason), wish)
        await _keep_in_step(deps, endpoint)
        return answer

    @made.post("/endpoints/{endpoint}/resume")
    async def resume(request: Request, endpoint: str, caller: Recipient) -> Response:
        """Resume (恢复): the gap is sent at once."""
        answer = await order(request, caller, wishes.resume_channel(endpoint, caller.id))
        await _keep_in_step(deps, endpoint)
        return answer

    @made.delete("/endpoints/{endpoint}")
    async def delete(request: Request, endpoint: str, caller: Recipient) -> Response:
        """Delete a channel and destroy its secrets (删除)."""
        answer = await order(request, caller, wishes.delete_channel(endpoint, caller.id))
        deps.vault.destroy(endpoint)
        await deps.resume(endpoint)  # what waits for it is looked at once more, and closed
        return answer


async def _keep_in_step(deps: Deps, endpoint: str) -> None:
    """Tell the courier how the channel stands now: a repeated call must not undo what came after its first."""
    paused = deps.answers.directory.channels[endpoint].state == "paused"
    await (deps.pause if paused else deps.resume)(endpoint)


def _looking(made: Router, deps: Deps) -> None:
    @made.get("/endpoints/{endpoint}")
    async def one(endpoint: str, caller: Recipient) -> Response:
        """One of my channels."""
        channel, version = await owned(deps, caller, endpoint)
        return shown(shown_channel(channel), version)

    @made.get("/endpoints/{endpoint}/deliveries")
    async def deliveries(endpoint: str, page: Paged, caller: Recipient) -> Response:
        """What was and is owed to the channel (投递记录)."""
        await owned(deps, caller, endpoint)
        found = await deps.answers.deliveries("endpoint", endpoint, Query(after=page.after, limit=page.limit))
        return listed(found, shown_delivery)

    @made.get("/deliveries/{key}")
    async def delivery(key: str, caller: Annotated[Principal, allow(*RECIPIENTS, *STAFF)]) -> Response:
        """One delivery with every attempt (投递明细)."""
        entry, attempts = await deps.answers.delivery(key)
        mine = entry.effect.recipient == f"{caller.kind.value}:{caller.id}"
        if not mine and caller.kind in RECIPIENTS:
            raise Refused(NotifyCode.DELIVERY_UNKNOWN)
        return done({**shown_delivery(entry), "tries": [dict(attempt) for attempt in attempts]})


def shown_delivery(entry: Entry) -> dict[str, Any]:
    """Return a delivery as its recipient reads it."""
    effect = entry.effect
    return {
        "id": entry.key,
        "purpose": effect.purpose,
        "item": effect.item,
        "edition": effect.edition,
        "endpoint": effect.endpoint,
        "push": effect.payload.get("push"),
        "ordinal": effect.payload.get("ordinal"),
        "state": entry.state.value,
        "attempts": entry.attempts,
        "status": entry.status,
        "error": entry.error,
        "resend": {"person": effect.person, "reason": effect.reason} if effect.nonce else None,
    }


_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{text}</p>{form}</main></body></html>"""
_FORM = '<form method="post"><button type="submit">确认用本邮箱接收推送</button></form>'


Code = Annotated[str, Asked(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


def _confirming(made: Router, deps: Deps) -> None:
    @made.get("/endpoints/{endpoint}/confirmation", dependencies=[PUBLIC])
    async def ask(endpoint: str, code: Code) -> Response:
        """The page behind the link in a confirmation mail; opening it alone confirms nothing."""
        await _prove(deps, endpoint, code)
        return HTMLResponse(_PAGE.format(title="确认接收邮箱", text="请点击下面的按钮完成确认。", form=_FORM))

    @made.post("/endpoints/{endpoint}/confirmation", dependencies=[PUBLIC])
    async def confirm(endpoint: str, code: Code) -> Response:
        """Confirm a mail box by the code only its reader knows."""
        await _prove(deps, endpoint, code)
        await deps.dispatcher.execute(wishes.confirm_channel(endpoint).command(f"challenge:{endpoint}"))
        return HTMLResponse(_PAGE.format(title="已确认", text="本邮箱从现在起接收政策推送。", form=""))


async def _prove(deps: Deps, endpoint: str, code: str) -> None:
    channel, _ = await deps.answers.channel(endpoint)
    keys = json.loads(deps.vault.open_(channel.secrets, endpoint, "secrets"))
    if channel.kind != "mail" or not secrets.compare_digest(keys["challenge"], code):
        raise Refused(NotifyCode.CODE_WRONG)
