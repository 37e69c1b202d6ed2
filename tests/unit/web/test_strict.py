"""What the strict reader lets through is exactly what every other reader reads the same way."""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.problems import Refused
from shared.contracts.strict import decode

DEEP = 100_000


@pytest.mark.parametrize(
    ("text", "code", "pointer"),
    [
        (b'{"a": 1, "b": {"x": 1, "x": 2}}', "DUPLICATE_KEY", "/b/x"),
        (b'[{"a": 1}, {"a": 1, "\\u0061": 2}]', "DUPLICATE_KEY", "/1/a"),
        (b'{"a": [1, NaN]}', "NUMBER_OUT_OF_RANGE", "/a/1"),
        (b"[-Infinity]", "NUMBER_OUT_OF_RANGE", "/0"),
        (b"NaN}", "NUMBER_OUT_OF_RANGE", None),
        (b'-1e99,]{"', "NUMBER_OUT_OF_RANGE", None),
        (b'{"n": 1234567890123456789}', "NUMBER_OUT_OF_RANGE", "/n"),
        (b'{"n": -1234567890123456789}', "NUMBER_OUT_OF_RANGE", "/n"),
        (b'{"n":1234567890123456789}', "NUMBER_OUT_OF_RANGE", "/n"),
        (b'{"n":1e300}', "NUMBER_OUT_OF_RANGE", "/n"),
        (b'{"n":1,"n":2}', "DUPLICATE_KEY", "/n"),
        (b'{"n": 1e400}', "NUMBER_OUT_OF_RANGE", "/n"),
        (b'{"n": 1e18}', "NUMBER_OUT_OF_RANGE", "/n"),
        (b'{"n": 0.1234567890123456789}', "NUMBER_OUT_OF_RANGE", "/n"),
        (b'{"n": ' + b"9" * 1_000_000 + b"}", "NUMBER_OUT_OF_RANGE", None),
        (b"[" * 65 + b"]" * 65, "TOO_DEEP", "/0" * 64),
        (b"[" * DEEP + b"]" * DEEP, "TOO_DEEP", None),
        (b'{"a":' * DEEP + b"1" + b"}" * DEEP, "TOO_DEEP", None),
        (b"[" * DEEP, "TOO_DEEP", None),
        (b'{"a": "\\ud800"}', "BAD_CHARACTER", "/a"),
        (b'{"a": "\\udc00\\ud800"}', "BAD_CHARACTER", "/a"),
        (b'{"a": "\\ud83d-\\ude00"}', "BAD_CHARACTER", "/a"),
        (b'["ok", "\\u0000"]', "BAD_CHARACTER", "/1"),
        (b'{"a\\u0000b": 1}', "BAD_CHARACTER", None),
        (b'{"a\\nb": 1}', "BAD_CHARACTER", None),
        (b'["\\b"]', "BAD_CHARACTER", "/0"),
        (b'{"a": "\xff"}', "NOT_UTF8", None),
        (b'{"a": "\xed\xa0\x80"}', "NOT_UTF8", None),
        (b'\xef\xbb\xbf{"a": 1}', "NOT_JSON", None),
        (b'{"a": "\x01"}', "NOT_JSON", None),
        (b"{'a': 1}", "NOT_JSON", None),
        (b'{"a": 01}', "NOT_JSON", None),
        (b'{"a": 1,}', "NOT_JSON", None),
        (b'{"a": 1} {"b": 2}', "NOT_JSON", None),
        (b"", "NOT_JSON", None),
        (b"   ", "NOT_JSON", None),
        (b"nul", "NOT_JSON", None),
    ],
    ids=lambda value: repr(value)[:40] if isinstance(value, bytes) else None,
)
def test_ambiguous_json_is_refused_with_its_code_and_place(text: bytes, code: str, pointer: str | None) -> None:
    with pytest.raises(Refused) as caught:
        decode(text)
    assert caught.value.code.name == code
    if pointer is not None:
        assert [fault.pointer for fault in caught.value.faults] == [pointer]


@pytest.mark.parametrize(
    "text",
    [
        b' {"a" : [1, -2.5, true, null, "\xe5\x85\xac"] }\r\n',
        b'{"n": 123456789012345678}',
        b'{"a": "\\ud83d\\ude00 \\u4e2d\\n\\t\\" \\\\ud800"}',
        b"[" * 64 + b"]" * 64,
        b'"text"',
        b"12",
    ],
)
def test_plain_json_reads_as_everywhere(text: bytes) -> None:
    assert decode(text) == json.loads(text)


def test_a_brackets_in_texts_are_no_depth() -> None:
    assert decode(json.dumps(["[{" * 1000]).encode()) == ["[{" * 1000]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc字", max_size=3), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.booleans(), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_whatever_is_plain_comes_back_unchanged(value: Any, ascii_only: bool, marks: tuple[str, str]) -> None:
    assert decode(json.dumps(value, ensure_ascii=ascii_only, separators=marks).encode()) == value


@given(st.text('{}[]":,019eE.-\\u dabN', max_size=40), st.sampled_from(['{"a":%s}', "[%s]", '{"a":1,%s}', "%s"]))
def test_packing_a_text_tightly_changes_nothing(text: str, around: str) -> None:
    tight, loose = (around % text).encode(), b" " + (around % text).encode()
    assert _said(tight) == _said(loose)


def _said(text: bytes) -> str:
    try:
        return repr(decode(text))
    except Refused as refused:
        return refused.code.name


@given(st.binary(max_size=200) | st.text('{}[]":,0123456789eE.-\\u dabNf\n', max_size=60).map(str.encode))
def test_any_bytes_are_a_value_or_a_refusal_and_a_value_survives_a_round_trip(text: bytes) -> None:
    try:
        value = decode(text)
    except Refused:
        return
    assert decode(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 4_000_000,
        b'{"a":' * 800_000,
        b'["' + b"\\u0041" * 600_000 + b'"]',
        b"[" + b"1," * 2_000_000 + b"NaN]",
        b'["' + b'\\"' * 2_000_000,
    ],
    ids=["arrays", "objects", "escapes", "numbers", "open text"],
)
def test_four_hostile_megabytes_cost_no_more_than_a_moment(text: bytes) -> None:
    begun = time.process_time()
    with contextlib.suppress(Refused):
        decode(text)
    assert time.process_time() - begun < 1.5
