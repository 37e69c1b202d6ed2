"""The follower that keeps one colour of a projection up to date.

It saves what a batch changed together with how far it has read, as one unit of work; it counts the events of every
source aggregate, passes over repetitions, and makes what it cannot read visible (dead letter, fault row, health)
instead of stopping.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from pydantic import ValidationError

from shared.bus.deadletters import write
from shared.bus.group import DEAD
from shared.bus.port import Log, Record, Slot
from shared.contracts.envelope import Envelope, decode
from shared.contracts.problems import Unavailable, Undecodable
from shared.contracts.topics import Topics
from shared.replay.projection import News, Projection, table_of
from shared.store.port import Row, Store

OFFSETS = "projection_offsets"
_REMEMBERED = 200_000

Vector = dict[Slot, int]
Move = Callable[[Vector | None], Awaitable[Vector]]


class HistoryGone(Exception):
    """The beginning of a topic is no longer in the log, so a projection cannot be built from it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A record that could not be applied as it should: ``UNDECODABLE``, ``GAP`` or the name of an error."""

    record: Record
    code: str
    detail: str


class Follower:
    """Keeps one colour of a projection up to date; made anew it goes on where it was."""

    def __init__(
        self, log: Log, store: Store, topics: Topics, projection: Projection, colour: str, *, most: int = 500
    ) -> None:
        self.projection = projection
        self.colour = colour
        self.faults = 0
        self.applied = 0
        self._log, self._store, self._topics, self._most = log, store, topics, most
        self._label = f"{projection.name}.{colour}"
        self._turn = asyncio.Lock()
        self._seen: dict[str, int] = {}
        self._at: Vector = {}
        self._whole = False

    async def offsets(self) -> Vector:
        """Return how far the projection has read, per partition. Raises ``HistoryGone``."""
        vector: Vector = {}
        for owner in self.projection.owners:
            for slot, (first, _) in (await self._log.bounds(self._topics.of(owner))).items():
                vector[slot] = first
        rows = await self._store.rows(OFFSETS, [self._id(slot) for slot in vector])
        for slot, first in vector.items():
            row = rows.get(self._id(slot))
            if (row.version if row is not None else 0) < first:
                raise HistoryGone(f"主题 {slot.topic} 分区 {slot.partition} 的开头已不在日志中，无法重建 {self._label}")
            vector[slot] = row.version if row is not None else 0
        self._whole = self._whole or not rows
        return vector

    async def ends(self) -> Vector:
        """Return where the topics end now."""
        bounds = [await self._log.bounds(self._topics.of(owner)) for owner in self.projection.owners]
        return {slot: end for found in bounds for slot, (_, end) in found.items()}

    async def lag(self) -> int:
        """Return how many records are still to be read."""
        at, ends = await self.offsets(), await self.ends()
        return sum(max(0, ends[slot] - at[slot]) for slot in at)

    async def catch_up(self, until: Vector | None = None) -> Vector:
        """Apply what there is up to a vector, by default the present end; return where it stands then."""
        async with self._turn:
            return await self._move(until)

    async def _move(self, until: Vector | None = None) -> Vector:
        at = await self.offsets()
        ends = until if until is not None else await self.ends()
        target = {slot: max(ends.get(slot, 0), at[slot]) for slot in at}
        async with aclosing(self._log.read(at, target, most=self._most)) as batches:
            async for batch in batches:
                await self._settle(batch)
        await self.projection.tidy()
        return target

    @asynccontextmanager
    async def still(self) -> AsyncIterator[Move]:
        """Hold the follower between two batches; gives the one function that may move it meanwhile."""
        async with self._turn:
            yield self._move

    async def run(self) -> None:
        """Follow the log until cancelled; a store or broker that is away is waited for."""
        pause = 0.2
        while True:
            try:
                await self.catch_up()
                pause = 0.2
                async with aclosing(self._log.read(await self.offsets(), most=self._most)) as batches:
                    async for batch in batches:
                        await self._follow(batch)
            except Unavailable:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)

    async def _follow(self, batch: Sequence[Record]) -> None:
        """Settle what a rebuild has not settled in the meantime, while it held us still."""
        async with self._turn:
            at = self._at.get(Slot(batch[0].topic, batch[0].partition), 0)
            fresh = [record for record in batch if record.offset >= at]
            if fresh:
                await self._settle(fresh)
            if len(batch) < self._most:
                await self.projection.tidy()

    async def _settle(self, batch: Sequence[Record]) -> None:
        news, seen, faults = await self._sort(batch)
        try:
            rows = await self.projection.apply(news)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 -- a bug in one record must not hide all that follow it
            if len(batch) > 1:
                for record in batch:
                    await self._settle([record])
                return
            faults.append(Fault(batch[0], type(error).__name__, str(error)))
            rows = ()
        await self._bury(faults)
        await self._store.put([*rows, *self._rows(batch, self._unsaid(seen, rows), faults)])
        self._seen.update(seen)
        self._at[Slot(batch[-1].topic, batch[-1].partition)] = batch[-1].offset + 1
        self.applied += len(news)
        if len(self._seen) > _REMEMBERED:
            self._seen.clear()
            self._whole = False

    async def _sort(self, batch: Sequence[Record]) -> tuple[list[News], dict[str, int], list[Fault]]:
        events, faults = _decoded(batch)
        seen: dict[str, int] = {}
        known = await self._known({event.subject for _, event in events})
        news: list[News] = []
        hears = self.projection.hears
        for record, event in events:
            if (sequence := event.sequence) is not None:
                last = seen.get(event.subject) or known.get(event.subject, 0)
                if sequence <= last:
                    continue
                if sequence > last + 1:
                    faults.append(Fault(record, "GAP", f"{event.subject}: {last} 之后是 {sequence}"))
                seen[event.subject] = sequence
            if (model := hears.get(event.type)) is not None:
                try:
                    news.append(News(event, model.model_validate(event.data)))
                except ValidationError as error:
                    faults.append(Fault(record, "UNDECODABLE", f"{event.type}: {error.error_count()} 个字段不合契约"))
        return news, seen, faults

    async def _known(self, subjects: set[str]) -> Mapping[str, int]:
        """Return the last sequence applied of each aggregate; from zero on, all of them are in memory."""
        if self._whole:
            return self._seen
        missing = [subject for subject in subjects if subject not in self._seen]
        if missing:
            for table in filter(None, (self._table("seen"), self.projection.counts_in)):
                for id_, row in (await self._store.rows(table, missing)).items():
                    self._seen[id_] = max(row.version, self._seen.get(id_, 0))
        return self._seen

    def _rows(self, batch: Sequence[Record], seen: Mapping[str, int], faults: Sequence[Fault]) -> list[Row]:
        table = self._table("seen")
        rows = [Row(table, subject, sequence, {}) for subject, sequence in seen.items()]
        for fault in faults:
            place = f"{fault.record.topic}|{fault.record.partition}|{fault.record.offset}"
            data = {"code": fault.code, "detail": fault.detail[:500], "key": fault.record.key}
            rows.append(Row(self._table("faults"), place, 1, data))
        slot = Slot(batch[-1].topic, batch[-1].partition)
        rows.append(Row(OFFSETS, self._id(slot), batch[-1].offset + 1, {}))
        return rows

    def _unsaid(self, seen: Mapping[str, int], rows: Sequence[Row]) -> Mapping[str, int]:
        """Leave out what the projection's own rows say already: half of the writes of a rebuild."""
        own = self.projection.counts_in
        said = {row.id for row in rows if row.table == own and seen.get(row.id) == row.version} if own else ()
        return {subject: sequence for subject, sequence in seen.items() if subject not in said} if said else seen

    async def _bury(self, faults: Sequence[Fault]) -> None:
        for fault in faults:
            letter = write(fault.record, f"projection:{self._label}", "", code=fault.code, error=fault.detail)
            await self._log.append(fault.record.topic + DEAD, [letter])
        self.faults += len(faults)

    async def forget(self) -> None:
        """Remove the projection of this colour and how far it had read."""
        await self.projection.clear()
        for part in ("seen", "faults"):
            await self._store.drop(self._table(part))
        await self._store.delete(OFFSETS, [self._id(slot) for slot in await self.ends()])
        self._seen.clear()
        self._at.clear()
        self._whole = False

    def _table(self, part: str) -> str:
        return table_of(self.projection.name, self.colour, part)

    def _id(self, slot: Slot) -> str:
        return f"{self._label}|{slot.topic}|{slot.partition}"


def _decoded(batch: Sequence[Record]) -> tuple[list[tuple[Record, Envelope]], list[Fault]]:
    events: list[tuple[Record, Envelope]] = []
    faults: list[Fault] = []
    for record in batch:
        try:
            events.append((record, decode(record.value)))
        except Undecodable as error:
            faults.append(Fault(record, "UNDECODABLE", str(error)))
    return events, faults
