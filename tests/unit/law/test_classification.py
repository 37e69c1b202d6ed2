"""Regions, industries and enterprise sizes."""

import pytest

from shared.law.rows import UnknownCode
from shared.law.rules import Rules


def test_shanghai_has_16_districts(rules: Rules) -> None:
    present = [r for r in rules.regions.rows if r.parent == "310000" and r.until is None]
    assert len(present) == 16


@pytest.mark.parametrize(
    ("old", "new"),
    [("310103", "310101"), ("310108", "310106"), ("310119", "310115"), ("310230", "310151")],
)
def test_a_merged_district_lives_on_in_its_successor(rules: Rules, old: str, new: str) -> None:
    assert rules.regions.present(old).code == new
    assert rules.regions.rows[old].until is not None
    assert rules.regions.within(old, new)


def test_regions_lie_within_each_other(rules: Rules) -> None:
    within = rules.regions.within
    assert within("310106", "310000")
    assert within("140403", "140000")
    assert within("310106", "310106")
    assert within("310106", "310108"), "the former district stands for the one it became"
    assert within("140481", "000000")
    assert not within("310000", "310106")
    assert not within("140400", "310000")
    with pytest.raises(UnknownCode):
        within("999999", "310000")


def test_every_region_stands_under_one_that_exists(rules: Rules) -> None:
    for region in rules.regions.rows:
        assert region.parent is None or region.parent in rules.regions.rows
        assert (region.until is None) == (region.successor is None)


def test_the_97_divisions_follow_each_other_through_the_20_sections(rules: Rules) -> None:
    spans = [s.divisions for s in rules.industries.sections]
    assert len(spans) == 20
    assert [n for first, last in spans for n in range(first, last + 1)] == list(range(1, 98))


@pytest.mark.parametrize(
    ("code", "section"), [("F", "F"), ("51", "F"), ("C13", "C"), ("6510", "I"), ("702", "K"), ("01", "A"), ("97", "T")]
)
def test_an_industry_code_belongs_to_a_section(rules: Rules, code: str, section: str) -> None:
    assert rules.industries.section(code).code == section


@pytest.mark.parametrize("code", ["", "Z", "C51", "00", "98", "1", "12345", "C1X", "１３"])
def test_what_is_no_industry_code_is_refused(rules: Rules, code: str) -> None:
    with pytest.raises(UnknownCode):
        rules.industries.section(code)


def test_letters_of_the_2002_edition_mean_other_sections(rules: Rules) -> None:
    old = {letter: rules.industries.section_of_edition(letter, "2002").code for letter in "EFGHIJ"}
    assert old == {"E": "E", "F": "G", "G": "I", "H": "F", "I": "H", "J": "J"}
    assert rules.industries.section_of_edition("F", "2017").code == "F"
    assert rules.industries.edition == "2017"


@pytest.mark.parametrize(
    ("industry", "persons", "revenue", "assets", "size"),
    [
        ("A", None, 20000, None, "大型"),
        ("A", None, 49.9, None, "微型"),
        ("C13", 1000, 40000, None, "大型"),
        ("C13", 1000, 39999, None, "中型"),
        ("C13", 5000, 2000, None, "中型"),
        ("C13", 299, 50000, None, "小型"),
        ("C13", 19, 50000, None, "微型"),
        ("C13", 5000, 299, None, "微型"),
        ("E", None, 80000, 80000, "大型"),
        ("E", None, 80000, 79999, "中型"),
        ("E", 9999, 299, 300, "微型"),
        ("5199", 20, 5000, None, "中型"),
        ("5299", 20, 5000, None, "小型"),
        ("5431", 300, 3000, None, "中型"),
        ("5910", 300, 3000, None, "中型"),
        ("5990", 100, 1000, None, "中型"),
        ("6010", 20, 99, None, "微型"),
        ("6110", 10, 100, None, "小型"),
        ("6210", 9, 9999, None, "微型"),
        ("6312", 2000, 100000, None, "大型"),
        ("6510", 300, 10000, None, "大型"),
        ("7010", None, 200000, 10000, "大型"),
        ("7010", None, 1000, 4999, "小型"),
        ("7020", 1000, 5000, None, "大型"),
        ("7030", 300, None, None, "大型"),
        ("L", 100, None, 8000, "中型"),
        ("M", 10, None, None, "小型"),
        ("8510", 9, None, None, "微型"),
        ("J", 5000, 999999, 999999, "不适用"),
        ("8411", 10, 10, 10, "不适用"),
        ("5310", 10, 10, None, "不适用"),
    ],
)
def test_the_size_of_an_enterprise(
    rules: Rules, industry: str, persons: int | None, revenue: float | None, assets: float | None, size: str
) -> None:
    assert rules.sizes.size(industry, persons, revenue, assets) == size


@pytest.mark.parametrize("industry", ["F", "G", "H", "I", "K", "Q", "59", "70"])
def test_an_industry_that_the_standard_divides_needs_more_digits(rules: Rules, industry: str) -> None:
    assert rules.sizes.size(industry, 500, 50000, 50000) is None


def test_a_missing_figure_leaves_the_size_open_unless_another_already_decides(rules: Rules) -> None:
    assert rules.sizes.size("C13", persons=500) is None
    assert rules.sizes.size("C13", persons=5) == "微型"
    assert rules.sizes.size("C13", persons=500, revenue=3000, assets=None) == "中型"


def test_every_division_is_in_exactly_one_row_of_the_size_standard_or_divided_by_it(rules: Rules) -> None:
    for division in range(1, 98):
        section = rules.industries.section(f"{division:02}").code
        rows = [
            row.code
            for row in rules.sizes.rows
            if section in row.industries or any(i[:2] == f"{division:02}" for i in row.industries)
        ]
        assert len(rows) == 1 or division in (59, 70), (division, rows)
