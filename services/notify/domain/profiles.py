"""Profiles and expressions in one form: codes with all that lies above, sizes computed, tags by dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.contracts.facts.audience import Clause
from shared.contracts.facts.feed import EnterpriseRegistered
from shared.contracts.facts.notify import Profile
from shared.law.classification import split_industry
from shared.law.rows import UnknownCode
from shared.law.rules import Rules

NUMBERS = ("employees", "revenue", "assets")
LICENCES = "证照"
RESERVED = frozenset({"region", "industry", "size", "enterprise", LICENCES, *NUMBERS})
LABELS = {
    "region": "区域",
    "industry": "行业",
    "size": "企业规模",
    "enterprise": "统一社会信用代码",
    "employees": "从业人员（人）",
    "revenue": "营业收入（万元）",
    "assets": "资产总额（万元）",
}


@dataclass(frozen=True, slots=True)
class Traits:
    """What clauses look at. A dimension that is absent is not known (待补充).

    ``sets`` holds the values of a dimension, for regions and industries with all that lies above; ``exact`` the finest
    value of those two.
    """

    sets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    exact: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)


def profile_of(values: EnterpriseRegistered, rules: Rules) -> Profile:
    """Return the profile in a report. Raises ``UnknownCode`` for a region or industry that does not exist."""
    industry = values.industry
    if industry is not None:
        industry = industry_code(industry, rules, values.industry_edition)
    figures = values.model_dump(include={"employees", "revenue", "assets", "registered_on", "as_of", "active"})
    size = None
    if industry is not None:
        size = rules.sizes.size(industry, values.employees, values.revenue, values.assets)
    return Profile(
        credit_code=values.credit_code,
        name=values.name,
        region=rules.regions.present(values.region).code if values.region else None,
        industry=industry,
        size=size,
        tags=tuple(sorted(set(values.tags))),
        **figures,
    )


def industry_code(code: str, rules: Rules, edition: str = "2017") -> str:
    """Return an industry code with its section letter (``C13``). Raises ``UnknownCode``.

    The letters of the 2002 edition are translated; its digits are read as those of 2017.
    """
    letter, digits = split_industry(code)
    if edition == "2002" and letter:
        letter = rules.industries.section_of_edition(letter, edition).code
    return rules.industries.section(letter + digits).code + digits


def above(dimension: str, code: str, rules: Rules) -> tuple[str, ...]:
    """Return a code and everything it lies in, the finest first. Raises ``UnknownCode``."""
    if dimension == "industry":
        code = industry_code(code, rules)
        return tuple(code[:length] for length in range(len(code), 0, -1) if length != 2)
    if dimension == "region":
        found = [rules.regions.present(code)]
        while found[-1].parent:
            found.append(rules.regions.rows[found[-1].parent])
        return tuple(region.code for region in found)
    return (code,)


def traits_of(profile: Profile, kinds: Sequence[str], rules: Rules) -> Traits:
    """Return what clauses look at in a profile; ``kinds`` are those of its valid licences."""
    sets: dict[str, frozenset[str]] = {"enterprise": frozenset({profile.credit_code})}
    exact = {}
    for dimension in ("region", "industry"):
        code = getattr(profile, dimension)
        if code is not None:
            sets[dimension] = frozenset(above(dimension, code, rules))
            exact[dimension] = code
    if profile.size is not None:
        sets["size"] = frozenset({profile.size})
    tags: dict[str, set[str]] = {LICENCES: set(kinds)} if kinds else {}
    for tag in profile.tags:
        dimension, _, value = tag.partition(":")
        tags.setdefault(dimension, set()).add(value)
    sets.update((dimension, frozenset(values)) for dimension, values in tags.items())
    numbers = {name: getattr(profile, name) for name in NUMBERS if getattr(profile, name) is not None}
    return Traits(sets, exact, numbers)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The values of a clause in the form of profiles: itself, and the coarser codes that leave it open."""

    values: frozenset[str]
    coarser: frozenset[str]
    unknown: tuple[str, ...]


def wanted_by(clause: Clause, rules: Rules) -> Wanted:
    """Return what a clause with a list of values wants; codes that do not exist match nobody and are named."""
    values, coarser, unknown = set(), set(), []
    for value in clause.any_of:
        try:
            first, *rest = above(clause.dimension, value, rules)
        except UnknownCode:
            unknown.append(value)
            continue
        values.add(first)
        coarser.update(rest)
    return Wanted(frozenset(values), frozenset(coarser), tuple(unknown))


def label_of(dimension: str, value: str, rules: Rules) -> str:
    """Return a value as people read it."""
    try:
        if dimension == "region":
            return rules.regions.rows[value].label
        if dimension == "industry":
            section = rules.industries.section(value)
            return section.label if value == section.code else f"{section.label}（{value}）"
    except UnknownCode:
        pass
    return value


def described(clause: Clause, rules: Rules) -> str:
    """Return a clause in words."""
    name = LABELS.get(clause.dimension, clause.dimension)
    if clause.any_of:
        shown = "、".join(label_of(clause.dimension, value, rules) for value in clause.any_of[:20])
        return f"{name}属于{shown}" + ("等" if len(clause.any_of) > 20 else "")
    bounds = []
    if clause.at_least is not None:
        bounds.append(f"不少于{clause.at_least}")
    if clause.at_most is not None:
        bounds.append(f"不多于{clause.at_most}")
    return name + "且".join(bounds)
