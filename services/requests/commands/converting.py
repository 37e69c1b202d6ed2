"""What may be asked about the same information, and about making it public for everybody."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from services.requests.commands.base import Code, Filled, Named, Plain, Wish
from services.requests.domain.limits import Limits

Text = Annotated[str, Field(max_length=1000), Plain, Filled]


class Suggest(Wish):
    """Why an applicant thinks that everybody should know (条例 Art. 44)."""

    words: Text


class Join(Wish):
    """Which group an information belongs to, and why it is the same."""

    into: Code
    reason: Named


class Part(Wish):
    """Which requests are about something else; none: the whole information leaves the group it was joined to."""

    requests: tuple[Code, ...] = Field(default=(), max_length=200)
    reason: Named


class OpenTask(Wish):
    """Who is to solve together what people ask about, and by when."""

    departments: Annotated[tuple[Named, ...], Field(min_length=1, max_length=20)]
    due_on: date


class Conclude(Wish):
    """What they came to."""

    conclusion: Text


class Backtest(Limits):
    """A threshold to try over a past period, for one body or for all bodies of a place (or everywhere)."""

    model_config = Wish.model_config

    from_: date = Field(alias="from")
    to: date
    body: Code | None = None
    place: Code | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Backtest:
        if self.to < self.from_:
            raise ValueError("截止日期不能早于起始日期")
        if self.unverified_cap >= min(self.distinct_applicants, self.requests):
            raise ValueError("未核实身份的合计上限应当小于两个门槛")
        return self
