"""What an applicant sees: the form (条例 Art. 29) and how far the application is."""

from __future__ import annotations

import secrets
from typing import Any, get_args

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.requests.api import Deps
from services.requests.api.public import FOLLOW, application_of, apply_online, followed
from services.requests.commands import Apply, Delivery, Form
from services.requests.pages.forms import page, wish_of
from shared.contracts.codes import WebCode
from shared.contracts.problems import Refused
from shared.web.auth import PUBLIC, limited, refuse_foreign_site
from shared.web.routes import Router

NAMES = {
    "/body": "机关",
    "/category": "申请人类别",
    "/name": "姓名或者名称",
    "/identity": "证件号码",
    "/contact": "联系方式",
    "/number": "发文字号",
    "/description": "内容描述",
    "/form": "形式",
    "/delivery": "获取方式",
}


def applicant_pages(deps: Deps) -> Router:
    """Return the applicants' pages."""
    made = Router(include_in_schema=False)

    @made.get("/requests/v1/apply", dependencies=[PUBLIC])
    async def form(request: Request) -> Response:
        return await _form(deps, request, FormData())

    @made.post("/requests/v1/apply", dependencies=[PUBLIC, limited(deps.public)])
    async def apply(request: Request) -> Response:
        refuse_foreign_site(request)
        given = await request.form()
        try:
            once = str(given.get("once", ""))
            if not 20 <= len(once) <= 64:
                raise Refused(WebCode.INVALID, "页面已过期，请重新提交")
            wish = wish_of(
                Apply, {name.removeprefix("/"): str(given.get(name.removeprefix("/"), "")) for name in NAMES}
            )
            request_id, _ = await apply_online(deps, wish, f"form:{once}")
        except Refused as refused:
            return await _form(deps, request, given, refused)
        return RedirectResponse(f"{FOLLOW}/{deps.people.access_code(request_id)}?fresh=1", 303)

    @made.get(f"{FOLLOW}/{{code}}", dependencies=[PUBLIC, limited(deps.public)])
    async def follow(request: Request, code: str, fresh: bool = False) -> Response:
        case = await application_of(deps, code)
        office = await deps.views.office(case.body)
        values = {"case": followed(deps, case), "name": office.name if office else case.body, "fresh": fresh}
        shown = page(request, "follow.html", values)
        shown.headers["Referrer-Policy"] = "no-referrer"
        return shown

    return made


async def _form(deps: Deps, request: Request, given: FormData, refused: Refused | None = None) -> HTMLResponse:
    words = deps.rules.vocabularies
    faults = refused.faults if refused else ()
    values: dict[str, Any] = {
        "given": given,
        "names": NAMES,
        "faults": faults or ((refused,) if refused else ()),
        "wrong": {fault.pointer for fault in faults},
        "once": secrets.token_urlsafe(24),
        "bodies": [(office.body, office.name) for office in await deps.views.offices()],
        "categories": [(each.code, each.label) for each in words.applicants],
        "forms": [(each, each) for each in get_args(Form)],
        "deliveries": [(each, each) for each in get_args(Delivery)],
    }
    return page(request, "apply.html", values, refused)
