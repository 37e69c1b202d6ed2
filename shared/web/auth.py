"""Who may call a route. Every route says so: ``allow(...)`` or ``PUBLIC``; one that does not fails the census."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Depends
from starlette.requests import Request

from shared.clock import ZONE, Clock
from shared.contracts.codes import WebCode
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Refused
from shared.security.keys import KeyRing
from shared.security.limits import Buckets
from shared.security.principals import Principal, PrincipalKind
from shared.security.sessions import Session, Sessions

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Access:
    """What proves a caller: keys, sessions of the console, and the wire time they are judged by."""

    ring: KeyRing
    sessions: Sessions
    clock: Clock
    say: Callable[[Fact, str], Awaitable[None]] | None = None
    """How the other processes hear that somebody signed out; None where there are none."""

    def now(self) -> datetime:
        """Return wire time, aware."""
        return datetime.fromtimestamp(self.clock.wire(), ZONE)


class Guard:
    """The declaration of a route: which kinds of callers, holding which scope; no kinds at all means everybody."""

    def __init__(self, kinds: frozenset[PrincipalKind], scope: str | None, public: bool = False) -> None:
        self.kinds, self.scope, self.public = kinds, scope, public

    async def __call__(self, request: Request) -> Principal | None:
        """Return the caller. Raises ``Refused`` UNAUTHENTICATED or FORBIDDEN."""
        if self.public:
            return None
        caller = await identify(request)
        if caller is None:
            raise Refused(WebCode.UNAUTHENTICATED)
        request.state.principal = caller
        if caller.kind not in self.kinds or (self.scope is not None and not caller.may(self.scope)):
            raise Refused(WebCode.FORBIDDEN)
        return caller


def allow(*kinds: PrincipalKind | str, scope: str | None = None) -> Any:
    """Declare who may call: ``who: Annotated[Principal, allow("officer")]``, or in ``dependencies=[...]``.

    With no kinds every authenticated caller may. ``scope`` is demanded on top of the kind.
    """
    named = frozenset(PrincipalKind(kind) for kind in kinds) or frozenset(PrincipalKind)
    return Depends(Guard(named, scope))


PUBLIC: Any = Depends(Guard(frozenset(), None, public=True))
"""Declares that anybody may call, without a key."""


async def identify(request: Request) -> Principal | None:
    """Return who calls, by key or by the console's cookie; None for nobody we know.

    Raises ``Refused`` FORBIDDEN for an unsafe request of a session without its CSRF token (跨站请求伪造).
    """
    access: Access = request.app.state.access
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        return access.ring.authenticate(token.strip(), access.now()) if scheme.lower() == "bearer" else None
    session = session_of(request)
    if session is None:
        return None
    if request.method not in SAFE:
        await _guard_unsafe(request, session)
    return session.principal


def session_of(request: Request) -> Session | None:
    """Return the console session of a request, and leave it where pages find it."""
    access: Access = request.app.state.access
    value = request.cookies.get(access.sessions.cookie_name)
    now = access.now()
    session = access.sessions.find(value, now) if value else None
    request.state.session = session
    if session is not None and (fresh := access.sessions.renew(session, now)) is not None:
        request.state.cookie = access.sessions.cookie(fresh)  # the shell sends it with whatever is answered
    return session


def refuse_foreign_site(request: Request) -> None:
    """Refuse a request that a browser says another site made. Raises ``Refused`` FORBIDDEN."""
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Refused(WebCode.FORBIDDEN, "请从本站页面提交")


async def _guard_unsafe(request: Request, session: Session) -> None:
    refuse_foreign_site(request)
    token = request.headers.get(CSRF_HEADER)
    if token is None and request.headers.get("content-type", "").startswith(_FORMS):
        given = (await request.form()).get(CSRF_FIELD)
        token = given if isinstance(given, str) else None
    if token is None or not session.guards(token):
        raise Refused(WebCode.FORBIDDEN, "页面已过期，请刷新后重新提交")


def require_body(caller: Principal, body: str) -> None:
    """Refuse a caller that may not act for a body (机关). Raises ``Refused`` FORBIDDEN."""
    if not caller.acts_for(body):
        raise Refused(WebCode.FORBIDDEN, "这把密钥不能为该机关办理")


class TooMany(Refused):
    """The caller's bucket is empty; ``wait`` is in seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__(WebCode.TOO_MANY)
        self.wait = max(1, int(wait + 0.999))


def limited(buckets: Buckets, amount: float = 1.0) -> Any:
    """Declare that a route costs ``amount`` of its caller's bucket (限流): by key, else by address."""

    async def take(request: Request) -> None:
        spend(request, buckets, amount)

    return Depends(take)


def spend(request: Request, buckets: Buckets, amount: float) -> None:
    """Take from the caller's bucket. Raises ``TooMany``."""
    caller: Principal | None = request.scope.get("state", {}).get("principal")
    name = caller.key_id or caller.id if caller else f"at {request.client.host if request.client else ''}"
    wait = buckets.take(name, amount, request.app.state.access.clock.wire())
    if wait:
        raise TooMany(wait)


def guards_of(dependant: Any) -> list[Guard]:
    """Return the declarations among a route's dependencies, however deep."""
    call: Callable[..., Any] | None = dependant.call
    own = [call] if isinstance(call, Guard) else []
    return own + [guard for child in dependant.dependencies for guard in guards_of(child)]
