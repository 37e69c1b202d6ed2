"""What is said of enterprises, partners and licences, and the verdicts on reports of them (企业画像)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.facts.base import Fact, Judgement, Value


class FilingJudged(Judgement):
    """The verdict on a reported enterprise, partner or licence; ``content`` is the digest of what was reported."""

    type: ClassVar[str] = "notify.filing-judged"

    content: str = ""


class Profile(Value):
    """An enterprise as policies are matched against it (企业画像).

    ``region`` is a present division, ``industry`` a code of GB/T 4754-2017 with its letter (``C13``), ``size`` the
    class computed after 工信部联企业〔2011〕300号; ``revenue`` and ``assets`` are in 10,000 yuan (万元).
    """

    credit_code: str
    name: str
    region: str | None = None
    industry: str | None = None
    size: str | None = None
    employees: int | None = None
    revenue: int | None = None
    assets: int | None = None
    registered_on: date | None = None
    tags: tuple[str, ...] = ()
    as_of: date | None = None
    active: bool = True


class EnterpriseRegistered(Fact):
    """An enterprise is known; ``number`` is its place in every bitmap, for ever."""

    type: ClassVar[str] = "notify.enterprise-registered"

    number: int
    profile: Profile
    agency: str = ""


class EnterpriseChanged(Fact):
    """An enterprise's profile changed; ``changed`` names the fields."""

    type: ClassVar[str] = "notify.enterprise-changed"

    profile: Profile
    changed: tuple[str, ...]
    agency: str = ""


class LicenceChanged(Fact):
    """A licence (证照) of an enterprise changed; ``kinds`` are all kinds of which it now holds a valid one."""

    type: ClassVar[str] = "notify.licence-changed"

    credit_code: str
    licence: str
    kind: str
    status: Literal["valid", "suspended", "revoked", "expired"]
    valid_from: date | None = None
    valid_to: date | None = None
    kinds: tuple[str, ...] = ()


class PartnerRegistered(Fact):
    """A park or association (园区、行业协会) is known, or its members changed."""

    type: ClassVar[str] = "notify.partner-registered"

    partner: str
    name: str
    kind: Literal["park", "association"]
    region: str | None = None
    members: tuple[str, ...] = ()
    agency: str = ""
