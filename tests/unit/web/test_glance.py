"""What is taken in at a glance is what the careful examination takes in, with the very same bytes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.bus.memory import MemoryLog
from shared.clock import ZONE, Clock
from shared.contracts.topics import Topics
from shared.security.principals import Principal, PrincipalKind
from shared.security.receipts import Receipts
from shared.store.blobs import Blobs
from shared.web.feed import DiskGuard, Door, FeedDeps
from shared.web.feed.examine import FEED_TYPES, Examiner
from shared.web.feed.glance import Glance
from shared.web.feed.plain import plain
from shared.web.feed.stamp import Stamp
from shared.web.feed.taken import Taken
from tests.unit.web.doors import SOURCE, document, enterprise, event

CALLER = Principal(PrincipalKind.AGENCY, "a1", bodies=frozenset({"b1"}), source=SOURCE, types=frozenset(FEED_TYPES))
GOOD = (
    document(
        number="示发〔2026〕1号", written_on="2026-03-02", keywords=["养老", "补贴"], tags=["theme:补贴"], revision=3
    ),
    enterprise(),
    event("feed.interpretation-issued", "i1", {"title": "解读", "issuer": "示例局", "published_on": "2026-03-02"}),
    event("feed.partner-registered", "p1", {"partner": "p1", "name": "示例园区", "kind": "park", "members": ["m1"]}),
    event("feed.body-registered", "b1", {"body": "b1", "name": "示例局", "number_codes": ["示"]}),
    event("feed.licence-changed", "l1", {"credit_code": "c1", "licence": "x", "kind": "许可", "status": "valid"}),
)
NAMES = sorted({name for model in FEED_TYPES.values() for name in model.model_fields} | {"surplus"})
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2.0, 1e16, 1e17, 10**12, 10**13, 2**63, 2**64, [], {}, ["x"], [1], [[]], [None]),
    *("", "x", "非密", "秘密", "机密★10年", "true", "1", "a:b", "a:", "字" * 201, "字" * 501, "\x7f", "\u2028"),
    *("2026-02-29", "2024-02-29", "1609459200", "2026-03-02T00:00:00", "２０２６-03-02", "2026-03-02\n"),
    *("0000-01-01", "关于\t事项", "%(data)b", "https://example.org/a", "https://", ["a:b", "a:b"]),
    {"sha256": "0" * 64, "size": 1, "mediatype": "text/plain"},
)  # fmt: skip
PLACES = st.sampled_from(["id", "source", "subject", "time", "type", "specversion", "dataschema", "surplus", "data"])
TIMES = st.sampled_from(["2026-03-02T09:00:00Z", "2026-03-02T09:00:00.5+08:00", "2026-13-02T09:00:00Z", "2026-03-02"])
SNIPS = (
    *(b" ", b"\t", b"\r", b'"', b"\\", b"\\n", b"\\u0000", b",", b"}", b"[" * 70, b"\xff", b"\xed\xa0\x80", b"\x01"),
    *(b'"a":1,', b'"title":"x",', b'"name":"x",', b'"data":{},', b"-0", b"0", b"1e2", b"1.0", b"NaN", b"null"),
    b"1234567890123456789",
)  # fmt: skip


class Still(Clock):
    """A clock that stands."""

    def business(self) -> datetime:
        return datetime(2026, 3, 2, 9, tzinfo=ZONE)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    folder: Path = tmp_path_factory.mktemp("door")
    blobs, disk = Blobs(folder / "blobs"), DiskGuard(folder, 0)
    return Door(FeedDeps(MemoryLog(), Topics(), Still(), Receipts(b"r" * 32), blobs, {}, disk))


def line_of(wire: Any, marks: tuple[str, str] = (",", ":"), ascii_only: bool = False) -> bytes:
    return json.dumps(wire, ensure_ascii=ascii_only, separators=marks).encode()


def both(door: Door, lines: list[bytes]) -> tuple[Taken, Taken]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Glance, "take", lambda *_: False)
        careful = door.examine(CALLER, lines)
    return door.examine(CALLER, lines), careful


@st.composite
def changed(draw: st.DrawFn) -> dict[str, Any]:
    """A good event of which some values are others."""
    wire = json.loads(line_of(draw(st.sampled_from(GOOD))))
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=3)):
        wire["data"][name] = draw(st.sampled_from(ODD))
    for name in draw(st.lists(PLACES, max_size=1)):
        wire[name] = draw(TIMES if name == "time" else st.sampled_from(ODD))
    if draw(st.booleans()):
        wire["id"] = draw(st.text(max_size=5) | st.just("%(data)b%%s"))
    names = draw(st.permutations(sorted(wire)) | st.just(list(wire)))
    return {name: wire[name] for name in names}


@given(st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_glance_and_a_careful_look_agree_about_changed_values(door: Door, data: st.DataObject) -> None:
    wires = data.draw(st.lists(changed(), min_size=1, max_size=3))
    marks, ascii_only = data.draw(st.sampled_from([(",", ":"), (",", ":"), (", ", ": ")])), data.draw(st.booleans())
    quick, careful = both(door, [line_of(each, marks, ascii_only) for each in [*GOOD, *wires]])
    assert quick == careful


@given(st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_glance_and_a_careful_look_agree_about_damaged_bytes(door: Door, data: st.DataObject) -> None:
    lines = []
    for wire in data.draw(st.lists(changed() | st.sampled_from(GOOD), min_size=1, max_size=3)):
        line = line_of(wire)
        for _ in range(data.draw(st.integers(1, 3))):
            at, gone = data.draw(st.integers(0, len(line))), data.draw(st.integers(0, 2))
            line = line[:at] + data.draw(st.sampled_from(SNIPS) | st.just(b"")) + line[at + gone :]
        lines.append(line)
    quick, careful = both(door, [*map(line_of, GOOD), *lines])
    assert quick == careful


def test_both_looks_agree_about_every_odd_value_in_every_place(door: Door) -> None:
    wires = [{**wire, name: odd} for wire in GOOD for name in [*wire, "surplus", "dataschema"] for odd in ODD]
    wires += [{**wire, "data": {**wire["data"], name: odd}} for wire in GOOD for name in NAMES for odd in ODD]
    quick, careful = both(door, [line_of(each) for each in [*GOOD, *wires]])
    assert quick == careful
    assert quick.accepted
    assert quick.rejected


def test_both_looks_agree_wherever_a_line_is_damaged(door: Door) -> None:
    whole = line_of(enterprise(tags=["a:b"]))
    lines = [whole[:at] + snip + whole[at + gone :] for at in range(len(whole)) for snip in SNIPS for gone in (0, 1)]
    quick, careful = both(door, [whole, *lines])
    assert quick == careful


def test_numbers_that_grow_do_not_hide_a_doubled_name(door: Door) -> None:
    first = line_of(enterprise())
    for grown in (b"1E5", b"1e2", b"12345678901234567890"):
        for doubled in (b',"employees":1', b',"name":""', b"  ", b"          "):
            line = first.replace(b'"employees":32', b'"employees":' + grown + doubled)
            quick, careful = both(door, [first, line])
            assert quick == careful
            assert [each["index"] for each in quick.rejected] == [1]


def test_a_good_event_needs_one_glance_only(door: Door) -> None:
    examiner = Examiner(CALLER, door.deps.blobs)
    glance, taken = Glance(examiner, Stamp(CALLER, door.deps)), Taken()
    for wire in GOOD:
        assert examiner.faults(json.loads(line_of(wire))) == []
        later = {**wire, "id": "another", "subject": "另一件", "time": "2026-03-03T10:00:00+08:00"}
        assert glance.take(line_of(later), taken)
        assert glance.take(line_of(dict(reversed(later.items()))), taken) is False  # of a shape not examined yet
    assert len(taken.accepted) == len(GOOD)


def test_what_names_files_or_holds_a_text_is_never_plain() -> None:
    for wire in GOOD:
        known = plain(FEED_TYPES[wire["type"]])
        assert known is not None
        assert known.isinstance_python(wire["data"])
        for name, value in (("text", "正文"), ("text_blob", None), ("files", []), ("audience", None)):
            assert not known.isinstance_python({**wire["data"], name: value})
