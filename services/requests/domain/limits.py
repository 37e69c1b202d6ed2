"""The threshold from which demand opens a review (门槛), a number of a place and a day; and how much can be counted."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.contracts.facts.base import Value
from shared.law.rules import Rules

VERIFIED_KEPT, UNVERIFIED_KEPT, PER_PERSON_KEPT = 400, 50, 4
"""How many requests of known persons, of others, and of one person are kept; no threshold can ask for more."""


class Limits(Value):
    """Distinct applicants, or requests, within a window.

    ``per_applicant`` is how many requests of one person count, ``unverified_cap`` how many count of all together whom
    nobody has identified: below both numbers, so that they alone reach nothing.
    """

    distinct_applicants: Annotated[int, Field(ge=1, le=VERIFIED_KEPT // PER_PERSON_KEPT)]
    requests: Annotated[int, Field(ge=1, le=VERIFIED_KEPT)]
    window_days: Annotated[int, Field(ge=1, le=3660)]
    per_applicant: Annotated[int, Field(ge=1, le=PER_PERSON_KEPT)] = 3
    unverified_cap: Annotated[int, Field(ge=0, le=UNVERIFIED_KEPT)] = 2


def limits_of(rules: Rules, place: str, on: date) -> Limits:
    """Return the threshold in force at a place on a day."""
    return Limits.model_validate(dict(rules.profiles.table(place, "conversion", on)))
