"""The information processing fee (信息处理费), 国办函〔2020〕109号: by pieces or by pages, never both, progressive."""

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.law.profiles import Profiles

Method = Literal["pieces", "pages"]
"""pieces (按件): an applicant's applications of one natural month. pages (按量): the pages of one application."""


class Schedule(BaseModel):
    """Prices in yuan: bands of [first unit, price of each unit]; units before the first band are free.

    `every` and `step`: within the last band the price rises by `step` after each `every` units, without end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bands: tuple[tuple[int, int], ...]
    every: int | None = None
    step: int = 0

    def price(self, n: int) -> int:
        """What the n-th piece or page costs, in yuan."""
        first, price = next(((f, p) for f, p in reversed(self.bands) if n >= f), (1, 0))
        if self.every and first == self.bands[-1][0]:
            price += (n - first) // self.every * self.step
        return price

    def total(self, n: int) -> int:
        """What n pieces or pages cost together, in yuan."""
        return sum(self.price(i) for i in range(1, n + 1))


def schedule(method: Method, place: str, profiles: Profiles, on: dt.date) -> Schedule:
    """The prices in force at a place on the received date. Raises NoSuchRule before the measure (2021-01-01)."""
    return Schedule.model_validate(dict(profiles.table(place, f"fee_{method}", on)))


def pieces_in_month(received: Iterable[dt.date], on: dt.date) -> int:
    """How many of one applicant's received dates fall into the natural month of `on`."""
    return sum((day.year, day.month) == (on.year, on.month) for day in received)
