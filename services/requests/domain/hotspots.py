"""Bursts in what is asked (热点研判), and the joint task that comes of one (会商解决实际问题)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from services.requests.domain.timing import Doing
from shared.contracts.canonical import digest
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.requests import HeatDimension
from shared.contracts.problems import Refused

Stage = Literal["suggested", "consulting", "concluded", "dismissed"]
STAGES: Mapping[Stage, str] = {
    "suggested": "待研判",
    "consulting": "会商中",
    "concluded": "已有结论",
    "dismissed": "不予会商",
}
Spot = tuple[HeatDimension, str]
"""A dimension of the heat and a value of it."""


class Burst(Value):
    """When a day is a burst: so many, and so many times the mean of the days before; then none for ``quiet`` days."""

    floor: int
    times: int
    days: int
    quiet: int


@dataclass(frozen=True, slots=True)
class Found:
    """A burst in the heat."""

    spot: Spot
    on: date
    count: int
    mean: float


class Hotspot(Value):
    """A burst that was found, and what became of it."""

    hotspot_id: str
    dimension: HeatDimension
    value: str
    on: date
    count: int
    mean: float
    days: int
    stage: Stage = "suggested"
    departments: tuple[str, ...] = ()
    due_on: date | None = None
    conclusion: str = ""
    concluded_on: date | None = None
    late: bool = False
    reason: str = ""
    by: str = ""


def hotspot_id_of(spot: Spot, on: date) -> str:
    """Return the id of a burst."""
    return "hs" + digest([*spot, on.isoformat()])[:20]


def bursts(heat: Mapping[Spot, Mapping[date, int]], on: date, rule: Burst) -> Iterator[Found]:
    """Find what was asked on a day far more than in the days before."""
    before = [on - timedelta(days=back) for back in range(1, rule.days + 1)]
    for spot, daily in sorted(heat.items()):
        mean = sum(daily.get(day, 0) for day in before) / rule.days
        if daily.get(on, 0) >= max(rule.floor, rule.times * mean):
            yield Found(spot, on, daily[on], round(mean, 2))


def detect(state: Hotspot | None, found: Found, rule: Burst) -> list[Fact]:
    """Suggest a burst to people, once."""
    if state is not None:
        return []
    dimension, value = found.spot
    return [
        say.HotspotDetected(
            hotspot_id=hotspot_id_of(found.spot, found.on),
            dimension=dimension,
            value=value,
            on=found.on,
            count=found.count,
            mean=found.mean,
            days=rule.days,
        )
    ]


def open_task(state: Hotspot | None, departments: Sequence[str], due_on: date, doing: Doing) -> list[Fact]:
    """Have departments solve it together by a day. Raises ``Refused`` HOTSPOT_STAGE, DATE_IMPLAUSIBLE."""
    spot = _at("suggested", state)
    if due_on < doing.today:
        raise Refused(RequestsCode.DATE_IMPLAUSIBLE, "会商期限不得早于今天", pointer="/due_on")
    named = tuple(dict.fromkeys(departments))
    return [say.JointTaskOpened(hotspot_id=spot.hotspot_id, departments=named, due_on=due_on, by=doing.by)]


def conclude(state: Hotspot | None, conclusion: str, doing: Doing) -> list[Fact]:
    """Note what the departments came to."""
    spot = _at("consulting", state)
    late = spot.due_on is not None and doing.today > spot.due_on
    return [
        say.JointTaskConcluded(
            hotspot_id=spot.hotspot_id, conclusion=conclusion, concluded_on=doing.today, late=late, by=doing.by
        )
    ]


def dismiss(state: Hotspot | None, reason: str, doing: Doing) -> list[Fact]:
    """Do nothing about it, with the reason."""
    return [say.HotspotDismissed(hotspot_id=_at("suggested", state).hotspot_id, reason=reason, by=doing.by)]


def _at(stage: Stage, state: Hotspot | None) -> Hotspot:
    if state is None:
        raise Refused(RequestsCode.HOTSPOT_UNKNOWN)
    if state.stage != stage:
        raise Refused(RequestsCode.HOTSPOT_STAGE, f"该热点现为“{STAGES[state.stage]}”")
    return state


def evolve_hotspot(state: Hotspot | None, fact: Fact) -> Hotspot:
    """Fold a fact into a hotspot."""
    if isinstance(fact, say.HotspotDetected):
        return Hotspot(**fact.model_dump())
    if state is None:
        raise ValueError(f"a hotspot cannot begin with {type(fact).__name__}")
    match fact:
        case say.JointTaskOpened():
            changes = fact.model_dump(include={"departments", "due_on", "by"})
            return state.model_copy(update={**changes, "stage": "consulting"})
        case say.JointTaskConcluded():
            changes = fact.model_dump(include={"conclusion", "concluded_on", "late", "by"})
            return state.model_copy(update={**changes, "stage": "concluded"})
        case say.HotspotDismissed():
            return state.model_copy(update={"stage": "dismissed", "reason": fact.reason, "by": fact.by})
    raise ValueError(f"a hotspot cannot hear {type(fact).__name__}")
