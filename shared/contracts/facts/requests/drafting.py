"""How a decision comes about, at once or by approval: drafted, approved, returned, taken back, made (报批、决定)."""

from __future__ import annotations

from datetime import date
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
    wordings: dict[str, int] = Field(default_factory=dict)


class DraftApproved(CaseFact):
    """One more person approved the draft (批准); the last approval makes the decision.

    ``flags`` are the risks that were up, ``despite`` the reason to approve it all the same where one had to be given.
    """

    type: ClassVar[str] = "requests.draft-approved"

    draft: int
    level: int
    flags: tuple[str, ...] = ()
    despite: Sealed | None = None


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


class DecisionMade(CaseFact):
    """The decision (处理决定). ``code`` is its row of Table II, ``parts`` what the notice says, sealed.

    ``ordinal`` counts the decisions of a case: after a remedy that corrected one there is another, and both stay.
    ``form`` is the form it is provided in, ``overrides`` the consultations whose refusal a public interest outweighs
    (条例 Art. 32), ``approved_by`` who approved the draft that ``drafted_by`` wrote. ``contact_key`` and ``verified``
    say of the applicant what the application said, with what the formal check found. ``wordings`` are the
    editions of the library that parts of the notice begin with; ``flags`` are the risks that were up, ``despite`` is
    the reason to decide so all the same.
    """

    type: ClassVar[str] = "requests.decision-made"

    body: str
    applicant: str
    code: str
    grounds: tuple[str, ...] = ()
    article: str
    notice: str
    made_on: date
    overdue: bool = False
    disclosing: bool = False
    information: str
    record: Record | None = None
    parts: dict[str, Sealed] = Field(default_factory=dict)
    ordinal: int = 1
    form: str = ""
    form_reason: Sealed | None = None
    wordings: dict[str, int] = Field(default_factory=dict)
    overrides: tuple[int, ...] = ()
    drafted_by: str = ""
    approved_by: tuple[str, ...] = ()
    contact_key: str = ""
    verified: bool = False
    flags: tuple[str, ...] = ()
    despite: Sealed | None = None
