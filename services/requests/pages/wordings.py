"""The library of wordings (统一答复口径库): what is offered for each part, a new edition, its approval."""

from __future__ import annotations

from typing import Annotated

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.requests.api.deps import Deps
from services.requests.api.wordings import put_approval, put_draft, wordings_of
from services.requests.commands.wording import ApproveWording, DraftWording
from services.requests.pages.forms import once_of, page, wish_of
from shared.contracts.codes import WebCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal
from shared.web.auth import allow
from shared.web.routes import Router

ROOT = "/console/requests/wordings"
Officer = Annotated[Principal, allow("officer")]


def wording_pages(deps: Deps) -> Router:
    """Return the pages of the library."""
    made = Router(include_in_schema=False)

    @made.get(ROOT)
    async def index(request: Request, caller: Officer, code: str = "A1") -> Response:
        return await _shown(deps, request, caller, code)

    @made.post(f"{ROOT}/{{code}}/{{part}}/{{name}}")
    async def take(request: Request, caller: Officer, code: str, part: str, name: str) -> Response:
        form = await request.form()
        plain = {key: str(form.get(key, "")).strip() for key in ("text", "article", "version")}
        try:
            cause = f"form:{caller.kind}/{caller.id}:{once_of(form)}"
            if name == "draft":
                wish = wish_of(DraftWording, {key: plain[key] for key in ("text", "article")})
                await put_draft(deps, caller, (code, part), wish, cause)
            elif name == "approve":
                await put_approval(
                    deps, caller, (code, part), wish_of(ApproveWording, {"version": plain["version"]}), cause
                )
            else:
                raise Refused(WebCode.NOT_FOUND)
        except Refused as refused:
            return await _shown(deps, request, caller, code, refused)
        return RedirectResponse(f"{ROOT}?code={code}#{part}", 303)

    return made


async def _shown(
    deps: Deps, request: Request, caller: Principal, code: str, refused: Refused | None = None
) -> HTMLResponse:
    values = {
        "decisions": [each for each in deps.rules.vocabularies.decisions if each.parts],
        "code": code,
        "wordings": await wordings_of(deps, code),
        "by": caller.id,
    }
    return page(request, "wordings.html", values, refused, {"/text": "口径", "/article": "依据"}, lambda _: "")
