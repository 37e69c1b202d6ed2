"""The bus in memory, for journeys and unit tests: real partitions, offsets and groups, held to the adapters' suite.

It forgets everything with its process and one event loop owns it; there is no broker to be away.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.bus.group import Assigned, Revoked
from shared.bus.port import Draft, Record, Slot, TopicSpec, partition_of
from shared.bus.sizes import refuse_too_large
from shared.clock import Clock
from shared.contracts.problems import Unavailable


class MemoryLog:
    """A log in memory; topics must be made by ``ensure`` before anything is appended."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        """Start empty; ``clock`` gives the append time in seconds since the epoch (default: the machine's)."""
        self._clock = clock or Clock().wire
        self._specs: dict[str, TopicSpec] = {}
        self._records: dict[Slot, list[Record]] = {}
        self._groups: dict[str, _Group] = {}
        self._news = asyncio.Event()

    async def append(self, topic: str, drafts: Sequence[Draft]) -> None:
        """Append all drafts at once."""
        refuse_too_large(drafts)
        count = await self.partitions(topic)
        now = int(self._clock() * 1000)
        for draft in drafts:
            slot = Slot(topic, partition_of(draft.key, count))
            log = self._records[slot]
            log.append(Record(topic, slot.partition, len(log), now, draft.key, draft.value, draft.headers))
        self._news.set()
        self._news = asyncio.Event()
        await asyncio.sleep(0)  # as a real append does, let others run

    async def partitions(self, topic: str) -> int:
        """Return the number of partitions; ``Unavailable`` for a topic nobody ensured."""
        if topic not in self._specs:
            raise Unavailable(f"no topic {topic}")
        return self._specs[topic].partitions

    async def bounds(self, topic: str) -> dict[Slot, tuple[int, int]]:
        """Return 0 and the end of every partition."""
        return {slot: (0, len(self._records[slot])) for slot in await self._slots(topic)}

    async def offsets_at(self, topic: str, moment_ms: int) -> dict[Slot, int]:
        """Search each partition for the moment."""
        found = {}
        for slot in await self._slots(topic):
            log = self._records[slot]
            found[slot] = next((record.offset for record in log if record.timestamp >= moment_ms), len(log))
        return found

    async def read(
        self, start: Mapping[Slot, int], until: Mapping[Slot, int] | None = None, *, most: int = 500
    ) -> AsyncGenerator[list[Record], None]:
        """Yield slices of the partitions, then wait for news."""
        at = dict(start)
        while True:
            news = self._news
            quiet = True
            for slot in at:
                end = len(self._records[slot]) if until is None else min(until[slot], len(self._records[slot]))
                if batch := self._records[slot][at[slot] : min(at[slot] + most, end)]:
                    at[slot] += len(batch)
                    quiet = False
                    yield batch
            if until is not None and all(at[slot] >= until[slot] for slot in at):
                return
            if quiet:
                await news.wait()

    async def ensure(self, topics: Sequence[TopicSpec]) -> None:
        """Make topics; a known one must have the same number of partitions and the same configuration."""
        for spec in topics:
            known = self._specs.setdefault(spec.name, spec)
            if (known.partitions, dict(known.config)) != (spec.partitions, dict(spec.config)):
                raise ValueError(f"topic {spec.name} is {known}, not {spec}")
            for partition in range(spec.partitions):
                self._records.setdefault(Slot(spec.name, partition), [])

    async def close(self) -> None:
        """Nothing is held."""

    def member(self, group: str, topics: Sequence[str], instance: str) -> MemoryMember:
        """Make a member of a group."""
        return MemoryMember(self, self._groups.setdefault(group, _Group()), tuple(topics), instance)

    async def _slots(self, topic: str) -> list[Slot]:
        return [Slot(topic, partition) for partition in range(await self.partitions(topic))]

    def length(self, slot: Slot) -> int:
        """Return the end offset of a partition."""
        return len(self._records[slot])

    def slice(self, slot: Slot, start: int, most: int) -> list[Record]:
        """Return up to ``most`` records of a partition from an offset on."""
        return self._records[slot][start : start + most]

    async def news(self, timeout: float) -> None:
        """Wait until something is appended anywhere, at most ``timeout`` seconds."""
        try:
            await asyncio.wait_for(self._news.wait(), timeout)
        except TimeoutError:
            return


@dataclass
class _Group:
    offsets: dict[Slot, int] = field(default_factory=dict)
    members: list[MemoryMember] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def rebalance(self) -> None:
        """Take everything from everybody, then deal the partitions out again; eager, as aiokafka's protocol is."""
        for member in self.members:
            await member.give_up()
        slots = sorted({slot for member in self.members for slot in member.wanted})
        ranked = sorted(self.members, key=lambda member: member.instance)
        for number, member in enumerate(ranked):
            member.take(frozenset(slots[number :: len(ranked)]))


class MemoryMember:
    """A member of a group in memory; one ``instance`` twice drops the older member, as a broker fences it."""

    def __init__(self, log: MemoryLog, group: _Group, topics: tuple[str, ...], instance: str) -> None:
        self.instance = instance
        self.wanted: list[Slot] = []
        self._log, self._group, self._topics = log, group, topics
        self._owned: frozenset[Slot] = frozenset()
        self._at: dict[Slot, int] = {}
        self._calls: tuple[Assigned, Revoked] | None = None

    async def join(self, assigned: Assigned, revoked: Revoked) -> None:
        """Join and share the partitions out anew."""
        self._calls = (assigned, revoked)
        for topic in self._topics:
            self.wanted += [Slot(topic, partition) for partition in range(await self._log.partitions(topic))]
        async with self._group.turn:
            self._group.members = [each for each in self._group.members if each.instance != self.instance]
            self._group.members.append(self)
            await self._group.rebalance()

    async def give_up(self) -> None:
        """Let the consumer drain what it owns."""
        owned, calls = self._owned, self._calls
        if calls is not None and owned:
            await calls[1](owned)
        self._owned = frozenset()

    def take(self, slots: frozenset[Slot]) -> None:
        """Own these partitions from now on."""
        self._owned = slots
        if self._calls is not None:
            self._calls[0](slots)

    async def begin(self, slot: Slot) -> int:
        """Begin at the group's offset, else at zero."""
        self._at[slot] = self._group.offsets.get(slot, 0)
        return self._at[slot]

    async def fetch(self, slot: Slot, most: int, timeout: float) -> list[Record]:
        """Return what there is, else wait for news."""
        if self._at[slot] >= self._log.length(slot):
            await self._log.news(timeout)
        records = self._log.slice(slot, self._at[slot], most)
        self._at[slot] += len(records)
        return records

    async def idle(self, slot: Slot, seconds: float) -> None:
        """Sleep: there is no session to keep alive."""
        await asyncio.sleep(seconds)

    def end(self, slot: Slot) -> int | None:
        """Return the end of the partition."""
        return self._log.length(slot)

    async def commit(self, offsets: Mapping[Slot, int]) -> None:
        """Remember the offsets of the partitions this member owns."""
        if self in self._group.members:
            self._group.offsets.update({slot: at for slot, at in offsets.items() if slot in self._owned})

    def check(self) -> None:
        """Broken once another member took this one's name."""
        if self._calls is not None and self not in self._group.members:
            raise Unavailable(f"another process is {self.instance} now")

    async def leave(self) -> None:
        """Leave; the others share out what was owned."""
        async with self._group.turn:
            self._calls, self._owned = None, frozenset()
            if self in self._group.members:
                self._group.members.remove(self)
                await self._group.rebalance()
