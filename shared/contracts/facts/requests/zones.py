"""What happens at a service zone besides applications: visits, and opinions that were left (政务公开服务专区)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.facts.base import Fact
from shared.contracts.sealed import Sealed

VisitPurpose = Literal["reading", "advice", "opinion"]


class VisitNoted(Fact):
    """Somebody came to read, to be advised, or to leave an opinion (现场查阅、咨询、意见收集).

    ``on_the_spot``: what was wanted was settled there and then. Who came need not be said; it is sealed where it is.
    """

    type: ClassVar[str] = "requests.visit-noted"

    visit_id: str
    body: str
    purpose: VisitPurpose
    visited_on: date
    item: str
    document_id: str | None = None
    on_the_spot: bool = False
    visitor: Sealed | None = None
    opinion: Sealed | None = None
    by: str


class OpinionAnswered(Fact):
    """An opinion that was left got its reply (意见反馈)."""

    type: ClassVar[str] = "requests.opinion-answered"

    visit_id: str
    reply: Sealed
    replied_on: date
    by: str
