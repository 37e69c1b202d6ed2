"""Bodies that may be asked, verdicts on entered applications, numbers handed out (登记)."""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.facts.base import Fact, Judgement


class BodyNoted(Fact):
    """A body that may be asked for information, as the register of issuers names it; ``place`` is its profile."""

    type: ClassVar[str] = "requests.body-noted"

    body: str
    name: str
    place: str
    region: str = ""


class FilingJudged(Judgement):
    """The verdict on an offline application an agency entered; its title stays empty, titles can name people."""

    type: ClassVar[str] = "requests.filing-judged"


class NumberAssigned(Fact):
    """The register of a body and year handed out its next number (登记号)."""

    type: ClassVar[str] = "requests.number-assigned"

    body: str
    year: int
    serial: int
    request_id: str
