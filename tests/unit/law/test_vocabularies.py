"""Decisions, grounds, channels, genres and subjects, and what follows from them."""

import datetime as dt

import pytest

from shared.law.rows import Row, UnknownCode, Vocabulary
from shared.law.rules import Rules
from shared.law.vocabularies import Remedies, received_date

D = dt.date


def test_there_are_22_decisions_in_their_six_groups(rules: Rules) -> None:
    codes = rules.vocabularies.decisions.codes
    assert " ".join(codes) == "A1 A2 B C1 C2 C3 C4 C5 C6 C7 C8 D1 D2 D3 E1 E2 E3 E4 E5 F1 F2 F3"
    assert len({d.group for d in rules.vocabularies.decisions}) == 6
    assert [d.code for d in rules.vocabularies.decisions if d.disclosing] == ["A1", "A2", "B"]


@pytest.mark.parametrize("code", ["C1", "C2", "C3", "C4", "C5", "C6", "C7"])
def test_a_refusal_goes_to_reconsideration_first_since_2024(rules: Rules, code: str) -> None:
    decision, remedies = rules.vocabularies.decisions[code], rules.vocabularies.remedies
    assert remedies.of(decision, D(2023, 12, 31)).code == "either"
    way = remedies.of(decision, D(2024, 1, 1))
    assert way.code == "reconsideration_first"
    assert "先向" in way.text
    assert "直接" not in way.text


@pytest.mark.parametrize("code", ["A1", "A2", "C8", "D1", "D2", "D3", "E1", "E2", "E3", "E4", "E5", "F1", "F2"])
def test_every_other_answer_leaves_the_choice(rules: Rules, code: str) -> None:
    way = rules.vocabularies.remedies.of(rules.vocabularies.decisions[code], D(2026, 3, 2))
    assert way.code == "either"
    assert "60日" in way.text
    assert "6个月" in way.text


def test_only_the_withheld_part_of_a_partial_disclosure_goes_to_reconsideration_first(rules: Rules) -> None:
    partial = rules.vocabularies.decisions["B"]
    assert rules.vocabularies.remedies.of(partial, D(2026, 3, 2)).code == "withheld_first"
    assert rules.vocabularies.remedies.of(partial, D(2023, 3, 2)).code == "either"


def test_a_withdrawn_application_has_no_remedy_paragraph(rules: Rules) -> None:
    assert rules.vocabularies.remedies.of(rules.vocabularies.decisions["F3"], D(2026, 3, 2)).text == ""


def test_there_is_no_remedy_text_for_days_before_the_tables(rules: Rules) -> None:
    with pytest.raises(UnknownCode):
        rules.vocabularies.remedies.of(rules.vocabularies.decisions["C1"], D(2010, 1, 1))


def test_a_remedy_rule_must_name_a_way_that_exists() -> None:
    with pytest.raises(UnknownCode):
        Remedies.parse({"way": [], "rule": {"free": {"2015-05-01": "either"}}})


def test_the_remedy_texts_have_exactly_the_two_places_to_fill(rules: Rules) -> None:
    texts = [way.text for way in rules.vocabularies.remedies.ways if way.text]
    assert len(texts) == 3
    for text in texts:
        filled = text.format(reconsideration_body="某区人民政府", court="某法院")
        assert "某区人民政府" in filled
        assert "某法院" in filled


def test_the_periods_in_the_remedy_texts_are_those_of_the_profiles(rules: Rules) -> None:
    on, number = D(2026, 3, 2), rules.profiles.number
    days, months = number("national", "reconsideration_days", on), number("national", "suit_months", on)
    after = number("national", "suit_after_reconsideration_days", on)
    ways = rules.vocabularies.remedies.ways
    assert f"{days}日内向" in ways["either"].text
    assert f"{months}个月内直接" in ways["either"].text
    assert f"{days}日内先向" in ways["reconsideration_first"].text
    assert f"{after}日内再向" in ways["reconsideration_first"].text
    assert rules.profiles.value("shanghai", "overdue_remedy", on) in ways


