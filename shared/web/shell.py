"""The outermost layer of every application: ids, headers, measures, and an answer whatever happens inside."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.contracts.codes import WebCode
from shared.web.problems import MEDIA, problem

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_TRACE = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_ANYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CSP_DATA = "default-src 'none'; frame-ancestors 'none'"
CSP_PAGE = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_log = structlog.get_logger(__name__)


class Measures:
    """How many requests, how long; one registry per service."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter("http_requests", "Requests", ("method", "route", "status"), registry=registry)
        self.seconds = Histogram("http_request_seconds", "Seconds to the answer's end", ("route",), registry=registry)


class Shell:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, measures: Measures) -> None:
        self._app, self._measures = app, measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; an exception nobody caught becomes the problem INTERNAL and a log entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.monotonic()
        call = _Call(send, _identify(scope), scope["state"])
        try:
            await self._app(scope, receive, call.send)
        except Exception as error:  # noqa: BLE001 -- the last line: nothing may leave without an answer
            # The route, not the path: an applicant's path holds the code of the case.
            route = getattr(scope.get("route"), "path", "other")
            _log.error("request failed", request_id=call.request_id, route=route, exc_info=error)
            if call.status is None:
                await problem(WebCode.INTERNAL, request_id=call.request_id)(scope, receive, call.send)
        route = getattr(scope.get("route"), "path", "other")
        self._measures.requests.labels(scope["method"], route, str(call.status)).inc()
        self._measures.seconds.labels(route).observe(time.monotonic() - begun)


def _identify(scope: Scope) -> str:
    """Give the request its id and its trace (W3C Trace Context), the caller's where well-formed."""
    headers = Headers(scope=scope)
    state: MutableMapping[str, Any] = scope.setdefault("state", {})
    given, trace = headers.get("x-request-id", ""), headers.get("traceparent", "")
    request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    state["request_id"] = request_id
    state["traceparent"] = trace if _TRACE.fullmatch(trace) else f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    return request_id


class _Call:
    """One answer on its way out."""

    def __init__(self, send: Send, request_id: str, state: MutableMapping[str, Any]) -> None:
        self._send, self._state = send, state
        self.request_id = request_id
        self.status: int | None = None
        self._replaced = False

    async def send(self, message: Message) -> None:
        """Add the headers; put a problem in the place of the framework's own words for a body too large."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            if self.status == 413 and headers.get("content-type", "").startswith("text/plain"):
                await self._replace(problem(WebCode.BODY_TOO_LARGE))
                return
            self._dress(headers)
            await self._send({**message, "headers": headers.raw})
        elif not self._replaced:
            await self._send(message)

    async def _replace(self, response: Response) -> None:
        self._replaced = True
        headers = MutableHeaders(raw=list(response.raw_headers))
        self._dress(headers)
        await self._send({"type": "http.response.start", "status": response.status_code, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": bytes(response.body)})

    def _dress(self, headers: MutableHeaders) -> None:
        for name, value in _ANYWHERE.items():
            headers.setdefault(name, value)
        kind = headers.get("content-type", "")
        headers.setdefault("Content-Security-Policy", CSP_PAGE if kind.startswith("text/html") else CSP_DATA)
        headers["X-Request-Id"] = self.request_id
        if (cookie := self._state.get("cookie")) is not None:
            headers.setdefault("Set-Cookie", cookie)
        if kind.startswith((MEDIA, "application/json")):
            headers.setdefault("Cache-Control", "no-store")
