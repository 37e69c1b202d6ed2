"""What is proposed for a document: every field with how it came about and the words it rests on."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from shared.documents.lines import Span

T = TypeVar("T")


class State(StrEnum):
    """How a value came about."""

    STATED = "stated"
    DERIVED = "derived"
    ABSENT = "absent"


@dataclass(frozen=True)
class Proposed(Generic[T]):
    """One proposed field.

    Attributes:
        value: the value; None when absent.
        state: *stated*: printed as such, see the quote; *derived*: a suggestion a person must confirm; *absent*.
        quote: the very signs of the text it rests on, ``text[span[0]:span[1]]``.
        span: where the quote stands in the text that was read.
        basis: why, in Chinese, for the person who confirms (落款, 发文机关标志 …).
    """

    value: T | None = None
    state: State = State.ABSENT
    quote: str = ""
    span: Span | None = None
    basis: str = ""


@dataclass(frozen=True)
class Proposal:
    """What a document says about itself (R11.1).

    Attributes:
        title: 标题, main title only, without line breaks.
        number: 发文字号 as printed; ``number_key`` is the form for comparing.
        issuer: 发文机关, of several the lead (first); ``issuers`` holds all of them in order.
        written: 成文日期. published: 发布日期.
        attribute: 公开属性, one of 主动公开, 依申请公开, 不予公开; ``attribute_reason`` where one is printed.
        genre: 文种, one of the fifteen. subject: 主题分类.
        secrecy: a grade of secrecy (密级) printed on the document; such a document must not be fed.
        cleaned: the text without what copying left in it (page numbers, markup, the banner of a sharing site).
        notes: remarks for the person who confirms, in Chinese.
    """

    title: Proposed[str] = field(default_factory=Proposed)
    number: Proposed[str] = field(default_factory=Proposed)
    number_key: str | None = None
    issuer: Proposed[str] = field(default_factory=Proposed)
    issuers: tuple[Proposed[str], ...] = ()
    written: Proposed[date] = field(default_factory=Proposed)
    published: Proposed[date] = field(default_factory=Proposed)
    attribute: Proposed[str] = field(default_factory=Proposed)
    attribute_reason: Proposed[str] = field(default_factory=Proposed)
    genre: Proposed[str] = field(default_factory=Proposed)
    subject: Proposed[str] = field(default_factory=Proposed)
    secrecy: Proposed[str] = field(default_factory=Proposed)
    cleaned: str = ""
    notes: tuple[str, ...] = ()
