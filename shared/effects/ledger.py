"""The ledger of effects (投递台账): what has to leave the house, what has, and what nobody can tell.

``due`` → ``claimed`` (under a lease) → ``accepted`` | ``due`` again | ``uncertain`` | ``closed``. One conditional write
per step; ``accepted`` never changes again. The id of an effect is a function of what it is, so planning it twice, on
another machine or in a replay, makes no second one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from shared.effects.ledger_schedule import next_due
from shared.effects.port import Kind, Outcome, effect_key
from shared.store.port import Page, Query, Row, Scalar, Store


class State(StrEnum):
    """Where an effect stands."""

    DUE = "due"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    UNCERTAIN = "uncertain"
    CLOSED = "closed"


FINAL = (State.ACCEPTED, State.UNCERTAIN, State.CLOSED)
_FINAL_KINDS = {Kind.ACCEPTED: State.ACCEPTED, Kind.UNCERTAIN: State.UNCERTAIN, Kind.CLOSED: State.CLOSED}


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that has to leave: which edition of which item, to whom, where to, what for.

    ``payload`` is what the purpose needs to prepare the attempt (JSON; references, never personal data or secrets).
    ``index`` adds fields that lists are filtered by. ``nonce``, ``person``, ``reason``: those of a deliberate resend.
    """

    item: str
    edition: str | int
    recipient: str
    endpoint: str
    purpose: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    index: Mapping[str, Scalar] = field(default_factory=dict)
    nonce: str | None = None
    person: str | None = None
    reason: str | None = None

    @property
    def key(self) -> str:
        """The one id it has for ever."""
        return effect_key(self.item, self.edition, self.recipient, self.endpoint, self.purpose, self.nonce)


@dataclass(frozen=True, slots=True)
class Entry:
    """An effect as it stands in the ledger. Times are wire seconds; ``due`` of a claimed one is when its lease ends."""

    effect: Effect
    state: State = State.DUE
    version: int = 1
    due: float | None = None
    attempts: int = 0
    skips: int = 0
    first: float | None = None
    settled: float | None = None
    status: int | None = None
    error: str | None = None
    told: bool = True

    @property
    def key(self) -> str:
        """The id of the effect."""
        return self.effect.key

    def step(self, **changes: Any) -> Entry:
        """Return the entry one version later."""
        return replace(self, version=self.version + 1, **changes)

    def after(self, outcome: Outcome, now: float, draw: float) -> Entry:
        """Return the entry after an attempt; ``draw`` is a random number in [0, 1) for the wait until the next one.

        ``refused`` by our own guard is tried again: an address may point elsewhere tomorrow.
        """
        seen: dict[str, Any] = {"status": outcome.status, "error": outcome.error}
        final = _FINAL_KINDS.get(outcome.kind)
        if final is None:
            due = next_due(self.attempts, self.first or now, now, draw, outcome.after)
            if due is not None:
                return self.step(state=State.DUE, due=due, **seen)
            final = State.CLOSED
            seen["error"] = f"gave up: {outcome.error or outcome.status}"
        return self.step(state=final, due=None, settled=now, told=False, **seen)


