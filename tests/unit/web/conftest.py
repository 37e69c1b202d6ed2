"""An application with one caller of every kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI

from shared.clock import Clock
from shared.security.keys import KeyRing, issue
from shared.security.principals import Principal, PrincipalKind
from shared.security.sessions import Sessions
from shared.web.app import create_app
from shared.web.auth import Access


@dataclass
class Desk:
    """Makes applications whose callers it knows."""

    ring: KeyRing = field(default_factory=KeyRing)
    reasons: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.access = Access(self.ring, Sessions(self.ring, secure=False), Clock())

    def key(self, kind: str = "officer", id: str = "o1", **more: Any) -> str:
        token, fact = issue(Principal(PrincipalKind(kind), id, **more))
        self.ring.apply(fact)
        return token

    def app(self, *routers: APIRouter, **more: Any) -> FastAPI:
        async def ready() -> Sequence[str]:
            return self.reasons

        return create_app("catalog", "目录服务", routers, access=self.access, ready=ready, **more)


@pytest.fixture
def desk() -> Desk:
    return Desk()
