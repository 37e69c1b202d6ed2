"""Every error as ``application/problem+json`` (RFC 9457) with a stable code and Chinese words; pages get a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson
import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.contracts.codes import WebCode
from shared.contracts.problems import Code, Fault, Refused
from shared.web.messages import faults_of
from shared.web.templating import render, wants_page

MEDIA = "application/problem+json"
LOGIN = "/console/login"
RETRY_AFTER = 5
"""Seconds a caller waits after 503; a broker or store that went away is usually back by then."""

_BY_STATUS = {
    401: WebCode.UNAUTHENTICATED,
    403: WebCode.FORBIDDEN,
    404: WebCode.NOT_FOUND,
    405: WebCode.METHOD_NOT_ALLOWED,
    413: WebCode.BODY_TOO_LARGE,
    415: WebCode.MEDIA_TYPE,
    429: WebCode.TOO_MANY,
    503: WebCode.UNAVAILABLE,
}
_log = structlog.get_logger(__name__)


def problem(
    code: Code,
    detail: str = "",
    *,
    faults: Sequence[Fault] = (),
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """Return the problem document of a code; ``members`` are further members of the object (扩展成员)."""
    content: dict[str, Any] = {
        "type": f"urn:gongkai:problem:{code.name}",
        "title": code.text,
        "status": status or code.status,
        "detail": detail or code.text,
        "code": code.name,
        **members,
    }
    if faults:
        content["errors"] = errors_of(faults)
    return Response(orjson.dumps(content), content["status"], _headers(code, headers), MEDIA)


def errors_of(faults: Sequence[Fault]) -> list[dict[str, str]]:
    """Return faults as they stand in an answer."""
    return [{"code": fault.code, "pointer": fault.pointer, "detail": fault.detail} for fault in faults]


def _headers(code: Code, more: Mapping[str, str] | None) -> dict[str, str]:
    headers = {"Cache-Control": "no-store", **(more or {})}
    if code.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="gongkai"'
    if code.status == 503:
        headers.setdefault("Retry-After", str(RETRY_AFTER))
    return headers


def answer(request: Request, code: Code, detail: str = "", **more: Any) -> Response:
    """Answer a failed request in the form its caller reads: a page for a browser, else a problem document."""
    if not wants_page(request):
        return problem(code, detail, **more)
    if code is WebCode.UNAUTHENTICATED and request.method == "GET":
        return RedirectResponse(f"{LOGIN}?next={quote(request.url.path)}", 303)
    faults = more.get("faults", ())
    page = render(request, "problem.html", {"code": code, "detail": detail or code.text, "faults": faults})
    page.status_code = code.status
    page.headers.update(_headers(code, more.get("headers")))
    return page


async def on_refused(request: Request, error: Exception) -> Response:
    """Answer a refusal of the domain or the door."""
    assert isinstance(error, Refused)  # noqa: S101 -- registered for nothing else
    return answer(request, error.code, error.detail, faults=error.faults)


async def on_unavailable(request: Request, error: Exception) -> Response:
    """Answer that a store, broker or peer is away."""
    _log.warning("unavailable", route=getattr(request.scope.get("route"), "path", "other"), reason=str(error))
    return answer(request, WebCode.UNAVAILABLE)


async def on_invalid(request: Request, error: Exception) -> Response:
    """Answer a request whose parameters or body do not fit, with a pointer per field."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- registered for nothing else
    return answer(request, WebCode.INVALID, faults=faults_of(error.errors(), WebCode.INVALID.name))


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what the framework itself refuses: unknown paths, wrong methods, unreadable bodies."""
    assert isinstance(error, HTTPException)  # noqa: S101 -- registered for nothing else
    cause = error.__cause__
    if isinstance(cause, Refused):  # the framework wraps whatever reading a body raises
        return answer(request, cause.code, cause.detail, faults=cause.faults)
    code = _BY_STATUS.get(error.status_code, WebCode.INVALID if error.status_code < 500 else WebCode.INTERNAL)
    return answer(request, code, headers=error.headers)
