"""Dead letters and the small rules around them."""

import pytest

from shared.bus import deadletters
from shared.bus.consumer.health import BURIALS, WINDOW_SECONDS, Stop
from shared.bus.group import LARGEST, LARGEST_HEADERS
from shared.bus.port import Draft, Poison, Record, TooLarge
from shared.bus.sizes import refuse_too_large
from shared.contracts.problems import Code, Refused, Undecodable

RECORD = Record("catalog", 1, 42, 1_700_000_000_000, "doc-1", "正文".encode())


def _lie(draft: Draft, offset: int = 0) -> Record:
    return Record("catalog.dead", 0, offset, 1_700_000_001_000, draft.key, draft.value, draft.headers)


def test_a_dead_letter_is_read_back_as_it_was_written() -> None:
    draft = deadletters.write(RECORD, "notify", "1.0", code="X", error="为什么", tries=3, behind=7)
    letter = deadletters.parse(_lie(draft, 5))
    assert letter is not None
    assert (letter.record, letter.place, letter.buried_ms) == (RECORD, 5, 1_700_000_001_000)
    assert (letter.consumer, letter.code, letter.error) == ("notify", "X", "为什么")
    assert (letter.tries, letter.version, letter.behind) == (3, "1.0", 7)


@pytest.mark.parametrize(
    "headers",
    [(), (("consumer", b"x"),), (("topic", b"t"), ("partition", b"one"), ("offset", b"1")), (("topic", b"\xff"),)],
)
def test_a_foreign_record_in_a_dead_topic_is_passed_over(headers: tuple[tuple[str, bytes], ...]) -> None:
    assert deadletters.parse(Record("t.dead", 0, 0, 0, "k", b"v", headers)) is None


def test_a_dead_letter_of_the_largest_record_with_the_longest_error_fits() -> None:
    record = Record("catalog", 0, 0, 0, "k", b"x" * (LARGEST - 1))
    draft = deadletters.write(record, "c" * 100, "1.0", code="X", error="错" * 100_000, tries=1)
    refuse_too_large([draft])
    assert draft.value == record.value


@pytest.mark.parametrize(
    ("draft", "large"),
    [
        (Draft("k", b"x" * (LARGEST - 1)), False),
        (Draft("k", b"x" * LARGEST), True),
        (Draft("键" * 10, b"x" * (LARGEST - 30)), False),
        (Draft("键" * 10, b"x" * (LARGEST - 29)), True),
        (Draft("k", b"", (("h", b"x" * LARGEST_HEADERS),)), True),
    ],
)
def test_the_limit_counts_bytes_of_key_and_value(draft: Draft, large: bool) -> None:
    if not large:
        refuse_too_large([draft])
        return
    with pytest.raises(TooLarge) as caught:
        refuse_too_large([Draft("a", b"1"), draft])
    assert caught.value.index == 1


def test_what_became_of_letters_is_kept_in_spans() -> None:
    row = deadletters.done_row(None, "c", "t", "k", 3, "discarded", "op: x")
    row = deadletters.done_row(row, "c", "t", "k", 5, "redriven")
    row = deadletters.done_row(row, "c", "t", "k", 9, "redriven")
    assert row.data["spans"] == [[3, "discarded", "op: x"], [9, "redriven", ""]]
    assert row.version == 10


def test_a_code_is_the_refusals_own_or_the_kind_of_error() -> None:
    class Wrong(Code):
        WRONG = ("不对", 409)

    assert deadletters.code_of(Refused(Wrong.WRONG)) == "WRONG"
    assert deadletters.code_of(Undecodable("?")) == "UNDECODABLE"
    assert deadletters.code_of(ZeroDivisionError()) == "ZeroDivisionError"


def test_undecodable_bytes_are_never_tried_again() -> None:
    assert Poison(0, Undecodable("?")).refused
    assert not Poison(0, KeyError("?")).refused


@pytest.mark.parametrize(("seconds", "stops"), [(WINDOW_SECONDS, True), (WINDOW_SECONDS + 1, False)])
def test_the_limit_of_burials_is_about_the_last_minute(seconds: float, stops: bool) -> None:
    times = [seconds * n / (BURIALS - 1) for n in range(BURIALS)]
    clock = iter(times)
    stop = Stop(lambda: next(clock))
    for _ in range(BURIALS):
        assert stop.reason is None
        stop.buried()
    assert (stop.reason is not None) is stops
