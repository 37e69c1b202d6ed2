"""Orders of supervision (监督文书): supervision issues and reviews them, the body answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from services.requests.api.deps import STAFF, Deps, may_read, scope_of
from services.requests.commands.supervising import IssueOrder
from services.requests.domain.orders import Order
from services.requests.handlers import Wanted
from services.requests.handlers.ordering import ORDER_ACTS, OrderStep, issue_order, step_order
from services.requests.views import tabular
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal
from shared.store.port import Query
from shared.web.asking import Paged, cause_of, expected_of, listed, outcome, shown
from shared.web.auth import allow, require_body
from shared.web.routes import Router

Staff = Annotated[Principal, allow(*STAFF)]
Stage = Literal["issued", "answered", "closed", "recorded"]
WHO: dict[OrderStep, str] = {"answer": "officer", "return": "supervisor", "close": "supervisor"}
LABELS: dict[OrderStep, str] = {"answer": "报送整改情况", "return": "复核退回", "close": "复核销号"}


def orders(made: Router, deps: Deps) -> None:
    """Add the routes of orders."""

    @made.get("/orders", summary="监督文书列表")
    async def index(page: Paged, caller: Staff, body: str | None = None, stage: Stage | None = None) -> Response:
        """Orders, the newest first."""
        part = Query(after=page.after, limit=page.limit)
        return listed(await deps.views.orders(scope_of(caller, body), stage, part), tabular.order)

    @made.get("/orders/{order_id}", summary="监督文书")
    async def order(order_id: str, caller: Staff) -> Response:
        """One order."""
        found, version = await order_of(deps, caller, order_id)
        return shown(tabular.order(found), version)

    @made.post("/orders", summary="下达监督文书", status_code=201)
    async def issue(request: Request, wish: IssueOrder, caller: Annotated[Principal, allow("supervisor")]) -> Response:
        """Order a body to rectify, criticise it, or propose how to deal with it (条例第47条)."""
        result = await put_order(deps, wish, Wanted(caller.id, cause_of(request)))
        return outcome(result, tabular.order(result.state), status=201, location=f"/requests/v1/orders/{result.id}")

    for name in ORDER_ACTS:
        _step(made, deps, name)


async def put_order(deps: Deps, wish: IssueOrder, wanted: Wanted) -> Any:
    """Issue an order; return the outcome. Raises ``Refused``."""
    if await deps.views.office(wish.body) is None:
        raise Refused(RequestsCode.BODY_UNKNOWN, pointer="/body")
    await _cases_of(deps, wish)
    return await deps.dispatcher.execute(issue_order(wish, wanted, deps.rules))


async def take_order(deps: Deps, caller: Principal, order_id: str, name: OrderStep, wish: Any, wanted: Wanted) -> Any:
    """Take a step of an order for whoever may; return the outcome. Raises ``Refused``."""
    found, _ = await order_of(deps, caller, order_id)
    if WHO[name] == "officer":
        require_body(caller, found.body)
    return await deps.dispatcher.execute(step_order(name, order_id, wish, wanted, deps.rules))


async def order_of(deps: Deps, caller: Principal, order_id: str) -> tuple[Order, int]:
    """Return an order the caller may read and its version. Raises ``Refused`` ORDER_UNKNOWN or FORBIDDEN."""
    found = await deps.views.order(order_id)
    if found is None:
        raise Refused(RequestsCode.ORDER_UNKNOWN)
    may_read(caller, found[0].body)
    return found


async def _cases_of(deps: Deps, wish: IssueOrder) -> None:
    for number, request_id in enumerate(wish.requests):
        found = await deps.views.case(request_id)
        if found is None or found[0].body != wish.body:
            raise Refused(RequestsCode.REQUEST_UNKNOWN, "该机关没有这件申请", pointer=f"/requests/{number}")


def _step(made: Router, deps: Deps, name: OrderStep) -> None:
    async def take(order_id: str, request: Request, wish: Any, caller: Any) -> Response:
        wanted = Wanted(caller.id, cause_of(request), expected_of(request))
        result = await take_order(deps, caller, order_id, name, wish, wanted)
        return outcome(result, tabular.order(result.state))

    take.__annotations__ |= {
        "order_id": str,
        "request": Request,
        "wish": ORDER_ACTS[name][0],
        "caller": Annotated[Principal, allow(WHO[name])],
    }
    take.__name__ = f"{name}_order"
    take.__doc__ = f"{LABELS[name]}（条例第47条）。"
    made.add_api_route(f"/orders/{{order_id}}/{name}", take, methods=["POST"], summary=LABELS[name])
