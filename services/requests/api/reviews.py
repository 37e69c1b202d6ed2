"""Conversion reviews (转主动公开审查): proposed by one officer, approved by another."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.requests import Request
from starlette.responses import Response

from services.requests.api.deps import STAFF, Deps, review_of, scope_of
from services.requests.domain.review import Status
from services.requests.handlers import REVIEW_ACTS, Wanted
from services.requests.views import showing
from shared.security.principals import Principal
from shared.store.port import Query
from shared.web.asking import Paged, cause_of, expected_of, listed, outcome, shown
from shared.web.auth import allow, require_body
from shared.web.routes import Router

LABELS = {
    "propose": "提出转换",
    "approve": "批准转换",
    "hold": "暂缓",
    "decline": "不予转换",
    "exempt": "免予转换",
    "lift": "解除免予转换",
}


def reviews(made: Router, deps: Deps) -> None:
    """Add the routes of reviews."""

    @made.get("/reviews", summary="转主动公开审查列表")
    async def index(
        page: Paged,
        caller: Annotated[Principal, allow(*STAFF)],
        body: str | None = None,
        status: Status | None = None,
    ) -> Response:
        """Reviews, the oldest first."""
        part = Query(after=page.after, limit=page.limit)
        return listed(await deps.views.reviews(scope_of(caller, body), status, part), showing.review)

    @made.get("/reviews/{review_id}", summary="转主动公开审查")
    async def review(review_id: str, caller: Annotated[Principal, allow(*STAFF)]) -> Response:
        """One review with its evidence."""
        found, version = await review_of(deps, caller, review_id)
        return shown(showing.review(found), version)

    for name in REVIEW_ACTS:
        _act(made, deps, name)


def _act(made: Router, deps: Deps, name: str) -> None:
    async def take(review_id: str, request: Request, wish: Any, caller: Any) -> Response:
        wanted = Wanted(caller.id, cause_of(request), expected_of(request))
        result = await settle(deps, caller, review_id, name, wish, wanted)
        return outcome(result, showing.review(result.state))

    take.__annotations__ |= {
        "review_id": str,
        "request": Request,
        "wish": REVIEW_ACTS[name][0],
        "caller": Annotated[Principal, allow("officer")],
    }
    take.__name__ = f"{name}_conversion"
    take.__doc__ = f"{LABELS[name]}（条例第44条）。"
    made.add_api_route(f"/reviews/{{review_id}}/{name}", take, methods=["POST"], summary=LABELS[name])


async def settle(deps: Deps, caller: Principal, review_id: str, name: str, wish: Any, wanted: Wanted) -> Any:
    """Take a step of a review for an officer of its body; return the outcome. Raises ``Refused``."""
    review, _ = await review_of(deps, caller, review_id)
    require_body(caller, review.body)
    return await deps.dispatcher.execute(await deps.acting.review(name, review_id, wish, wanted))
