"""Contracts change only by adding: schemas are as generated, old examples are read for ever, nothing is forgotten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from gongkai.describe import EXAMPLES, SCHEMAS, Breaking, generated, hearers, write
from shared.contracts.codes import CODES
from shared.contracts.facts import FACTS, OWNERS
from shared.contracts.topics import Topics


def test_what_is_generated_is_what_is_committed() -> None:
    stale = [path.name for path, text in generated().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make events` and read the difference"


def test_no_schema_is_left_of_a_fact_that_is_gone() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(FACTS)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda p: p.stem)
def test_an_example_is_read_for_ever(path: Path) -> None:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    fact = FACTS[path.stem].model_validate(data)
    assert FACTS[path.stem].model_validate(fact.wire()) == fact
    schema = json.loads((SCHEMAS / path.name).read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(data)) == []


def test_every_fact_has_an_example() -> None:
    assert set(FACTS) - {path.stem for path in EXAMPLES.glob("*.json")} == set()


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_hearer_ignores_what_it_does_not_know(name: str) -> None:
    data = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    assert FACTS[name].model_validate(data | {"from_a_newer_release": 1}) == FACTS[name].model_validate(data)


@pytest.mark.parametrize("name", sorted(n for n in FACTS if FACTS[n].model_json_schema().get("required")))
def test_a_fact_without_what_it_must_say_is_refused(name: str) -> None:
    data = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    for field in FACTS[name].model_json_schema()["required"]:
        with pytest.raises(ValidationError):
            FACTS[name].model_validate({k: v for k, v in data.items() if k != field})


def test_a_breaking_change_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    path = SCHEMAS / "catalog.document-archived.json"
    broken = json.loads(path.read_text(encoding="utf-8"))
    broken["properties"].pop("document")
    monkeypatch.setattr("gongkai.describe.generated", lambda: {path: json.dumps(broken)})
    before = path.read_text(encoding="utf-8")
    with pytest.raises(Breaking, match="/document: removed"):
        write()
    assert path.read_text(encoding="utf-8") == before


def test_every_feed_fact_has_one_judge_that_hears_it() -> None:
    heard = hearers()
    for name, fact in FACTS.items():
        if name.startswith("feed."):
            judge = getattr(fact, "judge", "")
            assert {h.partition(".")[0] for h in heard.get(name, [])} == {judge}, name


def test_every_topic_has_an_owner_facts_and_a_dead_letter_topic() -> None:
    topics = Topics("city-")
    for owner in OWNERS:
        assert any(name.startswith(f"{owner}.") for name in FACTS)
        assert topics.owner(topics.dead(owner)) == owner
    with pytest.raises(ValueError, match="no such topic owner"):
        topics.of("nobody")


def test_codes_are_unique_within_their_owner_and_speak_chinese() -> None:
    for owner, codes in CODES.items():
        texts = [code.text for code in codes]
        assert len(set(texts)) == len(texts), owner
        assert all(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in texts)
        assert all(400 <= code.status <= 503 for code in codes)
