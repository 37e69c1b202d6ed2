"""The information processing fee."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.law.fees import pieces_in_month
from shared.law.profiles import NoSuchRule
from shared.law.rules import Rules, load_rules

D = dt.date
ON = D(2026, 3, 2)
PIECES, PAGES = (load_rules().fees(method, "shanghai", ON) for method in ("pieces", "pages"))


@pytest.mark.parametrize(
    ("n", "yuan"), [(0, 0), (1, 0), (10, 0), (11, 100), (30, 2000), (31, 2200), (40, 4000), (41, 4300), (50, 7000)]
)
def test_the_fee_by_pieces(n: int, yuan: int) -> None:
    assert PIECES.total(n) == yuan


@pytest.mark.parametrize(
    ("pages", "yuan"), [(0, 0), (30, 0), (31, 10), (100, 700), (101, 720), (200, 2700), (201, 2740), (300, 6700)]
)
def test_the_fee_by_pages(pages: int, yuan: int) -> None:
    assert PAGES.total(pages) == yuan


@pytest.mark.parametrize(
    ("n", "yuan"), [(10, 0), (11, 100), (30, 100), (31, 200), (40, 200), (41, 300), (50, 300), (51, 400)]
)
def test_the_price_of_one_more_piece(n: int, yuan: int) -> None:
    assert PIECES.price(n) == yuan


@given(st.integers(1, 500))
def test_fees_are_progressive(n: int) -> None:
    for fee in (PIECES, PAGES):
        assert fee.price(n + 1) >= fee.price(n) >= 0
        assert fee.total(n) == fee.total(n - 1) + fee.price(n)


def test_pieces_are_counted_within_the_natural_month() -> None:
    received = [D(2026, 2, 28), D(2026, 3, 1), D(2026, 3, 31), D(2025, 3, 2), D(2026, 4, 1)]
    assert pieces_in_month(received, ON) == 2


def test_there_was_no_such_fee_before_the_measure(rules: Rules) -> None:
    with pytest.raises(NoSuchRule):
        rules.fees("pieces", "shanghai", D(2020, 12, 31))
