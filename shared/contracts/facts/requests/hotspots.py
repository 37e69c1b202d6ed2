"""Bursts in what is asked (热点), and what people do about them together (会商)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.facts.base import Fact

HeatDimension = Literal["subject", "region", "agency"]


class HotspotDetected(Fact):
    """On one day clearly more was asked than before (热点): suggested to a person, decided by nobody yet.

    ``mean`` is how many applications a day there were in the ``days`` before.
    """

    type: ClassVar[str] = "requests.hotspot-detected"

    hotspot_id: str
    dimension: HeatDimension
    value: str
    on: date
    count: int
    mean: float
    days: int


class JointTaskOpened(Fact):
    """Departments are to solve together what people ask about (会商任务), by a day."""

    type: ClassVar[str] = "requests.joint-task-opened"

    hotspot_id: str
    departments: tuple[str, ...]
    due_on: date
    by: str


class JointTaskConcluded(Fact):
    """They came to a conclusion (会商结论); ``late`` after the day given."""

    type: ClassVar[str] = "requests.joint-task-concluded"

    hotspot_id: str
    conclusion: str
    concluded_on: date
    late: bool = False
    by: str


class HotspotDismissed(Fact):
    """Nothing needs to be done, with the reason (不予会商)."""

    type: ClassVar[str] = "requests.hotspot-dismissed"

    hotspot_id: str
    reason: str
    by: str
