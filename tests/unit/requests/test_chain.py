"""The chain of hashes: whatever is touched once, anywhere in it, is named by its place and by what was done."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.requests.evidence import Lying, Places, verify
from services.requests.evidence.chain import head_of, lines, links
from services.requests.evidence.verify import Broken, beginning, check_chain, check_end, link_of
from shared.contracts.canonical import canonical
from shared.contracts.envelope import Envelope, encode
from shared.contracts.facts.requests import CaseFact
from shared.store.sqlite import SqliteStore
from tests.unit.requests.hands import START

JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
DATA = st.lists(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), JSONS), min_size=2, max_size=9
)


def chained(data: list[dict[str, Any]], case: str = "r1") -> list[dict[str, Any]]:
    events = [
        Envelope(f"{case}:{n}", "/requests", "requests.contact-noted", case, START, each, sequence=n)
        for n, each in enumerate(data, 1)
    ]
    made = links(case, "events", [Lying(e, encode(e), "requests", 0, n) for n, e in enumerate(events)], "redacted")
    return [json.loads(line) for line in lines(made).splitlines()]


def fault(made: list[dict[str, Any]], whole: list[dict[str, Any]], case: str = "r1") -> Broken | None:
    try:
        check_chain(made, beginning(case, "events"), "events")
        check_end(made, len(whole), head_of(case, "events", whole), "events")
    except Broken as broken:
        return broken
    return None


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(DATA, st.data())
def test_one_touch_anywhere_is_named(data: list[dict[str, Any]], draw: st.DataObject) -> None:
    whole = chained(data)
    assert fault(whole, whole) is None
    made = json.loads(json.dumps(whole))
    at = draw.draw(st.integers(0, len(made) - 1))
    how = draw.draw(st.sampled_from(["change", "rehash", "drop", "swap", "insert", "renumber", "copy"]))
    place, cause = TOUCH[how](made, at)
    found = fault(made, whole)
    assert found is not None, (how, at)
    assert (found.place, found.cause) == (place, cause), (how, at, len(whole), str(found))
    assert f"第 {place} 条" in str(found) or "末尾缺失" in str(found)


def _change(made: list[dict[str, Any]], at: int) -> tuple[int, str]:
    made[at]["event"]["data"]["extra"] = "另有内容"
    return at + 1, "changed"


def _rehash(made: list[dict[str, Any]], at: int) -> tuple[int, str]:
    _change(made, at)
    made[at]["hash"] = link_of(made[at], at + 1)
    return at + 1, "changed"


def _drop(made: list[dict[str, Any]], at: int) -> tuple[int, str]:
    del made[at]
    return at + 1, "dropped"


def _swap(made: list[dict[str, Any]], at: int) -> tuple[int, str]:
    other = (at + 1) % len(made)
    made[at], made[other] = made[other], made[at]
    return min(at, other) + 1, "swapped"


def _forged(made: list[dict[str, Any]], at: int) -> dict[str, Any]:
    line = json.loads(json.dumps(made[at]))
    line["event"]["data"]["forged"] = True
    line["hash"] = link_of(line, line["n"])
    return dict(line)


def _insert(made: list[dict[str, Any]], at: int) -> tuple[int, str]:
    """A forged link that goes on from the one before, as if it had been there."""
    made.insert(at, _forged(made, at))
    return at + 1, "inserted"


def _renumber(made: list[dict[str, Any]], at: int) -> tuple[int, str]:
    """The same, with the numbers of all that follow put right."""
    made.insert(at, _forged(made, at))
    for number, line in enumerate(made, 1):
        line["n"] = number
    return at + 1, "inserted"


def _copy(made: list[dict[str, Any]], at: int) -> tuple[int, str]:
    made.append(json.loads(json.dumps(made[at])))
    return len(made), "inserted"


TOUCH = {
    "change": _change,
    "rehash": _rehash,
    "drop": _drop,
    "swap": _swap,
    "insert": _insert,
    "renumber": _renumber,
    "copy": _copy,
}


@given(DATA)
def test_a_link_of_one_case_fits_no_other(data: list[dict[str, Any]]) -> None:
    found = fault(chained(data, "r2"), chained(data, "r2"), "r1")
    assert found is not None
    assert (found.place, found.cause) == (1, "foreign")


@given(JSONS)
def test_the_verifier_and_the_platform_agree_on_canonical_json(value: Any) -> None:
    assert verify.canonical(value) == canonical(value)


def test_the_verifier_is_one_file_without_dependencies() -> None:
    source = Path(verify.__file__).read_text("utf-8")
    imported = {
        line.split()[1].partition(".")[0]
        for line in source.splitlines()
        if line.strip().startswith(("import ", "from "))
    }
    assert imported <= {*sys.stdlib_module_names, "__future__"}


@pytest.mark.parametrize("fact", CaseFact.__subclasses__(), ids=lambda fact: fact.type)
def test_every_fact_of_a_case_has_a_place(fact: type[CaseFact]) -> None:
    assert fact.type in Places(SqliteStore(":memory:"), "blue").hears
