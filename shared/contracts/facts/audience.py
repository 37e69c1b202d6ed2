"""Whom a policy is for: an expression over the dimensions of a profile (受众表达式)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from shared.contracts.facts.base import Value

Term = Annotated[str, Field(min_length=1, max_length=64)]


class Clause(Value):
    """One condition on one dimension; ``citation`` is the passage of the policy it rests on.

    ``dimension`` is ``region``, ``industry``, ``size``, ``employees``, ``revenue``, ``assets``, ``enterprise`` (credit
    codes) or a tag dimension. Exactly one of ``any_of`` (a list of values; regions and industries include what lies
    below them), ``at_least``/``at_most`` (numbers, both inclusive) is given.
    """

    dimension: Term
    any_of: Annotated[tuple[Term, ...], Field(max_length=1000)] = ()
    at_least: int | None = None
    at_most: int | None = None
    citation: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _one_kind(self) -> Clause:
        ranged = self.at_least is not None or self.at_most is not None
        if bool(self.any_of) == ranged:
            raise ValueError("条件必须给出 any_of 或者 at_least/at_most 之一")
        return self


class Expression(Value):
    """All of ``all`` hold, at least one of ``any`` (where given), none of ``none``."""

    all: Annotated[tuple[Clause, ...], Field(max_length=50)] = ()
    any: Annotated[tuple[Clause, ...], Field(max_length=50)] = ()
    none: Annotated[tuple[Clause, ...], Field(max_length=50)] = ()
    kind: Literal["audience"] = "audience"

    @model_validator(mode="after")
    def _says_something(self) -> Expression:
        if not (self.all or self.any):
            raise ValueError("受众表达式至少要有一个 all 或 any 条件")
        return self
