"""What every wish stands on: nothing unknown is taken, and texts are plain and of bounded length."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{2,}")
_PHONE = re.compile(r"(?:\+?\d[\d\- ()（）]{5,19}\d)")


def _plain(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("不能含有控制字符")
    return text.strip()


def _filled(text: str) -> str:
    if not text:
        raise ValueError("不能为空")
    return text


def reachable(text: str) -> str:
    """Return a way to reach somebody. Raises ValueError for what is none."""
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


class Wish(BaseModel):
    """The base of all: nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(Wish):
    """A step that happened on a day, today where none is given."""

    on: date | None = None


class Nothing(Wish):
    """A step that needs no words."""


class Reason(Wish):
    """Why."""

    reason: Named
