"""What an officer sees of one case: everything about it with its lawful steps, and the form of the decision."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, get_args

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.requests.api.cases import act
from services.requests.api.deps import Deps, case_of
from services.requests.api.following import APPLICANT
from services.requests.commands import Decide, Form
from services.requests.domain.deciding import adverse
from services.requests.domain.guards import approvals
from services.requests.domain.state import Request as Case
from services.requests.domain.steps import STEPS, StepName
from services.requests.domain.timing import Doing
from services.requests.handlers import STEP_ACTS
from services.requests.pages.forms import names_of, page, step_wish, wanted, wish_of
from services.requests.pages.stepping import OWN_PAGE, offers
from services.requests.pages.supporting import begun, case_support, decision_support, used
from services.requests.views import showing
from services.requests.views.notices.kinds import listed
from shared.contracts.codes import WebCode
from shared.contracts.problems import Refused
from shared.law.vocabularies import Decision
from shared.security.principals import Principal
from shared.web.auth import allow
from shared.web.routes import Router

ROOT = "/console/requests"
Officer = Annotated[Principal, allow("officer")]


def officer_pages(deps: Deps) -> Router:
    """Return the officers' pages."""
    made = Router(include_in_schema=False)
    _deciding(made, deps)
    _case(made, deps)
    return made


def _case(made: Router, deps: Deps) -> None:
    @made.get(f"{ROOT}/{{request_id}}")
    async def case(request: Request, caller: Officer, request_id: str) -> Response:
        return await _shown(deps, request, caller, request_id)

    @made.get(f"{ROOT}/{{request_id}}/clock")
    async def clock(request: Request, caller: Officer, request_id: str) -> Response:
        found, _ = await case_of(deps, caller, request_id)
        return page(request, "clock.html", {"clock": showing.clock_receipt(found, deps.rules, deps.clock.business())})

    @made.post(f"{ROOT}/{{request_id}}/{{name}}")
    async def take(request: Request, caller: Officer, request_id: str, name: str) -> Response:
        step = next((each for each in STEPS if each == name), None)
        if step is None:
            raise Refused(WebCode.NOT_FOUND)
        form = await request.form()
        try:
            wish = step_wish(step, STEP_ACTS[step][0], form)
            await act(deps, caller, request_id, step, wish, wanted(caller, form))
        except Refused as refused:
            return await _shown(deps, request, caller, request_id, refused, step, form)
        return RedirectResponse(f"{ROOT}/{request_id}", 303)


async def _shown(
    deps: Deps,
    request: Request,
    caller: Principal,
    request_id: str,
    refused: Refused | None = None,
    tried: StepName | None = None,
    given: FormData | None = None,
) -> HTMLResponse:
    """Return the page of a case with the steps that are lawful now, and no others."""
    found, version = await case_of(deps, caller, request_id)
    value = await _whole(deps, caller, found)
    steps = [] if found.erased else value["steps"]
    values = {
        "case": value,
        "version": version,
        "own_page": [each for each in steps if each["name"] in OWN_PAGE],
        "offers": offers(
            found,
            [each for each in steps if each["name"] not in OWN_PAGE],
            value["parties"],
            await deps.views.offices(),
        ),
        "labels": deps.rules.vocabularies.notices.label,
        "carriers": showing.CARRIERS,
        "letters": listed(found, deps.rules),
        **await case_support(deps, caller, found),
        "tried": tried,
        "given": given or FormData(),
        "applicant": APPLICANT,
    }
    names = names_of(tried) if tried else {}
    return page(request, "case.html", values, refused, names, lambda pointer: f"{tried}-{pointer.removeprefix('/')}")


async def _whole(deps: Deps, caller: Principal, case: Case) -> dict[str, Any]:
    value = showing.detail(case, deps.rules, deps.clock.business(), caller.id, caller.scopes)
    return value | await asyncio.to_thread(deps.people.of, case)


