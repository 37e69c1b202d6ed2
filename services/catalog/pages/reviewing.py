"""The reviews a clerk has to settle (我的审查): keep or change the attribute, or answer a case by letter."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.catalog.commands import ChangeReviewed, DetermineAttribute, KeepAttribute
from services.catalog.domain.reviewing import document_of
from services.catalog.domain.state import Document
from services.catalog.handlers import Wish, change_reviewed, determine_attribute, keep_attribute
from services.catalog.pages.words import CAUSES, REVIEW_FIELDS, ROOT, TEMPLATES
from services.catalog.views import Views, visible
from shared.bus.decider import Command
from shared.bus.dispatch import Dispatcher
from shared.contracts.canonical import digest
from shared.contracts.codes import CatalogCode, WebCode
from shared.contracts.problems import Refused
from shared.law.rules import Rules
from shared.security.principals import Principal
from shared.store.port import Query
from shared.web.asking import Paged, Slice, close_cursor
from shared.web.auth import allow, require_body
from shared.web.pages import render
from shared.web.routes import Router

Reviewer = Annotated[Principal, allow("agency", "officer")]
HERE = f"{ROOT}/reviews"
ACTS: Mapping[str, tuple[Any, Callable[[str, Any, str], Wish]]] = {
    "keep": (KeepAttribute, keep_attribute),
    "change": (ChangeReviewed, change_reviewed),
    "determine": (DetermineAttribute, determine_attribute),
}


def review_pages(views: Views, rules: Rules, dispatcher: Dispatcher) -> Router:
    """Return the list of open reviews and what settles them."""
    made = Router(include_in_schema=False)
    grounds = [ground.code for ground in rules.vocabularies.grounds]

    async def queue(request: Request, caller: Principal, body: str, page: Slice, fault: str = "") -> HTMLResponse:
        values = await _queue(views, caller, body, page)
        known = {"grounds": grounds, "fault": fault, "once": secrets.token_urlsafe(16), "root": ROOT, "here": HERE}
        return render(request, "reviews.html", {**values, **known}, TEMPLATES)

    @made.get(HERE)
    async def index(request: Request, caller: Reviewer, page: Paged, body: str = "") -> Response:
        return await queue(request, caller, body, page)

    @made.post(f"{HERE}/{{review_id}}/{{name}}")
    async def settle(request: Request, caller: Reviewer, page: Paged, review_id: str, name: str) -> Response:
        if name not in ACTS:
            raise Refused(WebCode.NOT_FOUND)
        form = await request.form()
        body = str(form.get("body", ""))
        try:
            await dispatcher.execute(await _command(views, caller, review_id, name, form))
        except Refused as refused:
            shown = await queue(request, caller, body, page, _fault(refused))
            shown.status_code = refused.code.status
            return shown
        return RedirectResponse(f"{HERE}?body={body}" if body else HERE, 303)

    return made


async def _queue(views: Views, caller: Principal, body: str, page: Slice) -> dict[str, Any]:
    scopes = sorted(caller.bodies)
    scope = body or (scopes[0] if scopes else "")
    if scope not in scopes:
        require_body(caller, scope)
    found = await views.reviewing(scope, Query(after=page.after, limit=page.limit))
    return {
        "scope": scope,
        "scopes": scopes,
        "items": [_item(document, version) for document, version in found.items if visible(document, caller)],
        "next": close_cursor(found.next) if found.next is not None else None,
        "later": page.after is not None,
    }


def _item(document: Document, version: int) -> dict[str, Any]:
    """Return a document with its reviews: a letter answers the first inquiry, a judgement the first of the others."""
    asked = next((each for each in document.reviews if each.cause == "inquiry"), None)
    due = next((each for each in document.reviews if each.cause != "inquiry"), None)
    reviews = [{"cause": CAUSES[each.cause], "review": each} for each in document.reviews]
    return {"view": document.view, "version": version, "reviews": reviews, "asked": asked, "due": due}


async def _command(views: Views, caller: Principal, review_id: str, name: str, form: FormData) -> Command:
    """Return the command of a form: its token makes a second click the same wish, its version what was seen."""
    model, make = ACTS[name]
    once, version = str(form.get("once", "")), str(form.get("version", ""))
    if not 8 <= len(once) <= 64 or not (version.isascii() and version.isdigit()):
        raise Refused(WebCode.INVALID, "表单不完整，请刷新后重新提交")
    found = await views.document(document_of(review_id))
    if found is None or not visible(found[0], caller):
        raise Refused(CatalogCode.DOCUMENT_UNKNOWN)
    require_body(caller, found[0].body or "")
    given = {field: str(form.get(field, "")).strip() for field in model.model_fields}
    try:
        wish = model.model_validate({field: text for field, text in given.items() if text})
    except ValidationError as error:
        wrong = dict.fromkeys(REVIEW_FIELDS.get(str(each["loc"][0]), "") for each in error.errors())
        raise Refused(WebCode.INVALID, f"请填写或核对：{'、'.join(wrong)}") from None
    made = make(review_id, wish, caller.id)
    cause = f"form:{caller.kind}/{caller.id}:{once}:{review_id}:{name}"
    seen = digest(wish.model_dump(mode="json"))
    return Command(made.aggregate, made.target, made.decide, cause, seen, int(version))


def _fault(refused: Refused) -> str:
    if refused.code is WebCode.VERSION_STALE:
        return "这份公文已有变化，请核对后重新提交"
    return refused.detail or refused.code.text
