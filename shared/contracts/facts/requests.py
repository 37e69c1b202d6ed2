"""What the handling of requests says (依申请公开). Applicants appear as ids, pseudonyms and sealed values only."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.facts.base import Blob, Fact, Judgement, Value
from shared.contracts.sealed import Sealed

ConsultationKind = Literal["third_party", "co_maker", "other_agency"]
ConsultationOutcome = Literal["agreed", "refused", "silent", "dropped"]


class BodyNoted(Fact):
    """A body that may be asked for information, as the register of issuers names it; ``place`` is its profile."""

    type: ClassVar[str] = "requests.body-noted"

    body: str
    name: str
    place: str


class FilingJudged(Judgement):
    """The verdict on an offline application an agency entered; its title stays empty, titles can name people."""

    type: ClassVar[str] = "requests.filing-judged"


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


class ReceiptConfirmed(CaseFact):
    """Both sides confirmed the application; that day is the received date (双方确认, 条例 Art. 31)."""

    type: ClassVar[str] = "requests.receipt-confirmed"

    confirmed_on: date


class NumberAssigned(Fact):
    """The register of a body and year handed out its next number (登记号)."""

    type: ClassVar[str] = "requests.number-assigned"

    body: str
    year: int
    serial: int
    request_id: str


class RequestRegistered(CaseFact):
    """The case carries its number (登记)."""

    type: ClassVar[str] = "requests.request-registered"

    number: str


class CorrectionNotified(CaseFact):
    """The one notice of everything to be corrected (补正告知, 条例 Art. 30); a ``late`` one leaves the clock alone."""

    type: ClassVar[str] = "requests.correction-notified"

    notified_on: date
    late: bool = False
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
    """The answer period was extended, once, before it ended (延长答复, 条例 Art. 33)."""

    type: ClassVar[str] = "requests.deadline-extended"

    extended_on: date
    days: int
    approved_by: str
    reason: str


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
    """A calendar was published or changed, and the deadline is counted anew."""

    type: ClassVar[str] = "requests.deadline-recomputed"

    before: date | None = None


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


class Record(Value):
    """The information a decision is about: a filed document, a document number, or a new record of its own."""

    document_id: str | None = None
    number: str | None = None
    title: str = ""
    text: Blob | None = None
    written_on: date | None = None


class DecisionMade(CaseFact):
    """The decision (处理决定). ``code`` is its row of Table II, ``parts`` what the notice says, sealed."""

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


class Served(CaseFact):
    """The decision was served (送达); by post the day of posting counts (国办公开办函〔2015〕207号)."""

    type: ClassVar[str] = "requests.served"

    served_on: date
    way: str
    late: bool = False


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


class DemandNoted(Fact):
    """One more request for the same information of the same body."""

    type: ClassVar[str] = "requests.demand-noted"

    body: str
    information: str
    request_id: str
    applicant: str
    on: date
    document_id: str | None = None
    number: str | None = None


class DemandReached(Fact):
    """Demand for one information reached the threshold of the place (条例 Art. 44): it is to be reviewed."""

    type: ClassVar[str] = "requests.demand-reached"

    review_id: str
    body: str
    information: str
    requests: tuple[str, ...]
    applicants: int
    window_days: int
    on: date
    document_id: str | None = None
    number: str | None = None


class ConversionProposed(Fact):
    """What was disclosed to one is proposed to become public for everyone (拟转主动公开)."""

    type: ClassVar[str] = "requests.conversion-proposed"

    review_id: str
    request_id: str
    body: str
    information: str
    record: Record
    reason: str
    basis: str
    proposed_by: str


class ReviewOpened(Fact):
    """A conversion review begins, by a decision or by demand; begun again after a refusal it keeps its history."""

    type: ClassVar[str] = "requests.review-opened"

    review_id: str
    body: str
    information: str
    trigger: Literal["decision", "demand"]
    request_id: str
    opened_at: datetime
    record: Record | None = None
    reason: str = ""
    basis: str = ""
    proposed_by: str = ""
    applicants: int = 0
    window_days: int = 0
    requests: tuple[str, ...] = ()


class ReviewEvidenced(Fact):
    """More requests speak for a review that is going on."""

    type: ClassVar[str] = "requests.review-evidenced"

    review_id: str
    requests: tuple[str, ...]
    applicants: int = 0
    window_days: int = 0


class ConversionHeld(Fact):
    """A review is put off, with the reason (暂缓)."""

    type: ClassVar[str] = "requests.conversion-held"

    review_id: str
    reason: str
    by: str


class ConversionDeclined(Fact):
    """The information stays as it is, with the reason (不予转换)."""

    type: ClassVar[str] = "requests.conversion-declined"

    review_id: str
    reason: str
    by: str


class ConversionApproved(Fact):
    """A second person approved that released information becomes public for everyone (转主动公开).

    ``document_id`` names a filed document, or ``number`` with ``body`` does; where the information was no filed
    document, ``title`` and ``text`` carry the new record.
    """

    type: ClassVar[str] = "requests.conversion-approved"

    review_id: str
    request_id: str
    body: str
    document_id: str | None = None
    number: str | None = None
    title: str = ""
    text: Blob | None = None
    written_on: date | None = None
    reason: str
    basis: str
    proposed_by: str
    approved_by: str