class Ledger:
    """The entries of one service, as rows of its store.

    Args:
        store: where the rows are.
        table: their table; attempts are in ``<table>.attempts``.
        lease: seconds a claim lasts; must exceed every purpose's time-out by ``GRACE``.
    """

    def __init__(self, store: Store, table: str = "effects", lease: float = 25.0) -> None:
        self.store = store
        self.table = table
        self.lease = lease

    def rows(self, effects: Iterable[Effect], now: float) -> list[Row]:
        """Return the rows that plan effects; a store's ``save`` and ``put`` leave planned ones alone."""
        return [self._row(Entry(effect, due=now)) for effect in effects]

    async def plan(self, effects: Iterable[Effect], now: float) -> list[Row]:
        """Plan effects that are not planned yet; return their rows, to wake a courier with. Raises ``Unavailable``."""
        rows = self.rows(effects, now)
        fresh = set(await self.store.insert(rows))
        return [row for row in rows if row.id in fresh]

    async def resend(self, key: str, nonce: str, person: str, reason: str, now: float) -> list[Row]:
        """Plan a deliberate second sending under an id of its own; the same nonce makes no third one.

        Raises ``LookupError`` for an unknown key, ``ValueError`` without nonce, person and reason.
        """
        if not (nonce and person and reason):
            raise ValueError("a deliberate resend names its nonce, its person and its reason")
        entry = (await self.get([key])).get(key)
        if entry is None:
            raise LookupError(key)
        return await self.plan([replace(entry.effect, nonce=nonce, person=person, reason=reason)], now)

    async def get(self, keys: Sequence[str]) -> dict[str, Entry]:
        """Return the entries that exist."""
        return {key: entry_of(row) for key, row in (await self.store.rows(self.table, keys)).items()}

    async def page(self, query: Query) -> Page[Entry]:
        """Return a page of entries; fields are ``state``, ``due``, ``endpoint``, ``untold`` and the effects' own."""
        page = await self.store.page(self.table, query)
        return Page([entry_of(row) for row in page.items], page.next)

    async def due(self, now: float, after: str | None = None, limit: int = 500) -> Page[Entry]:
        """Return what may be claimed: what is due, and what was claimed by somebody whose lease is over."""
        page = await self.page(Query(order="due", high=now, after=after, limit=limit))
        # a server may match an entry as it was and hand it over as it has become meanwhile: claimed, or accepted
        return Page([entry for entry in page.items if entry.due is not None and entry.due <= now], page.next)

    async def claim(self, entries: Sequence[Entry], now: float) -> list[Entry]:
        """Claim entries for one attempt each; return those that are ours."""
        wanted = [
            entry.step(
                state=State.CLAIMED,
                due=now + self.lease,
                attempts=entry.attempts + 1,
                first=now if entry.first is None else entry.first,
            )
            for entry in entries
        ]
        ours = await asyncio.gather(*(self.write(entry) for entry in wanted))
        return [entry for entry, mine in zip(wanted, ours, strict=True) if mine]

    async def write(self, entry: Entry) -> bool:
        """Write an entry over the version before it; return whether that was what is stored."""
        return await self.store.swap(self._row(entry), entry.version - 1)

    async def note(self, entry: Entry, outcome: Outcome, began: float, ended: float) -> None:
        """Note an attempt; again changes nothing."""
        data = {
            "effect": entry.key,
            "attempt": entry.attempts,
            "began": began,
            "seconds": round(ended - began, 3),
            "kind": outcome.kind.value,
            "status": outcome.status,
            "error": outcome.error,
            "snippet": outcome.snippet,
        }
        name = f"{entry.key}:{entry.attempts}"
        await self.store.insert([Row(f"{self.table}.attempts", name, 1, data, {"effect": entry.key, "began": began})])

    async def attempts(self, key: str) -> list[Mapping[str, Any]]:
        """Return the attempts of an effect, oldest first (at most 100, more than the schedule makes)."""
        query = Query(equal={"effect": key}, order="began")
        return [row.data for row in (await self.store.page(f"{self.table}.attempts", query)).items]

    async def restore(self, entries: Iterable[Entry]) -> None:
        """Write entries that have been told, where they are newer: how a lost ledger comes back from settlements."""
        await self.store.put([self._row(replace(entry, told=True)) for entry in entries])

    def _row(self, entry: Entry) -> Row:
        effect = entry.effect
        data = {name: getattr(entry, name) for name in _ENTRY} | {"state": entry.state.value}
        data |= {name: getattr(effect, name) for name in _EFFECT}
        index = {
            **effect.index,
            "state": entry.state.value,
            "due": entry.due,
            "endpoint": effect.endpoint,
            "untold": None if entry.told else 1,
        }
        return Row(self.table, entry.key, entry.version, data, index)


_ENTRY = ("due", "attempts", "skips", "first", "settled", "status", "error", "told")
_EFFECT = ("item", "edition", "recipient", "endpoint", "purpose", "payload", "index", "nonce", "person", "reason")


def entry_of(row: Row) -> Entry:
    """Return the entry a row holds."""
    data = row.data
    effect = Effect(**{name: data[name] for name in _EFFECT})
    return Entry(effect, State(data["state"]), row.version, **{name: data[name] for name in _ENTRY})
