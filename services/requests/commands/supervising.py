"""What supervision may order, and what a body answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from services.requests.commands.base import Code, Filled, Line, Named, Plain, Wish
from shared.contracts.facts.requests import Measure

Text = Annotated[str, Field(max_length=1000), Plain, Filled]


class IssueOrder(Wish):
    """An order to a body: what, why, about which cases, by when; for a proposal, who is to act on it."""

    body: Code
    measure: Measure
    reason: Text
    requests: tuple[Code, ...] = Field(default=(), max_length=500)
    to: Line = ""
    due_on: date | None = None


class AnswerOrder(Wish):
    """What was changed."""

    measures: Text


class ReturnOrder(Wish):
    """Why that is not enough, and by when more is expected."""

    reason: Named
    due_on: date
