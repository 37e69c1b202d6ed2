"""Bitmaps against the naive evaluator; three values; nothing becomes eligible by leaving something out."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.notify.domain.explaining import explain, verdict
from services.notify.domain.matching import Matcher
from services.notify.domain.profiles import profile_of, traits_of
from shared.contracts.facts.audience import Expression
from shared.contracts.facts.feed import EnterpriseRegistered
from shared.contracts.facts.notify import Profile
from tests.unit.notify.conftest import RULES, code

REGIONS = ["000000", "310000", "310106", "310108", "310101", "140000"]
INDUSTRIES = ["C", "C34", "C341", "3411", "F", "51", "52", "I65", "A"]
FIGURES = st.one_of(st.none(), st.integers(0, 2000))

profiles = st.builds(
    EnterpriseRegistered,
    credit_code=st.integers(1, 5).map(code),
    name=st.just("某企业"),
    region=st.sampled_from([None, *REGIONS]),
    industry=st.sampled_from([None, *INDUSTRIES]),
    employees=FIGURES,
    revenue=FIGURES,
    tags=st.lists(st.sampled_from(["资质:高新", "资质:专精特新", "信用:A", "信用:D"]), max_size=3).map(tuple),
).map(lambda report: profile_of(report, RULES))

lists = st.one_of(
    *(
        st.fixed_dictionaries({"dimension": st.just(name), "any_of": st.lists(st.sampled_from(values), min_size=1)})
        for name, values in {
            "region": [*REGIONS, "999999"],
            "industry": INDUSTRIES,
            "size": ["大型", "小型", "微型", "不适用"],
            "资质": ["高新", "专精特新"],
            "信用": ["A", "D"],
            "没有人有": ["x"],
            "enterprise": [code(1), code(2)],
        }.items()
    )
)
ranges = st.fixed_dictionaries(
    {"dimension": st.sampled_from(["employees", "revenue", "assets", "region"]), "at_least": st.integers(-1, 1500)},
    optional={"at_most": st.integers(0, 2**42)},
)
clauses = st.lists(st.one_of(lists, ranges), max_size=3)
expressions = (
    st.fixed_dictionaries({"all": clauses, "any": clauses, "none": clauses})
    .filter(lambda e: bool(e["all"] or e["any"]))
    .map(Expression.model_validate)
)


@settings(max_examples=300, deadline=None)
@given(st.lists(profiles, min_size=1, max_size=8), expressions)
def test_bitmaps_and_the_naive_evaluator_agree(population: list[Profile], expression: Expression) -> None:
    matcher = Matcher(RULES)
    for number, profile in enumerate(population, 1):
        matcher.put(number, traits_of(population[0], (), RULES))
        matcher.put(number, traits_of(profile, (), RULES))  # replaced, and nothing of the former is left

    found = matcher.match(expression)

    naive = {n: verdict(expression, traits_of(p, (), RULES), RULES) for n, p in enumerate(population, 1)}
    assert set(found.yes) == {n for n, answer in naive.items() if answer is True}
    assert set(found.undecided) == {n for n, answer in naive.items() if answer is None}


@settings(max_examples=300, deadline=None)
@given(profiles, expressions, st.sampled_from(["region", "industry", "size", "employees", "revenue", "tags"]))
def test_leaving_out_a_field_never_makes_anybody_eligible(profile: Profile, expression: Expression, gone: str) -> None:
    less = profile.model_copy(update={gone: () if gone == "tags" else None})
    before = verdict(expression, traits_of(profile, (), RULES), RULES)

    if before is not True:
        assert verdict(expression, traits_of(less, (), RULES), RULES) is not True


@settings(max_examples=100, deadline=None)
@given(profiles, expressions)
def test_an_explanation_says_what_the_verdict_is(profile: Profile, expression: Expression) -> None:
    traits = traits_of(profile, (), RULES)

    explained = explain(expression, traits, RULES)

    words: dict[Any, str] = {True: "符合", False: "不符合", None: "待补充"}
    assert explained.answer == words[verdict(expression, traits, RULES)]
    for finding in explained.findings:
        assert (finding.missing is not None) == (finding.answer == "待补充")


def test_a_city_level_registration_leaves_the_district_open() -> None:
    matcher = Matcher(RULES)
    report = EnterpriseRegistered(credit_code=code(1), name="某企业", region="310000")
    matcher.put(1, traits_of(profile_of(report, RULES), (), RULES))
    district = Expression.model_validate({"all": [{"dimension": "region", "any_of": ["310106"]}]})
    city = Expression.model_validate({"all": [{"dimension": "region", "any_of": ["310000"]}]})

    assert list(matcher.match(district).undecided) == [1]
    assert list(matcher.match(city).yes) == [1]


def test_the_section_letters_of_2002_are_translated() -> None:
    report = EnterpriseRegistered(credit_code=code(1), name="某企业", industry="G", industry_edition="2002")

    assert profile_of(report, RULES).industry == "I"
