"""Why an enterprise is in or out, clause by clause: 符合, 不符合 or 待补充 (Kleene's three values)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from services.notify.domain.profiles import LABELS, Traits, described, wanted_by
from shared.contracts.facts.audience import Clause, Expression
from shared.law.rules import Rules

Answer = Literal["符合", "不符合", "待补充"]
_WORDS: dict[bool | None, Answer] = {True: "符合", False: "不符合", None: "待补充"}
Group = Literal["all", "any", "none"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One clause, what became of it and the field that is missing where nobody can tell."""

    group: Group
    clause: Clause
    text: str
    answer: Answer
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole decision for one enterprise."""

    answer: Answer
    findings: tuple[Finding, ...]


def holds(clause: Clause, traits: Traits, rules: Rules) -> bool | None:
    """Return whether a clause holds, None where what it asks for is not known."""
    if not clause.any_of:
        number = traits.numbers.get(clause.dimension)
        if number is None:
            return None
        return (clause.at_least is None or number >= clause.at_least) and (
            clause.at_most is None or number <= clause.at_most
        )
    values = traits.sets.get(clause.dimension)
    if not values:
        return None
    wanted = wanted_by(clause, rules)
    if wanted.values & values:
        return True
    # known only as "Shanghai", asked for a district of it: nobody can tell
    return None if traits.exact.get(clause.dimension) in wanted.coarser else False


def both(answers: Iterable[bool | None]) -> bool | None:
    """Kleene's and."""
    found = list(answers)
    return False if False in found else None if None in found else True


def either(answers: Iterable[bool | None]) -> bool | None:
    """Kleene's or."""
    found = list(answers)
    return True if True in found else None if None in found else False


def verdict(expression: Expression, traits: Traits, rules: Rules) -> bool | None:
    """Return whether an expression holds for an enterprise."""
    parts = [both(holds(clause, traits, rules) for clause in expression.all)]
    if expression.any:
        parts.append(either(holds(clause, traits, rules) for clause in expression.any))
    excluded = either(holds(clause, traits, rules) for clause in expression.none)
    parts.append(None if excluded is None else not excluded)
    return both(parts)


def explain(expression: Expression, traits: Traits, rules: Rules) -> Explanation:
    """Return the decision with every clause."""
    groups: Sequence[tuple[Group, Sequence[Clause]]] = (
        ("all", expression.all),
        ("any", expression.any),
        ("none", expression.none),
    )
    findings = tuple(_finding(group, clause, traits, rules) for group, clauses in groups for clause in clauses)
    return Explanation(_WORDS[verdict(expression, traits, rules)], findings)


def _finding(group: Group, clause: Clause, traits: Traits, rules: Rules) -> Finding:
    holding = holds(clause, traits, rules)
    if group == "none" and holding is not None:
        holding = not holding
    text = ("不得：" if group == "none" else "") + described(clause, rules)
    missing = LABELS.get(clause.dimension, clause.dimension) if holding is None else None
    return Finding(group, clause, text, _WORDS[holding], missing)
