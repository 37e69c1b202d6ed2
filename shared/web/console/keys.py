"""Access keys for people: listed, issued (the secret is shown once), revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.codes import WebCode
from shared.contracts.problems import Refused
from shared.web.console.look import Look
from shared.web.messages import faults_of
from shared.web.ops.asking import person_of
from shared.web.ops.keys import IssueKey, issue_key, keys_of, revoke_key
from shared.web.routes import Router

Given = Annotated[str, Form(max_length=4000)]


def key_pages(router: Router, look: Look) -> None:
    """Add the pages about keys."""
    ops = look.ops

    @router.get("/keys")
    async def every(request: Request) -> Response:
        return look.page(request, "keys.html", keys=keys_of(ops), made=None)

    @router.post("/keys")
    async def make(
        request: Request, kind: Given, id: Given, bodies: Given = "", source: Given = "", types: Given = ""
    ) -> Response:
        wish = _wish(kind=kind, id=id, bodies=bodies.split(), source=source or None, types=types.split())
        made = await issue_key(ops, person_of(request), wish)
        return look.page(request, "keys.html", keys=keys_of(ops), made=made)

    @router.post("/keys/{key_id}/revoke")
    async def revoke(
        request: Request, key_id: str, reason: Annotated[str, Form(min_length=1, max_length=500)]
    ) -> Response:
        await revoke_key(ops, person_of(request), key_id, reason)
        return look.lead("/keys", "密钥已吊销")


def _wish(**given: object) -> IssueKey:
    try:
        return IssueKey.model_validate(given)
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise Refused(WebCode.INVALID, faults=faults_of(found, WebCode.INVALID.name)) from error
