"""One unit of work: the aggregates a batch touches, loaded once, folded in order, saved together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.bus.decider import Aggregate, Heard, Target
from shared.contracts.envelope import Envelope, encode
from shared.contracts.facts.base import Fact
from shared.contracts.topics import Topics
from shared.store.port import Owed, Row, Store, Stored


@dataclass(slots=True)
class Held:
    """An aggregate inside the unit: as stored, and as folded so far."""

    aggregate: Aggregate[Any]
    id: str
    version: int = 0
    sequence: int = 0
    state: Any = None
    causes: dict[str, int | str] = field(default_factory=dict)
    owed: list[Owed] = field(default_factory=list)
    touched: bool = False

    def stored(self) -> Stored:
        """Return the document to save."""
        keys = dict.fromkeys((f"id:{self.id}", *self.aggregate.keys(self.state)))
        return Stored(
            kind=self.aggregate.kind,
            id=self.id,
            version=self.version + 1,
            sequence=self.sequence,
            state=self.state.model_dump_json(exclude_defaults=True).encode(),
            keys=tuple(keys),
            index=self.aggregate.index(self.state),
            causes=self.causes,
            outbox=tuple(self.owed),
        )


@dataclass(frozen=True, slots=True)
class Cause:
    """Why events come into being, as they will say it."""

    id: str
    now: datetime
    correlation: str | None = None
    agency: str | None = None
    traceparent: str | None = None


class Unit:
    """The working set of one batch."""

    def __init__(self, store: Store, topics: Topics) -> None:
        self._store = store
        self._topics = topics
        self._held: dict[tuple[str, str], Held] = {}
        self._found: dict[tuple[str, str], str] = {}
        self.rows: list[Row] = []
        self.said: list[Heard] = []

    async def load(self, wanted: Sequence[tuple[Aggregate[Any], Target]]) -> None:
        """Load every aggregate that the targets and their reads may name."""
        reads: dict[str, tuple[Aggregate[Any], dict[str, None]]] = {}
        for _, target in wanted:
            for other, key in target.reads:
                reads.setdefault(other.kind, (other, {}))[1][key] = None
        for other, names in reads.values():
            await self._load_kind(other, list(names), ())
        kinds: dict[str, tuple[Aggregate[Any], dict[str, None], dict[str, None]]] = {}
        for aggregate, target in wanted:
            _, keys, ids = kinds.setdefault(aggregate.kind, (aggregate, {}, {}))
            given = target.keys_given(self.others(target)) if target.lookup else None
            keys.update(dict.fromkeys(target.keys if given is None else (*given.match, *given.probe)))
            if target.id:
                ids[target.id] = None
        for aggregate, keys, ids in kinds.values():
            await self._load_kind(aggregate, list(keys), list(ids))

    async def _load_kind(self, aggregate: Aggregate[Any], keys: Sequence[str], ids: Sequence[str]) -> None:
        found = await self._store.find(aggregate.kind, keys) if keys else {}
        for key, id_ in found.items():
            self._found[aggregate.kind, key] = id_
        wanted = [i for i in {*ids, *found.values()} if (aggregate.kind, i) not in self._held]
        for id_, document in (await self._store.load(aggregate.kind, wanted)).items() if wanted else ():
            self._held[aggregate.kind, id_] = Held(
                aggregate,
                id_,
                document.version,
                document.sequence,
                aggregate.parse(document.state),
                dict(document.causes),
            )

    def resolve(self, aggregate: Aggregate[Any], target: Target) -> tuple[Held | None, dict[str, str]]:
        """Return the aggregate a target names and which of its keys are known.

        A fresh aggregate where none exists yet; None where it concerns nobody.
        """
        keys = target.keys_given(self.others(target))
        known = {
            k: self._found[aggregate.kind, k] for k in (*keys.match, *keys.probe) if (aggregate.kind, k) in self._found
        }
        for key in keys.match:
            if key in known:
                return self._held[aggregate.kind, known[key]], known
        if not target.id:
            return None, known
        held = self._held.get((aggregate.kind, target.id))
        return held if held is not None else Held(aggregate, target.id), known

    def others(self, target: Target) -> Mapping[tuple[str, str], Any]:
        """Return the states of the aggregates a target may look at."""
        states: dict[tuple[str, str], Any] = {}
        for aggregate, key in target.reads:
            id_ = self._found.get((aggregate.kind, key))
            held = self._held.get((aggregate.kind, id_)) if id_ is not None else None
            states[aggregate.kind, key] = held.state if held is not None else None
        return states

    def apply(self, held: Held, facts: Sequence[Fact], cause: Cause) -> list[Envelope]:
        """Fold facts into an aggregate; return the events it now owes."""
        events: list[Envelope] = []
        aggregate = held.aggregate
        for fact in facts:
            held.sequence += 1
            held.state = aggregate.evolve(held.state, fact)
            event = Envelope(
                id=f"{held.id}:{held.sequence}",
                source=f"/{aggregate.owner}",
                type=fact.type,
                subject=held.id,
                time=cause.now,
                data=fact.wire(),
                sequence=held.sequence,
                causationid=cause.id,
                correlationid=cause.correlation or cause.id,
                agency=cause.agency,
                traceparent=cause.traceparent,
            )
            held.owed.append(Owed(event.id, self._topics.of(aggregate.owner), held.id, encode(event)))
            events.append(event)
            self.said.append(Heard(event, fact))
        if facts:
            self._keep(held)
        return events

    def _keep(self, held: Held) -> None:
        held.touched = True
        kind = held.aggregate.kind
        self._held[kind, held.id] = held
        self._found[kind, f"id:{held.id}"] = held.id
        for key in held.aggregate.keys(held.state):
            self._found.setdefault((kind, key), held.id)

    async def save(self) -> bool:
        """Save all that was touched as one unit of work; return whether there was anything."""
        documents = [held.stored() for held in self._held.values() if held.touched]
        if documents or self.rows:
            await self._store.save(documents, self.rows)
        return bool(documents or self.rows)
