"""Numbers by place and date."""

import datetime as dt
from pathlib import Path

import pytest

from shared.law.profiles import Entry, NoSuchRule, Profiles, frozen
from shared.law.rules import Rules

D = dt.date


def test_a_value_is_the_one_in_force_on_the_events_own_date(rules: Rules) -> None:
    values = [rules.profiles.value("changzhi", "diversified_share", D(y, 6, 1)) for y in (2020, 2021, 2026)]
    assert values == [0.7, 0.9, 0.9]


def test_a_place_overrides_what_stands_above_it_and_inherits_the_rest(rules: Rules) -> None:
    at = rules.profiles.value
    on = D(2023, 6, 1)
    assert [at(place, "open_meetings", on) for place in ("shanghai", "jingan")] == [2, 4]
    assert at("jingan", "open_meetings", D(2022, 6, 1)) == 2, "before its own number is in force the parent's holds"
    assert at("jingan", "diversified_share", on) == 0.5
    assert rules.profiles.line("jingan") == ["jingan", "shanghai", "national"]
    assert [len(rules.profiles.series(p, "columns", on)) for p in ("jingan", "changzhi")] == [4, 5]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("answer_days", 20),
        ("extension_days", 20),
        ("correction_notice_days", 7),
        ("correction_default_days", 15),
        ("third_party_days", 15),
        ("payment_days", 20),
        ("entry_days", 2),
        ("reminders", (5, 3, 1)),
        ("feedback_days", 10),
        ("emergency_hours", 5),
    ],
)
def test_the_numbers_of_an_application_in_shanghai(rules: Rules, name: str, value: object) -> None:
    assert rules.profiles.value("shanghai", name, D(2026, 3, 2)) == value


def test_the_threshold_of_conversion_names_its_numbers(rules: Rules) -> None:
    table = rules.profiles.table("shanghai", "conversion", D(2026, 3, 2))
    assert set(table) == {"distinct_applicants", "requests", "window_days", "per_applicant", "unverified_cap"}


def test_nowhere_do_unidentified_applicants_alone_reach_the_threshold(rules: Rules) -> None:
    for place in rules.profiles.places:
        table = {
            name: int(str(value)) for name, value in rules.profiles.table(place, "conversion", D(2026, 3, 2)).items()
        }
        assert table["unverified_cap"] < min(table["distinct_applicants"], table["requests"])


def test_an_unknown_place_name_or_too_early_a_day_is_no_rule(rules: Rules) -> None:
    for place, name, on in (
        ("beijing", "answer_days", D(2026, 1, 1)),
        ("shanghai", "nothing", D(2026, 1, 1)),
        ("shanghai", "fee_pieces", D(2020, 12, 31)),
    ):
        with pytest.raises(NoSuchRule):
            rules.profiles.value(place, name, on)


def test_a_value_of_another_kind_than_asked_for_is_an_error(rules: Rules) -> None:
    on = D(2026, 1, 1)
    for ask, name in (
        (rules.profiles.number, "reminders"),
        (rules.profiles.number, "nonpublic_to_classified"),
        (rules.profiles.table, "answer_days"),
        (rules.profiles.series, "answer_days"),
    ):
        with pytest.raises(TypeError):
            ask("shanghai", name, on)


def test_places_that_stand_under_each_other_or_under_nothing_known_are_refused() -> None:
    with pytest.raises(ValueError, match="itself"):
        Profiles.parse({"a": {"title": "甲", "parent": "b"}, "b": {"title": "乙", "parent": "a"}})
    with pytest.raises(NoSuchRule):
        Profiles.parse({"a": {"title": "甲", "parent": "b"}})


def test_a_value_cannot_be_changed_by_who_holds_it() -> None:
    value = frozen({"a": [1, {"b": 2}]})
    with pytest.raises(TypeError):
        value["a"] = 1  # type: ignore[index]
    with pytest.raises(TypeError):
        frozen(None)


def test_every_entry_says_what_it_is_and_where_it_is_written(rules: Rules) -> None:
    entries = [e for place in rules.profiles.places.values() for e in place.entries.values()]
    assert len(entries) > 50
    assert all(e.about and e.source and e.since for e in entries)


def test_entries_are_looked_up_whatever_the_order_of_their_dates() -> None:
    entry = Entry.parse({"about": "示例", "source": "示例", "2021-01-01": 2, "2020-01-01": 1})
    assert [entry.on(D(2019, 12, 31)), entry.on(D(2020, 1, 1)), entry.on(D(2022, 1, 1))] == [None, 1, 2]


def test_every_file_of_profiles_is_loaded(rules: Rules) -> None:
    shipped = {path.stem for path in (Path(__file__).parents[3] / "shared/law/profiles").glob("*.toml")}
    assert shipped == set(rules.profiles.places) == {"national", "shanghai", "jingan", "changzhi"}
