"""A shadow run (影子回放): a service's present code over records of the past, without a way to touch anything.

The shadow holds an overlay over the store and the policies without their wake-ups; it has no sender, no relay and no
egress object, so there is nothing in it that an effect could leave by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import orjson
from pydantic import ValidationError

from shared.bus.deadletters import text_of
from shared.bus.decider import Hears, Plan
from shared.bus.dispatch import Dispatcher
from shared.bus.port import Poison, Record
from shared.clock import Clock
from shared.contracts.canonical import canonical
from shared.contracts.envelope import decode
from shared.contracts.problems import Undecodable
from shared.contracts.topics import Topics
from shared.replay.overlay import Overlay
from shared.replay.projection import News, Projection, RowProjection
from shared.store.port import Row, Store, Stored

Kind = Literal["event", "aggregate", "row", "effect", "refused"]
KINDS: tuple[Kind, ...] = ("event", "aggregate", "row", "effect", "refused")
IDENTITY = ("item", "edition", "recipient", "endpoint", "purpose", "payload")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that would be other than it is.

    ``what`` is new, missing, different or the code of a refusal; ``row`` is what ``replay run`` would write, where it
    may write anything.
    """

    kind: Kind
    id: str
    what: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    row: Row | None = None
    expected: int | None = None


class Shadow:
    """One run: feed it chunks in order, then ask for ``aggregates``; ``done`` counts effects that are as planned."""

    def __init__(
        self, store: Store, clock: Clock, topics: Topics, hears: Hears, projections: Iterable[Projection], ledger: str
    ) -> None:
        self._store, self._topics, self._ledger = store, topics, ledger
        self._watch = _Watch(store)
        self._dispatcher = Dispatcher(self._watch, clock, topics, _asleep(hears))
        self._projections = [each for each in projections if isinstance(each, RowProjection)]
        self.done = 0

    async def chunk(self, records: Sequence[Record]) -> list[Finding]:
        """Run the records of one partition; return what they would change. Raises ``Unavailable``."""
        refused = await self._settle(list(records))
        events, rows = self._watch.take()
        found = [*refused, *map(_event, events)]
        found += await self._effects([row for row in rows if row.table == self._ledger])
        for projection in self._projections:
            found += await self._rows(projection, records)
        return found

    async def aggregates(self) -> list[Finding]:
        """Return the aggregates that would be other than they are, with the fields that differ."""
        found = []
        for after in self._watch.changed():
            before = (await self._store.load(after.kind, [after.id])).get(after.id)
            fields = _differences(before, after)
            if fields:
                found.append(Finding("aggregate", f"{after.kind}/{after.id}", _word(before), {"fields": fields}))
        return found

    async def _settle(self, records: list[Record]) -> list[Finding]:
        refused: list[Finding] = []
        while records:
            try:
                await self._dispatcher.settle(records)
                break
            except Poison as poison:
                bad = records.pop(poison.index)
                place = f"{bad.topic}/{bad.partition}/{bad.offset}"
                refused.append(Finding("refused", place, text_of(poison.error), {"key": bad.key}))
        return refused

    async def _effects(self, rows: Sequence[Row]) -> list[Finding]:
        """Compare planned effects with the ledger: its own progress is no difference, another content is."""
        live = await self._store.rows(self._ledger, [row.id for row in rows])
        found = []
        for row in {row.id: row for row in rows}.values():
            known = live.get(row.id)
            detail = {name: row.data.get(name) for name in ("item", "recipient", "endpoint", "purpose")}
            if known is None:
                found.append(Finding("effect", row.id, "missing", detail, row))
            elif any(canonical(row.data.get(name)) != canonical(known.data.get(name)) for name in IDENTITY):
                found.append(Finding("effect", row.id, "different", detail))
            else:
                self.done += 1
        return found

    async def _rows(self, projection: RowProjection, records: Sequence[Record]) -> list[Finding]:
        owners = {self._topics.of(owner) for owner in projection.owners}
        news = [each for record in records if record.topic in owners and (each := _news(projection, record))]
        found = []
        for row in await projection.apply(news):
            known = (await self._store.rows(row.table, [row.id])).get(row.id)
            if known is None or known.version < row.version:
                expected = known.version if known is not None else None
                found.append(Finding("row", f"{row.table}/{row.id}", "missing", {}, row, expected))
            elif known.version == row.version and _shape(known) != _shape(row):
                fields = _changed_fields(known.data, row.data)
                found.append(Finding("row", f"{row.table}/{row.id}", "different", {"fields": fields}, row, row.version))
        return found


class _Watch(Overlay):
    """An overlay that remembers what was owed and planned since it was last asked."""

    def __init__(self, live: Store) -> None:
        super().__init__(live)
        self._owed: list[bytes] = []
        self._planned: list[Row] = []

    async def save(self, documents: Sequence[Stored], rows: Sequence[Row] = ()) -> None:
        await super().save([replace(document, outbox=()) for document in documents], rows)
        self._owed += [owed.value for document in documents for owed in document.outbox]
        self._planned += rows

    def take(self) -> tuple[list[bytes], list[Row]]:
        """Return the events and the rows since the last time."""
        taken = self._owed, self._planned
        self._owed, self._planned = [], []
        return taken


def _asleep(hears: Hears) -> Hears:
    """Return the same policies and plans, none of which wakes anybody."""
    return {
        type_: tuple(Plan(each.name, each.rows) if isinstance(each, Plan) else each for each in listeners)
        for type_, listeners in hears.items()
    }


def _event(value: bytes) -> Finding:
    event = decode(value)
    detail = {"type": event.type, "subject": event.subject, "cause": event.causationid}
    return Finding("event", event.id, "new", detail)


def _news(projection: RowProjection, record: Record) -> News | None:
    try:
        event = decode(record.value)
        model = projection.hears.get(event.type)
        return News(event, model.model_validate(event.data)) if model is not None else None
    except (Undecodable, ValidationError):
        return None


def _shape(row: Row) -> bytes:
    return canonical([dict(row.data), dict(row.index)])


def _differences(before: Stored | None, after: Stored) -> list[str]:
    return _changed_fields(orjson.loads(before.state) if before is not None else {}, orjson.loads(after.state))


def _changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*before, *after} if canonical(before.get(name)) != canonical(after.get(name)))


def _word(before: Stored | None) -> str:
    return "new" if before is None else "different"
