"""Table I by format: its cells, what counts as which kind of document, its balance, its money."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.law.rules import Rules
from shared.law.table_one import TableOne, amount, total


@pytest.mark.parametrize(
    ("year", "code"), [(2018, "2019"), (2019, "2019"), (2020, "2019"), (2021, "2021"), (2025, "2021")]
)
def test_the_format_goes_by_the_year_of_the_report(rules: Rules, year: int, code: str) -> None:
    assert rules.table_one.of_year(year).code == code


def test_the_present_format_has_ten_cells_in_the_printed_order(rules: Rules) -> None:
    assert rules.table_one.of_year(2025).cells == (
        ("rules", "issued"), ("rules", "repealed"), ("rules", "valid"),
        ("normative", "issued"), ("normative", "repealed"), ("normative", "valid"),
        ("licences", "decisions"), ("penalties", "decisions"), ("compulsion", "decisions"), ("fees", "amount"),
    )  # fmt: skip


def test_the_old_format_has_other_columns(rules: Rules) -> None:
    old = rules.table_one.of_year(2020)
    assert [old.columns[c].label for r, c in old.cells if r == "normative"] == [
        "本年新制作数量",
        "本年新公开数量",
        "对外公开总数量",
    ]
    assert [old.columns[c].label for r, c in old.cells if r == "procurement"] == [
        "采购项目数量",
        "采购总金额（单位：万元）",
    ]
    assert len(old.cells) == 22


@pytest.mark.parametrize(
    ("title", "genre", "number", "tags", "kind"),
    [
        ("关于支持小微企业的若干规定", "通知", "沪府规", (), "normative"),
        ("关于支持小微企业的若干规定", "通知", "沪府办规", (), "normative"),
        ("2026年政务公开工作要点", "通知", "沪府办发", (), None),
        ("上海市城市更新办法", "命令", "上海市人民政府令", (), "rules"),
        ("关于某某同志任职的命令", "命令", "上海市人民政府令", (), None),
        ("关于规范某事的通告", "通告", "", ("文件性质:行政规范性文件",), "normative"),
    ],
)
def test_documents_count_by_series_tag_or_genre(
    rules: Rules, title: str, genre: str, number: str, tags: tuple[str, ...], kind: str | None
) -> None:
    assert rules.table_one.kind(title, genre, number, tags) == kind


def test_a_district_of_2023_balances_and_one_document_too_many_does_not(rules: Rules) -> None:
    # 黄浦 2023: 63 in force before, 24 issued, 31 repealed or expired, 56 in force.
    table = rules.table_one.of_year(2023)
    cells = {("normative", "issued"): 24, ("normative", "repealed"): 31, ("normative", "valid"): 56}
    assert table.check(cells, {("normative", "valid"): 63}) == []
    (broken,) = table.check(cells, {("normative", "valid"): 64})
    assert (broken.identity, broken.row, broken.left, broken.right) == ("STOCK", "normative", 56, 57)


def test_a_balance_with_an_empty_cell_is_not_claimed(rules: Rules) -> None:
    table = rules.table_one.of_year(2023)
    assert table.check({("normative", "issued"): 24, ("normative", "valid"): None}, {("normative", "valid"): 1}) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.30", Decimal("12.30")),
        ("0.0001", Decimal("0.0001")),
        ("12", None),
        ("1.5", None),
        ("-1.00", None),
        ("1.00001", None),
    ],
)
def test_money_has_two_to_four_digits_after_the_point(text: str, value: Decimal | None) -> None:
    assert amount(text) == value


def test_adding_cells_loses_no_cent_and_keeps_nothing_from_nothing() -> None:
    assert total(["0.10", "0.2000", None]) == "0.3000"
    assert total([1, None, 2]) == 3
    assert total([None, None]) is None


def test_a_row_with_an_unknown_column_is_refused() -> None:
    content = {
        "kind": [],
        "format": [
            {"code": "x", "since": 1, "title": "t", "source": "s", "column": [],
             "row": [{"code": "r", "group": "g", "label": "l", "columns": ["nowhere"]}]},
        ],
    }  # fmt: skip
    with pytest.raises(LookupError):
        TableOne.parse(content)
