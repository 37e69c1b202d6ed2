"""What an applicant sees of a case: where it stands in plain words, what is awaited, and what may be done."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.requests.api import Deps
from services.requests.api.following import APPLICANT, OWN, OwnStep, letters, may, take_own
from services.requests.api.public import FOLLOW, application_of, followed
from services.requests.domain.state import Request as Case
from services.requests.domain.steps import STEPS
from services.requests.pages.applicants import private
from services.requests.pages.forms import once_of, page, wish_of
from services.requests.views import showing
from shared.contracts.codes import RequestsCode, WebCode
from shared.contracts.problems import Refused
from shared.web.auth import PUBLIC, limited, refuse_foreign_site
from shared.web.routes import Router

NAMES = {"/description": "补正后的申请内容", "/text": "理由"}
DONE: dict[str, str] = {
    "correct": "补正已提交。答复期限自收到补正之日起重新计算。",
    "give-reason": "理由已提交。",
    "withdraw": "申请已撤回，办理终止。",
    "suggest": "建议已提交，受理机关将予以审核。",
}


def follower_pages(deps: Deps) -> Router:
    """Return the pages of a case for whoever has its code."""
    made = Router(include_in_schema=False)
    public = [PUBLIC, limited(deps.public)]

    @made.get(f"{FOLLOW}/{{code}}", dependencies=public)
    async def follow(request: Request, code: str, fresh: bool = False, done: str = "") -> Response:
        case = await application_of(deps, code)
        said = DONE.get(done, "") if done == "suggest" or _fresh(case) else ""
        return private(page(request, "follow.html", await _values(deps, case, code) | {"fresh": fresh, "said": said}))

    @made.get(f"{FOLLOW}/{{code}}/clock", dependencies=public)
    async def clock(request: Request, code: str) -> Response:
        case = await application_of(deps, code)
        receipt = showing.clock_receipt(case, deps.rules, deps.clock.business())
        return private(page(request, "follow_clock.html", await _values(deps, case, code) | {"clock": receipt}))

    @made.get(f"{FOLLOW}/{{code}}/{{name}}", dependencies=public)
    async def form(request: Request, code: str, name: str) -> Response:
        return await _form(deps, request, code, _own(name), FormData())

    @made.post(f"{FOLLOW}/{{code}}/{{name}}", dependencies=public)
    async def take(request: Request, code: str, name: str) -> Response:
        refuse_foreign_site(request)
        own, given = _own(name), await request.form()
        case = await application_of(deps, code)
        try:
            wish = wish_of(OWN[own].asked, {each: str(given.get(each, "")) for each in OWN[own].asked.model_fields})
            await take_own(deps, case, own, wish, f"form:{once_of(given)}")
        except Refused as refused:
            return await _form(deps, request, code, own, given, refused)
        return private(RedirectResponse(f"{FOLLOW}/{code}?done={own}", 303))

    return made


def _fresh(case: Case) -> bool:
    """Whether the applicant was the last to act: what was said about it then still holds."""
    return bool(case.timeline) and case.timeline[-1].by == APPLICANT


def _own(name: str) -> OwnStep:
    found = next((each for each in OWN if each == name), None)
    if found is None:
        raise Refused(WebCode.NOT_FOUND)
    return found


async def _values(deps: Deps, case: Case, code: str) -> dict[str, Any]:
    office = await deps.views.office(case.body)
    return {
        "case": followed(deps, case),
        "code": code,
        "name": office.name if office else case.body,
        "letters": list(letters(deps, case)),
        "asked_why": case.explaining.asked_on if case.explaining and case.explaining.reasonable is None else None,
        "own": [(each, OWN[each].label) for each in may(deps, case)],
    }


async def _form(
    deps: Deps, request: Request, code: str, own: OwnStep, given: FormData, refused: Refused | None = None
) -> Response:
    """Return the form of what the applicant wants to do; what is awaited stands beside it, and what was asked for."""
    case = await application_of(deps, code)
    if refused is None and own not in may(deps, case):
        raise Refused(RequestsCode.STEP_UNLAWFUL, f"现在不能“{OWN[own].label}”（{STEPS[own].article}）")
    people = await asyncio.to_thread(deps.people.of, case) if own == "correct" else {"applicant": {}}
    values = await _values(deps, case, code) | {
        "act": own,
        "label": OWN[own].label,
        "given": given,
        "asked": people["applicant"].get("correction", ""),
        "description": people["applicant"].get("description", ""),
    }
    return private(page(request, "follow_act.html", values, refused, NAMES))
