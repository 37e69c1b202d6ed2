"""What may be asked of requests, as people and systems say it: plain values, checked one by one."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shared.contracts.facts.requests import ConsultationKind, ConsultationOutcome
from shared.law import credit

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{2,}")
_PHONE = re.compile(r"(?:\+?\d[\d\- ()（）]{5,19}\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
NATURAL_PERSON = "np"


def _plain(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("不能含有控制字符")
    return text.strip()


def _filled(text: str) -> str:
    if not text:
        raise ValueError("不能为空")
    return text


def _reachable(text: str) -> str:
    address = len(text) >= 8 and re.search(r"[\u4e00-\u9fff]{4}", text) is not None
    if not (_MAIL.fullmatch(text) or _PHONE.fullmatch(text) or address):
        raise ValueError("应为电话号码、电子邮箱或者详细通信地址")
    return text


Plain = AfterValidator(_plain)
Filled = AfterValidator(_filled)
Line = Annotated[str, Field(max_length=200), Plain]
Named = Annotated[str, Field(max_length=200), Plain, Filled]
Prose = Annotated[str, Field(max_length=5000), Plain, Filled]
Code = Annotated[str, Field(min_length=1, max_length=64)]
Form = Literal["电子文件", "纸质复印件", "现场查阅"]
Delivery = Literal["网上获取", "电子邮件", "邮寄", "自行领取"]


class Wish(BaseModel):
    """The base of all: nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Apply(Wish):
    """An application as its applicant states it (条例 Art. 29); no purpose is asked for.

    ``body`` is who is asked, ``category`` what the applicant is, ``identity`` the number of an identity document or
    the unified social credit code.
    """

    body: Code
    category: Code
    name: Annotated[str, Field(max_length=100), Plain, Filled]
    identity: Annotated[str, Field(max_length=64), Plain] = ""
    contact: Annotated[str, Field(max_length=200), Plain, Filled, AfterValidator(_reachable)]
    description: Annotated[str, Field(min_length=5, max_length=2000), Plain, Filled]
    document_id: Code | None = None
    number: Annotated[str, Field(max_length=100), Plain] | None = None
    form: Form = "电子文件"
    delivery: Delivery = "网上获取"

    @model_validator(mode="after")
    def _identified(self) -> Apply:
        if self.identity and self.category != NATURAL_PERSON:
            wrong = credit.faults(self.identity.upper())
            if wrong:
                raise ValueError(f"证件号码：{credit.FAULTS[wrong[0]]}")
        elif len(self.identity) == 18 and not _resident_number(self.identity.upper()):
            raise ValueError("证件号码：居民身份证号码校验不正确")
        return self


def _resident_number(text: str) -> bool:
    """Whether the check character of a resident's number is right (GB 11643)."""
    if not re.fullmatch(r"\d{17}[\dX]", text):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17]


class Enter(Apply):
    """An application made offline, as an agency enters it, with the dates its received date follows from."""

    channel: Code
    submitted_on: date
    signed_on: date | None = None
    confirmed_on: date | None = None


class Dated(Wish):
    """A step that happened on a day, today where none is given."""

    on: date | None = None


class NotifyCorrection(Dated):
    """The correction notice; ``days`` is the applicant's time in working days."""

    days: Annotated[int, Field(ge=1, le=60)] | None = None
    text: Prose


class Correct(Dated):
    """The corrected application, with its new wording where that changed."""

    description: Annotated[str, Field(min_length=5, max_length=2000), Plain, Filled] | None = None


class Consult(Wish):
    """Whom we ask, when the letter left and when it arrived."""

    kind: ConsultationKind
    party: Named
    sent_on: date | None = None
    arrived_on: date | None = None


class EndConsultation(Wish):
    """How a consultation ended."""

    consultation: Annotated[int, Field(ge=1, le=1000)]
    outcome: ConsultationOutcome
    ended_on: date | None = None
    arrived_on: date | None = None


class Extend(Wish):
    """The extension in working days, the most there is where none is given; who approved it."""

    days: Annotated[int, Field(ge=1, le=60)] | None = None
    approved_by: Named
    reason: Named


class NotifyFee(Dated):
    """The fee in whole yuan."""

    yuan: Annotated[int, Field(ge=1, le=10_000_000)]


class Recorded(Wish):
    """The information itself: a filed document, its number, or a record with title and text."""

    document_id: Code | None = None
    number: Annotated[str, Field(max_length=100), Plain] | None = None
    title: Line = ""
    text: Annotated[str, Field(max_length=262_144), Plain] = ""
    written_on: date | None = None


class Decide(Wish):
    """The decision; ``parts`` are those of the notice that its code demands, ``reason`` why all may know."""

    code: Code
    grounds: Annotated[tuple[Code, ...], Field(max_length=10)] = ()
    article: Line = ""
    parts: dict[Code, Prose] = Field(default_factory=dict)
    record: Recorded | None = None
    reason: Line = ""


class Serve(Dated):
    """How the decision was served."""

    way: Literal["当面", "邮寄", "电子送达"]


class Nothing(Wish):
    """A step that needs no words."""


class Reason(Wish):
    """Why."""

    reason: Named


class Propose(Reason):
    """What is to become public."""

    record: Recorded
