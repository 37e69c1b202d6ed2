"""An item is public only while its document is admitted and 主动公开, and what left does not come back by itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publish.domain.item import (
    Item,
    attach,
    evolve_item,
    hear_document,
    hear_withdrawal,
    path_of,
    review_validity,
)
from services.publish.domain.validity import standing
from shared.contracts.facts.catalog import DocumentWithdrawn
from shared.contracts.facts.publish import InterpretationView, ItemPublished, ItemWithdrawn
from tests.unit.publish.samples import NOW, desk, document


def fold(state: Item | None, facts: object) -> Item | None:
    for fact in facts:  # type: ignore[attr-defined]
        state = evolve_item(state, fact)
    return state


def test_an_admitted_public_document_is_shown_whole() -> None:
    (fact,) = hear_document(None, document(), 4, NOW, desk())
    assert isinstance(fact, ItemPublished)
    assert (fact.path, fact.column, fact.basis, fact.validity) == ("d/dc1.html", "policy", 4, "未标注")
    assert fact.document == document()


@pytest.mark.parametrize("attribute", ["依申请公开", "不予公开", "未认定"])
def test_a_document_of_another_attribute_is_never_shown(attribute: str) -> None:
    assert hear_document(None, document(attribute=attribute), 1, NOW, desk()) == ()


def test_leaving_the_attribute_takes_it_down_and_coming_back_shows_it_again() -> None:
    state = fold(None, hear_document(None, document(), 1, NOW, desk()))
    (gone,) = hear_document(state, document(attribute="不予公开"), 2, NOW, desk())
    assert isinstance(gone, ItemWithdrawn)
    assert not gone.final
    state = fold(state, [gone])
    assert state is not None
    assert state.shown is None
    (again,) = hear_document(state, document(), 3, NOW, desk())
    assert isinstance(again, ItemPublished)


def test_late_news_does_not_resurrect_what_is_withdrawn() -> None:
    state = fold(None, hear_document(None, document(edition=2), 5, NOW, desk()))
    state = fold(state, hear_withdrawal(state, DocumentWithdrawn(document_id="dc1", edition=2, reason="错发"), 6, NOW))
    assert hear_document(state, document(edition=1), 3, NOW, desk()) == ()
    assert hear_document(state, document(edition=2), 7, NOW, desk()) == ()
    (fact,) = hear_document(state, document(edition=3), 8, NOW, desk())
    assert isinstance(fact, ItemPublished)


def test_a_document_withdrawn_before_it_was_shown_stays_away() -> None:
    state = fold(None, hear_withdrawal(None, DocumentWithdrawn(document_id="dc1", edition=1, reason="错发"), 4, NOW))
    assert hear_document(state, document(), 2, NOW, desk()) == ()


def test_the_same_news_twice_changes_nothing() -> None:
    state = fold(None, hear_document(None, document(), 1, NOW, desk()))
    assert hear_document(state, document(), 1, NOW, desk()) == ()
    assert hear_document(state, document(), 2, NOW, desk()) == ()


def test_the_reason_of_a_withdrawal_repeats_nothing_of_the_content() -> None:
    state = fold(None, hear_document(None, document(), 1, NOW, desk()))
    reason = f"《{document().title}》（{document().number}）内容有误"
    (fact,) = hear_withdrawal(state, DocumentWithdrawn(document_id="dc1", edition=1, reason=reason), 2, NOW)
    assert isinstance(fact, ItemWithdrawn)
    assert document().title not in fact.reason
    assert str(document().number) not in fact.reason


@given(st.permutations(range(1, 7)), st.data())
def test_whatever_the_order_only_the_newest_news_counts(order: list[int], data: st.DataObject) -> None:
    attributes = data.draw(st.lists(st.sampled_from(["主动公开", "不予公开"]), min_size=6, max_size=6))
    state: Item | None = None
    newest = 0
    for sequence in [*order, *order]:
        newest = max(newest, sequence)
        news = document(attribute=attributes[sequence - 1], title=f"标题{sequence}")
        state = fold(state, hear_document(state, news, sequence, NOW, desk()))
        if state is not None and state.shown is not None:
            assert attributes[int(state.shown.document.title[2:]) - 1] == "主动公开"
    if attributes[5] == "主动公开":
        assert state is not None
        assert state.shown is not None
        assert state.shown.document.title == "标题6"


def test_an_interpretation_is_shown_once_and_a_newer_edition_takes_its_place() -> None:
    state = fold(None, hear_document(None, document(), 1, NOW, desk()))
    view = InterpretationView(interpretation_id="in1", title="解读", issuer="办公室", form="图解")
    state = fold(state, attach(state, view, NOW, desk()))
    assert attach(state, view, NOW, desk()) == ()
    state = fold(state, attach(state, view.model_copy(update={"edition": 2, "title": "解读二"}), NOW, desk()))
    assert state is not None
    assert state.shown is not None
    assert [each.title for each in state.shown.interpretations] == ["解读二"]
    assert attach(None, view, NOW, desk()) == ()


def test_a_date_changes_validity_and_the_sweep_says_it_once() -> None:
    shown = document(effective_on=date(2026, 4, 1), expires_on=date(2026, 12, 31))
    state = fold(None, hear_document(None, shown, 1, NOW, desk()))
    assert state is not None
    assert state.shown is not None
    assert (state.shown.validity, state.shown.validity_until) == ("尚未施行", date(2026, 3, 31))
    assert review_validity(state, date(2026, 3, 31), desk()) == ()
    state = fold(state, review_validity(state, date(2026, 4, 1), desk()))
    assert state is not None
    assert state.shown is not None
    assert (state.shown.validity, state.shown.validity_until) == ("现行有效", date(2026, 12, 31))
    assert review_validity(state, date(2026, 4, 1), desk()) == ()
    state = fold(state, review_validity(state, date(2027, 1, 1), desk()))
    assert state is not None
    assert state.shown is not None
    assert (state.shown.validity, state.shown.validity_until) == ("失效", None)


@pytest.mark.parametrize(
    ("values", "today", "expected"),
    [
        ({}, date(2026, 3, 2), "未标注"),
        ({"number": "沪府规〔2021〕5号", "effective_on": date(2021, 3, 1)}, date(2026, 2, 28), "现行有效"),
        ({"number": "沪府规〔2021〕5号", "effective_on": date(2021, 3, 1)}, date(2026, 3, 1), "失效"),
        (
            {"number": "沪府规〔2024〕5号", "title": "试行办法", "effective_on": date(2024, 3, 1)},
            date(2026, 3, 1),
            "失效",
        ),
        ({"tags": ("有效性:废止",)}, date(2026, 3, 1), "废止"),
        ({"tags": ("废止日期:2026-03-01",)}, date(2026, 3, 1), "废止"),
        ({"tags": ("废止日期:2026-03-01",)}, date(2026, 2, 28), "现行有效"),
    ],
)
def test_validity_follows_from_dates_and_series_only(values: dict[str, Any], today: date, expected: str) -> None:
    assert standing(document(**values), today, desk().rules, "shanghai").validity == expected


@given(st.integers(0, 4000))
def test_validity_holds_up_to_the_day_it_says_and_no_longer(days: int) -> None:
    shown = document(effective_on=date(2026, 1, 1), expires_on=date(2030, 6, 30), tags=("废止日期:2029-01-01",))
    today = date(2025, 1, 1) + timedelta(days=days)
    known = standing(shown, today, desk().rules, "shanghai")
    if known.until is None:
        assert standing(shown, today + timedelta(days=5000), desk().rules, "shanghai").validity == known.validity
    else:
        assert standing(shown, known.until, desk().rules, "shanghai").validity == known.validity
        later = standing(shown, known.until + timedelta(days=1), desk().rules, "shanghai")
        assert later.validity != known.validity


def test_a_document_stands_in_the_column_its_entry_names_or_the_first_that_fits() -> None:
    columns = desk().columns
    assert columns.of(document(column="财政预决算")).code == "budget"
    assert columns.of(document(title="2026年政务公开工作要点")).code == "plans"
    assert columns.of(document(number="沪府办规〔2026〕1号")).code == "normative"
    assert columns.of(document(title="2025年政府信息公开工作年度报告")).code == "annual-report"
    assert columns.of(document(column="没有的栏目")).code == "policy"


def test_an_address_is_safe_whatever_the_id() -> None:
    assert path_of("dcabc2") == "d/dcabc2.html"
    for bad in ("../x", "a/b", "", "文", "a" * 200):
        assert path_of(bad).startswith("d/x-")
        assert ".." not in path_of(bad)
