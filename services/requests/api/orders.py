"""Orders of supervision (监督文书): supervision issues and reviews them, the body answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from services.requests.api.deps import STAFF, Deps, may_read, scope_of
from services.requests.commands.base import Nothing
from services.requests.commands.supervising import AnswerOrder, IssueOrder, ReturnOrder
from services.requests.domain import orders as domain
from services.requests.domain.timing import Doing
from services.requests.store import ORDER
from services.requests.views import tabular
from shared.bus.decider import Command, Context, Target, new_id
from shared.contracts.codes import RequestsCode
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Refused
from shared.security.principals import Principal
from shared.store.port import Page, Query
from shared.web.asking import Paged, command_from, listed, outcome, shown
from shared.web.auth import allow, require_body
from shared.web.routes import Router

Staff = Annotated[Principal, allow(*STAFF)]
Supervisor = Annotated[Principal, allow("supervisor")]
Officer = Annotated[Principal, allow("officer")]
Stage = Literal["issued", "answered", "closed", "recorded"]


def orders(made: Router, deps: Deps) -> None:
    """Add the routes of orders."""
    _reading(made, deps)
    _issuing(made, deps)
    _stages(made, deps)


async def order_of(deps: Deps, caller: Principal, order_id: str) -> tuple[domain.Order, int]:
    """Return an order the caller may read and its version. Raises ``Refused`` ORDER_UNKNOWN or FORBIDDEN."""
    stored = (await deps.store.load(ORDER.kind, [order_id])).get(order_id)
    if stored is None:
        raise Refused(RequestsCode.ORDER_UNKNOWN)
    found = ORDER.parse(stored.state)
    may_read(caller, found.body)
    return found, stored.version


def _reading(made: Router, deps: Deps) -> None:
    @made.get("/orders", summary="监督文书列表")
    async def index(page: Paged, caller: Staff, body: str | None = None, stage: Stage | None = None) -> Response:
        """Orders, the newest first."""
        asked = scope_of(caller, body).asked(**({"stage": stage} if stage else {}))
        query = Query(asked.equal, asked.prefix, "issued", down=True, after=page.after, limit=page.limit)
        found = await deps.store.select(ORDER.kind, query)
        return listed(Page([ORDER.parse(stored.state) for stored in found.items], found.next), tabular.order)

    @made.get("/orders/{order_id}", summary="监督文书")
    async def order(order_id: str, caller: Staff) -> Response:
        """One order."""
        found, version = await order_of(deps, caller, order_id)
        return shown(tabular.order(found), version)


def _issuing(made: Router, deps: Deps) -> None:
    @made.post("/orders", summary="下达监督文书", status_code=201)
    async def issue(request: Request, wish: IssueOrder, caller: Supervisor) -> Response:
        """Order a body to rectify, criticise it, or propose how to deal with it (条例第47条)."""
        if await deps.views.office(wish.body) is None:
            raise Refused(RequestsCode.BODY_UNKNOWN, pointer="/body")
        await _cases_of(deps, wish)
        asked = domain.Issue(**wish.model_dump())

        def decide(state: domain.Order | None, context: Context) -> Sequence[Fact]:
            return domain.issue(state, context.id, asked, Doing(context.now, caller.id, deps.rules))

        command = command_from(request, ORDER, lambda cause: Target(new_id("or", cause)), decide, body=wish)
        result = await deps.dispatcher.execute(command)
        return outcome(result, tabular.order(result.state), status=201, location=f"/requests/v1/orders/{result.id}")


async def _cases_of(deps: Deps, wish: IssueOrder) -> None:
    for number, request_id in enumerate(wish.requests):
        found = await deps.views.case(request_id)
        if found is None or found[0].body != wish.body:
            raise Refused(RequestsCode.REQUEST_UNKNOWN, "该机关没有这件申请", pointer=f"/requests/{number}")


def _stages(made: Router, deps: Deps) -> None:
    @made.post("/orders/{order_id}/answer", summary="报送整改情况")
    async def answer(order_id: str, request: Request, wish: AnswerOrder, caller: Officer) -> Response:
        """The body says what it changed."""
        found, _ = await order_of(deps, caller, order_id)
        require_body(caller, found.body)
        return await _step(deps, request, caller, order_id, wish, domain.answer_order, wish.measures)

    @made.post("/orders/{order_id}/return", summary="复核退回")
    async def send_back(order_id: str, request: Request, wish: ReturnOrder, caller: Supervisor) -> Response:
        """The review finds that this is not enough."""
        return await _step(deps, request, caller, order_id, wish, domain.return_order, wish.reason, wish.due_on)

    @made.post("/orders/{order_id}/close", summary="复核销号")
    async def close(order_id: str, request: Request, wish: Nothing, caller: Supervisor) -> Response:
        """The review finds the order carried out."""
        return await _step(deps, request, caller, order_id, wish, domain.close_order)


async def _step(
    deps: Deps, request: Request, caller: Principal, order_id: str, wish: Any, act: Any, *values: Any
) -> Response:
    def decide(state: domain.Order | None, context: Context) -> Sequence[Fact]:
        facts: Sequence[Fact] = act(state, *values, Doing(context.now, caller.id, deps.rules))
        return facts

    command: Command = command_from(request, ORDER, Target(order_id), decide, body=wish, versioned=True)
    result = await deps.dispatcher.execute(command)
    return outcome(result, tabular.order(result.state))
