"""Pushes, rehearsals, explanations and profiles over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query as Asked
from starlette.requests import Request
from starlette.responses import Response

from services.notify.api.deps import STAFF, Deps, done
from services.notify.api.endpoints import shown_delivery
from services.notify.commands import Because, Match
from services.notify.handlers import wishes
from services.notify.views.rehearsal import rehearse, report
from shared.contracts.codes import NotifyCode, WebCode
from shared.contracts.facts.notify import DeliveryRepeated
from shared.contracts.problems import Refused
from shared.effects.ledger import Effect
from shared.security.principals import Principal, PrincipalKind
from shared.store.port import Query
from shared.web.asking import Paged, cause_of, listed, outcome
from shared.web.auth import allow, require_body
from shared.web.routes import Router

Staff = Annotated[Principal, allow(*STAFF)]
Code = Annotated[str, Asked(min_length=1, max_length=80)]


def push_routes(made: Router, deps: Deps) -> None:
    """Add the routes of pushes."""
    for part in (_pushes, _deliveries, _asking):
        part(made, deps)


def _pushes(made: Router, deps: Deps) -> None:
    @made.get("/pushes")
    async def pushes(page: Paged, caller: Annotated[Principal, allow("supervisor", "operator")]) -> Response:
        """Every push, the newest first (推送记录)."""
        found = await deps.answers.pushes(Query(after=page.after, limit=page.limit))
        return listed(found, lambda push: report(push, deps.answers.directory, deps.public_url))

    @made.get("/pushes/{push}")
    async def one(push: str, caller: Staff) -> Response:
        """One push by its id or its document's: counts, reasons, relays with the suppressed, what was delivered."""
        found = await deps.answers.push(push if push.startswith("p-") else f"p-{push}")
        _may_see(caller, found.waves[-1].document.body)
        return done(report(found, deps.answers.directory, deps.public_url))


def _deliveries(made: Router, deps: Deps) -> None:
    @made.get("/pushes/{push}/deliveries")
    async def deliveries(push: str, page: Paged, caller: Staff) -> Response:
        """What a push owed to whom, and what became of it (投递情况)."""
        found = await deps.answers.push(push)
        _may_see(caller, found.waves[-1].document.body)
        return listed(
            await deps.answers.deliveries("push", push, Query(after=page.after, limit=page.limit)),
            lambda entry: {**shown_delivery(entry), "recipient": entry.effect.recipient},
        )

    @made.post("/deliveries/{key}/resend")
    async def resend(
        request: Request, key: str, wish: Because, caller: Annotated[Principal, allow("officer", "operator")]
    ) -> Response:
        """Send one delivery again (重发), under an id of its own, with person and reason."""
        entry, _ = await deps.answers.delivery(key)
        push = entry.effect.payload.get("push")
        if push is None or entry.effect.nonce is not None:
            raise Refused(NotifyCode.DELIVERY_UNKNOWN)
        _may_see(caller, (await deps.answers.push(push)).waves[-1].document.body)
        again = _again(entry.effect, cause_of(request), f"{caller.kind.value}:{caller.id}", wish.reason)
        result = await deps.order(request, wishes.repeat_delivery(again), wish)
        return outcome(result, {"delivery": key, "repeated": list(result.state.repeated)}, status=202)


def _again(effect: Effect, nonce: str, person: str, reason: str) -> DeliveryRepeated:
    return DeliveryRepeated(
        push_id=effect.payload["push"],
        ordinal=effect.payload["ordinal"],
        nonce=nonce,
        person=person,
        reason=reason,
        item=effect.item,
        edition=str(effect.edition),
        recipient=effect.recipient,
        channel_id=effect.endpoint,
        kind="mail" if effect.purpose == "mail" else "webhook",
        message=effect.payload["message"],
    )


def _may_see(caller: Principal, body: str) -> None:
    if caller.kind is PrincipalKind.OFFICER:
        require_body(caller, body)


def _asking(made: Router, deps: Deps) -> None:
    @made.post("/match")
    async def match(wish: Match, caller: Annotated[Principal, allow(*STAFF, "agency")]) -> Response:
        """Rehearse a push (推送预演): how many, where, through whom; nothing is sent or kept."""
        return done(rehearse(wish.expression, deps.answers.directory))

    @made.get("/explain")
    async def explain(
        document: Code, enterprise: Code, caller: Annotated[Principal, allow(*STAFF, "enterprise")]
    ) -> Response:
        """Why an enterprise was told of a document, or why not (为什么收到、为什么没有收到)."""
        _own(caller, enterprise)
        return done(await deps.answers.explain(document, enterprise))

    @made.get("/enterprises/{code}")
    async def profile(code: str, caller: Annotated[Principal, allow(*STAFF, "enterprise")]) -> Response:
        """An enterprise's profile (企业画像)."""
        _own(caller, code)
        found = await deps.answers.enterprise(code)
        return done(found.model_dump(mode="json", include={"profile", "licences"}))


def _own(caller: Principal, code: str) -> None:
    if caller.kind is PrincipalKind.ENTERPRISE and caller.id != code:
        raise Refused(WebCode.FORBIDDEN)
