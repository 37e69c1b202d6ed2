"""What anybody may do: apply online (在线申请), and follow the case with the code that was given."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services.requests.api.deps import Deps
from services.requests.api.following import following, may
from services.requests.commands import Apply
from services.requests.domain.state import PHASES
from services.requests.domain.state import Request as Case
from services.requests.domain.timing import clock_of, days_left
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.law.workdays import legal_date
from shared.web.asking import cause_of, outcome, shown
from shared.web.auth import PUBLIC, limited
from shared.web.routes import Router

FOLLOW = "/requests/v1/follow"


def applications(made: Router, deps: Deps) -> None:
    """Add the public routes."""

    @made.post("/applications", status_code=201, dependencies=[PUBLIC, limited(deps.public)], summary="在线申请")
    async def apply(request: Request, wish: Apply) -> Response:
        """Take an application in; the answer carries the code under which to follow it."""
        request_id, result = await apply_online(deps, wish, cause_of(request))
        code = deps.people.access_code(request_id)
        value = {"request_id": request_id, "code": code, "follow": f"{FOLLOW}/{code}", "phase": result.state.phase}
        return outcome(result, value, status=201, location=f"{FOLLOW}/{code}")

    @made.get("/applications/{code}", dependencies=[PUBLIC, limited(deps.public)], summary="查询办理进度")
    async def follow(code: str) -> Response:
        """How far an application is; nothing personal, whoever has the code."""
        return shown(followed(deps, await application_of(deps, code)))

    @made.get("/bodies", dependencies=[PUBLIC], summary="可以申请的机关")
    async def bodies() -> Response:
        """The bodies that may be asked."""
        return shown({"items": [office.model_dump() for office in await deps.views.offices()], "next": None})

    following(made, deps, application_of, followed)


async def apply_online(deps: Deps, wish: Apply, cause: str) -> tuple[str, Any]:
    """Take an online application in; return its id and what it came to. Raises ``Refused`` BODY_UNKNOWN and more."""
    office = await deps.views.office(wish.body)
    if office is None:
        raise Refused(RequestsCode.BODY_UNKNOWN, pointer="/body")
    command = await deps.intake.online(wish, office, cause, legal_date(deps.clock.business()))
    result = await deps.dispatcher.execute(command)
    return result.id, result


async def application_of(deps: Deps, code: str) -> Case:
    """Return the case behind an access code. Raises ``Refused`` FOLLOW_UNKNOWN."""
    request_id = deps.people.followed(code)
    found = await deps.views.case(request_id) if request_id else None
    if found is None:
        raise Refused(RequestsCode.FOLLOW_UNKNOWN)
    return found[0]


def followed(deps: Deps, case: Case) -> dict[str, Any]:
    """Return what an applicant is told about the case."""
    decision = case.decision
    label = deps.rules.vocabularies.decisions[decision.code].label if decision else None
    return {
        "request_id": case.request_id,
        "number": case.number,
        "body": case.body,
        "phase": case.phase,
        "phase_label": PHASES[case.phase],
        "submitted_on": case.submitted_on.isoformat(),
        "received_on": case.received_on.isoformat() if case.received_on else None,
        "due": case.due.isoformat() if case.due and case.open else None,
        "days_left": days_left(case, deps.rules, deps.clock.business()),
        "mode": _mode(deps, case),
        "recomputed": case.recounts[-1].model_dump(mode="json") if case.recounts else None,
        "recounts": [each.model_dump(mode="json") for each in case.recounts],
        "turn_until": case.turn_until.isoformat() if case.turn_until else None,
        "decision": label,
        "notice": decision.notice if decision else None,
        "decided_on": decision.made_on.isoformat() if decision else None,
        "fee_yuan": case.fee_yuan if case.phase == "paying" else None,
        "may": may(deps, case),
        "served_on": case.served_on.isoformat() if case.served_on else None,
        "continued": [deps.people.access_code(each) for each in case.continued],
    }


def _mode(deps: Deps, case: Case) -> str | None:
    """Return what the clock of an open case waits for."""
    clock = clock_of(case, deps.rules, legal_date(deps.clock.business())) if case.open else None
    return clock.mode if clock else None
