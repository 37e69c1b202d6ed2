"""What an applicant sees before there is a case: the form (条例 Art. 29), and where to enter the code of a case."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.requests.api import Deps
from services.requests.api.public import FOLLOW, application_of, apply_online
from services.requests.commands import Apply, Delivery, Form
from services.requests.pages.forms import once_of, page, wish_of
from services.requests.views.opened import Opened, find_opened
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.web.auth import PUBLIC, limited, refuse_foreign_site
from shared.web.routes import Router

NAMES = {
    "/body": "向哪个机关申请",
    "/category": "申请人类别",
    "/name": "姓名或者名称",
    "/identity": "证件号码",
    "/contact": "联系方式",
    "/number": "发文字号",
    "/description": "内容描述",
    "/form": "希望获得的形式",
    "/delivery": "获取方式",
}


def applicant_pages(deps: Deps) -> Router:
    """Return the pages of the form and of the code."""
    made = Router(include_in_schema=False)
    public = [PUBLIC, limited(deps.public)]

    @made.get("/requests/v1/apply", dependencies=[PUBLIC])
    async def form(request: Request, body: str = "") -> Response:
        return await _form(deps, request, {"body": body})

    @made.post("/requests/v1/apply", dependencies=public)
    async def apply(request: Request) -> Response:
        refuse_foreign_site(request)
        given = await request.form()
        try:
            once = once_of(given)
            wish = wish_of(Apply, _stated(given))
            public = [] if given.get("anyway") else await find_opened(deps.store, wish.number, wish.description)
            if public:
                return await _form(deps, request, given, public=public)
            request_id, _ = await apply_online(deps, wish, f"form:{once}")
        except Refused as refused:
            return await _form(deps, request, given, refused)
        return private(RedirectResponse(f"{FOLLOW}/{deps.people.access_code(request_id)}?fresh=1", 303))

    @made.get(FOLLOW, dependencies=[PUBLIC])
    async def entry(request: Request) -> Response:
        return page(request, "code.html", {"given": ""})

    @made.post(FOLLOW, dependencies=public)
    async def enter(request: Request) -> Response:
        refuse_foreign_site(request)
        code = str((await request.form()).get("code", "")).strip().rpartition("/")[2]
        try:
            await application_of(deps, code)
        except Refused:
            why = Refused(RequestsCode.FOLLOW_UNKNOWN, pointer="/code")
            return page(request, "code.html", {"given": code[:200]}, why, {"/code": "查询码"})
        return private(RedirectResponse(f"{FOLLOW}/{code}", 303))

    return made


def private(response: Response) -> Response:
    """Keep the address of a case, which holds its code, from being told to other sites and from caches."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _stated(given: FormData) -> dict[str, str]:
    names = [pointer.removeprefix("/") for pointer in NAMES]
    return {name: str(given.get(name, "")).strip() for name in names}


async def _form(
    deps: Deps,
    request: Request,
    given: Mapping[str, Any],
    refused: Refused | None = None,
    public: Sequence[Opened] = (),
) -> HTMLResponse:
    """Return the form; with what is public already, for the applicant to look at before sending it all the same."""
    words = deps.rules.vocabularies
    values: dict[str, Any] = {
        "given": given,
        "public": public,
        "once": secrets.token_urlsafe(24),
        "bodies": [(office.body, office.name) for office in await deps.views.offices()],
        "categories": [(each.code, each.label) for each in words.applicants],
        "forms": [(each, each) for each in get_args(Form)],
        "deliveries": [(each, each) for each in get_args(Delivery)],
    }
    return page(request, "apply.html", values, refused, NAMES)
