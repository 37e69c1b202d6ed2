"""Console sessions (控制台会话): a key is exchanged for a signed cookie that every process of the platform can check.

The cookie names the key it was opened with, when it ends, and until when it may idle; it holds neither the key nor
anything about its owner. Who that is, and whether the key still lives, is looked up at every use. What only signing
out can end is told to every process by a fact on ``ops``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.contracts.facts.base import Fact
from shared.contracts.facts.ops import SessionEnded
from shared.security.keys import KeyRing
from shared.security.principals import Principal

_RENEW = 6
"""A cookie is written anew once a sixth of its idle time has passed."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in caller; ``csrf`` must come back with every unsafe request of a page."""

    principal: Principal
    csrf: str = field(repr=False)
    ends_at: datetime
    idle_at: datetime
    mark: str = field(repr=False)

    @property
    def id(self) -> str:
        """What a session is called where it ends; it does not give the cookie away."""
        return hashlib.sha256(self.mark.encode()).hexdigest()

    def guards(self, token: str) -> bool:
        """Return whether a form's CSRF token is this session's, in constant time."""
        return hmac.compare_digest(self.csrf.encode(), token.encode("utf-8", "replace"))


class Sessions:
    """Sessions end by idleness, by age, with their key, or by signing out: in every process alike."""

    def __init__(
        self,
        ring: KeyRing,
        *,
        secret: bytes | None = None,
        idle: timedelta = timedelta(minutes=30),
        longest: timedelta = timedelta(hours=8),
        secure: bool = True,
    ) -> None:
        """Take what signs the cookies; without it, sessions are known to this process only.

        ``secure`` is False only on a loopback listener without TLS, where ``__Host-`` cookies cannot be set.
        """
        self._ring = ring
        # A key of its own: whoever signs receipts with the same secret can never have signed a session by it.
        self._key = _mac(secret or secrets.token_bytes(32), "console session").encode()
        self._idle, self._longest = idle, longest
        self._secure = secure
        self._ended: dict[str, datetime] = {}
        self.cookie_name = "__Host-gongkai" if secure else "gongkai"

    def open(self, token: str, now: datetime) -> tuple[str, Session] | None:
        """Exchange a key for (cookie value, session); None where the key is no good. ``now`` is wire time."""
        principal = self._ring.authenticate(token, now)
        if principal is None:
            return None
        mark = secrets.token_urlsafe(24)
        session = Session(principal, _mac(self._key, f"csrf.{mark}"), now + self._longest, now + self._idle, mark)
        return self._value(session), session

    def find(self, value: str, now: datetime) -> Session | None:
        """Return the session in a cookie; None where we did not sign it, it ended, or its key was revoked."""
        told, _, proof = value.rpartition(".")
        if not hmac.compare_digest(_mac(self._key, told).encode(), proof.encode("utf-8", "replace")):
            return None
        key_id, ends, idle, mark = told.split(".")
        principal = self._ring.principals().get(key_id)
        if principal is None or not self._ring.lives(key_id, now):
            return None
        ends_at, idle_at = (datetime.fromtimestamp(int(each), now.tzinfo) for each in (ends, idle))
        session = Session(principal, _mac(self._key, f"csrf.{mark}"), ends_at, idle_at, mark)
        return session if now < ends_at and now < idle_at and session.id not in self._ended else None

    def renew(self, session: Session, now: datetime) -> str | None:
        """Return a cookie value that keeps a used session from idling; None while the present one will do."""
        idle_at = now + self._idle
        if idle_at - session.idle_at < self._idle / _RENEW:
            return None
        return self._value(Session(session.principal, session.csrf, session.ends_at, idle_at, session.mark))

    def close(self, value: str, now: datetime) -> SessionEnded | None:
        """End a session here; return what to tell the other processes. None for one that is no session any more."""
        session = self.find(value, now)
        if session is None:
            return None
        fact = SessionEnded(session=session.id, ends_at=session.ends_at)
        self.apply(fact, now)
        return fact

    def apply(self, fact: Fact, now: datetime) -> None:
        """Take in a fact of ``ops``; those that are about no session, or one long over, are passed over."""
        if isinstance(fact, SessionEnded) and fact.ends_at > now:
            self._ended = {id_: ends for id_, ends in self._ended.items() if ends > now}
            self._ended[fact.session] = fact.ends_at

    def cookie(self, value: str) -> str:
        """Return the ``Set-Cookie`` value for a session; with an empty value, one that removes it."""
        age = int(self._longest.total_seconds()) if value else 0
        secure = "; Secure" if self._secure else ""
        return f"{self.cookie_name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}"

    def _value(self, session: Session) -> str:
        ends, idle = int(session.ends_at.timestamp()), int(session.idle_at.timestamp())
        told = f"{session.principal.key_id}.{ends}.{idle}.{session.mark}"
        return f"{told}.{_mac(self._key, told)}"


def _mac(key: bytes, text: str) -> str:
    proof = hmac.digest(key, text.encode("utf-8", "replace"), "sha256")
    return base64.urlsafe_b64encode(proof).decode().rstrip("=")
