"""Receipts: the same for the same event, checkable without a look-up, nobody else's to make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.security.receipts import JUDGES, Receipt, Receipts, content_digest

KEY = bytes(range(32))
RECEIPTS = Receipts(KEY)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JUDGE = st.sampled_from(sorted(JUDGES.values()))
ISSUED = RECEIPTS.issue("jingan-oa", "catalog", "//oa", "1", content_digest("t", "s", b"{}"))


def test_a_receipt_never_changes_between_releases() -> None:
    # Computed with b2sum and openssl.
    assert ISSUED == "rc_c8cf00eb8b9947626d7a560168d70359daae082f1"


@given(TEXT, JUDGE, TEXT, TEXT, TEXT, TEXT, st.binary())
def test_a_receipt_of_ours_tells_agency_and_judge(
    agency: str, judge: str, source: str, event: str, kind: str, subject: str, data: bytes
) -> None:
    receipt = RECEIPTS.issue(agency, judge, source, event, content_digest(kind, subject, data))
    assert RECEIPTS.check(receipt, ["someone", agency]) == Receipt(agency, judge)
    assert RECEIPTS.check(receipt, [agency + "x"]) is None
    assert Receipts(bytes(32)).check(receipt, [agency]) is None


EVENT = st.tuples(TEXT, TEXT, TEXT, TEXT, st.binary(max_size=20))


def receipt_of(event: tuple[str, str, str, str, bytes]) -> str:
    source, name, kind, subject, data = event
    return RECEIPTS.issue("jingan-oa", "catalog", source, name, content_digest(kind, subject, data))


@given(EVENT, EVENT)
def test_two_events_share_a_receipt_only_if_they_are_one(
    one: tuple[str, str, str, str, bytes], other: tuple[str, str, str, str, bytes]
) -> None:
    assert (receipt_of(one) == receipt_of(other)) == (one == other)


@given(st.text(max_size=12), st.text(max_size=12), st.integers(min_value=0, max_value=12))
def test_moving_the_border_between_source_and_id_gives_another_receipt(left: str, right: str, cut: int) -> None:
    whole = (left + right).encode("utf-8", "ignore").decode()
    here = RECEIPTS.issue("a", "catalog", whole[:cut], whole[cut:], "d")
    there = RECEIPTS.issue("a", "catalog", whole[: cut + 1], whole[cut + 1 :], "d")
    assert (here == there) == (whole[:cut] == whole[: cut + 1])


@given(st.integers(min_value=0, max_value=len(ISSUED) - 1), st.sampled_from("0123456789abcdefcrnpx"))
def test_no_changed_character_is_accepted(place: int, char: str) -> None:
    changed = ISSUED[:place] + char + ISSUED[place + 1 :]
    assert (RECEIPTS.check(changed, ["jingan-oa"]) is None) == (changed != ISSUED)


@given(st.text())
def test_garbage_is_nobodys_receipt(text: str) -> None:
    assert RECEIPTS.check(text, ["jingan-oa"]) is None
    assert RECEIPTS.check(ISSUED + text, ["jingan-oa"]) is None or text == ""


def test_only_a_service_judges() -> None:
    with pytest.raises(KeyError):
        RECEIPTS.issue("a", "feed", "s", "1", "d")


def test_a_short_key_stops_the_start() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Receipts(b"short")
