"""What may be asked of notify over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.contracts.facts.audience import Expression
from shared.contracts.facts.feed import Tag

Said = Annotated[str, Field(min_length=1, max_length=500)]
Words = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=64)], ...], Field(max_length=50)]


class Asked(BaseModel):
    """A wish; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OpenEndpoint(Asked):
    """Register a webhook (``url``) or a mail box (``address``)."""

    kind: Literal["webhook", "mail"] = "webhook"
    url: Annotated[str, Field(max_length=2000)] | None = None
    address: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]{1,64}@[A-Za-z0-9.-]{3,189}$")] | None = None
    events: tuple[Literal["policy.published", "policy.revised"], ...] = ()

    @model_validator(mode="after")
    def _one_address(self) -> OpenEndpoint:
        if (self.url is not None) != (self.kind == "webhook") or (self.address is not None) != (self.kind == "mail"):
            raise ValueError("webhook 须给出 url，mail 须给出 address，二者不能同时给出")
        return self


class Because(Asked):
    """A change with its reason."""

    reason: Said


class Subscribe(Asked):
    """Subscribe to topics (主题订阅)."""

    subjects: Words = ()
    tags: Annotated[tuple[Tag, ...], Field(max_length=50)] = ()
    bodies: Words = ()
    keywords: Annotated[tuple[Annotated[str, Field(min_length=2, max_length=40)], ...], Field(max_length=20)] = ()


class ReadItems(Asked):
    """Mark items as read."""

    items: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(min_length=1, max_length=500)]


class Acknowledge(Asked):
    """A partner has passed a policy on; ``reached`` is to how many members."""

    reached: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class Match(Asked):
    """An audience to try out (推送预演)."""

    expression: Expression