def test_every_decision_refers_only_to_what_exists(rules: Rules) -> None:
    v = rules.vocabularies
    for decision in v.decisions:
        assert set(decision.parts) <= set(v.notices.label)
        assert set(decision.grounds) <= set(v.grounds.codes)
        assert decision.remedy in v.remedies.rules
        assert decision.row in rules.table_two.rows
    assert {p for d in v.decisions for p in d.parts} | set(v.notices.every) == set(v.notices.label)


def test_an_adverse_answer_must_give_reasons_and_a_refusal_its_ground(rules: Rules) -> None:
    v = rules.vocabularies
    for decision in v.decisions:
        if decision.code[0] in "CDE":
            assert "reason" in v.notices.required(decision)
    assert {g.code: g.decision for g in v.grounds} == {
        d.grounds[0]: d.code for d in v.decisions if d.grounds and not d.disclosing
    }
    assert set(v.notices.required(v.decisions["D1"])) == {*v.notices.every, "reason", "search"}


def test_grounds_of_article_14_bind_and_those_of_16_leave_a_choice(rules: Rules) -> None:
    strengths = {g.code: g.strength for g in rules.vocabularies.grounds}
    assert [strengths[c] for c in ("X14a", "X14b", "X14c")] == ["mandatory"] * 3
    assert strengths["X15"] == "conditional"
    assert [strengths[c] for c in ("X16a", "X16b", "X16c")] == ["discretionary"] * 3


@pytest.mark.parametrize(
    ("channel", "day"),
    [("counter", 1), ("zone", 1), ("oral", 1), ("registered", 2), ("letter", 3), ("online", 3), ("fax", 3)],
)
def test_the_received_date_depends_on_the_channel(rules: Rules, channel: str, day: int) -> None:
    row = rules.vocabularies.channels[channel]
    assert received_date(row, D(2026, 3, 1), D(2026, 3, 2), D(2026, 3, 3)) == D(2026, 3, day)


def test_what_came_online_is_not_received_before_both_sides_confirmed(rules: Rules) -> None:
    assert received_date(rules.vocabularies.channels["online"], submitted=D(2026, 3, 1)) is None


def test_the_duty_to_enter_a_case_is_for_what_does_not_come_online(rules: Rules) -> None:
    assert [c.code for c in rules.vocabularies.channels if not c.entry] == ["online"]


def test_there_are_15_official_genres_and_22_subjects(rules: Rules) -> None:
    v = rules.vocabularies
    assert [g.code for g in v.genres if g.official] == (
        "决议 决定 命令 公报 公告 通告 意见 通知 通报 报告 请示 批复 议案 函 纪要".split()  # noqa: SIM905
    )
    # What is announced to everybody or minuted is known by title and date as often as by a number.
    assert {g.code for g in v.genres if g.official and not g.numbered} == {
        "决议",
        "公报",
        "公告",
        "通告",
        "议案",
        "纪要",
    }
    assert not any(g.numbered for g in v.genres if not g.official)
    assert len(v.subjects) == len({s.label for s in v.subjects}) == 22


def test_genres_and_subjects_are_found_under_their_other_names(rules: Rules) -> None:
    v = rules.vocabularies
    genre, subject = v.genre("会议纪要"), v.subject("政府机构")
    assert genre is not None
    assert genre.code == "纪要"
    assert subject is not None
    assert subject.code == "01"
    assert v.subject("综合政务") == v.subject("02") == v.subjects["02"]
    assert v.genre("小说") is None
    assert v.subject("小说") is None


def test_the_attributes_are_three_and_an_internal_fourth(rules: Rules) -> None:
    assert [a.label for a in rules.vocabularies.attributes] == ["主动公开", "依申请公开", "不予公开", "未认定"]


def test_a_vocabulary_refuses_unknown_and_repeated_codes() -> None:
    with pytest.raises(ValueError, match="twice"):
        Vocabulary("example", [Row(code="a"), Row(code="a")])
    words = Vocabulary("example", [Row(code="a")])
    assert "a" in words
    assert "b" not in words
    with pytest.raises(UnknownCode, match="example: b"):
        _ = words["b"]
