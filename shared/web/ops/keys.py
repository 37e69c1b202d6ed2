"""Access keys over HTTP: issued once, listed, revoked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.codes import OpsCode
from shared.contracts.facts.ops import KeyRevoked
from shared.contracts.problems import Refused
from shared.replay.operations import Operations
from shared.security.keys import issue
from shared.security.principals import Principal, PrincipalKind
from shared.web.asking import shown
from shared.web.ops.asking import Order, Reasoned, person_of
from shared.web.routes import Router

Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=100)], ...], Field(max_length=200)]


class IssueKey(Order):
    """Whom a new key is for; ``source`` and ``types`` bind an agency's key to what it may file."""

    kind: PrincipalKind
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    bodies: Names = ()
    scopes: Names = ()
    types: Names = ()
    source: Annotated[str, Field(pattern=r"^/[A-Za-z0-9/._-]{1,99}$")] | None = None
    expires_at: AwareDatetime | None = None


def keys(router: Router, ops: Operations) -> None:
    """Add the routes about keys."""

    @router.get("/keys")
    async def every() -> Response:
        """Keys that are not revoked; never the secret, which nobody here knows."""
        return shown({"items": keys_of(ops)})

    @router.post("/keys")
    async def make(request: Request, wish: IssueKey) -> Response:
        """Issue a key; its secret is in this answer and nowhere else."""
        return shown(await issue_key(ops, person_of(request), wish), status=201)

    @router.post("/keys/{key_id}/revoke")
    async def revoke(request: Request, key_id: str, order: Reasoned) -> Response:
        """Revoke a key; every process refuses it within a second."""
        await revoke_key(ops, person_of(request), key_id, order.reason)
        return shown({"key_id": key_id, "revoked": True})


def keys_of(ops: Operations) -> list[dict[str, Any]]:
    """Return the keys that are not revoked, by kind and owner."""
    found = [
        {
            "key_id": key_id,
            "kind": who.kind.value,
            "id": who.id,
            "bodies": sorted(who.bodies),
            "scopes": sorted(who.scopes),
            "types": sorted(who.types),
            "source": who.source,
        }
        for key_id, who in ops.ring.principals().items()
    ]
    return sorted(found, key=lambda each: (str(each["kind"]), str(each["id"]), str(each["key_id"])))


async def issue_key(ops: Operations, person: str, wish: IssueKey) -> dict[str, Any]:
    """Issue a key as a fact on ``ops``; return it with its secret."""
    principal = Principal(
        wish.kind, wish.id, frozenset(wish.bodies), frozenset(wish.scopes), wish.source, frozenset(wish.types)
    )
    expires: datetime | None = wish.expires_at
    token, fact = issue(principal, expires_at=expires, by=person)
    await ops.say(fact, fact.key_id)
    ops.ring.apply(fact)
    return {"key_id": fact.key_id, "key": token, "kind": wish.kind.value, "id": wish.id}


async def revoke_key(ops: Operations, person: str, key_id: str, reason: str) -> None:
    """Revoke a key as a fact on ``ops``. Raises ``Refused`` KEY_UNKNOWN."""
    if key_id not in ops.ring.principals():
        raise Refused(OpsCode.KEY_UNKNOWN)
    fact = KeyRevoked(key_id=key_id, person=person, reason=reason)
    await ops.say(fact, key_id)
    ops.ring.apply(fact)
