"""Where an applicant proposes that what was asked for becomes public for everybody (申请人建议, 条例 Art. 44)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.requests.api import Deps
from services.requests.api.demands import suggest
from services.requests.api.public import FOLLOW, application_of, followed
from services.requests.commands.converting import Suggest
from services.requests.pages.applicants import private
from services.requests.pages.forms import once_of, page, wish_of
from shared.contracts.problems import Refused
from shared.web.auth import PUBLIC, limited, refuse_foreign_site
from shared.web.routes import Router


def suggestion_pages(deps: Deps) -> Router:
    """Return the page of a proposal; before that of the case, which would take its address for a step."""
    made = Router(include_in_schema=False)
    public = [PUBLIC, limited(deps.public)]

    @made.get(f"{FOLLOW}/{{code}}/suggest", dependencies=public)
    async def form(request: Request, code: str) -> Response:
        return await _form(deps, request, code, {})

    @made.post(f"{FOLLOW}/{{code}}/suggest", dependencies=public)
    async def take(request: Request, code: str) -> Response:
        refuse_foreign_site(request)
        given = await request.form()
        try:
            wish = wish_of(Suggest, {"words": str(given.get("words", ""))})
            await suggest(deps, code, wish, f"form:{once_of(given)}")
        except Refused as refused:
            return await _form(deps, request, code, given, refused)
        return private(RedirectResponse(f"{FOLLOW}/{code}?done=suggest", 303))

    return made


async def _form(
    deps: Deps, request: Request, code: str, given: Mapping[str, Any], refused: Refused | None = None
) -> Response:
    case = await application_of(deps, code)
    office = await deps.views.office(case.body)
    values = {"case": followed(deps, case), "code": code, "name": office.name if office else case.body, "given": given}
    return private(page(request, "suggest.html", values, refused, {"/words": "建议公开的理由"}))
