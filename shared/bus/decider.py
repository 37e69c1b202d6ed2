"""How a service says what it decides: aggregates folded from facts, and policies that are pure functions over them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from shared.contracts.envelope import Envelope
from shared.contracts.facts.base import Fact
from shared.store.port import Row, Scalar

S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True)
class Aggregate(Generic[S]):
    """One kind of aggregate: how its state is folded, found and listed.

    ``owner`` is the topic its events go to. ``keys`` are unique within the kind (``id:<id>`` is added); ``index`` holds
    the scalars lists are filtered by. ``remembers`` is switched off where the state itself recognises repeated news,
    because the memory of causes would grow with every source.
    """

    kind: str
    owner: str
    state: type[S]
    evolve: Callable[[S | None, Any], S]
    keys: Callable[[S], Iterable[str]] = lambda _: ()
    index: Callable[[S], Mapping[str, Scalar]] = lambda _: {}
    remembers: bool = True

    def parse(self, data: bytes) -> S:
        """Return the state in stored bytes."""
        return self.state.model_validate_json(data)


Reads = tuple[tuple[Aggregate[Any], str], ...]
Others = Mapping[tuple[str, str], Any]


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of an aggregate's kind: ``match`` names it, the first known one wins; ``probe`` is only asked about."""

    match: tuple[str, ...]
    probe: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Which aggregate an event or command is for.

    ``keys`` are looked up in order and the first known one wins; ``id`` is used when none is known (empty: then the
    news concerns no aggregate of ours and is left alone). ``reads`` are other aggregates (kind, key) the decision may
    look at; they are loaded with it and never written. Where the keys depend on those, ``lookup`` gives them.
    """

    id: str
    keys: tuple[str, ...] = ()
    reads: Reads = ()
    lookup: Callable[[Others], Keys] | None = None

    def keys_given(self, others: Others) -> Keys:
        """Return the keys, now that the other aggregates are known."""
        return self.lookup(others) if self.lookup is not None else Keys(self.keys)


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may know besides state and news: nothing here waits, draws or asks the time."""

    now: datetime
    id: str
    cause: str
    envelope: Envelope | None = None
    others: Others = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    """Of the keys looked up, those that are known, with the id each belongs to."""

    def other(self, aggregate: Aggregate[S], key: str) -> S | None:
        """Return the state of another aggregate named in ``Target.reads``."""
        found: S | None = self.others.get((aggregate.kind, key))
        return found


@dataclass(frozen=True, slots=True)
class Heard:
    """A decoded event and its fact."""

    envelope: Envelope
    fact: Any


@dataclass(frozen=True)
class Policy:
    """``when_<fact>_<policy>``: for one fact, which aggregate decides and how."""

    name: str
    aggregate: Aggregate[Any]
    target: Callable[[Heard], Target | None]
    decide: Callable[[Any, Any, Context], Sequence[Fact]]


@dataclass(frozen=True)
class Plan:
    """For one fact, which rows come into being (insert if absent): effects that are due, jobs that wait.

    ``wake`` is called with the rows once they are durable. ``at_once``: rows for a fact this service decides itself are
    saved with the decision and need not wait for the log to bring it back; it does so all the same, and after a crash
    of a store that saves documents before rows that is what brings them.
    """

    name: str
    rows: Callable[[Heard], Sequence[Row]]
    wake: Callable[[Sequence[Row]], None] = lambda _: None
    at_once: bool = False


Hears = Mapping[str, tuple[Policy | Plan, ...]]
"""Fact type -> who hears it; tests and the documentation read this table."""


@dataclass(frozen=True)
class Command:
    """A wish from outside the log: HTTP, a sweep, a job.

    ``cause`` makes it idempotent (``http:<principal>:<Idempotency-Key>``, ``sweep:<concern>:<id>:<due>``); ``digest``
    of the body tells a repeated call from a reused key. ``expected`` is the version of If-Match.
    """

    aggregate: Aggregate[Any]
    target: Target
    decide: Callable[[Any, Context], Sequence[Fact]]
    cause: str
    digest: str = ""
    expected: int | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to. ``repeated`` says that the same cause had been handled before."""

    id: str
    version: int
    state: Any
    events: tuple[Envelope, ...] = ()
    repeated: bool = False


def new_id(prefix: str, cause: str) -> str:
    """Return the id of a new aggregate that has no natural one: a pure function of its cause."""
    return prefix + base64.b32encode(hashlib.sha256(cause.encode()).digest()).decode().lower()[:20]
