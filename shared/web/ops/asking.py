"""What the operators' calls have in common: who asks, and why."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from shared.contracts.codes import WebCode
from shared.contracts.problems import Refused
from shared.web.asking import caller_of

Said = Annotated[str, Field(min_length=1, max_length=500)]


class Order(BaseModel):
    """An order; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reasoned(Order):
    """An order that must say why."""

    reason: Said


def person_of(request: Request) -> str:
    """Return who gives an order: the operator the key belongs to. Raises ``Refused`` UNAUTHENTICATED."""
    caller = caller_of(request)
    if caller is None:
        raise Refused(WebCode.UNAUTHENTICATED)
    return caller.id
