"""Access keys from the operator's side: the first key, keys for agencies, kept as files with mode 0600."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from shared.security.keys import issue
from shared.security.principals import Principal, PrincipalKind
from shared.wiring import Platform


def keep(path: Path, token: str) -> None:
    """Write a key so that only its owner can read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token + "\n")


async def issue_key(platform: Platform, principal: Principal, *, by: str, expires_at: datetime | None = None) -> str:
    """Issue a key as a fact on ``ops``; return it. It works in every process within a second."""
    token, fact = issue(principal, expires_at=expires_at, by=by)
    await platform.say(fact, fact.key_id)
    platform.ring.apply(fact)
    return token


async def first_operator_key(platform: Platform) -> bool:
    """Write the first operator's key where none works any more (首个运维密钥); return whether there was need."""
    path = platform.settings.data / "operator.key"
    if path.exists() and platform.ring.authenticate(path.read_text("ascii").strip(), platform.access.now()):
        return False
    keep(path, await issue_key(platform, Principal(PrincipalKind.OPERATOR, "operator"), by="platform"))
    return True
