"""Reviews of disclosure attributes (公开属性审查): why they open, and what settles them (条例 Art. 18, 44)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from services.catalog.domain.disclosure import admitted, change_attribute, grounded
from services.catalog.domain.state import Document
from shared.contracts.codes import CatalogCode
from shared.contracts.facts import requests
from shared.contracts.facts.base import Fact
from shared.contracts.facts.catalog import (
    Attribute,
    AttributeChanged,
    AttributeChangeProposed,
    AttributeDetermined,
    AttributeReviewDue,
    AttributeReviewed,
    DocumentView,
    DocumentWithdrawn,
    Review,
    ReviewCause,
    ReviewOutcome,
)
from shared.contracts.problems import Refused
from shared.law.workdays import legal_date

PUBLIC, UNDETERMINED = "主动公开", "未认定"
CLOSED = ("依申请公开", "不予公开")
"""What is looked at again every year."""
BACKLOG = (UNDETERMINED, *CLOSED)
"""What the review of older documents (历史公文) looks at."""
PERIODIC: tuple[ReviewCause, ...] = ("yearly", "backlog")
"""One judgement settles both: whoever looked at a document this year need not look again for the backlog."""


def document_of(review_id: str) -> str:
    """Return the document a review is about; what is no id of a review names no document."""
    return next(iter(review_id.split(":")[1:2]), "")


def open_yearly(state: Document | None, every: int, on: date) -> list[Fact]:
    """Open the review of a calendar year (年度复核), due on its last day.

    ``every`` is how many years lie between two reviews at most. Silent where the document is public, undetermined or
    has had its review opened within them.
    """
    view = _shown(state)
    if state is None or view is None or view.attribute not in CLOSED:
        return []
    if state.review_year is not None and state.review_year > on.year - every:
        return []
    return [_due(view, "yearly", str(on.year), on, due_on=date(on.year, 12, 31))]


def open_backlog(state: Document | None, since: date, on: date) -> list[Fact]:
    """Open the one review of an older document (历史公文重新审查) that was written on or after ``since``."""
    view = _shown(state)
    if state is None or view is None or state.backlogged or view.attribute not in BACKLOG or view.written_on < since:
        return []
    return [_due(view, "backlog", "once", on)]


def open_demand(state: Document | None, fact: requests.DemandReached) -> list[Fact]:
    """Propose to the drafting body to make a document public that many ask for; once until that is settled."""
    view = _shown(state)
    if state is None or view is None or view.attribute == PUBLIC:
        return []
    if any(each.cause == "demand" for each in state.reviews):
        return []
    due = _due(view, "demand", f"{fact.review_id}:{fact.on}", fact.on, origin=fact.review_id)
    proposed = AttributeChangeProposed(
        review_id=due.review.review_id,
        document_id=view.document_id,
        body=view.body,
        trigger="demand",
        before=view.attribute,
        after=PUBLIC,
        applicants=fact.applicants,
        requests=fact.requests,
        window_days=fact.window_days,
        proposed_on=fact.on,
    )
    return [proposed, due]


def open_inquiry(state: Document | None, fact: requests.AttributeInquired) -> list[Fact]:
    """Ask the drafting unit for the attribute of a document that a case is about; it answers by letter (公函)."""
    view = _shown(state)
    if state is None or view is None or any(each.request_id == fact.request_id for each in state.reviews):
        return []
    return [
        _due(view, "inquiry", fact.request_id, fact.inquired_on, unit=fact.unit, request_id=fact.request_id),
    ]


def lapse_demand(state: Document | None, fact: requests.DemandLapsed, now: datetime) -> list[Fact]:
    """Close what demand opened once the threshold is no longer met."""
    if state is None or state.view is None:
        return []
    lost = [each for each in state.reviews if each.cause == "demand" and each.origin == fact.review_id]
    return _settled(lost, "lapsed", state.view.attribute, state.view.attribute, fact.reason, "", now)


def keep(state: Document | None, review_id: str, reason: str, by: str, now: datetime) -> list[Fact]:
    """Settle a review by keeping the attribute, with the reason. Raises ``Refused``.

    What was never determined cannot be kept, and who is asked by a case answers by letter.
    """
    document, view, review = _open(state, review_id)
    if review.cause == "inquiry":
        raise Refused(CatalogCode.REVIEW_LETTER_NEEDED)
    if view.attribute == UNDETERMINED:
        raise Refused(CatalogCode.REVIEW_UNDETERMINED)
    if not reason.strip():
        raise Refused(CatalogCode.ATTRIBUTE_REASON_MISSING, "审查后保持不变的，须写明理由", pointer="/reason")
    alike = PERIODIC if review.cause in PERIODIC else ()
    done = [each for each in document.reviews if each == review or each.cause in alike]
    return _settled(done, "kept", view.attribute, view.attribute, reason, by, now)


def change(
    state: Document | None, review_id: str, after: Attribute, reason: str, basis: str, by: str, now: datetime
) -> list[Fact]:
    """Settle a review by changing the attribute. Raises ``Refused`` as ``change_attribute`` does."""
    _, _, review = _open(state, review_id)
    if review.cause == "inquiry":
        raise Refused(CatalogCode.REVIEW_LETTER_NEEDED)
    return settling(state, change_attribute(state, after, reason, basis, by, now), now)


def determine(state: Document | None, review_id: str, determined: AttributeDetermined, now: datetime) -> list[Fact]:
    """Answer the inquiry of a case by letter: ``determined`` is what the letter says. Raises ``Refused``.

    A letter that confirms the attribute answers the case too.
    """
    _, view, review = _open(state, review_id)
    if review.cause != "inquiry":
        raise Refused(CatalogCode.REVIEW_NOT_INQUIRY)
    after, reason, basis = determined.attribute, determined.reason or "", determined.basis or ""
    grounded(after, reason, basis)
    facts: list[Fact] = [
        determined.model_copy(update={"via": "inquiry", "request_id": review.request_id, "effective_at": now})
    ]
    if view.attribute != after:
        facts += change_attribute(state, after, reason, basis, determined.by, now)
    return settling(state, facts, now)


def settling(state: Document | None, facts: list[Fact], now: datetime) -> list[Fact]:
    """Return the facts with what they settle: every open review of a document whose attribute is set or that goes."""
    if state is None or state.view is None or not state.reviews:
        return facts
    before, open_ = state.view.attribute, state.reviews
    for fact in facts:
        match fact:
            case AttributeDetermined(via="inquiry"):
                reason = fact.reason or ""
                return [*facts, *_settled(open_, "determined", before, fact.attribute, reason, fact.by, now)]
            case AttributeChanged():
                return [*facts, *_settled(open_, "changed", before, fact.after, fact.reason, fact.by, now)]
            case DocumentWithdrawn():
                return [*facts, *_settled(open_, "lapsed", before, before, fact.reason, fact.by, now)]
    return facts


def _shown(state: Document | None) -> DocumentView | None:
    return state.view if state is not None and state.withdrawn is None else None


def _open(state: Document | None, review_id: str) -> tuple[Document, DocumentView, Review]:
    found = next((each for each in state.reviews if each.review_id == review_id), None) if state is not None else None
    if state is None or found is None:
        raise Refused(CatalogCode.REVIEW_CLOSED)
    return state, admitted(state), found


def _due(
    view: DocumentView,
    cause: ReviewCause,
    mark: str,
    on: date,
    *,
    due_on: date | None = None,
    unit: str = "",
    request_id: str | None = None,
    origin: str = "",
) -> AttributeReviewDue:
    review = Review(
        review_id=f"ar:{view.document_id}:{cause}:{mark}",
        document_id=view.document_id,
        body=view.body,
        cause=cause,
        year=on.year,
        opened_on=on,
        agency=view.agency,
        due_on=due_on,
        unit=unit,
        request_id=request_id,
        origin=origin,
    )
    return AttributeReviewDue(
        document_id=view.document_id, year=on.year, cause=cause, attribute=view.attribute, review=review
    )


def _settled(
    reviews: Iterable[Review],
    outcome: ReviewOutcome,
    before: Attribute,
    after: Attribute,
    reason: str,
    by: str,
    now: datetime,
) -> list[Fact]:
    return [
        AttributeReviewed(
            document_id=each.document_id,
            review=each,
            outcome=outcome,
            kept=before == after,
            before=before,
            attribute=after,
            reason=reason,
            by=by,
            reviewed_on=legal_date(now),
        )
        for each in reviews
    ]
