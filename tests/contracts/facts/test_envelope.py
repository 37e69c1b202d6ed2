"""The envelope on the wire: ours both ways, and readable by an implementation nobody here wrote."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import pytest
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import ZONE
from shared.contracts.envelope import Envelope, decode, encode
from shared.contracts.problems import Undecodable

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=20)
EVENT = Envelope(
    "d1:3",
    "/catalog",
    "catalog.document-archived",
    "d1",
    datetime(2026, 3, 2, 9, tzinfo=ZONE),
    {"document": {"title": "通知"}},
    sequence=3,
    causationid="e1",
    correlationid="e1",
    agency="shanghai",
)


def test_an_event_survives_the_wire() -> None:
    assert decode(encode(EVENT)) == EVENT
    assert encode(decode(encode(EVENT))) == encode(EVENT)


def test_the_cloudevents_library_reads_it() -> None:
    read = JSONFormat().read(None, encode(EVENT))
    assert (read.get_id(), read.get_type(), read.get_subject()) == ("d1:3", "catalog.document-archived", "d1")
    assert read.get_extension("sequence") == 3
    assert read.get_time() == EVENT.time
    assert read.get_data() == {"document": {"title": "通知"}}


@given(st.dictionaries(WORDS, WORDS), WORDS)
def test_any_data_survives_the_wire(data: dict[str, str], subject: str) -> None:
    event = Envelope("x:1", "/x", "x.y-done", subject, EVENT.time, data)
    assert decode(encode(event)) == event


@given(st.binary(max_size=200))
def test_the_reader_is_total(value: bytes) -> None:
    with suppress(Undecodable):
        assert isinstance(decode(value), Envelope)


@pytest.mark.parametrize(
    "value", [None, b"", b"[]", b"1", b"{}", b'{"specversion":"1.0"}', encode(EVENT).replace(b'"1.0"', b'"0.3"')]
)
def test_what_is_no_event_is_undecodable(value: bytes | None) -> None:
    with pytest.raises(Undecodable):
        decode(value)
