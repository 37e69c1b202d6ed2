"""How a decision comes about where it has to be approved: drafted, approved, returned, taken back (报批)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from shared.contracts.facts.requests.cases import CaseFact
from shared.contracts.facts.requests.conversion import Record
from shared.contracts.sealed import Sealed


class DecisionDrafted(CaseFact):
    """An officer proposes how to decide (办理意见); ``approvals`` persons have to approve it."""

    type: ClassVar[str] = "requests.decision-drafted"

    draft: int
    approvals: int
    code: str
    grounds: tuple[str, ...] = ()
    article: str = ""
    record: Record | None = None
    parts: dict[str, Sealed] = Field(default_factory=dict)
    reason: str = ""
    form: str = ""
    form_reason: Sealed | None = None


class DraftApproved(CaseFact):
    """One more person approved the draft (批准); the last approval makes the decision."""

    type: ClassVar[str] = "requests.draft-approved"

    draft: int
    level: int


class DraftReturned(CaseFact):
    """Who had to approve the draft sent it back, with the reason (退回)."""

    type: ClassVar[str] = "requests.draft-returned"

    draft: int
    reason: Sealed


class DraftWithdrawn(CaseFact):
    """The draft was taken back because something new came up (撤回办理意见)."""

    type: ClassVar[str] = "requests.draft-withdrawn"

    draft: int
    reason: Sealed
