"""Decisions that have to be approved (报批): drafted by one, approved by others, made with the last approval."""

from __future__ import annotations

from dataclasses import replace

from services.requests.domain.deciding import check, grounds_of, made
from services.requests.domain.flags import NOTHING, Known, weighed
from services.requests.domain.folding import evolve_request
from services.requests.domain.guards import approvals
from services.requests.domain.parts import Draft
from services.requests.domain.ruling import Ruling
from services.requests.domain.state import Request
from services.requests.domain.steps import taking
from services.requests.domain.timing import Doing, said
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Refused
from shared.contracts.sealed import Sealed


def draft(state: Request | None, ruling: Ruling, doing: Doing) -> list[Fact]:
    """Propose a decision; it has to be as complete as the decision itself. Raises ``Refused`` as ``decide`` does."""
    case = taking("draft", state, doing)
    check(case, ruling, doing)
    fact = say.DecisionDrafted(
        request_id=case.request_id,
        draft=case.drafts + 1,
        approvals=approvals(case, doing),
        code=ruling.code,
        grounds=ruling.grounds,
        article=ruling.article,
        record=ruling.record,
        parts=ruling.parts or {},
        reason=ruling.reason,
        form=ruling.form,
        form_reason=ruling.form_reason,
        wordings=dict(ruling.wordings),
    )
    return [said(case, fact, doing)]


def approve(state: Request | None, doing: Doing, known: Known = NOTHING, despite: Sealed | None = None) -> list[Fact]:
    """Approve a draft; the last approval makes the decision, with its conversion proposal, in the same write.

    Raises ``Refused`` SAME_PERSON for who wrote or approved it before, FLAGGED where a flag asks for a reason, and
    whatever forbids the decision by now.
    """
    case = taking("approve", state, doing)
    waiting = _draft(case)
    level = len(waiting.approved_by) + 1
    drafted = ruling_of(waiting)
    full = replace(drafted, grounds=grounds_of(doing.rules.vocabularies.decisions[drafted.code], drafted))
    ruling = weighed(case, full, known, despite, doing)
    fact = say.DraftApproved(
        request_id=case.request_id, draft=waiting.draft, level=level, flags=ruling.flags, despite=ruling.despite
    )
    approved = said(case, fact, doing)
    if level < waiting.approvals:
        return [approved]
    return [approved, *made(evolve_request(case, approved), ruling, doing)]


def return_draft(state: Request | None, reason: Sealed, doing: Doing) -> list[Fact]:
    """Send a draft back, with the reason."""
    case = taking("return-draft", state, doing)
    fact = say.DraftReturned(request_id=case.request_id, draft=_draft(case).draft, reason=reason)
    return [said(case, fact, doing)]


def withdraw_draft(state: Request | None, reason: Sealed, doing: Doing) -> list[Fact]:
    """Take a draft back because something new came up."""
    case = taking("withdraw-draft", state, doing)
    fact = say.DraftWithdrawn(request_id=case.request_id, draft=_draft(case).draft, reason=reason)
    return [said(case, fact, doing)]


def _draft(case: Request) -> Draft:
    if case.draft is None:
        raise Refused(RequestsCode.DRAFT_MISSING)
    return case.draft


def ruling_of(waiting: Draft) -> Ruling:
    """Return what a draft would decide."""
    return Ruling(
        code=waiting.code,
        grounds=waiting.grounds,
        article=waiting.article,
        record=waiting.record,
        parts=waiting.parts,
        reason=waiting.reason,
        form=waiting.form,
        form_reason=waiting.form_reason,
        wordings=waiting.wordings,
    )
