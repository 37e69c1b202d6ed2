"""How a notice reaches the applicant (送达), and who else has to be told; 国办公开办函〔2015〕207号, 条例 Art. 32."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from services.requests.domain.parts import Decision, Delivery
from services.requests.domain.state import Request
from services.requests.domain.steps import taking
from services.requests.domain.timing import Doing, said
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Refused
from shared.contracts.sealed import Sealed

_TRACKING = re.compile(r"[A-Z]{2}\d{9}CN|\d{13}")
"""Numbers of the postal enterprise: those of the Universal Postal Union, and domestic ones of 13 digits."""


@dataclass(frozen=True, slots=True)
class Sending:
    """How a notice leaves; ``channel`` is where reconsideration can be applied for online."""

    way: say.Way
    on: date | None = None
    carrier: say.Carrier | None = None
    tracking: str = ""
    channel: str = ""
    address: Sealed | None = None


def send(state: Request | None, sending: Sending, doing: Doing) -> list[Fact]:
    """The notice leaves; by post the day of posting counts for the limit, and only the postal enterprise carries it."""
    case = taking("send", state, doing)
    decision = _decision(case)
    day = doing.dated("/on", sending.on, decision.made_on)
    if sending.way == "邮寄":
        _posted(sending)
    if sending.way == "电子送达" and not sending.channel:
        raise Refused(RequestsCode.REMEDY_CHANNEL_MISSING, pointer="/channel")
    fact = say.NoticeSent(
        request_id=case.request_id,
        delivery=len(case.deliveries) + 1,
        decision=decision.ordinal,
        way=sending.way,
        sent_on=day,
        carrier=sending.carrier if sending.way == "邮寄" else None,
        tracking=sending.tracking if sending.way == "邮寄" else "",
        channel=sending.channel,
        address=sending.address,
        late=_late(case, sending.way, day),
    )
    return [said(case, fact, doing)]


def _posted(sending: Sending) -> None:
    if sending.carrier is None or not sending.tracking:
        raise Refused(RequestsCode.CARRIER_MISSING, pointer="/carrier" if sending.carrier is None else "/tracking")
    if not _TRACKING.fullmatch(sending.tracking):
        raise Refused(RequestsCode.TRACKING_INVALID, pointer="/tracking")


def _late(case: Request, way: str, day: date) -> bool:
    """Whether the limit is missed: what was posted in time stays in time, even if the mail comes back."""
    posted = [d.sent_on for d in case.deliveries if d.decision == _decision(case).ordinal and d.way == "邮寄"]
    return case.due is not None and min([day, *posted]) > case.due


def sign(state: Request | None, on: date | None, doing: Doing) -> list[Fact]:
    """The notice reached the applicant: signed for, or arrived at the agreed electronic address."""
    case = taking("sign", state, doing)
    sent = _sent(case)
    day = doing.dated("/on", on, sent.sent_on)
    late = sent.late if sent.way == "邮寄" else _late(case, sent.way, day)
    fact = say.Served(request_id=case.request_id, served_on=day, way=sent.way, late=late, delivery=sent.delivery)
    return [said(case, fact, doing)]


def return_mail(state: Request | None, on: date | None, reason: Sealed, doing: Doing) -> list[Fact]:
    """The mail came back: it has to be served again, within a time of its own."""
    case = taking("return-mail", state, doing)
    sent = _sent(case)
    day = doing.dated("/on", on, sent.sent_on)
    days = doing.rules.profiles.number(case.place, "serving_again_days", day)
    fact = say.NoticeReturned(
        request_id=case.request_id,
        delivery=sent.delivery,
        returned_on=day,
        reason=reason,
        again_by=doing.rules.calendars.add_workdays(day, days).date,
    )
    return [said(case, fact, doing)]


def serve(state: Request | None, on: date | None, way: str, doing: Doing) -> list[Fact]:
    """The decision was served in one act; by post the day of posting counts, so that day is given here."""
    case = taking("serve", state, doing)
    day = doing.dated("/on", on, _decision(case).made_on)
    fact = say.Served(request_id=case.request_id, served_on=day, way=way, late=_late(case, way, day))
    return [said(case, fact, doing)]


def tell_third_party(state: Request | None, number: int, on: date | None, doing: Doing) -> list[Fact]:
    """Tell a third party in writing what is disclosed against its will, and why (条例 Art. 32)."""
    case = taking("tell-third-party", state, doing)
    decision = _decision(case)
    if number not in decision.untold:
        raise Refused(RequestsCode.THIRD_PARTY_TOLD, pointer="/consultation")
    day = doing.dated("/on", on, decision.made_on)
    return [said(case, say.ThirdPartyTold(request_id=case.request_id, consultation=number, told_on=day), doing)]


def _decision(case: Request) -> Decision:
    if case.decision is None:
        raise Refused(RequestsCode.STEP_UNLAWFUL)
    return case.decision


def _sent(case: Request) -> Delivery:
    if case.on_the_way is None:
        raise Refused(RequestsCode.STEP_UNLAWFUL)
    return case.on_the_way
