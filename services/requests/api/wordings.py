"""The library of wordings (统一答复口径库) over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.requests import Request
from starlette.responses import Response

from services.requests.api.deps import Deps
from services.requests.commands.wording import ApproveWording, DraftWording
from services.requests.domain.steps import APPROVE, HANDLE, SCOPES
from services.requests.domain.wording import Wording, shipped
from services.requests.handlers import Wanted
from services.requests.handlers.wordings import approve_wording, draft_wording
from shared.contracts.codes import RequestsCode, WebCode
from shared.contracts.problems import Refused
from shared.law.rules import Rules
from shared.security.principals import Principal
from shared.web.asking import cause_of, outcome, shown
from shared.web.auth import allow
from shared.web.routes import Router

Officer = Annotated[Principal, allow("officer")]


def wordings(made: Router, deps: Deps) -> None:
    """Add the routes of the library."""

    @made.get("/wordings/{code}", summary="答复口径")
    async def of_code(code: str, caller: Officer) -> Response:
        """The wordings of a decision, part by part: what is offered, what waits for approval."""
        return shown({"items": await wordings_of(deps, code), "next": None})

    @made.post("/wordings/{code}/{part}/draft", summary="起草口径")
    async def draft(request: Request, code: str, part: str, wish: DraftWording, caller: Officer) -> Response:
        """Propose a new edition; it is offered once another person approved it."""
        result = await put_draft(deps, caller, (code, part), wish, cause_of(request))
        return outcome(result, wording(result.state, deps.rules))

    @made.post("/wordings/{code}/{part}/approve", summary="批准口径")
    async def approve(request: Request, code: str, part: str, wish: ApproveWording, caller: Officer) -> Response:
        """Approve the edition that waits; the wish names it, so nobody approves what he has not read."""
        result = await put_approval(deps, caller, (code, part), wish, cause_of(request))
        return outcome(result, wording(result.state, deps.rules))


async def put_draft(deps: Deps, caller: Principal, of: tuple[str, str], wish: DraftWording, cause: str) -> Any:
    """Propose an edition of a decision's part; return the outcome. Raises ``Refused``."""
    _may(caller, HANDLE)
    return await deps.dispatcher.execute(draft_wording(*of, wish, Wanted(caller.id, cause), deps.rules))


async def put_approval(deps: Deps, caller: Principal, of: tuple[str, str], wish: ApproveWording, cause: str) -> Any:
    """Approve the edition that waits; return the outcome. Raises ``Refused``."""
    _may(caller, APPROVE)
    return await deps.dispatcher.execute(approve_wording(*of, wish, Wanted(caller.id, cause), deps.rules))


async def wordings_of(deps: Deps, code: str) -> list[dict[str, Any]]:
    """Return the wordings of a decision. Raises ``Refused`` CODE_UNKNOWN."""
    if code not in deps.rules.vocabularies.decisions:
        raise Refused(RequestsCode.CODE_UNKNOWN, pointer="#path/code")
    known = await deps.material.library.wordings(code, deps.rules)
    return [wording(each, deps.rules) for each in known.values()]


def wording(state: Wording, rules: Rules) -> dict[str, Any]:
    """Return a wording with what is offered, what waits, and all its editions."""
    offered = state.offered or shipped(rules, state.code, state.part)
    return {
        "code": state.code,
        "part": state.part,
        "label": rules.vocabularies.notices.label[state.part],
        "offered": offered.model_dump(mode="json") if offered else None,
        "pending": state.pending.model_dump(mode="json") if state.pending else None,
        "editions": [each.model_dump(mode="json") for each in state.editions],
    }


def _may(caller: Principal, scope: str) -> None:
    restricting = caller.scopes & SCOPES.keys()
    if restricting and scope not in restricting:
        raise Refused(WebCode.FORBIDDEN, "这把密钥不能办理这一步")
