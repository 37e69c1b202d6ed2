"""Demand for one information (同一信息的申请): who asked, by pseudonym, and what a clerk joined or split."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from shared.contracts.facts.base import Fact, Value


class Asked(Value):
    """One request for an information: whose and through which contact (pseudonyms), and when.

    ``verified`` says that an officer saw who it is; ``member`` is the joined information it was made for.
    """

    request_id: str
    applicant: str
    on: date
    contact_key: str = ""
    verified: bool = False
    member: str = ""


class DemandNoted(Fact):
    """One more request for the same information of the same body that can count; fields as in ``Asked``.

    ``into`` is the group that the information is joined to, where it is.
    """

    type: ClassVar[str] = "requests.demand-noted"

    body: str
    information: str
    request_id: str
    applicant: str
    on: date
    document_id: str | None = None
    number: str | None = None
    contact_key: str = ""
    verified: bool = False
    member: str = ""
    into: str = ""


class DemandReached(Fact):
    """Demand for one information reached the threshold of the place (条例 Art. 44): it is to be reviewed.

    ``requests`` are those within the window that can count, ``counted`` how many of them do.
    """

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
    counted: int = 0
    members: tuple[str, ...] = ()


class DemandLapsed(Fact):
    """After a split the threshold is no longer met: what it opened has lost its ground."""

    type: ClassVar[str] = "requests.demand-lapsed"

    review_id: str
    body: str
    information: str
    applicants: int
    counted: int
    reason: str


class DemandJoined(Fact):
    """A clerk found that an information is the same as another one of the body (合并): its requests count there.

    ``ordinal`` numbers the joins and splits of an information, so that old news is told from new.
    """

    type: ClassVar[str] = "requests.demand-joined"

    body: str
    information: str
    into: str
    asks: tuple[Asked, ...]
    ordinal: int
    reason: str
    by: str
    document_id: str | None = None
    number: str | None = None


class DemandSplit(Fact):
    """A clerk found that it is not the same (拆分).

    Either the information leaves the group ``origin``, or ``asks`` are the information ``part`` from now on.
    """

    type: ClassVar[str] = "requests.demand-split"

    body: str
    information: str
    origin: str = ""
    part: str = ""
    asks: tuple[Asked, ...] = ()
    ordinal: int = 0
    reason: str
    by: str


class DemandRegrouped(Fact):
    """A group took in the requests of a member, or gave them back."""

    type: ClassVar[str] = "requests.demand-regrouped"

    body: str
    information: str
    member: str
    ordinal: int = 0
    added: tuple[Asked, ...] = ()
    left: bool = False
    document_id: str | None = None
    number: str | None = None
