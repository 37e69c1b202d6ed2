"""Orders of supervision (监督文书): supervision issues, returns and closes them, the body answers."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.requests.api.deps import OVERSIGHT, STAFF, Deps, scope_of
from services.requests.api.orders import LABELS, WHO, order_of, put_order, take_order
from services.requests.commands.supervising import IssueOrder
from services.requests.domain.orders import MEASURES
from services.requests.handlers import Wanted
from services.requests.handlers.ordering import ORDER_ACTS, OrderStep
from services.requests.pages.forms import once_of, page, wanted, wish_of
from services.requests.pages.todo import own_body
from services.requests.views import tabular
from shared.contracts.codes import WebCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal
from shared.store.port import Query
from shared.web.asking import Paged, close_cursor
from shared.web.auth import allow
from shared.web.routes import Router

ROOT = "/console/requests/orders"
Staff = Annotated[Principal, allow(*STAFF)]
Supervisor = Annotated[Principal, allow("supervisor")]
NAMES = {
    "/body": "机关",
    "/measure": "文书种类",
    "/reason": "事由",
    "/requests": "有关案件",
    "/to": "处理建议向谁提出",
    "/due_on": "整改期限",
    "/measures": "整改情况",
}
NEXT: dict[str, tuple[OrderStep, ...]] = {"issued": ("answer",), "answered": ("close", "return")}


def order_pages(deps: Deps) -> Router:
    """Return the pages of orders."""
    made = Router(include_in_schema=False)
    _issuing(made, deps)
    _handling(made, deps)
    return made


def _issuing(made: Router, deps: Deps) -> None:
    @made.get(ROOT)
    async def index(request: Request, caller: Staff, part: Paged, body: str | None = None) -> Response:
        return await _list(deps, request, caller, Query(after=part.after, limit=part.limit), body)

    @made.get(f"{ROOT}/new")
    async def form(request: Request, caller: Supervisor, body: str = "", case: str = "") -> Response:
        return await _new(deps, request, FormData({"body": body, "requests": case}))

    @made.post(f"{ROOT}/new")
    async def issue(request: Request, caller: Supervisor) -> Response:
        given = await request.form()
        try:
            cause = f"form:{caller.kind}/{caller.id}:{once_of(given)}"
            result = await put_order(deps, wish_of(IssueOrder, _stated(given)), Wanted(caller.id, cause))
        except Refused as refused:
            return await _new(deps, request, given, refused)
        return RedirectResponse(f"{ROOT}/{result.id}", 303)


def _handling(made: Router, deps: Deps) -> None:
    @made.get(f"{ROOT}/{{order_id}}")
    async def order(request: Request, caller: Staff, order_id: str) -> Response:
        return await _one(deps, request, caller, order_id, FormData())

    @made.post(f"{ROOT}/{{order_id}}/{{name}}")
    async def take(request: Request, caller: Staff, order_id: str, name: str) -> Response:
        step = next((each for each in ORDER_ACTS if each == name), None)
        if step is None or caller.kind != WHO[step]:
            raise Refused(WebCode.NOT_FOUND if step is None else WebCode.FORBIDDEN)
        given = await request.form()
        try:
            model = ORDER_ACTS[step][0]
            wish = wish_of(model, {each: str(given.get(each, "")).strip() for each in model.model_fields})
            await take_order(deps, caller, order_id, step, wish, wanted(caller, given))
        except Refused as refused:
            return await _one(deps, request, caller, order_id, given, refused)
        return RedirectResponse(f"{ROOT}/{order_id}", 303)


def _stated(given: FormData) -> dict[str, Any]:
    """Return what the form of a new order states; cases stand one to a line."""
    values: dict[str, Any] = {name: str(given.get(name, "")).strip() for name in IssueOrder.model_fields}
    return values | {"requests": tuple(str(given.get("requests", "")).split())}


async def _names(deps: Deps) -> dict[str, str]:
    return {office.body: office.name for office in await deps.views.offices()}


async def _list(deps: Deps, request: Request, caller: Principal, part: Query, body: str | None) -> Response:
    own = body if caller.kind in OVERSIGHT else own_body(caller, body)
    found = await deps.views.orders(scope_of(caller, own), None, part)
    values = {
        "items": [tabular.order(each) for each in found.items],
        "next": close_cursor(found.next) if found.next is not None else None,
        "bodies": await _names(deps),
    }
    return page(request, "orders.html", values)


async def _new(deps: Deps, request: Request, given: FormData, refused: Refused | None = None) -> Response:
    values = {"given": given, "bodies": list((await _names(deps)).items()), "measures": list(MEASURES.items())}
    return page(request, "order_new.html", values, refused, NAMES)


async def _one(
    deps: Deps, request: Request, caller: Principal, order_id: str, given: FormData, refused: Refused | None = None
) -> Response:
    found, version = await order_of(deps, caller, order_id)
    values = {
        "order": tabular.order(found),
        "version": version,
        "name": (await _names(deps)).get(found.body, found.body),
        "steps": [(step, LABELS[step]) for step in NEXT.get(found.stage, ()) if WHO[step] == caller.kind],
        "given": given,
    }
    return page(request, "order.html", values, refused, NAMES)
