"""What agencies report (报送).

Judged by: documents, bodies and figures catalog; interpretations publish; the rest notify.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.facts.audience import Expression
from shared.contracts.facts.base import Attachment, Blob, Fact, Value

Text = Annotated[str, Field(max_length=500)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(min_length=1, max_length=64)]
Tag = Annotated[str, Field(pattern=r"^[^:\s]{1,32}:[^:\s]{1,64}$")]
Attribute = Literal["主动公开", "依申请公开", "不予公开"]


class FeedFact(Fact):
    """A reported fact; ``judge`` names the one service that answers it."""

    judge: ClassVar[str]


class DocumentIssued(FeedFact):
    """A document (公文) as the office system (``oa``) or the website (``web``) reports it (公文备案).

    What is missing is a defect on the receipt, not an error at the door: a filing is kept and returned. Only
    ``secrecy`` other than 非密 is turned away at the door. ``text`` is moved out to a blob before the log.
    ``index_number`` (索引号) is what another system gave it, as it is there.
    ``attribute_reason`` is a ground such as X16a, ``attribute_basis`` its article or wording. ``revision`` orders
    filings of one source; without it the event's time does. ``backlog`` marks historical documents (历史公文).
    """

    type: ClassVar[str] = "feed.document-issued"
    judge: ClassVar[str] = "catalog"

    origin: Literal["oa", "web"] = "oa"
    title: Text = ""
    number: Text | None = None
    issuer: Text | None = None
    joint_issuers: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    written_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    attribute: Attribute | None = None
    attribute_reason: Text | None = None
    attribute_basis: Text | None = None
    secrecy: Text | None = None
    genre: Text | None = None
    subject: Text | None = None
    column: Text | None = None
    tags: Annotated[tuple[Tag, ...], Field(max_length=100)] = ()
    keywords: Annotated[tuple[Name, ...], Field(max_length=30)] = ()
    summary: Annotated[str, Field(max_length=2000)] | None = None
    audience: Expression | None = None
    text: Annotated[str, Field(max_length=262_144)] | None = None
    text_blob: Blob | None = None
    files: Annotated[tuple[Attachment, ...], Field(max_length=50)] = ()
    address: Annotated[str, Field(max_length=2000, pattern=r"^https?://[^\s<>\"']+$")] | None = None
    index_number: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    revision: Annotated[int, Field(ge=0, le=10**12)] | None = None
    backlog: bool = False


class BodyRegistered(FeedFact):
    """An agency or other body that issues documents (发文机关) enters or changes in the register."""

    type: ClassVar[str] = "feed.body-registered"
    judge: ClassVar[str] = "catalog"

    body: Code
    name: Name
    aliases: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    number_codes: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    region: Code | None = None
    level: Code | None = None
    parent: Code | None = None
    organisation_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{8}-?[0-9A-Z]$")] | None = None


class Evidence(Value):
    """Where a figure comes from (数据来源): a text, an address, or the name of one of the report's files."""

    text: Text = ""
    url: Annotated[str, Field(max_length=2000, pattern=r"^https?://[^\s<>\"']+$")] | None = None
    file: Name | None = None


class Figure(Value):
    """One cell: a count as a whole number, an amount of money as a text with 2 to 4 decimal digits."""

    row: Code
    column: Code
    value: Annotated[int, Field(ge=-(10**12), le=10**12)] | Annotated[str, Field(max_length=20)]
    evidence: Evidence = Evidence()


class FiguresReported(FeedFact):
    """Figures of Table I that only the body itself knows (许可、处罚、强制、收费), for its annual report on a year.

    Rows and columns are those of the format of the year. A later report corrects the cells it names. ``unit`` is that
    of the amounts of money.
    """

    type: ClassVar[str] = "feed.figures-reported"
    judge: ClassVar[str] = "catalog"

    body: Code
    year: Annotated[int, Field(ge=2019, le=2999)]
    table: Literal["I"] = "I"
    figures: Annotated[tuple[Figure, ...], Field(min_length=1, max_length=100)]
    unit: Text = "万元"
    files: Annotated[tuple[Attachment, ...], Field(max_length=50)] = ()


class InterpretationIssued(FeedFact):
    """An interpretation (政策解读) of a document, named by its number or its document id."""

    type: ClassVar[str] = "feed.interpretation-issued"
    judge: ClassVar[str] = "publish"

    title: Name
    issuer: Name
    document_number: Text | None = None
    document_id: Code | None = None
    form: Literal["文字", "图解", "视频", "问答", "发布会"] = "文字"
    published_on: date | None = None
    text: Annotated[str, Field(max_length=262_144)] | None = None
    text_blob: Blob | None = None
    files: Annotated[tuple[Attachment, ...], Field(max_length=50)] = ()


class EnterpriseRegistered(FeedFact):
    """An enterprise's profile (企业画像); describes the organisation only, never a person.

    ``revenue`` and ``assets`` are in 10,000 yuan (万元). ``tags`` are ``dimension:value``. ``as_of`` says of which day.
    """

    type: ClassVar[str] = "feed.enterprise-registered"
    judge: ClassVar[str] = "notify"

    credit_code: Code
    name: Name
    region: Code | None = None
    industry: Code | None = None
    industry_edition: Literal["2017", "2011", "2002"] = "2017"
    employees: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    revenue: Annotated[int, Field(ge=0, le=10**12)] | None = None
    assets: Annotated[int, Field(ge=0, le=10**12)] | None = None
    registered_on: date | None = None
    tags: Annotated[tuple[Tag, ...], Field(max_length=300)] = ()
    as_of: date | None = None
    active: bool = True


class PartnerRegistered(FeedFact):
    """A park or association (园区、行业协会) that relays policies to its members, named by credit code."""

    type: ClassVar[str] = "feed.partner-registered"
    judge: ClassVar[str] = "notify"

    partner: Code
    name: Name
    kind: Literal["park", "association"]
    region: Code | None = None
    members: Annotated[tuple[Code, ...], Field(max_length=20_000)] = ()


class LicenceChanged(FeedFact):
    """A licence (证照) of an enterprise was granted, changed or revoked."""

    type: ClassVar[str] = "feed.licence-changed"
    judge: ClassVar[str] = "notify"

    credit_code: Code
    licence: Code
    kind: Name
    status: Literal["valid", "suspended", "revoked", "expired"] = "valid"
    valid_from: date | None = None
    valid_to: date | None = None
