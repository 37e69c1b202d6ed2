"""Reviews of disclosure attributes (公开属性审查) over HTTP: listed, kept, changed, determined by letter, counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query as Asked
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.deps import EDITORS, STAFF, Deps, change
from services.catalog.commands import ChangeReviewed, DetermineAttribute, KeepAttribute
from services.catalog.domain.reviewing import document_of
from services.catalog.handlers import change_reviewed, determine_attribute, keep_attribute
from shared.contracts.codes import CatalogCode, WebCode
from shared.contracts.facts.catalog import ReviewCause
from shared.contracts.problems import Refused
from shared.security.principals import Principal, PrincipalKind
from shared.store.port import Query, Scalar
from shared.web.asking import Paged, listed, shown
from shared.web.auth import allow
from shared.web.routes import Router

READERS = (*STAFF, PrincipalKind.AGENCY)
ReviewState = Annotated[str | None, Asked(pattern="^(open|kept|changed|determined|lapsed)$")]
Year = Annotated[int, Asked(ge=2008, le=2999)]


def reviews(made: Router, deps: Deps) -> None:
    """Add the routes of reviews."""
    _listing(made, deps)
    _settling(made, deps)


def _listing(made: Router, deps: Deps) -> None:
    @made.get("/attribute-reviews", summary="公开属性审查任务")
    async def index(
        page: Paged,
        caller: Annotated[Principal, allow(*READERS)],
        body: str | None = None,
        state: ReviewState = None,
        cause: ReviewCause | None = None,
        year: Year | None = None,
    ) -> Response:
        """Reviews with their due dates, the oldest first."""
        asked: dict[str, Scalar] = {"state": state, "cause": cause, "year": year}
        equal, prefix = _whose(caller, body)
        equal = equal | {name: value for name, value in asked.items() if value is not None}
        found = await deps.reviews.listed(equal, prefix, Query(after=page.after, limit=page.limit))
        return listed(found, lambda review: review)

    @made.get("/attribute-reviews/figures", summary="公开属性审查统计")
    async def figures(year: Year, caller: Annotated[Principal, allow(*STAFF)], body: str | None = None) -> Response:
        """By body: the yearly reviews of a year (reviewed / due), and how far the review of older documents is."""
        if caller.kind is PrincipalKind.OFFICER:
            body = str(_whose(caller, body)[0].get("body") or "")
            if not body:
                raise Refused(CatalogCode.REVIEW_BODY_MISSING, pointer="#query/body")
        yearly, backlog = await deps.reviews.yearly(year, body), await deps.reviews.backlog(body)
        return shown({"year": year, "yearly": yearly, "backlog": backlog})


def _settling(made: Router, deps: Deps) -> None:
    @made.post("/attribute-reviews/{review_id}/keep", summary="审查后保持不变")
    async def keep(
        request: Request, review_id: str, wish: KeepAttribute, caller: Annotated[Principal, allow(*EDITORS)]
    ) -> Response:
        """Keep the attribute, with the reason; If-Match is the version of the document."""
        done = keep_attribute(review_id, wish, caller.id)
        return await change(deps, request, caller, wish, document_of(review_id), done)

    @made.post("/attribute-reviews/{review_id}/change", summary="审查后调整公开属性")
    async def change_(
        request: Request, review_id: str, wish: ChangeReviewed, caller: Annotated[Principal, allow(*EDITORS)]
    ) -> Response:
        """Change the attribute, with reason and basis."""
        done = change_reviewed(review_id, wish, caller.id)
        return await change(deps, request, caller, wish, document_of(review_id), done)

    @made.post("/attribute-reviews/{review_id}/determine", summary="以公函确定公开属性")
    async def determine(
        request: Request, review_id: str, wish: DetermineAttribute, caller: Annotated[Principal, allow(*EDITORS)]
    ) -> Response:
        """Answer the inquiry of a case by letter: attribute, reason, number of the letter."""
        done = determine_attribute(review_id, wish, caller.id)
        return await change(deps, request, caller, wish, document_of(review_id), done)


def _whose(caller: Principal, body: str | None) -> tuple[dict[str, Any], Mapping[str, str]]:
    """Return whose reviews a caller sees: supervision all, others those of their bodies. Raises ``Refused``."""
    if caller.kind in (PrincipalKind.SUPERVISOR, PrincipalKind.OPERATOR):
        return ({"body": body} if body else {}), {}
    if body:
        if not caller.acts_for(body):
            raise Refused(WebCode.FORBIDDEN, "这把密钥不能查看该机关的公开属性审查")
        return {"body": body}, {}
    if len(caller.bodies) != 1:
        raise Refused(CatalogCode.REVIEW_BODY_MISSING, pointer="#query/body")
    [own] = caller.bodies
    return ({}, {"body": own[:-1]}) if own.endswith("*") else ({"body": own}, {})
