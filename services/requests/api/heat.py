"""What is asked most (热度), bursts in it (热点), and what departments do about them together (会商)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Query as Asked
from starlette.requests import Request
from starlette.responses import Response

from services.requests.api.deps import STAFF, Deps
from services.requests.domain.hotspots import Stage
from services.requests.handlers import Wanted
from services.requests.handlers.consulting import HOTSPOT_ACTS, settle_hotspot
from services.requests.views import heat as views
from shared.contracts.codes import RequestsCode
from shared.contracts.facts.requests import HeatDimension
from shared.contracts.problems import Refused
from shared.law.workdays import legal_date
from shared.security.principals import Principal
from shared.store.port import Page, Query
from shared.web.asking import Paged, cause_of, expected_of, listed, outcome, shown
from shared.web.auth import allow
from shared.web.routes import Router

Staff = Annotated[Principal, allow(*STAFF)]
Supervisor = Annotated[Principal, allow("supervisor")]
MOST_DAYS = 92
USUAL_DAYS = 14


def heat(made: Router, deps: Deps) -> None:
    """Add the routes of heat."""

    @made.get("/heat", summary="申请热度")
    async def index(
        caller: Staff,
        by: HeatDimension = "subject",
        since: Annotated[date | None, Asked(alias="from")] = None,
        to: date | None = None,
    ) -> Response:
        """How many applications each day, by subject, region or agency; a fortnight unless told."""
        return shown(await heated(deps, by, since, to))

    @made.get("/hotspots", summary="热点与会商")
    async def hotspots(page: Paged, caller: Staff, stage: Stage | None = None) -> Response:
        """Bursts and what became of them, the newest first."""
        found = await spotted(deps, stage, Query(after=page.after, limit=page.limit))
        return listed(found, lambda item: item)

    for name in HOTSPOT_ACTS:
        _act(made, deps, name)


def _act(made: Router, deps: Deps, name: str) -> None:
    async def take(hotspot_id: str, request: Request, wish: Any, caller: Any) -> Response:
        wanted = Wanted(caller.id, cause_of(request), expected_of(request))
        result = await deps.dispatcher.execute(settle_hotspot(hotspot_id, wish, wanted, deps.rules))
        return outcome(result, views.hotspot(result.state, await _names(deps), deps.rules))

    take.__annotations__ |= {"hotspot_id": str, "request": Request, "wish": HOTSPOT_ACTS[name][0], "caller": Supervisor}
    take.__name__ = f"{name}_hotspot"
    take.__doc__ = f"{HOTSPOT_ACTS[name][1]}。"
    made.add_api_route(f"/hotspots/{{hotspot_id}}/{name}", take, methods=["POST"], summary=HOTSPOT_ACTS[name][1])


async def heated(deps: Deps, by: HeatDimension, since: date | None, to: date | None) -> dict[str, Any]:
    """Return the heat of some days with the names of its values. Raises ``Refused`` DATE_IMPLAUSIBLE."""
    until = to or legal_date(deps.clock.business())
    first = since or until - timedelta(days=USUAL_DAYS - 1)
    if not 0 <= (until - first).days < MOST_DAYS:
        raise Refused(RequestsCode.DATE_IMPLAUSIBLE, f"起止日期应当先后相接，最多{MOST_DAYS}天", pointer="#query/from")
    found = views.table(await views.daily(deps.heat, first, until), by, first, until)
    names = await _names(deps)
    for line in found["items"]:
        line["label"] = views.label((by, line["value"]), names, deps.rules)
    return found


async def spotted(deps: Deps, stage: Stage | None, part: Query) -> Page[dict[str, Any]]:
    """Return a page of hotspots with their versions, the newest first."""
    page = await views.hotspots(deps.store, stage, part)
    names = await _names(deps)
    items = [{**views.hotspot(each, names, deps.rules), "version": version} for each, version in page.items]
    return Page(items, page.next)


async def _names(deps: Deps) -> dict[str, str]:
    return {office.body: office.name for office in await deps.views.offices()}
