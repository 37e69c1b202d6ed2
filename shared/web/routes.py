"""Routes that read JSON strictly, and the census of who may call what."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.strict import decode
from shared.web.auth import guards_of


class _StrictRequest(Request):
    """A request whose JSON has one meaning only: no doubled keys, no NaN, no depth, no lone surrogates."""

    async def json(self) -> Any:
        return decode(await self.body())


class StrictRoute(APIRoute):
    """A route whose body is read by ``shared.contracts.strict``."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Hand the original handler a strict request."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return strictly


class Router(APIRouter):
    """The router every service uses: ``Router(prefix="/catalog/v1", tags=["目录"])``."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(route_class=StrictRoute, redirect_slashes=False, **settings)


def undeclared(app: FastAPI) -> list[str]:
    """Return the routes (``GET /path``) that do not declare who may call them: neither ``allow`` nor ``PUBLIC``.

    What is no API route (a mount, a plain route) can declare nothing and is always among them.
    """
    return [name for name, route in routes_of(app) if not guards_of(getattr(route, "dependant", None) or _NOTHING)]


def lax(app: FastAPI) -> list[str]:
    """Return the routes whose bodies would be read by the framework's lenient JSON reader."""
    return [name for name, route in routes_of(app) if not isinstance(route.original_route, StrictRoute)]


def routes_of(app: FastAPI) -> list[tuple[str, Any]]:
    """Return every route with its name, those of included routers too."""
    found = []
    for route in iter_route_contexts(app.routes):
        methods = ",".join(sorted(route.methods or ())) or "*"
        found.append((f"{methods} {route.path or repr(route.original_route)}", route))
    return found


class _Nothing:
    call = None
    dependencies: tuple[()] = ()


_NOTHING = _Nothing()
