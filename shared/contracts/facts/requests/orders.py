"""What supervision orders (政府信息公开条例 Art. 47): to rectify, criticism, proposals. Texts name no applicant."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.contracts.facts.base import Fact

Measure = Literal["rectify", "criticise", "propose"]
"""督促整改, 通报批评, 处理建议."""


class OrderIssued(Fact):
    """An order was issued to a body (下达), about its cases where it has any; ``to`` is who has to act on a proposal.

    Only an order to rectify has a day it is to be carried out by.
    """

    type: ClassVar[str] = "requests.order-issued"

    order_id: str
    body: str
    measure: Measure
    reason: str
    requests: tuple[str, ...] = ()
    to: str = ""
    due_on: date | None = None
    issued_at: datetime
    by: str


class OrderAnswered(Fact):
    """The body says what it changed (整改); ``late`` where that was after the day given."""

    type: ClassVar[str] = "requests.order-answered"

    order_id: str
    measures: str
    answered_at: datetime
    late: bool = False
    by: str


class OrderReturned(Fact):
    """The review found that this is not enough (复核退回); the body has until ``due_on``."""

    type: ClassVar[str] = "requests.order-returned"

    order_id: str
    reason: str
    due_on: date
    by: str


class OrderClosed(Fact):
    """The review found the order carried out (复核通过、销号)."""

    type: ClassVar[str] = "requests.order-closed"

    order_id: str
    closed_at: datetime
    by: str
