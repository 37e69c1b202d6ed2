"""Access keys (访问密钥): issued as facts on ``ops``, held in memory by every process, checked without a store.

A key is ``gk_<key id>_<43 random characters>``: 256 random bits, so one SHA-256 is all the hashing it needs. Facts
carry the digest, never the key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.facts.base import Fact
from shared.contracts.facts.ops import KeyIssued, KeyRevoked
from shared.security.principals import Principal, PrincipalKind

_TOKEN = re.compile(r"gk_([a-z0-9]{4,24})_[A-Za-z0-9_-]{43}")
_NOBODY = bytes(32)


@dataclass(frozen=True, slots=True)
class _Held:
    """A key as the ring knows it."""

    digest: bytes
    principal: Principal
    expires_at: datetime | None

    def lives(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at


def issue(principal: Principal, *, expires_at: datetime | None = None, by: str = "") -> tuple[str, KeyIssued]:
    """Draw a key for a caller; return (the key, to be shown once; the fact to append to ``ops``).

    The principal's own ``key_id`` is not used: a new one is drawn. ``expires_at`` is wire time, aware (``ValueError``);
    ``by`` says who issued it.
    """
    if expires_at is not None and expires_at.tzinfo is None:
        raise ValueError("expires_at must be aware")
    key_id = base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower()
    token = f"gk_{key_id}_{secrets.token_urlsafe(32)}"
    return token, KeyIssued(
        key_id=key_id,
        digest=hashlib.sha256(token.encode("ascii")).hexdigest(),
        kind=principal.kind.value,
        id=principal.id,
        bodies=tuple(sorted(principal.bodies)),
        scopes=tuple(sorted(principal.scopes)),
        source=principal.source,
        feed_types=tuple(sorted(principal.types)),
        expires_at=expires_at,
        by=by,
    )


class KeyRing:
    """Every key that was issued and not revoked. Fed from the topic ``ops``; facts may come twice."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        self._revoked: set[str] = set()

    def apply(self, fact: Fact) -> None:
        """Take in a fact of ``ops``; those that are about no key are passed over.

        A revoked key stays revoked whatever comes later. Raises ``ValueError`` for a digest or an expiry that is none.
        """
        if isinstance(fact, KeyRevoked):
            self._revoked.add(fact.key_id)
            self._held.pop(fact.key_id, None)
        elif isinstance(fact, KeyIssued) and fact.key_id not in self._revoked:
            self._held[fact.key_id] = _held(fact)

    def authenticate(self, token: str, now: datetime) -> Principal | None:
        """Return who a key belongs to at ``now`` (wire time), None for whatever is not a living key of ours."""
        match = _TOKEN.fullmatch(token)
        if match is None:
            return None
        held = self._held.get(match[1])
        # An unknown id costs the same as a wrong secret, so that timing does not tell which ids exist.
        proven = hmac.compare_digest(hashlib.sha256(token.encode("ascii")).digest(), held.digest if held else _NOBODY)
        return held.principal if held is not None and proven and held.lives(now) else None

    def lives(self, key_id: str, now: datetime) -> bool:
        """Return whether a key is issued, not revoked and not expired; sessions ask this at every use."""
        held = self._held.get(key_id)
        return held is not None and held.lives(now)

    def principals(self) -> dict[str, Principal]:
        """Return every key that is not revoked, by its id; for lists."""
        return {key_id: held.principal for key_id, held in self._held.items()}


def _held(fact: KeyIssued) -> _Held:
    digest = bytes.fromhex(fact.digest)
    if len(digest) != 32 or (fact.expires_at is not None and fact.expires_at.tzinfo is None):
        raise ValueError("not an issued key")
    principal = Principal(
        kind=PrincipalKind(fact.kind),
        id=fact.id,
        bodies=frozenset(fact.bodies),
        scopes=frozenset(fact.scopes),
        source=fact.source,
        types=frozenset(fact.feed_types),
        key_id=fact.key_id,
    )
    return _Held(digest, principal, fact.expires_at)
