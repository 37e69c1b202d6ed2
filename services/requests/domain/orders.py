"""Orders of supervision (督促整改、通报批评、处理建议): issued, answered, reviewed, closed; 条例 Art. 47."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.requests.domain.timing import Doing
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.requests import Measure
from shared.contracts.problems import Refused

MEASURES: Mapping[Measure, str] = {"rectify": "督促整改", "criticise": "通报批评", "propose": "处理建议"}
Stage = Literal["issued", "answered", "closed", "recorded"]
STAGES: Mapping[Stage, str] = {"issued": "已下达", "answered": "已报整改", "closed": "已销号", "recorded": "已记录"}


class Order(Value):
    """An order; one to rectify runs through its stages, the others are only recorded."""

    order_id: str
    body: str
    measure: Measure
    reason: str
    requests: tuple[str, ...] = ()
    to: str = ""
    due_on: date | None = None
    issued_at: datetime
    by: str
    stage: Stage = "issued"
    measures: str = ""
    answered_at: datetime | None = None
    late: bool = False
    returned: tuple[str, ...] = ()
    closed_by: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """What is ordered, of whom, and by when."""

    body: str
    measure: Measure
    reason: str
    requests: tuple[str, ...] = ()
    to: str = ""
    due_on: date | None = None


def issue(state: Order | None, order_id: str, asked: Issue, doing: Doing) -> list[Fact]:
    """Issue an order. Raises ``Refused``: a day that is missing or over, nobody to propose to."""
    if state is not None:
        return []
    if asked.measure == "rectify":
        _in_future(asked.due_on, doing)
    if asked.measure == "propose" and not asked.to:
        raise Refused(RequestsCode.ORDER_ADDRESSEE_MISSING, pointer="/to")
    due_on = asked.due_on if asked.measure == "rectify" else None
    return [
        say.OrderIssued(
            order_id=order_id,
            body=asked.body,
            measure=asked.measure,
            reason=asked.reason,
            requests=asked.requests,
            to=asked.to,
            due_on=due_on,
            issued_at=doing.now,
            by=doing.by,
        )
    ]


def answer_order(state: Order | None, measures: str, doing: Doing) -> list[Fact]:
    """Say what was changed."""
    order = _at("issued", state)
    late = order.due_on is not None and doing.today > order.due_on
    return [
        say.OrderAnswered(order_id=order.order_id, measures=measures, answered_at=doing.now, late=late, by=doing.by)
    ]


def return_order(state: Order | None, reason: str, due_on: date, doing: Doing) -> list[Fact]:
    """Find the answer wanting, with the reason and a new day."""
    order = _at("answered", state)
    _in_future(due_on, doing)
    return [say.OrderReturned(order_id=order.order_id, reason=reason, due_on=due_on, by=doing.by)]


def close_order(state: Order | None, doing: Doing) -> list[Fact]:
    """Find the order carried out."""
    order = _at("answered", state)
    return [say.OrderClosed(order_id=order.order_id, closed_at=doing.now, by=doing.by)]


def _in_future(day: date | None, doing: Doing) -> None:
    if day is None or day < doing.today:
        raise Refused(RequestsCode.DATE_IMPLAUSIBLE, "整改期限不得早于今天", pointer="/due_on")


def _at(stage: Stage, state: Order | None) -> Order:
    if state is None:
        raise Refused(RequestsCode.ORDER_UNKNOWN)
    if state.stage != stage:
        raise Refused(RequestsCode.ORDER_STAGE, f"该文书现为“{STAGES[state.stage]}”，须为“{STAGES[stage]}”时才能办理")
    return state


def evolve_order(state: Order | None, fact: Fact) -> Order:
    """Fold a fact into an order."""
    if isinstance(fact, say.OrderIssued):
        return Order(**fact.model_dump(), stage="issued" if fact.measure == "rectify" else "recorded")
    if state is None:
        raise ValueError(f"an order cannot begin with {type(fact).__name__}")
    match fact:
        case say.OrderAnswered():
            changes = fact.model_dump(include={"measures", "answered_at", "late"})
            return state.model_copy(update={**changes, "stage": "answered"})
        case say.OrderReturned():
            returned = (*state.returned, fact.reason)
            return state.model_copy(update={"stage": "issued", "due_on": fact.due_on, "returned": returned})
        case say.OrderClosed():
            return state.model_copy(update={"stage": "closed", "closed_by": fact.by})
    raise ValueError(f"an order cannot hear {type(fact).__name__}")
