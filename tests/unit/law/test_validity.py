"""Normative documents: which are none, and how long one is valid."""

import datetime as dt

import pytest

from shared.law.rules import Rules
from shared.law.validity import STATUS_LABELS, status

D = dt.date
ALL = ("published", "rights", "binding", "repeated")


@pytest.mark.parametrize(
    ("title", "genre", "objection"),
    [
        ("关于印发《2026年某区政务公开工作要点》的通知", "通知", "WORK_POINTS"),
        ("某区城市管理局政务公开标准化工作实施方案", "通知", "PLAN"),
        ("某区人民政府第3次常务会议纪要", "纪要", "MINUTES"),
        ("关于某项目用地的请示", "请示", "REPORT"),
        ("关于王某等同志任免的通知", "通知", "APPOINTMENT"),
        ("关于表彰先进集体的决定", "决定", "REWARD"),
        ("某局内设机构设置的通知", "通知", "STAFFING"),
        ("关于印发《市容技术规范》的通知", "通知", "STANDARD"),
        ("某局保密工作制度", "通知", "INTERNAL"),
    ],
)
def test_some_kinds_of_documents_are_never_normative(rules: Rules, title: str, genre: str, objection: str) -> None:
    assert objection in rules.normative.objections(title, genre, ALL)


def test_a_rule_for_everybody_that_was_published_is_normative(rules: Rules) -> None:
    assert rules.normative.objections("某区户外招牌设置管理办法", "通知", ALL) == ()


def test_an_unpublished_document_is_not_normative(rules: Rules) -> None:
    missing = rules.normative.objections("某区户外招牌设置管理办法", "通知", ("rights", "binding", "repeated"))
    assert missing == ("published",)


@pytest.mark.parametrize(
    ("title", "genre", "place", "effective", "last"),
    [
        ("某区户外招牌设置管理办法", "通知", "shanghai", D(2026, 1, 1), D(2030, 12, 31)),
        ("某区户外招牌设置管理暂行办法", "通知", "shanghai", D(2026, 1, 1), D(2027, 12, 31)),
        ("某区户外招牌设置管理办法（试行）", "通知", "shanghai", D(2026, 3, 1), D(2028, 2, 29)),
        ("关于禁止燃放烟花爆竹的通告", "通告", "shanghai", D(2015, 2, 1), D(2016, 1, 31)),
        ("关于禁止燃放烟花爆竹的通告", "通告", "changzhi", D(2015, 2, 1), D(2020, 1, 31)),
    ],
)
def test_the_longest_validity(
    rules: Rules, title: str, genre: str, place: str, effective: dt.date, last: dt.date
) -> None:
    assert rules.latest_last_day(title, genre, effective, place) == last


def test_the_evaluation_opens_six_months_before_the_last_day(rules: Rules) -> None:
    assert rules.evaluation_opens(D(2030, 12, 31), "shanghai") == D(2030, 6, 30)


def test_a_document_lapses_by_itself_the_day_after_its_last() -> None:
    effective, last = D(2026, 1, 1), D(2030, 12, 31)
    days = [D(2025, 12, 31), effective, last, D(2031, 1, 1)]
    assert [status(day, effective, last) for day in days] == ["pending", "valid", "valid", "lapsed"]
    assert status(D(2099, 1, 1), effective, None) == "valid"


def test_repealing_and_lapsing_are_different_ends() -> None:
    effective, last = D(2026, 1, 1), D(2030, 12, 31)
    repealed = D(2028, 5, 1)
    days = [D(2028, 4, 30), repealed, D(2031, 1, 1)]
    assert [status(day, effective, last, repealed) for day in days] == ["valid", "repealed", "repealed"]
    assert status(D(2032, 1, 1), effective, last, D(2031, 6, 1)) == "lapsed"
    assert STATUS_LABELS["lapsed"] != STATUS_LABELS["repealed"]
