"""What the benchmarks send is what agencies may send, and always the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import samples
from bench.handling import dealt, drafts
from bench.rebuild import _event
from bench.search import queries
from shared.contracts.envelope import decode
from shared.contracts.facts import FACTS
from shared.law.credit import is_valid


def test_the_door_takes_every_sample(tmp_path: Path) -> None:
    documents = [samples.document_event(n) for n in range(300)]
    made = drafts(tmp_path, [*samples.body_events(), *documents])
    assert len(made) == 300 + len(samples.BODIES)


def test_documents_have_numbers_and_titles_of_their_own() -> None:
    data = [samples.document_data(n) for n in range(2_000)]
    assert len({each["title"] for each in data}) == len({each["number"] for each in data}) == 2_000


def test_a_document_is_the_same_each_time_and_about_a_kilobyte() -> None:
    first, again = (samples.lines([samples.document_event(7)]) for _ in range(2))
    assert first == again
    assert 600 < len(first[0]) < 1_400


def test_texts_are_as_long_as_asked_for() -> None:
    assert all(len(samples.text_of(n, 300)) == 301 for n in range(50))


def test_credit_codes_are_valid_and_differ() -> None:
    codes = {samples.credit_code(n) for n in range(500)}
    assert len(codes) == 500
    assert all(map(is_valid, codes))


@pytest.mark.parametrize("number", range(10))
def test_facts_of_a_rebuild_fit_their_contracts(number: int) -> None:
    _, _, fact = _event(number)
    assert FACTS[fact.type].model_validate(fact.wire()) == fact


def test_seven_of_ten_events_are_enterprises_two_applications_one_a_document() -> None:
    owners = [_event(n)[0] for n in range(100)]
    assert [owners.count(name) for name in ("notify", "requests", "catalog")] == [70, 20, 10]


def test_records_are_dealt_to_partitions_in_their_order(tmp_path: Path) -> None:
    parts = dealt(drafts(tmp_path, [samples.document_event(n) for n in range(100)]))
    assert sum(map(len, parts)) == 100
    for part in parts:
        assert [record.offset for record in part] == list(range(len(part)))
        numbers = [int(decode(record.value).id.removeprefix("doc-")) for record in part]
        assert numbers == sorted(numbers)


def test_every_query_is_a_piece_of_some_document() -> None:
    everything = "\n".join(
        f"{samples.title_of(n)}\n{samples.document_data(n)['number']}\n{samples.text_of(n)}" for n in range(40)
    )
    asked = queries(40)
    assert len(asked) == 1_000
    assert all(2 <= len(each) <= 8 and each in everything for each in asked)
