"""The descriptions of everything at one origin: all services' OpenAPI merged, and AsyncAPI."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response

from shared.web.asking import shown
from shared.web.auth import PUBLIC
from shared.web.routes import Router

CONTRACTS = Path(__file__).parents[1] / "contracts"
OPENAPI = CONTRACTS / "openapi.json"
"""All services' descriptions merged, made with the image; a process with one service of them answers with it."""


def description_router(apps: Mapping[str, FastAPI]) -> Router:
    """Return ``/openapi.json`` over all services, and ``/asyncapi.json`` over all topics.

    Where this process has no other service than its own and nobody made the file, it describes what it has.
    """
    router = Router(include_in_schema=False, dependencies=[PUBLIC])

    @router.get("/openapi.json")
    async def openapi() -> Response:
        if len(apps) == 1 and OPENAPI.exists():
            return Response(OPENAPI.read_bytes(), 200, media_type="application/json")
        return shown(merged([app.openapi() for app in apps.values()]))

    @router.get("/asyncapi.json")
    async def asyncapi() -> Response:
        return Response((CONTRACTS / "asyncapi.json").read_bytes(), 200, media_type="application/json")

    return router


def merged(descriptions: list[dict[str, Any]]) -> dict[str, Any]:
    """Merge OpenAPI descriptions; equal schema names mean equal schemas, because all services share the contracts."""
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "gongkai 政务公开平台", "version": "1"},
        "paths": {},
        "components": {},
    }
    for description in descriptions:
        whole["paths"].update(description.get("paths", {}))
        for kind, parts in description.get("components", {}).items():
            whole["components"].setdefault(kind, {}).update(parts)
    return whole
