"""What all staff pages share: rendering, the static files, signing in and out of the console (控制台)."""

from __future__ import annotations

import mimetypes
from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from shared.contracts.codes import WebCode
from shared.contracts.problems import Refused
from shared.security.limits import Buckets
from shared.web.auth import PUBLIC, Access, allow, refuse_foreign_site, session_of, spend
from shared.web.routes import Router
from shared.web.templating import HERE, STATIC, asset, environment, moment, render, wants_page

HOME = "/console/"
_FILES = frozenset(path.name for path in (HERE / "static").iterdir())


def console_router() -> Router:
    """Return sign-in, sign-out and the static files under ``/console``; mounted once per application with pages."""
    router = Router(include_in_schema=False)
    attempts = Buckets(rate=0.2, burst=10)

    @router.get(f"{STATIC}/{{mark}}/{{name}}", dependencies=[PUBLIC])
    async def static(mark: str, name: str) -> Response:
        if name not in _FILES or asset(name) != f"{STATIC}/{mark}/{name}":
            raise Refused(WebCode.NOT_FOUND)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response((HERE / "static" / name).read_bytes(), 200, headers, kind)

    @router.get("/console/login", dependencies=[PUBLIC])
    async def login(request: Request, next: str = HOME) -> Response:
        if session_of(request) is not None:
            return RedirectResponse(_inside(next), 303)
        return _form(request, next)

    @router.post("/console/login", dependencies=[PUBLIC])
    async def enter(request: Request, key: Annotated[str, Form(max_length=128)],
                    next: Annotated[str, Form(max_length=2000)] = HOME) -> Response:  # fmt: skip
        refuse_foreign_site(request)
        spend(request, attempts, 1)
        access: Access = request.app.state.access
        opened = access.sessions.open(key.strip(), access.now())
        if opened is None:
            return _form(request, next, "密钥无效、已过期或已吊销", 401)
        headers = {"Set-Cookie": access.sessions.cookie(opened[0])}
        return RedirectResponse(_inside(next), 303, headers)

    _leaving(router)
    return router


def _leaving(router: Router) -> None:
    @router.post("/console/logout", dependencies=[allow()])
    async def leave(request: Request) -> Response:
        access: Access = request.app.state.access
        ended = access.sessions.close(request.cookies.get(access.sessions.cookie_name, ""), access.now())
        if ended is not None and access.say is not None:
            await access.say(ended, ended.session)
        return RedirectResponse("/console/login", 303, {"Set-Cookie": access.sessions.cookie("")})


def _form(request: Request, next_: str, error: str = "", status: int = 200) -> HTMLResponse:
    page = render(request, "login.html", {"next": _inside(next_), "error": error})
    page.status_code = status
    return page


def _inside(address: str) -> str:
    """Return the address where it is a path of this site, else the console's first page (no open redirect)."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain and "\\" not in address else HOME


__all__ = ["asset", "console_router", "environment", "moment", "render", "wants_page"]
