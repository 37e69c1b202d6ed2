"""The queue of conversion reviews (转主动公开审查): who proposed cannot approve."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.requests.api.deps import Deps, scope_of
from services.requests.api.reviews import settle
from services.requests.handlers import REVIEW_ACTS
from services.requests.pages.forms import page, wanted, wish_of
from services.requests.pages.todo import own_body
from services.requests.views import showing
from shared.contracts.codes import WebCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal
from shared.store.port import Query
from shared.web.auth import allow
from shared.web.routes import Router

ROOT = "/console/requests/reviews"
Officer = Annotated[Principal, allow("officer")]
WAITING = ("open", "proposed", "held")


def review_pages(deps: Deps) -> Router:
    """Return the pages of reviews."""
    made = Router(include_in_schema=False)

    @made.get(ROOT)
    async def index(request: Request, caller: Officer, body: str | None = None) -> Response:
        return await _queue(deps, request, caller, body)

    @made.post(f"{ROOT}/{{review_id}}/{{name}}")
    async def take(request: Request, caller: Officer, review_id: str, name: str) -> Response:
        if name not in REVIEW_ACTS:
            raise Refused(WebCode.NOT_FOUND)
        form = await request.form()
        try:
            await settle(deps, caller, review_id, name, _wish(name, form), wanted(caller, form))
        except Refused as refused:
            return await _queue(deps, request, caller, None, refused)
        return RedirectResponse(ROOT, 303)

    return made


def _wish(name: str, form: FormData) -> Any:
    record = {each: str(form.get(each, "")).strip() for each in ("document_id", "number")}
    values: dict[str, Any] = {"reason": str(form.get("reason", "")).strip()}
    values["record"] = {each: text for each, text in record.items() if text}
    model = REVIEW_ACTS[name][0]
    return wish_of(model, {each: value for each, value in values.items() if each in model.model_fields})


async def _queue(
    deps: Deps, request: Request, caller: Principal, body: str | None, refused: Refused | None = None
) -> HTMLResponse:
    scope = scope_of(caller, own_body(caller, body))
    items: list[dict[str, Any]] = []
    for status in WAITING:
        for review in (await deps.views.reviews(scope, status, Query(limit=200))).items:
            found = await deps.views.review(review.review_id)
            items.append({**showing.review(review), "version": found[1] if found else 0})
    items.sort(key=lambda item: str(item["opened_at"]))
    return page(request, "reviews.html", {"items": items, "names": {"/reason": "理由"}}, refused)
