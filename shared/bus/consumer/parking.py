"""Burying, parking and redriving: what becomes of records that cannot be settled, without losing their order.

Burial order: dead letter confirmed, then row ``parked``, then (by the consumer) the offset. A crash in between repeats
a step and loses none. A parked row remembers up to which offset its key was buried, so a repeat buries nothing twice
unless the crash fell between the dead letter and the row; listing and redriving count such a pair once.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from shared.bus import deadletters
from shared.bus.consumer.receipts import WAITING, waiting_rows
from shared.bus.deadletters import DONE, DeadLetter, code_of, discarded_row, done_id, done_row, place_of, text_of
from shared.bus.group import DEAD
from shared.bus.port import Log, Poison, Record, Settler, Slot, partition_of
from shared.store.port import Query, Row, Store

PARKED = "parked"
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Redriven:
    """What an order about dead letters came to: how many were settled or discarded, and what the first failure said."""

    count: int
    error: str | None = None

    @property
    def caught_up(self) -> bool:
        """Whether the key is parked no more."""
        return self.error is None


class Parking:
    """The parked keys of one consumer's partitions, mirrored from its store."""

    def __init__(
        self, log: Log, store: Store, consumer: str, *, version: str, clock: Callable[[], float], most: int
    ) -> None:
        self._log, self._store, self._consumer = log, store, consumer
        self._version, self._clock, self._most = version, clock, most
        self._rows: dict[tuple[str, str], Row] = {}
        self._discarded: dict[Slot, frozenset[str]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def keys(self) -> list[tuple[str, str]]:
        """Return the parked (topic, key) pairs of the partitions this consumer owns."""
        return sorted(self._rows)

    def parked(self, record: Record) -> bool:
        """Return whether a record's key is parked."""
        return (record.topic, record.key or "") in self._rows

    def discarded(self, record: Record) -> bool:
        """Return whether a person gave this very record up: after a restore it is read once more."""
        return place_of(record) in self._discarded.get(Slot(record.topic, record.partition), ())

    async def load(self, slot: Slot) -> None:
        """Read the rows of a partition that has just been assigned."""
        self._discarded[slot] = await deadletters.discarded(self._store, self._slot(slot))
        query = Query(equal={"slot": self._slot(slot)}, limit=_PAGE)
        while True:
            page = await self._store.page(PARKED, query)
            for row in page.items:
                self._rows[row.data["topic"], row.data["key"]] = row
            if page.next is None:
                return
            query = Query(equal=query.equal, limit=_PAGE, after=page.next)

    def drop(self, slot: Slot) -> None:
        """Forget the keys of a partition that is no longer ours."""
        for name in [name for name, row in self._rows.items() if row.index["slot"] == self._slot(slot)]:
            del self._rows[name]
        self._discarded.pop(slot, None)

    async def bury(self, record: Record, error: Exception, tries: int) -> Row | None:
        """Write a dead letter and return the row that will park its key (None for a record without a key)."""
        draft = deadletters.write(
            record, self._consumer, self._version, code=code_of(error), error=text_of(error), tries=tries
        )
        if not record.key:
            await self._log.append(record.topic + DEAD, [draft])
            return None
        bounds = await self._log.bounds(record.topic + DEAD)
        dead = Slot(record.topic + DEAD, partition_of(record.key, len(bounds)))
        await self._log.append(dead.topic, [draft])
        data = {
            "consumer": self._consumer,
            "topic": record.topic,
            "key": record.key,
            "partition": record.partition,
            "offset": record.offset,
            "upto": record.offset,
            "dead": bounds[dead][1],
            "code": code_of(error),
            "error": text_of(error)[:2000],
            "since": self._clock(),
        }
        index = {"slot": self._slot(Slot(record.topic, record.partition)), "consumer": self._consumer}
        return Row(PARKED, done_id(self._consumer, record.topic, record.key), record.offset + 1, data, index)

    async def park(self, row: Row, record: Record) -> None:
        """Park the key of a dead letter that is confirmed."""
        await self._store.put([row, *waiting_rows(row, record)])
        self._rows[row.data["topic"], row.data["key"]] = row

    async def bury_behind(self, records: Sequence[Record]) -> None:
        """Bury records of parked keys, in order; those buried before are only passed over."""
        rows: dict[tuple[str, str], Row] = {}
        drafts, waiting = [], list[Row]()
        for record in records:
            name = (record.topic, record.key or "")
            row = rows.get(name) or self._rows[name]
            if record.offset <= row.data["upto"]:
                continue
            first = row.data["offset"]
            text = f"parked behind offset {first}"
            drafts.append(
                deadletters.write(record, self._consumer, self._version, code="PARKED", error=text, behind=first)
            )
            data = {**row.data, "upto": record.offset}
            rows[name] = Row(PARKED, row.id, record.offset + 1, data, row.index)
            waiting += waiting_rows(row, record)
        if drafts:
            await self._log.append(records[0].topic + DEAD, drafts)
            await self._store.put([*rows.values(), *waiting])
            self._rows.update(rows)

    async def redrive(self, topic: str, key: str, settler: Settler, owned: Callable[[], bool]) -> Redriven:
        """Settle a key's dead letters in order; the first failure stops, and the key stays parked.

        The caller sees to it that nothing of the key is consumed meanwhile. ``owned`` is asked between the steps.
        Raises ``Unavailable``; what was settled until then is noted, and asking again goes on from there.
        """
        count = 0
        async with aclosing(self._chunks(topic, key)) as chunks:
            async for chunk in chunks:
                done = await self._settle(topic, key, chunk, settler)
                count += done.count
                if done.error is not None or not owned():
                    return Redriven(count, done.error or "分区已转给其他进程，请再次下达")
        await self._unpark(topic, key)
        return Redriven(count)

    async def discard(self, topic: str, key: str, note: str) -> Redriven:
        """Give a key's dead letters up; the key flows again."""
        count = 0
        async with aclosing(self._chunks(topic, key)) as chunks:
            async for chunk in chunks:
                await self._give_up(chunk)
                await self._note(topic, key, chunk[-1].place, "discarded", note)
                count += len(chunk)
        await self._unpark(topic, key)
        return Redriven(count)

    async def recall(self, topic: str, key: str, since: int, upto: int) -> None:
        """Give up again what an order of the past gave up: the store may be older than the order.

        Args:
            topic: of the records.
            key: of the records.
            since: place of the first dead letter the order was about.
            upto: place of the last one.
        """
        done = await self._done(topic, key)
        if done is not None and done.version > upto:
            return
        dead = Slot(topic + DEAD, partition_of(key, await self._log.partitions(topic + DEAD)))
        found = deadletters.letters(self._log, topic, {dead: since})
        async with aclosing(found):
            ours = [each async for each in found if (each.consumer, each.key) == (self._consumer, key)]
        await self._give_up([each for each in ours if each.place <= upto])

    async def _give_up(self, letters: Sequence[DeadLetter]) -> None:
        slots = [self._slot(Slot(each.record.topic, each.record.partition)) for each in letters]
        await self._store.insert([discarded_row(*each) for each in zip(letters, slots, strict=True)])

    async def _chunks(self, topic: str, key: str) -> AsyncGenerator[list[DeadLetter], None]:
        """Yield the dead letters of a key that nothing was done about, in order, as units of work.

        Those of records without a key come from any partition, so each is a unit of its own.
        """
        dead = Slot(topic + DEAD, partition_of(key, await self._log.partitions(topic + DEAD)))
        old = await self._done(topic, key)
        row = self._rows.get((topic, key))
        start = max(old.version if old is not None else 0, row.data["dead"] if row is not None else 0)
        last, chunk = -1, list[DeadLetter]()
        async with aclosing(deadletters.letters(self._log, topic, {dead: start})) as found:
            async for letter in found:
                if (letter.consumer, letter.key) != (self._consumer, key):
                    continue
                if key and letter.record.offset <= last:
                    continue  # buried twice: a crash fell between the dead letter and its row
                last = letter.record.offset
                if await self._gone(letter):
                    continue
                chunk.append(letter)
                if len(chunk) == self._most or not key:
                    yield chunk
                    chunk = []
        if chunk:
            yield chunk

    async def _settle(self, topic: str, key: str, chunk: Sequence[DeadLetter], settler: Settler) -> Redriven:
        """Settle a chunk as far as it goes and note how far that was."""
        most, failure = len(chunk), None
        while most:
            try:
                await settler.settle([letter.record for letter in chunk[:most]])
                break
            except Poison as poison:
                most, failure = poison.index, text_of(poison.error)
        if most:
            await self._note(topic, key, chunk[most - 1].place, "redriven", "")
        return Redriven(most, failure)

    async def _gone(self, letter: DeadLetter) -> bool:
        return (await deadletters.fates(self._store, [letter]))[0] == "discarded"

    async def _done(self, topic: str, key: str) -> Row | None:
        name = done_id(self._consumer, topic, key)
        return (await self._store.rows(DONE, [name])).get(name)

    async def _note(self, topic: str, key: str, upto: int, state: deadletters.State, note: str) -> None:
        old = await self._done(topic, key)
        await self._store.put([done_row(old, self._consumer, topic, key, upto, state, note)])

    async def _unpark(self, topic: str, key: str) -> None:
        name = done_id(self._consumer, topic, key)
        while ids := [row.id for row in (await self._store.page(WAITING, Query(equal={"key": name}))).items]:
            await self._store.delete(WAITING, ids)
        await self._store.delete(PARKED, [name])
        self._rows.pop((topic, key), None)

    def _slot(self, slot: Slot) -> str:
        return f"{self._consumer}|{slot.topic}|{slot.partition}"
