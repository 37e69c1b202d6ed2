"""What happens to a case (申请案件), from its intake to its filing away."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.facts.base import Fact
from shared.contracts.sealed import Sealed

ConsultationKind = Literal["third_party", "co_maker", "other_agency"]
ConsultationOutcome = Literal["agreed", "refused", "silent", "dropped"]


class CaseFact(Fact):
    """Something that happened to a case, with who did it when, and where its clock stands after it.

    ``due`` is the last day of the answer, or of the applicant's turn (to correct, to pay); ``provisional`` says that it
    rests on a calendar that is not published yet, ``calendar`` on which calendars it was counted.
    """

    request_id: str
    by: str = ""
    at: datetime | None = None
    due: date | None = None
    provisional: bool = False
    calendar: str = ""


class RequestReceived(CaseFact):
    """An application reached a body (收到申请). ``received_on`` is the legal date (条例 Art. 31), None until confirmed.

    ``applicant`` is a pseudonym, ``information`` the key under which equal demand meets, ``subject`` the agency's own
    number. ``entry_due`` and ``entered_late`` concern the duty to enter offline applications; no clock depends on it.
    ``origin`` is the case that was handed on or split into this one. ``contact_key`` is the pseudonym of the contact,
    ``verified`` says that a window saw a stated identity; ``region`` is the body's (GB/T 2260), ``subjects`` are the
    subject classes that the description touches (主题分类): closed codes, nobody's words.
    """

    type: ClassVar[str] = "requests.request-received"

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
    origin: str = ""
    contact_key: str = ""
    verified: bool = False
    region: str = ""
    subjects: tuple[str, ...] = ()


class ReceiptConfirmed(CaseFact):
    """Both sides confirmed the application; that day is the received date (双方确认, 条例 Art. 31).

    Somebody answers behind the contact then: the request counts for its information as that of the person who stated an
    identity, else as that of the contact; the other fields say for which, and of whom (pseudonyms).
    """

    type: ClassVar[str] = "requests.receipt-confirmed"

    confirmed_on: date
    body: str = ""
    information: str = ""
    applicant: str = ""
    contact_key: str = ""


class RequestRegistered(CaseFact):
    """The case carries its number (登记)."""

    type: ClassVar[str] = "requests.request-registered"

    number: str


class CorrectionNotified(CaseFact):
    """The one notice of everything to be corrected (补正告知, 条例 Art. 30); a ``late`` one leaves the clock alone.

    ``days`` are the applicant's working days, where the notice sets them, ``until`` the last of them.
    """

    type: ClassVar[str] = "requests.correction-notified"

    notified_on: date
    late: bool = False
    days: int | None = None
    until: date
    text: Sealed | None = None


class Corrected(CaseFact):
    """The corrected application arrived (补正)."""

    type: ClassVar[str] = "requests.corrected"

    corrected_on: date
    description: Sealed | None = None


class ConsultationStarted(CaseFact):
    """Outsiders are asked (征求意见, 条例 Art. 32–34); ``until`` is the last day to answer once the letter arrived."""

    type: ClassVar[str] = "requests.consultation-started"

    consultation: int
    kind: ConsultationKind
    sent_on: date
    arrived_on: date | None = None
    until: date | None = None
    party: Sealed


class ConsultationEnded(CaseFact):
    """They answered, or their time ran out."""

    type: ClassVar[str] = "requests.consultation-ended"

    consultation: int
    ended_on: date
    outcome: ConsultationOutcome


class DeadlineExtended(CaseFact):
    """The answer period was extended, once, before it ended, and the applicant told (延长答复, 条例 Art. 33)."""

    type: ClassVar[str] = "requests.deadline-extended"

    extended_on: date
    days: int
    approved_by: str
    reason: str
    told_on: date | None = None


class FeeNotified(CaseFact):
    """The applicant received a notice of the processing fee (信息处理费, 国办函〔2020〕109号)."""

    type: ClassVar[str] = "requests.fee-notified"

    notified_on: date
    yuan: int
    until: date


class FeePaid(CaseFact):
    """The fee is paid; a full answer period runs from that day."""

    type: ClassVar[str] = "requests.fee-paid"

    paid_on: date


class DeadlineRecomputed(CaseFact):
    """A calendar was published or amended, and the days of a case are counted anew (期限重算).

    ``before`` is the last day as it was counted till then, ``due`` as it is now; ``notices`` are the arrangements that
    changed it. ``turn_until`` is the applicant's last day, ``consultations`` the last days of those who are asked, by
    number, each where it moved.
    """

    type: ClassVar[str] = "requests.deadline-recomputed"

    before: date | None = None
    before_provisional: bool = False
    before_calendar: str = ""
    notices: tuple[str, ...] = ()
    turn_until: date | None = None
    consultations: dict[str, date] = Field(default_factory=dict)


class DeadlineNeared(CaseFact):
    """A deadline is at most ``threshold`` working days away; ``what`` is whose turn it is."""

    type: ClassVar[str] = "requests.deadline-neared"

    what: Literal["answer", "correction", "payment"]
    threshold: int
    days_left: int


class DeadlinePassed(CaseFact):
    """A deadline passed: the answer is overdue (逾期未答复), or the applicant let the time run out."""

    type: ClassVar[str] = "requests.deadline-passed"

    what: Literal["answer", "correction", "payment"]


class Withdrawn(CaseFact):
    """The applicant took the application back (撤回申请)."""

    type: ClassVar[str] = "requests.withdrawn"

    withdrawn_on: date


class Closed(CaseFact):
    """The case is filed away (归档)."""

    type: ClassVar[str] = "requests.closed"

    closed_on: date


class ApplicantErased(CaseFact):
    """The key of everything personal in the case is destroyed (密钥销毁)."""

    type: ClassVar[str] = "requests.applicant-erased"

    reason: str
