"""What supervision sees of what is asked most (热度), and what is done about bursts (会商)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Query as Asked
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.requests.api.deps import OVERSIGHT, Deps
from services.requests.api.heat import heated, spotted
from services.requests.handlers.consulting import HOTSPOT_ACTS, settle_hotspot
from services.requests.pages.forms import page, wanted, wish_of
from services.requests.views.heat import DIMENSIONS
from shared.contracts.codes import WebCode
from shared.contracts.facts.requests import HeatDimension
from shared.contracts.problems import Refused
from shared.security.principals import Principal
from shared.store.port import Query
from shared.web.auth import allow
from shared.web.routes import Router

ROOT = "/console/requests/supervision/heat"
Oversight = Annotated[Principal, allow(*OVERSIGHT)]
Supervisor = Annotated[Principal, allow("supervisor")]
NAMES = {"/departments": "会商部门", "/due_on": "会商期限", "/conclusion": "会商结论", "/reason": "理由"}
MANY = 50


def heat_pages(deps: Deps) -> Router:
    """Return the pages of heat."""
    made = Router(include_in_schema=False)

    @made.get(ROOT)
    async def index(
        request: Request,
        caller: Oversight,
        by: HeatDimension = "subject",
        since: Annotated[date | None, Asked(alias="from")] = None,
        to: date | None = None,
    ) -> Response:
        return await _page(deps, request, by, since, to)

    @made.post(f"{ROOT}/{{hotspot_id}}/{{name}}")
    async def take(request: Request, caller: Supervisor, hotspot_id: str, name: str) -> Response:
        if name not in HOTSPOT_ACTS:
            raise Refused(WebCode.NOT_FOUND)
        form = await request.form()
        try:
            command = settle_hotspot(hotspot_id, _wish(name, form), wanted(caller, form), deps.rules)
            await deps.dispatcher.execute(command)
        except Refused as refused:
            return await _page(deps, request, "subject", None, None, refused)
        return RedirectResponse(f"{ROOT}#hotspots", 303)

    return made


def _wish(name: str, form: FormData) -> Any:
    values: dict[str, Any] = {each: str(form.get(each, "")).strip() for each in ("due_on", "conclusion", "reason")}
    named = str(form.get("departments", "")).replace("，", "、").replace(",", "、").split("、")
    values["departments"] = tuple(each.strip() for each in named if each.strip())
    model = HOTSPOT_ACTS[name][0]
    return wish_of(model, {each: value for each, value in values.items() if each in model.model_fields})


async def _page(
    deps: Deps,
    request: Request,
    by: HeatDimension,
    since: date | None,
    to: date | None,
    refused: Refused | None = None,
) -> Response:
    found = await heated(deps, by, since, to)
    spots = await spotted(deps, None, Query(limit=MANY))
    values = {"heat": found, "hotspots": spots.items, "dimensions": DIMENSIONS, "root": ROOT}
    return page(request, "heat.html", values, refused, NAMES, lambda _: "hotspots")
