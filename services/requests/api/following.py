"""What applicants do themselves in a case they follow (补正、说明理由、撤回), with the code they were given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Query as Param
from starlette.requests import Request
from starlette.responses import Response

from services.requests import commands as ask
from services.requests.api.deps import Deps
from services.requests.api.support import download
from services.requests.commands.following import Amend, Leave, OwnReason
from services.requests.domain.state import Request as Case
from services.requests.domain.steps import STEPS, StepName, refusal
from services.requests.domain.timing import Doing
from services.requests.handlers import Wanted
from services.requests.views import showing
from services.requests.views.notices.kinds import Kind, listed
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.web.asking import cause_of, outcome, shown
from shared.web.auth import PUBLIC, limited
from shared.web.routes import Router

APPLICANT = "applicant"
"""Who acted, where it was the applicant."""
OwnStep = Literal["correct", "give-reason", "withdraw"]
READABLE: frozenset[Kind] = frozenset({"receipt", "correction", "extension", "fee", "reason"})
"""Letters to the applicant besides the decision."""
SENT = frozenset({"sent", "served", "closed"})
Nth = Annotated[int | None, Param(ge=1, le=1000)]
Found = Callable[[Deps, str], Any]


@dataclass(frozen=True, slots=True)
class Own:
    """What an applicant may do: its name for applicants, what is asked for, and the step it is."""

    label: str
    asked: type[ask.Wish]
    wish: Callable[[Any], ask.Wish]


OWN: Mapping[OwnStep, Own] = {
    "correct": Own("提交补正", Amend, lambda asked: ask.Correct(description=asked.description)),
    "give-reason": Own("说明理由", OwnReason, lambda asked: ask.GiveReason(text=asked.text)),
    "withdraw": Own("撤回申请", Leave, lambda _: ask.Dated()),
}


def following(made: Router, deps: Deps, of: Found, told: Callable[[Deps, Case], dict[str, Any]]) -> None:
    """Add the routes; ``of`` finds the case of a code, ``told`` is what its applicant is told about it."""
    public = [PUBLIC, limited(deps.public)]

    @made.get("/applications/{code}/clock", dependencies=public, summary="申请人查询期限回执")
    async def clock(code: str) -> Response:
        """How the deadline was counted, day by day, with the article of every line."""
        return shown(showing.clock_receipt(await of(deps, code), deps.rules, deps.clock.business()))

    @made.get("/applications/{code}/notices", dependencies=public, summary="申请人的文书")
    async def notices(code: str) -> Response:
        """The letters to the applicant; the decision once it was sent."""
        return shown({"items": list(letters(deps, await of(deps, code))), "next": None})

    @made.get("/applications/{code}/notices/{kind}.{form}", dependencies=public, summary="申请人下载文书")
    async def notice(code: str, kind: Kind, form: Literal["docx", "pdf"], nth: Nth = None) -> Response:
        """A letter to the applicant."""
        case = await of(deps, code)
        mine = [each["nth"] for each in letters(deps, case) if each["kind"] == kind and nth in (None, each["nth"])]
        if not mine:
            raise Refused(RequestsCode.NOTICE_UNKNOWN)
        return await download(deps, case, kind, form, mine[-1])

    for name in OWN:
        _step(made, deps, name, of, told)


def _step(made: Router, deps: Deps, name: OwnStep, of: Found, told: Callable[[Deps, Case], dict[str, Any]]) -> None:
    own = OWN[name]

    async def take(code: str, request: Request, wish: Any) -> Response:
        result = await take_own(deps, await of(deps, code), name, wish, cause_of(request))
        return outcome(result, told(deps, result.state))

    take.__annotations__ |= {"code": str, "request": Request, "wish": own.asked}
    take.__name__ = f"own_{name.replace('-', '_')}"
    take.__doc__ = f"{own.label}（{STEPS[name].article}）。"
    made.add_api_route(
        f"/applications/{{code}}/{name}",
        take,
        methods=["POST"],
        summary=own.label,
        dependencies=[PUBLIC, limited(deps.public)],
    )


async def take_own(deps: Deps, case: Case, name: OwnStep, asked: Any, cause: str) -> Any:
    """Take a step of a case for its applicant; return the outcome. Raises ``Refused``."""
    if case.erased:
        raise Refused(RequestsCode.ERASED)
    wanted = Wanted(APPLICANT, f"{cause}:{case.request_id}")
    return await deps.dispatcher.execute(await deps.acting.step(name, case.request_id, OWN[name].wish(asked), wanted))


def may(deps: Deps, case: Case) -> list[OwnStep]:
    """Return what the applicant may do now."""
    doing = Doing(deps.clock.business(), APPLICANT, deps.rules)
    return [] if case.erased else [name for name in OWN if _lawful(name, case, doing)]


def _lawful(name: StepName, case: Case, doing: Doing) -> bool:
    return refusal(STEPS[name], case, doing) is None


def letters(deps: Deps, case: Case) -> Iterator[dict[str, Any]]:
    """Yield the letters to the applicant: not those to others, and a decision only once it was sent."""
    for each in [] if case.erased else listed(case, deps.rules):
        earlier = case.decision is not None and each["nth"] != case.decision.ordinal
        decision = each["kind"] == "decision" and (earlier or case.phase in SENT)
        if decision or each["kind"] in READABLE:
            yield each
