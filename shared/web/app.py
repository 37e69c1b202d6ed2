"""The application factory: what every service answers in the same way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.contracts.problems import Refused, Unavailable
from shared.web import problems
from shared.web.auth import PUBLIC, Access, TooMany
from shared.web.routes import Router, lax, undeclared
from shared.web.shell import Measures, Shell

BODY_LIMIT = 1024 * 1024
"""Bytes a request body may have where its route says nothing else (``max_body_size=``)."""

Ready = Callable[[], Awaitable[Sequence[str]]]
"""Returns why the service is not ready, in Chinese; empty when it is."""
Measure = Callable[[], Awaitable[None]]
"""Brings the registry's gauges up to date before they are read."""
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]


def create_app(
    name: str,
    title: str,
    routers: Sequence[APIRouter],
    *,
    access: Access,
    ready: Ready,
    registry: CollectorRegistry | None = None,
    measure: Measure | None = None,
    lifespan: Lifespan | None = None,
    body_limit: int = BODY_LIMIT,
) -> FastAPI:
    """Return a service's application: its routers, and under ``/<name>/v1`` health, metrics and its description.

    ``title`` is the service's Chinese name. Routers carry their full prefix and are made by ``shared.web.routes``.
    Raises ``ValueError`` for a route that declares no caller or reads JSON leniently: it must not even start.
    """
    app = FastAPI(
        title=title, version="1", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan,
        redirect_slashes=False,
    )  # fmt: skip
    app.state.access = access
    app.state.registry = registry or CollectorRegistry()
    for router in routers:
        # On the routers, not on the application: there the limit would answer outside of `Shell`, in plain English.
        app.include_router(router, max_body_size=body_limit)
    app.include_router(_platform(app, name, ready, measure))
    _handlers(app)
    app.add_middleware(Shell, measures=Measures(app.state.registry))
    if wrong := [*undeclared(app), *lax(app)]:
        raise ValueError(f"routes without a declared caller or with lenient JSON: {wrong}")
    return app


def _handlers(app: FastAPI) -> None:
    app.add_exception_handler(Refused, problems.on_refused)
    app.add_exception_handler(TooMany, _on_too_many)
    app.add_exception_handler(Unavailable, problems.on_unavailable)
    app.add_exception_handler(RequestValidationError, problems.on_invalid)
    app.add_exception_handler(HTTPException, problems.on_http)


async def _on_too_many(request: Any, error: Exception) -> Response:
    assert isinstance(error, TooMany)  # noqa: S101 -- registered for nothing else
    return problems.answer(request, error.code, error.detail, headers={"Retry-After": str(error.wait)})


def _platform(app: FastAPI, name: str, ready: Ready, measure: Measure | None) -> Router:
    """Health, metrics and description; open to everybody inside the network, the gateway routes none but health."""
    router = Router(prefix=f"/{name}/v1", dependencies=[PUBLIC], include_in_schema=False)

    @router.get("/health/live")
    async def live() -> Response:
        return _json({"status": "live"})

    @router.get("/health/ready")
    async def readiness() -> Response:
        reasons = list(await ready())
        state = "unready" if reasons else "ready"
        return _json({"status": state, "reasons": reasons}, 503 if reasons else 200)

    @router.get("/metrics")
    async def metrics() -> Response:
        if measure is not None:
            await measure()
        return Response(generate_latest(app.state.registry), media_type=CONTENT_TYPE_LATEST)

    @router.get("/openapi.json")
    async def description() -> Response:
        return _json(app.openapi())

    return router


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, {"Cache-Control": "no-store"}, "application/json")
