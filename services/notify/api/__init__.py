"""Notify over HTTP. No rule lives here."""

from __future__ import annotations

from services.notify.api.deps import Deps
from services.notify.api.endpoints import endpoint_routes
from services.notify.api.inbox import inbox_routes
from services.notify.api.pushes import push_routes
from shared.web.routes import Router

__all__ = ["Deps", "router"]


def router(deps: Deps) -> Router:
    """Return notify's routes."""
    made = Router(prefix="/notify/v1", tags=["政策精准推送"])
    for part in (endpoint_routes, inbox_routes, push_routes):
        part(made, deps)
    return made
