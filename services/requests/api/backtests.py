"""Trying a threshold over the past (门槛回测): started as a job, looked at until it is done."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.requests import Request
from starlette.responses import Response

from services.requests.api.deps import OVERSIGHT, Deps
from services.requests.commands.converting import Backtest
from services.requests.domain.limits import Limits
from services.requests.handlers.backtesting import Trial
from shared.bus.decider import new_id
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal
from shared.web.asking import cause_of, shown
from shared.web.auth import allow
from shared.web.routes import Router

Oversight = Annotated[Principal, allow(*OVERSIGHT)]


def backtests(made: Router, deps: Deps) -> None:
    """Add the routes of back-tests."""

    @made.post("/conversion/backtests", status_code=202, summary="回测转主动公开的门槛")
    async def start(request: Request, wish: Backtest, caller: Oversight) -> Response:
        """Find what another threshold would have converted in a past period, and what that would have spared."""
        answer = await begin(deps, wish, cause_of(request))
        return shown(answer, status=202)

    @made.get("/conversion/backtests/{backtest}", summary="回测结果")
    async def result(backtest: str, caller: Oversight) -> Response:
        """How far it is, and what it found: counts and informations, never people."""
        return shown(await found(deps, backtest))


async def begin(deps: Deps, wish: Backtest, cause: str) -> dict[str, Any]:
    """Start a back-test, or find the one of the same cause. Raises ``Refused`` BODY_UNKNOWN, BACKTEST_RUNNING."""
    if wish.body and await deps.views.office(wish.body) is None:
        raise Refused(RequestsCode.BODY_UNKNOWN, pointer="/body")
    if wish.place and wish.place not in deps.rules.profiles.places:
        raise Refused(RequestsCode.CODE_UNKNOWN, pointer="/place")
    limits = Limits(**wish.model_dump(include=set(Limits.model_fields)))
    backtest = new_id("bt", cause)
    trial = Trial(limits, wish.from_, wish.to, wish.body, wish.place)
    await deps.tried.start(backtest, wish.model_dump(mode="json", by_alias=True), trial)
    return await deps.tried.result(backtest)


async def found(deps: Deps, backtest: str) -> dict[str, Any]:
    """Return a back-test. Raises ``Refused`` BACKTEST_UNKNOWN."""
    return await deps.tried.result(backtest)
