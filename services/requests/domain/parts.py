"""What a case gathers besides its clock: consultations, drafts, notices on their way, remedies, contacts, inquiries."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from shared.contracts.facts.base import Blob, Value
from shared.contracts.facts.requests import (
    CaseTag,
    ConsultationKind,
    ConsultationOutcome,
    ContactMeans,
    Record,
    RemedyKind,
    RemedyResult,
)
from shared.contracts.facts.requests.following import Carrier, Way
from shared.contracts.sealed import Sealed


class Consultation(Value):
    """One consultation of outsiders (征求意见); who is asked is sealed."""

    number: int
    kind: ConsultationKind
    sent_on: date
    arrived_on: date | None = None
    until: date | None = None
    ended_on: date | None = None
    outcome: ConsultationOutcome | None = None
    party: Sealed


class Recount(Value):
    """A deadline counted anew after a publication (期限重算): both days, on which calendars, by which notices."""

    before: date | None
    after: date | None
    provisional: bool
    calendar: str
    notices: tuple[str, ...]


class Decision(Value):
    """A decision of a case (处理决定); ``ordinal`` counts them, ``untold`` are third parties yet to be told."""

    code: str
    grounds: tuple[str, ...] = ()
    article: str
    notice: str
    made_on: date
    overdue: bool = False
    record: Record | None = None
    parts: dict[str, Sealed] = Field(default_factory=dict)
    by: str = ""
    ordinal: int = 1
    form: str = ""
    form_reason: Sealed | None = None
    wordings: dict[str, int] = Field(default_factory=dict)
    overrides: tuple[int, ...] = ()
    untold: tuple[int, ...] = ()
    drafted_by: str = ""
    approved_by: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    despite: Sealed | None = None


class Draft(Value):
    """A decision that waits for its approvals (办理意见)."""

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
    by: str = ""
    approved_by: tuple[str, ...] = ()


class Delivery(Value):
    """A notice on its way (送达); ``arrived_on`` or ``returned_on`` ends it."""

    delivery: int
    decision: int
    way: Way
    sent_on: date
    carrier: Carrier | None = None
    tracking: str = ""
    channel: str = ""
    address: Sealed | None = None
    late: bool = False
    arrived_on: date | None = None
    returned_on: date | None = None
    reason: Sealed | None = None


class Remedy(Value):
    """A remedy against a decision, or against none having been made (ordinal 0)."""

    remedy: int
    kind: RemedyKind
    filed_on: date
    organ: str
    decision: int
    reference: str = ""
    co_defendant: bool = False
    result: RemedyResult | None = None
    concluded_on: date | None = None
    text: Sealed | None = None
    reports: tuple[date, ...] = ()
    similar: tuple[str, ...] = ()
    rectifying: bool = False
    measures: Sealed | None = None
    evidence: Sealed | None = None

    @property
    def reportable(self) -> bool:
        """Whether the superior body is still to hear of it: once when it is filed, once more of its result."""
        return len(self.reports) < (1 if self.result is None else 2)


class Explaining(Value):
    """Why an applicant asks so often (条例 Art. 35), asked, given, judged."""

    asked_on: date
    count: int
    given_on: date | None = None
    text: Sealed | None = None
    reasonable: bool | None = None
    why: Sealed | None = None


class Contact(Value):
    """One contact with the applicant."""

    contact: int
    means: ContactMeans
    contacted_on: date
    summary: Sealed
    by: str = ""


class Entry(Value):
    """One line of what happened: the fact's type, when, by whom."""

    type: str
    at: datetime | None = None
    by: str = ""


class Inquiry(Value):
    """A document whose attribute was inquired about, and the answer."""

    document_id: str
    unit: str
    inquired_on: date
    attribute: str = ""
    basis: str = ""


class Archive(Value):
    """A package the case was filed away as, over its first ``events`` events."""

    events: int
    head: str
    package: Blob


class Tag(Value):
    """Why a case is in the library of cases (典型、疑难、新型)."""

    tag: CaseTag
    note: Sealed
    by: str = ""
