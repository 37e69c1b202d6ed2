"""What helps to decide a case, and the letters that come of it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Query as Param
from starlette.responses import Response

from services.requests.api.deps import Deps, case_of
from services.requests.domain.drafting import ruling_of
from services.requests.domain.flags import Look, raised
from services.requests.domain.ruling import Ruling
from services.requests.domain.state import Request as Case
from services.requests.domain.timing import Doing
from services.requests.views import support as views
from services.requests.views.notices import Notice, Source, compose, docx_of, find, pdf_of
from services.requests.views.notices.kinds import Kind, decision_of, listed
from shared.security.principals import Principal
from shared.web.asking import shown
from shared.web.auth import allow
from shared.web.routes import Router

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
Officer = Annotated[Principal, allow("officer")]
Nth = Annotated[int | None, Param(ge=1, le=1000)]


def support(made: Router, deps: Deps) -> None:
    """Add the routes."""
    _letters(made, deps)
    _risks(made, deps)


def _letters(made: Router, deps: Deps) -> None:
    @made.get("/cases/{request_id}/notices", summary="案件文书")
    async def letters(request_id: str, caller: Officer) -> Response:
        """The letters the case has given rise to."""
        found, version = await case_of(deps, caller, request_id)
        return shown({"items": listed(found, deps.rules), "next": None}, version)

    @made.get("/cases/{request_id}/notices/{kind}.{form}", summary="下载文书")
    async def letter(
        request_id: str, kind: Kind, form: Literal["docx", "pdf"], caller: Officer, nth: Nth = None
    ) -> Response:
        """A letter, printed for this answer and kept nowhere (``nth``: which of its kind, else the newest)."""
        found, _ = await case_of(deps, caller, request_id)
        return await download(deps, found, kind, form, nth)


async def download(deps: Deps, case: Case, kind: Kind, form: Literal["docx", "pdf"], nth: int | None) -> Response:
    """Return a letter as a download. Raises ``Refused`` NOTICE_UNKNOWN."""
    notice = find(case, kind, nth)
    office = await deps.views.office(case.body)
    content = await asyncio.to_thread(_printed, deps, case, notice, form, office.name if office else case.body)
    name = deps.rules.letters.of(notice.letter, notice.on).label
    number = case.number or case.request_id
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f"attachment; filename=\"{kind}.{form}\"; filename*=UTF-8''"
        + quote(f"{number}{name}.{form}", safe=""),
    }
    return Response(content, 200, headers, DOCX if form == "docx" else PDF)


def _risks(made: Router, deps: Deps) -> None:
    @made.get("/cases/{request_id}/flags", summary="风险提示")
    async def flags(request_id: str, caller: Officer) -> Response:
        """The risks of the draft, or of the case while nothing is drafted; those that stop ask for a reason."""
        found, version = await case_of(deps, caller, request_id)
        up = await flags_of(deps, caller, found, ruling_of(found.draft) if found.draft else None)
        return shown({"items": up, "next": None}, version)

    @made.get("/cases/{request_id}/earlier", summary="相同信息的既往答复")
    async def before(request_id: str, caller: Officer, code: Annotated[str, Param(max_length=8)] = "") -> Response:
        """What the body decided before about the same information; ``differs`` from the code asked about."""
        found, version = await case_of(deps, caller, request_id)
        code = code if code in deps.rules.vocabularies.decisions else ""
        known = await deps.material.knowing.earlier(found)
        return shown({"items": views.earlier(known, deps.rules, code), "next": None}, version)

    @made.get("/cases/{request_id}/severing", summary="区分处理")
    async def parts(request_id: str, caller: Officer) -> Response:
        """The parts of the information, and the decision that follows from them."""
        found, version = await case_of(deps, caller, request_id)
        return shown(views.severed(found, deps.rules) or {"code": None, "segments": []}, version)


async def flags_of(deps: Deps, caller: Principal, case: Case, ruling: Ruling | None) -> list[dict[str, Any]]:
    """Return the flags of a case that is still to be decided; none once it is."""
    if not case.open:
        return []
    known = await deps.material.knowing.known(case, ruling)
    look = Look(case, ruling, known, Doing(deps.clock.business(), caller.id, deps.rules))
    return [views.flag(each) for each in raised(look)]


def _printed(deps: Deps, case: Case, notice: Notice, form: str, name: str) -> bytes:
    """Print a letter; what is personal is open here only."""
    made = decision_of(case, notice)
    source = Source(
        case=case,
        name=name,
        rules=deps.rules,
        opened=deps.people.of(case),
        words=deps.people.words(case, made) if made else {},
        follow=deps.people.access_code(case.request_id),
    )
    sheet = compose(notice, source)
    return docx_of(sheet) if form == "docx" else pdf_of(sheet, deps.notice_font)