def _deciding(made: Router, deps: Deps) -> None:
    @made.get(f"{ROOT}/{{request_id}}/decide")
    async def form(
        request: Request, caller: Officer, request_id: str, code: str = "", worded: bool = False
    ) -> Response:
        words = await begun(deps, code) if worded else {}
        return await _decision_form(deps, request, caller, request_id, FormData({"code": code, **words}))

    @made.post(f"{ROOT}/{{request_id}}/decide")
    async def decide(request: Request, caller: Officer, request_id: str) -> Response:
        given = await request.form()
        try:
            found, _ = await case_of(deps, caller, request_id)
            name: StepName = (
                "draft" if approvals(found, Doing(deps.clock.business(), caller.id, deps.rules)) else "decide"
            )
            await act(deps, caller, request_id, name, _wish(given), wanted(caller, given))
        except Refused as refused:
            return await _decision_form(deps, request, caller, request_id, given, refused)
        return RedirectResponse(f"{ROOT}/{request_id}", 303)


_LINES = ("code", "article", "reason", "form", "form_reason", "despite")


def _wish(form: FormData) -> Decide:
    plain = {name: str(form.get(name, "")).strip() for name in _LINES}
    record = {name: str(form.get(name, "")).strip() for name in ("document_id", "number", "title", "text")}
    parts = {name.removeprefix("part-"): str(form[name]) for name in form if name.startswith("part-")}
    more = {
        "parts": {part: text for part, text in parts.items() if text.strip()},
        "wordings": used(form),
        "record": {name: text for name, text in record.items() if text},
        "grounds": tuple(str(each) for each in form.getlist("grounds")),
    }
    return wish_of(Decide, {**plain, **more})


def _decision_names(deps: Deps) -> dict[str, str]:
    """Return the label of every pointer of a decision's form."""
    parts = {f"/parts/{part}": label for part, label in deps.rules.vocabularies.notices.label.items()}
    return parts | {
        "/code": "处理决定",
        "/grounds": "不予公开的理由",
        "/article": "法律依据（条款）",
        "/form": "提供形式",
        "/form_reason": "改变提供形式的理由",
        "/despite": "仍然作出决定的理由",
        "/reason": "建议转为主动公开的理由",
        "/record": "所提供的信息",
        "/record/document_id": "公文编号",
        "/record/number": "发文字号",
        "/record/title": "标题",
        "/record/text": "正文",
    }


def _decision_place(pointer: str) -> str:
    """Return the id of the field of a pointer."""
    name = pointer.removeprefix("/").replace("parts/", "part-").removeprefix("record/")
    return {"code": "choose", "record": "number"}.get(name, name)


async def _decision_form(
    deps: Deps,
    request: Request,
    caller: Principal,
    request_id: str,
    given: FormData,
    refused: Refused | None = None,
) -> HTMLResponse:
    """Return the form of a decision; once its code is chosen it asks for the parts that code demands."""
    found, version = await case_of(deps, caller, request_id)
    words = deps.rules.vocabularies
    groups: dict[str, list[Decision]] = {}
    for each in words.decisions:
        groups.setdefault(each.group, []).append(each)
    code = str(given.get("code", ""))
    decision = next((each for each in words.decisions if each.code == code), None)
    values = {
        "case": await _whole(deps, caller, found),
        "version": version,
        "groups": list(groups.items()),
        "code": code,
        "decision": decision,
        "adverse": decision is not None and adverse(decision),
        "grounds": [words.grounds[ground] for ground in decision.grounds] if decision else [],
        "drafting": approvals(found, Doing(deps.clock.business(), caller.id, deps.rules)) > 0,
        "refused_by_third": any(c.kind == "third_party" and c.outcome == "refused" for c in found.consultations),
        "forms": [(each, each) for each in get_args(Form)],
        "labels": words.notices.label,
        "given": given,
        **await decision_support(deps, caller, found, decision, given),
    }
    return page(request, "decide.html", values, refused, _decision_names(deps), _decision_place)
