"""From HTTP to a command and back: Idempotency-Key, If-Match, ETag, and lists by cursor."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from shared.bus.decider import Aggregate, Command, Context, Outcome, Target
from shared.contracts.canonical import digest
from shared.contracts.codes import WebCode
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Refused
from shared.security.principals import Principal
from shared.store.port import Page

T = TypeVar("T")
_KEY = re.compile(r"[\x21-\x7e]{8,128}")
_ETAG = re.compile(r'(?:W/)?"?(\d{1,18})"?')


def caller_of(request: Request) -> Principal | None:
    """Return who calls, as the route's guard found it; None on a public route."""
    found: Principal | None = request.scope.get("state", {}).get("principal")
    return found


def cause_of(request: Request) -> str:
    """Return ``http:<kind>/<id>:<Idempotency-Key>``. Raises ``Refused`` IDEMPOTENCY_KEY_REQUIRED.

    Callers without a key of ours share one name, so their Idempotency-Key must be hard to guess (a UUID).
    """
    key = request.headers.get("idempotency-key", "").strip('"')
    if not _KEY.fullmatch(key):
        raise Refused(WebCode.IDEMPOTENCY_KEY_REQUIRED, "Idempotency-Key 须为 8 至 128 个可见字符，建议用 UUID")
    caller = caller_of(request)
    return f"http:{f'{caller.kind}/{caller.id}' if caller else 'public'}:{key}"


def expected_of(request: Request) -> int:
    """Return the version in If-Match. Raises ``Refused`` VERSION_REQUIRED or VERSION_STALE (no version of ours)."""
    given = request.headers.get("if-match")
    if given is None:
        raise Refused(WebCode.VERSION_REQUIRED)
    match = _ETAG.fullmatch(given.strip())
    if match is None:
        raise Refused(WebCode.VERSION_STALE, "If-Match 应为读取时 ETag 中的版本号")
    return int(match[1])


def digest_of(request: Request, body: Any) -> str:
    """Return what tells a repeated call from a reused key: method, path and body."""
    plain = body.model_dump(mode="json") if isinstance(body, BaseModel) else body
    return digest({"method": request.method, "path": request.url.path, "body": plain})


def command_from(
    request: Request,
    aggregate: Aggregate[Any],
    target: Target | Callable[[str], Target],
    decide: Callable[[Any, Context], Sequence[Fact]],
    *,
    body: Any = None,
    versioned: bool = False,
) -> Command:
    """Return the command a request stands for.

    ``target`` may be made from the cause (a new aggregate's id is). ``versioned`` demands If-Match; give it for every
    change of something that exists. ``body`` is the command model (or plain values) the digest is taken of.
    Raises ``Refused`` for a missing or malformed header.
    """
    cause = cause_of(request)
    return Command(
        aggregate=aggregate,
        target=target(cause) if callable(target) else target,
        decide=decide,
        cause=cause,
        digest=digest_of(request, body),
        expected=expected_of(request) if versioned else None,
    )


def etag(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def shown(value: Any, version: int | None = None, *, status: int = 200, location: str | None = None) -> Response:
    """Return a value as JSON, under its version's ETag."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    headers = {"Cache-Control": "no-store"}
    if version is not None:
        headers["ETag"] = etag(version)
    if location is not None:
        headers["Location"] = location
    return Response(orjson.dumps(plain), status, headers, "application/json")


def outcome(result: Outcome, value: Any, *, status: int = 200, location: str | None = None) -> Response:
    """Return what a command came to; ``Idempotency-Replayed`` says that the same call had been handled before."""
    response = shown(value, result.version, status=status, location=location)
    if result.repeated:
        response.headers["Idempotency-Replayed"] = "true"
    return response


class Slice(BaseModel):
    """Which part of a list is asked for."""

    after: str | None
    limit: int


def _slice(
    after: Annotated[str | None, Query(max_length=600, description="上一页给出的 next")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="每页条数")] = 50,
) -> Slice:
    return Slice(after=_open(after) if after else None, limit=limit)


Paged = Annotated[Slice, Depends(_slice)]
"""``page: Paged`` in a route; its ``after`` goes into ``Query.after`` as it is."""


def listed(page: Page[T], render: Callable[[T], Any]) -> Response:
    """Return one page as ``{"items": [...], "next": cursor | null}``."""
    items = [render(item) for item in page.items]
    plain = [item.model_dump(mode="json") if isinstance(item, BaseModel) else item for item in items]
    return shown({"items": plain, "next": close_cursor(page.next) if page.next is not None else None})


def close_cursor(cursor: str) -> str:
    """Return a cursor as it stands in an address."""
    return base64.urlsafe_b64encode(cursor.encode()).decode().rstrip("=")


def _open(cursor: str) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Refused(WebCode.INVALID, "游标无效，请从第一页重新读取", pointer="#query/after") from error
