"""What follows a decision: its notice on the way, remedies against it, lessons from those (送达、救济、以案促改)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.facts.requests.cases import CaseFact
from shared.contracts.sealed import Sealed

Way = Literal["当面", "邮寄", "电子送达"]
Carrier = Literal["ems", "registered"]
RemedyKind = Literal["reconsideration", "suit", "suit_after"]
RemedyResult = Literal["upheld", "corrected", "other"]


class NoticeSent(CaseFact):
    """The notice left (寄出、发出). By post the day of posting counts for the limit, so ``late`` is settled here.

    Only the postal enterprise carries it: ``carrier`` is its EMS or registered mail, ``tracking`` its number.
    ``channel`` is where reconsideration can be applied for online, given with electronic service (行政复议法 Art. 22).
    """

    type: ClassVar[str] = "requests.notice-sent"

    delivery: int
    decision: int
    way: Way
    sent_on: date
    carrier: Carrier | None = None
    tracking: str = ""
    channel: str = ""
    address: Sealed | None = None
    late: bool = False


class NoticeReturned(CaseFact):
    """The mail came back (退回): it has to be served again until ``again_by``."""

    type: ClassVar[str] = "requests.notice-returned"

    delivery: int
    returned_on: date
    reason: Sealed
    again_by: date


class Served(CaseFact):
    """The decision was served (送达). Whether ``late``: by post the day of posting counts (国办公开办函〔2015〕207号).

    ``delivery`` is the notice that was sent before and reached the applicant now; 0 where both were one act.
    """

    type: ClassVar[str] = "requests.served"

    served_on: date
    way: str
    late: bool = False
    delivery: int = 0


class ThirdPartyTold(CaseFact):
    """A third party was told in writing what is disclosed against its will, and why (条例 Art. 32)."""

    type: ClassVar[str] = "requests.third-party-told"

    consultation: int
    told_on: date


class RemedyFiled(CaseFact):
    """Reconsideration was applied for, or a suit brought (行政复议、行政诉讼).

    ``decision`` is the ordinal of what it is against; 0: against not having answered. ``co_defendant``: this body is
    in the suit only beside the body that decided, and does not count it (国办公开办函〔2016〕201号).
    """

    type: ClassVar[str] = "requests.remedy-filed"

    remedy: int
    kind: RemedyKind
    filed_on: date
    organ: str
    decision: int
    reference: str = ""
    co_defendant: bool = False


class RemedyConcluded(CaseFact):
    """A remedy ended (审结): the decision is upheld (维持), corrected (纠正), or it ended otherwise (其他)."""

    type: ClassVar[str] = "requests.remedy-concluded"

    remedy: int
    concluded_on: date
    result: RemedyResult
    text: Sealed | None = None


class RemedyReported(CaseFact):
    """A remedy, or its result, was reported to the superior body (报备)."""

    type: ClassVar[str] = "requests.remedy-reported"

    remedy: int
    reported_on: date
    to: str


class CaseReopened(CaseFact):
    """A corrected decision has to be made anew until ``until``; the one before stays in the history."""

    type: ClassVar[str] = "requests.case-reopened"

    remedy: int
    reopened_on: date
    until: date


class RectificationOpened(CaseFact):
    """A corrected decision is a lesson to draw (以案促改): ``similar`` open cases ask for the same information."""

    type: ClassVar[str] = "requests.rectification-opened"

    remedy: int
    similar: tuple[str, ...] = ()


class RectificationClosed(CaseFact):
    """The lesson was drawn: what was changed, and the evidence of it."""

    type: ClassVar[str] = "requests.rectification-closed"

    remedy: int
    measures: Sealed
    evidence: Sealed
