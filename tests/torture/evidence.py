"""What a run leaves behind: everything the invariants are checked on, as plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Accepted:
    """An event a door answered 202 for; ``feed`` tells the feed from the intake of applications."""

    source: str
    id: str
    receipt: str
    agency: str
    feed: bool = True


@dataclass(frozen=True)
class Logged:
    """A record as it lies in the log."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes

    @cached_property
    def event(self) -> dict[str, Any]:
        """The CloudEvent in it, by this program's own reading."""
        found: dict[str, Any] = json.loads(self.value)
        return found


@dataclass(frozen=True)
class Received:
    """A request that reached a receiver; ``signed`` says whether the independent library verified it."""

    channel: str
    id: str
    body: bytes
    signed: bool
    answered: int

    @cached_property
    def message(self) -> dict[str, Any]:
        """What it says."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass(frozen=True)
class Rebuilt:
    """How building a projection anew ended, with the digests before and after."""

    service: str
    projection: str
    ended: str
    before: str
    after: str
    items: int


@dataclass(frozen=True)
class Fault:
    """One fault and how long it took until everything it hit served again, in seconds."""

    number: int
    target: str
    kind: str
    held: float
    ready: float
    judged: float
    limit: float
    accepted: int = 0


@dataclass(frozen=True)
class Fold:
    """An aggregate as stored and as the log folds, both as canonical JSON, with their sequences."""

    service: str
    kind: str
    id: str
    stored: str
    folded: str
    stored_sequence: int
    folded_sequence: int


@dataclass
class Evidence:
    """One run."""

    accepted: list[Accepted] = field(default_factory=list)
    verdicts: dict[str, str] = field(default_factory=dict)
    log: list[Logged] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    rebuilt: list[Rebuilt] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    folds: list[Fold] = field(default_factory=list)
    summaries: dict[str, dict[str, Any]] = field(default_factory=dict)
    exits: dict[str, int] = field(default_factory=dict)
    died: list[str] = field(default_factory=list)
    canaries: tuple[str, ...] = ()
    mirrors: tuple[str, ...] = ()

    def topic(self, owner: str) -> list[Logged]:
        """Return the records of one owner's topic, each partition in its order."""
        return sorted((r for r in self.log if r.topic == owner), key=lambda r: (r.partition, r.offset))


@dataclass(frozen=True)
class Violation:
    """A broken promise: its code, what it is about, and the facts."""

    code: str
    about: str
    detail: str = ""
