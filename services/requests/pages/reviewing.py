"""The queue of conversion reviews (转主动公开审查): who proposed cannot approve."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.requests.api.demands import join_group, split_group
from services.requests.api.deps import Deps, scope_of
from services.requests.api.reviews import settle
from services.requests.commands.converting import Join, Part
from services.requests.domain.demand import demand_id_of
from services.requests.domain.review import Review, Status
from services.requests.handlers import REVIEW_ACTS
from services.requests.pages.forms import page, wanted, wish_of
from services.requests.pages.todo import own_body
from services.requests.views import Scope, showing
from shared.contracts.codes import WebCode
from shared.contracts.problems import Refused
from shared.law.workdays import legal_date
from shared.security.principals import Principal
from shared.store.port import Query
from shared.web.auth import allow
from shared.web.routes import Router

ROOT = "/console/requests/reviews"
Officer = Annotated[Principal, allow("officer")]
WAITING: tuple[Status, ...] = ("open", "proposed", "held", "exempt")
NAMES = {
    "/reason": "理由",
    "/into": "并入哪一组",
    "/requests": "拆出的申请",
    "/record": "转换的内容",
    "/record/number": "发文字号",
    "/record/document_id": "公文编号",
}


def review_pages(deps: Deps) -> Router:
    """Return the pages of reviews."""
    made = Router(include_in_schema=False)

    @made.get(ROOT)
    async def index(request: Request, caller: Officer, body: str | None = None) -> Response:
        return await _queue(deps, request, caller, body)

    @made.post(f"{ROOT}/groups/{{demand_id}}/{{name}}")
    async def regroup(request: Request, caller: Officer, demand_id: str, name: str) -> Response:
        form = await request.form()
        try:
            await _regroup(deps, caller, demand_id, name, form)
        except Refused as refused:
            return await _queue(deps, request, caller, None, refused)
        return RedirectResponse(f"{ROOT}#groups", 303)

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


async def _regroup(deps: Deps, caller: Principal, demand_id: str, name: str, form: FormData) -> None:
    reason = str(form.get("reason", "")).strip()
    if name == "join":
        join = wish_of(Join, {"into": str(form.get("into", "")).strip(), "reason": reason})
        await join_group(deps, caller, demand_id, join, wanted(caller, form))
    elif name == "split":
        taken = tuple(str(each) for each in form.getlist("requests"))
        await split_group(
            deps, caller, demand_id, wish_of(Part, {"requests": taken, "reason": reason}), wanted(caller, form)
        )
    else:
        raise Refused(WebCode.NOT_FOUND)


async def _queue(
    deps: Deps, request: Request, caller: Principal, body: str | None, refused: Refused | None = None
) -> HTMLResponse:
    scope = scope_of(caller, own_body(caller, body))
    items: list[dict[str, Any]] = []
    for status in WAITING:
        for review in (await deps.views.reviews(scope, status, Query(limit=200))).items:
            items += [await _item(deps, review)]
    items.sort(key=lambda item: str(item["opened_at"]))
    values = {"items": items, "groups": await _groups(deps, scope), "title_of": _title}
    return page(request, "reviews.html", values, refused, NAMES, lambda _: "reviews")


async def _item(deps: Deps, review: Review) -> dict[str, Any]:
    """Return a review with its version and, for officers of its body, the words of applicants."""
    found = await deps.views.review(review.review_id)
    words = [
        {"request_id": each.request_id, "words": deps.people.suggestion(each.request_id, each.words)}
        for each in review.suggestions
    ]
    return {**showing.review(review), "version": found[1] if found else 0, "suggestions": words}


async def _groups(deps: Deps, scope: Scope) -> list[dict[str, Any]]:
    """Return the groups that a clerk may join or split, with what is joined to them."""
    today = legal_date(deps.clock.business())
    shown: dict[str, dict[str, Any]] = {}
    waiting = [demand_id_of(each.body, each.information) for each in await deps.demands.newest(scope, 50)]
    while waiting:
        demand_id = waiting.pop(0)
        found = None if demand_id in shown else await deps.demands.one(demand_id)
        if found is not None:
            item = await deps.demands.shown(found[0], deps.rules, today)
            shown[demand_id] = {**item, "version": found[1]}
            waiting += item["members"]
    return list(shown.values())


def _title(information: str, document_id: str | None, number: str | None) -> str:
    """Return what an information is called where its words are sealed."""
    if number or document_id:
        return str(number or document_id)
    kind, _, key = information.partition(":")
    return {"doc": key, "no": key, "part": f"拆出的信息 {key[:8]}"}.get(kind, f"描述相同的信息 {key[-8:]}")
