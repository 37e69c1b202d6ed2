"""Folding the log from zero against what is stored; the one place that borrows the services' own ``evolve``."""

from __future__ import annotations

import importlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from shared.bus.decider import Aggregate
from shared.contracts.facts import FACTS
from tests.torture.evidence import Fold, Logged

Stored = tuple[str, str, int, bytes]
"""Kind, id, sequence and state of a stored aggregate."""


def aggregates_of(service: str) -> tuple[Aggregate[Any], ...]:
    """Return every aggregate a service keeps."""
    module = importlib.import_module(f"services.{service}.store")
    found = [value for value in vars(module).values() if isinstance(value, Aggregate)]
    return tuple({each.kind: each for each in found}.values())


def stored_in(path: Path) -> list[Stored]:
    """Read all aggregates of a SQLite store, without touching it."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE name LIKE 'd:%'")]
        return [
            (name[2:], *row) for name in names for row in database.execute(f'SELECT id, sequence, state FROM "{name}"')
        ]
    finally:
        database.close()


def compare(service: str, stored: Iterable[Stored], topic: Iterable[Logged]) -> Iterator[Fold]:
    """Fold the records of a service's topic and put each aggregate beside its stored self.

    Records must come in the order of their partitions; an aggregate in the log that is not stored, or the other way
    round, is paired with nothing.
    """
    events = _events(topic)
    kinds = {each.kind: each for each in aggregates_of(service)}
    for kind, id_, sequence, state in stored:
        folded, last = fold(kinds[kind], events.pop(id_, []))
        yield Fold(service, kind, id_, canonical(state), folded, sequence, last)
    for id_, left in events.items():
        yield Fold(service, "?", id_, "", "", 0, len(left))


def _events(topic: Iterable[Logged]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    seen = set()
    for record in topic:
        event = record.event
        if event["id"] not in seen:
            seen.add(event["id"])
            found[event["subject"]].append(event)
    return found


def fold(aggregate: Aggregate[Any], events: Iterable[dict[str, Any]]) -> tuple[str, int]:
    """Return the folded state as canonical JSON and the last sequence."""
    state, last = None, 0
    for event in events:
        state = aggregate.evolve(state, FACTS[event["type"]].model_validate(event["data"]))
        last = event["sequence"]
    return canonical(state.model_dump_json(exclude_defaults=True)) if state is not None else "", last


def canonical(state: bytes | str) -> str:
    """Return JSON in one form."""
    return json.dumps(json.loads(state), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
