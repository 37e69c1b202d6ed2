"""The application itself, as an applicant states it or an agency enters it (条例 Art. 29)."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from services.requests.commands.base import Code, Filled, Plain, Wish, reachable
from shared.law import credit

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
NATURAL_PERSON = "np"
Form = Literal["电子文件", "纸质复印件", "现场查阅"]
Delivery = Literal["网上获取", "电子邮件", "邮寄", "自行领取"]


class Apply(Wish):
    """An application as its applicant states it (条例 Art. 29); no purpose is asked for.

    ``body`` is who is asked, ``category`` what the applicant is, ``identity`` the number of an identity document or
    the unified social credit code.
    """

    body: Code
    category: Code
    name: Annotated[str, Field(max_length=100), Plain, Filled]
    identity: Annotated[str, Field(max_length=64), Plain] = ""
    contact: Annotated[str, Field(max_length=200), Plain, Filled, AfterValidator(reachable)]
    description: Annotated[str, Field(min_length=5, max_length=2000), Plain, Filled]
    document_id: Code | None = None
    number: Annotated[str, Field(max_length=100), Plain] | None = None
    form: Form = "电子文件"
    delivery: Delivery = "网上获取"

    @field_validator("identity")
    @classmethod
    def _identified(cls, identity: str, others: ValidationInfo) -> str:
        if identity and others.data.get("category", NATURAL_PERSON) != NATURAL_PERSON:
            wrong = credit.faults(identity.upper())
            if wrong:
                raise ValueError(credit.FAULTS[wrong[0]])
        elif len(identity) == 18 and not _resident_number(identity.upper()):
            raise ValueError("居民身份证号码校验不正确")
        return identity


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
