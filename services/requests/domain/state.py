"""What is known of a case (申请案件), folded from its own facts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from services.requests.domain.parts import (
    Archive,
    Consultation,
    Contact,
    Decision,
    Delivery,
    Draft,
    Entry,
    Explaining,
    Inquiry,
    Recount,
    Remedy,
    Tag,
)
from shared.contracts.facts.base import Defect, Value, Verdict
from shared.contracts.facts.requests import FilingJudged, Segment
from shared.contracts.sealed import Sealed
from shared.law.clocks import FactKind

Phase = Literal[
    "confirming",
    "processing",
    "correcting",
    "paying",
    "decided",
    "sent",
    "served",
    "withdrawn",
    "closed",
    "transferred",
    "split",
]
PHASES: dict[Phase, str] = {
    "confirming": "待确认收到",
    "processing": "办理中",
    "correcting": "待申请人补正",
    "paying": "待申请人缴费",
    "decided": "已作出决定",
    "sent": "告知书已发出",
    "served": "已送达",
    "withdrawn": "已撤回",
    "closed": "已归档",
    "transferred": "已转送",
    "split": "已拆分",
}
OPEN: frozenset[Phase] = frozenset({"confirming", "processing", "correcting", "paying"})
CONTINUED: frozenset[Phase] = frozenset({"transferred", "split"})
"""Phases of cases that go on as others and are counted as those only."""
WITHDRAWN_ROW = "F3"
"""The row of Table II in which a withdrawn application counts (其他处理·其他)."""


class Application(Value):
    """An application as it reaches the domain: everything personal is sealed, the applicant is a pseudonym.

    The three dates are what 条例 Art. 31 may decide the received date by; ``subject`` is the agency's own number,
    ``content`` what tells the same application sent twice.
    """

    body: str
    place: str
    channel: str
    category: str
    applicant: str
    information: str
    document_id: str | None = None
    number_key: str | None = None
    name: Sealed
    identity: Sealed | None = None
    contact: Sealed
    description: Sealed
    form: str
    delivery: str
    submitted_on: date
    signed_on: date | None = None
    confirmed_on: date | None = None
    subject: str = ""
    content: str = ""
    contact_key: str = ""
    verified: bool = False
    region: str = ""
    subjects: tuple[str, ...] = ()


class Filing(Value):
    """How an offline application came in: its receipt, its event, the agency that entered it."""

    receipt: str
    source: str
    event: str
    agency: str


class Receipt(Value):
    """The verdict on one entered application, as its agency reads it (回执)."""

    receipt: str
    source: str
    event: str
    feed_type: str
    agency: str
    verdict: Verdict
    defects: tuple[Defect, ...] = ()
    first: str | None = None
    judged_at: datetime


class Mark(Value):
    """A fact the answer clock is counted from; see ``shared.law.clocks.Fact``."""

    on: date
    kind: FactKind
    until: date | None = None
    days: int = 0


class Request(Value):
    """A case. ``due`` is the last day of whoever's turn it is, as of the newest fact; ``turn_until`` the applicant's.

    ``reminded`` names the reminders given for a deadline; ``overdue`` says that the answer's deadline passed.
    ``again_by`` is the day until which returned mail is to be served again, ``origin`` the case this one was part of,
    ``continued`` are the cases it goes on as. ``archiving``: closed, and its package is still to be made.
    """

    request_id: str
    body: str
    place: str
    channel: str
    category: str
    applicant: str
    information: str
    document_id: str | None = None
    number_key: str | None = None
    name: Sealed
    identity: Sealed | None = None
    contact: Sealed
    description: Sealed
    form: str
    delivery: str
    submitted_on: date
    received_on: date | None = None
    entered_at: datetime
    entry_due: date | None = None
    entered_late: bool = False
    subject: str = ""
    content: str = ""
    contact_key: str = ""
    verified: bool = False
    phase: Phase = "confirming"
    number: str | None = None
    marks: tuple[Mark, ...] = ()
    correction: Sealed | None = None
    correction_late: bool = False
    consultations: tuple[Consultation, ...] = ()
    extended_by: str = ""
    extended_why: str = ""
    fee_yuan: int | None = None
    turn_until: date | None = None
    due: date | None = None
    provisional: bool = False
    calendar: str = ""
    recounts: tuple[Recount, ...] = ()
    reminded: tuple[str, ...] = ()
    overdue: bool = False
    accepted_on: date | None = None
    explaining: Explaining | None = None
    contacts: tuple[Contact, ...] = ()
    inquiries: tuple[Inquiry, ...] = ()
    segments: tuple[Segment, ...] = ()
    draft: Draft | None = None
    drafts: int = 0
    draft_returned: Sealed | None = None
    decisions: tuple[Decision, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    again_by: date | None = None
    remedies: tuple[Remedy, ...] = ()
    tags: tuple[Tag, ...] = ()
    origin: str = ""
    continued: tuple[str, ...] = ()
    transferred_to: str = ""
    served_on: date | None = None
    served_late: bool = False
    withdrawn_on: date | None = None
    erased: bool = False
    archives: tuple[Archive, ...] = ()
    archiving: bool = False
    receipts: tuple[Receipt, ...] = ()
    timeline: tuple[Entry, ...] = ()

    @property
    def open(self) -> bool:
        """Whether the case still waits for its answer."""
        return self.phase in OPEN

    @property
    def identified(self) -> bool:
        """Whether an officer has seen who asks: at the window, or in the formal check."""
        return self.verified or self.accepted_on is not None

    @property
    def decision(self) -> Decision | None:
        """The newest decision; the ones before it stay in the history."""
        return self.decisions[-1] if self.decisions else None

    @property
    def finished_on(self) -> date | None:
        """The day the case was first decided, or withdrawn; a decision made anew after a remedy does not move it."""
        return self.decisions[0].made_on if self.decisions else self.withdrawn_on

    @property
    def counts(self) -> bool:
        """Whether the case stands in statistics; one handed on or split counts as what it became."""
        return self.received_on is not None and self.phase not in CONTINUED

    @property
    def on_the_way(self) -> Delivery | None:
        """The notice that is on its way."""
        last = self.deliveries[-1] if self.deliveries else None
        return last if last and last.arrived_on is None and last.returned_on is None else None

    def remedy(self, number: int) -> Remedy | None:
        """Return a remedy by its number."""
        return next((remedy for remedy in self.remedies if remedy.remedy == number), None)

    @property
    def counted_to(self) -> date | None:
        """The last day that anything in the case waits for: what is published about later days cannot touch it."""
        asked = (each.until for each in self.consultations if each.ended_on is None)
        return max(filter(None, (self.due, self.turn_until, *asked)), default=None)

    def marked(self, kind: FactKind) -> Mark | None:
        """Return the newest mark of a kind."""
        return next((mark for mark in reversed(self.marks) if mark.kind == kind), None)

    def consultation(self, number: int) -> Consultation | None:
        """Return a consultation that is still out."""
        return next((c for c in self.consultations if c.number == number and c.ended_on is None), None)


def receipt_of(fact: FilingJudged) -> Receipt:
    """Return the receipt a verdict settles."""
    return Receipt(**fact.model_dump(exclude={"aggregate", "title"}))
