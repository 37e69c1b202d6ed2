"""Console sessions (控制台会话): a key is exchanged for a cookie; everything about the session stays on the server."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared.security.keys import KeyRing
from shared.security.principals import Principal


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in caller; ``csrf`` must come back with every unsafe request of a page."""

    principal: Principal
    csrf: str = field(repr=False)
    ends_at: datetime
    idle_at: datetime

    def guards(self, token: str) -> bool:
        """Return whether a form's CSRF token is this session's, in constant time."""
        return hmac.compare_digest(self.csrf.encode(), token.encode("utf-8", "replace"))


class Sessions:
    """Sessions in memory: they end by idleness, by age, with their key, and with the process."""

    def __init__(
        self,
        ring: KeyRing,
        *,
        idle: timedelta = timedelta(minutes=30),
        longest: timedelta = timedelta(hours=8),
        most: int = 10_000,
        secure: bool = True,
    ) -> None:
        """``secure`` is False only on a loopback listener without TLS, where ``__Host-`` cookies cannot be set."""
        self._ring = ring
        self._idle, self._longest, self._most = idle, longest, most
        self._secure = secure
        self._open: dict[bytes, Session] = {}
        self.cookie_name = "__Host-gongkai" if secure else "gongkai"

    def open(self, token: str, now: datetime) -> tuple[str, Session] | None:
        """Exchange a key for (cookie value, session); None where the key is no good. ``now`` is wire time."""
        principal = self._ring.authenticate(token, now)
        if principal is None:
            return None
        self._sweep(now)
        value = secrets.token_urlsafe(32)
        session = Session(principal, secrets.token_urlsafe(32), now + self._longest, now + self._idle)
        self._open[_name(value)] = session
        return value, session

    def find(self, value: str, now: datetime) -> Session | None:
        """Return the session behind a cookie and keep it from idling; None once it ended or its key was revoked."""
        name = _name(value)
        session = self._open.get(name)
        if session is None:
            return None
        if not self._lives(session, now):
            del self._open[name]
            return None
        self._open[name] = fresh = replace(session, idle_at=now + self._idle)
        return fresh

    def close(self, value: str) -> None:
        """End a session; an unknown one is fine."""
        self._open.pop(_name(value), None)

    def cookie(self, value: str) -> str:
        """Return the ``Set-Cookie`` value for a session; with an empty value, one that removes it."""
        age = int(self._longest.total_seconds()) if value else 0
        secure = "; Secure" if self._secure else ""
        return f"{self.cookie_name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}"

    def _lives(self, session: Session, now: datetime) -> bool:
        in_time = now < session.ends_at and now < session.idle_at
        return in_time and self._ring.lives(session.principal.key_id, now)

    def _sweep(self, now: datetime) -> None:
        if len(self._open) >= self._most:
            self._open = {name: session for name, session in self._open.items() if self._lives(session, now)}
        while len(self._open) >= self._most:
            del self._open[next(iter(self._open))]  # the oldest: nobody can lock others out by signing in often


def _name(value: str) -> bytes:
    # Kept by digest: neither a look at memory nor the timing of a look-up gives a cookie away.
    return hashlib.sha256(value.encode("utf-8", "replace")).digest()
