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

from shared.bus.deadletters import write
from shared.bus.group import DEAD
from shared.bus.port import Log, Record, Slot
from shared.contracts.problems import Unavailable
from shared.contracts.topics import Topics
from shared.replay.projection import News, Projection, table_of
from shared.replay.reading import Heard, ahead, hear, heard_of
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
        self.follows = False
        """Whether it has read everything there was when it began, and reads on."""
        self._log, self._store, self._topics, self._most = log, store, topics, most
        self._label = f"{projection.name}.{colour}"
        self._turn = asyncio.Lock()
        self._seen: dict[str, int] = {}
        self._at: Vector = {}
        self._whole = False

    async def offsets(self) -> Vector:
        """Return how far the projection has read, per partition. Raises ``HistoryGone``."""
        return await self._stands(await self._bounds())

    async def ends(self) -> Vector:
        """Return where the topics end now."""
        return {slot: end for slot, (_, end) in (await self._bounds()).items()}

    async def _bounds(self) -> dict[Slot, tuple[int, int]]:
        found = await asyncio.gather(*(self._log.bounds(self._topics.of(owner)) for owner in self.projection.owners))
        return {slot: bounds for each in found for slot, bounds in each.items()}

    async def _stands(self, bounds: Mapping[Slot, tuple[int, int]]) -> Vector:
        rows = await self._store.rows(OFFSETS, [self._id(slot) for slot in bounds])
        vector: Vector = {}
        for slot, (first, _) in bounds.items():
            row = rows.get(self._id(slot))
            vector[slot] = row.version if row is not None else 0
            if vector[slot] < first:
                raise HistoryGone(f"主题 {slot.topic} 分区 {slot.partition} 的开头已不在日志中，无法重建 {self._label}")
        self._whole = self._whole or not rows
        return vector

    async def lag(self) -> int:
        """Return how many records are still to be read."""
        bounds = await self._bounds()
        at = await self._stands(bounds)
        return sum(max(0, end - at[slot]) for slot, (_, end) in bounds.items())

    async def catch_up(self, until: Vector | None = None) -> Vector:
        """Apply what there is up to a vector, by default the present end; return where it stands then."""
        async with self._turn:
            return await self._move(until)

    async def _move(self, until: Vector | None = None) -> Vector:
        bounds = await self._bounds()
        at = await self._stands(bounds)
        ends = until if until is not None else {slot: end for slot, (_, end) in bounds.items()}
        target = {slot: max(ends.get(slot, 0), at[slot]) for slot in at}
        async with (
            aclosing(self._log.read(at, target, most=self._most)) as batches,
            aclosing(ahead(heard_of(batches, self.projection.hears))) as read,
        ):
            async for heard in read:
                await self._settle(heard)
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
                pause, self.follows = 0.2, True
                async with aclosing(self._log.read(await self.offsets(), most=self._most)) as batches:
                    async for batch in batches:
                        await self._follow(batch)
            except Unavailable:
                self.follows = False
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)

    async def _follow(self, batch: Sequence[Record]) -> None:
        """Settle what a rebuild has not settled in the meantime, while it held us still."""
        async with self._turn:
            at = self._at.get(Slot(batch[0].topic, batch[0].partition), 0)
            fresh = [record for record in batch if record.offset >= at]
            if fresh:
                await self._settle(hear(fresh, self.projection.hears))
            if len(batch) < self._most:
                await self.projection.tidy()

    async def _settle(self, batch: Sequence[Heard]) -> None:
        news, seen, faults = await self._sort(batch)
        try:
            rows = await self.projection.apply(news)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 -- a bug in one record must not hide all that follow it
            if len(batch) > 1:
                for heard in batch:
                    await self._settle([heard])
                return
            faults.append(Fault(batch[0][0], type(error).__name__, str(error)))
            rows = ()
        await self._bury(faults)
        last = batch[-1][0]
        await self._store.put([*rows, *self._rows(last, self._unsaid(seen, rows), faults)])
        self._seen.update(seen)
        self._at[Slot(last.topic, last.partition)] = last.offset + 1
        self.applied += len(news)
        if len(self._seen) > _REMEMBERED:
            self._seen.clear()
            self._whole = False

    async def _sort(self, batch: Sequence[Heard]) -> tuple[list[News], dict[str, int], list[Fault]]:
        """Pass over repetitions, count the events of every aggregate, and name what is wrong."""
        known = await self._known({heard[1].subject for heard in batch if heard[1] is not None})
        news: list[News] = []
        seen: dict[str, int] = {}
        faults: list[Fault] = []
        for record, event, fact, wrong in batch:
            if event is not None and (sequence := event.sequence) is not None:
                subject = event.subject
                last = seen.get(subject) or known.get(subject, 0)
                if sequence <= last:
                    continue
                if sequence > last + 1:
                    faults.append(Fault(record, "GAP", f"{subject}: {last} 之后是 {sequence}"))
                seen[subject] = sequence
            if wrong is not None:
                faults.append(Fault(record, "UNDECODABLE", wrong))
            elif event is not None and fact is not None:
                news.append(News(event, fact, record))
        return news, seen, faults

    async def _known(self, subjects: set[str]) -> Mapping[str, int]:
        """Return the last sequence applied of each aggregate; from zero on, all of them are in memory."""
        if self._whole:
            return self._seen
        missing = [subject for subject in subjects if subject not in self._seen]
        if missing:
            for table in (self._table("seen"), *self.projection.counts_in):
                for id_, row in (await self._store.rows(table, missing)).items():
                    self._seen[id_] = max(row.version, self._seen.get(id_, 0))
        return self._seen

    def _rows(self, last: Record, seen: Mapping[str, int], faults: Sequence[Fault]) -> list[Row]:
        table = self._table("seen")
        rows = [Row(table, subject, sequence, {}) for subject, sequence in seen.items()]
        for fault in faults:
            place = f"{fault.record.topic}|{fault.record.partition}|{fault.record.offset}"
            data = {"code": fault.code, "detail": fault.detail[:500], "key": fault.record.key}
            rows.append(Row(self._table("faults"), place, 1, data))
        rows.append(Row(OFFSETS, self._id(Slot(last.topic, last.partition)), last.offset + 1, {}))
        return rows

    def _unsaid(self, seen: Mapping[str, int], rows: Sequence[Row]) -> Mapping[str, int]:
        """Leave out what the projection's own rows say already: half of the writes of a rebuild."""
        own = self.projection.counts_in
        said = {row.id for row in rows if row.table in own and seen.get(row.id) == row.version}
        return {subject: sequence for subject, sequence in seen.items() if subject not in said}

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
