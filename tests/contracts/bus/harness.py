"""What the bus tests share: a settler that remembers, and consumers that are stopped at the end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from shared.bus import deadletters
from shared.bus.consumer import PARKED, Consumer
from shared.bus.group import Bus
from shared.bus.port import Draft, Poison, Record, Slot, TopicSpec, partition_of
from shared.clock import Clock
from shared.contracts.problems import Code, Refused, Unavailable
from shared.store.port import Query, Row, Store
from shared.store.sqlite import SqliteStore
from tests.support.wait import until

PARTITIONS = 2


class TestCode(Code):
    """A refusal of these tests."""

    WRONG = ("不对", 409)


REFUSED = Refused(TestCode.WRONG, "这一条永远不对")
_numbers = count()


def key_in(partition: int, number: int = 0) -> str:
    """Return the ``number``-th key of a series that lives in one partition."""
    keys = (f"key-{n}" for n in count())
    found = (key for key in keys if partition_of(key, PARTITIONS) == partition)
    return next(key for index, key in enumerate(found) if index == number)


def drafts(*pairs: str) -> list[Draft]:
    """Return drafts from ``key=value`` words."""
    return [Draft(*_split(pair)) for pair in pairs]


def _split(pair: str) -> tuple[str, bytes]:
    key, value = pair.split("=")
    return key, value.encode()


async def new_topic(bus: Bus, prefix: str, partitions: int = PARTITIONS) -> str:
    """Make a topic of this test alone, with its dead letters."""
    name = f"{prefix}{next(_numbers)}"
    await bus.ensure([TopicSpec(each, partitions, 1) for each in (name, f"{name}.dead")])
    return name


@dataclass
class Keep:
    """A settler that keeps what it settled and fails as told.

    ``away`` raises ``Unavailable``; ``poison`` maps a value to what its record raises, ``times`` how often (default:
    for ever); ``gate``, when set, is waited for inside ``settle``.
    """

    settled: list[Record] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    poison: dict[str, Exception] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    away: bool = False
    gate: asyncio.Event | None = None
    entered: int = 0

    async def settle(self, records: Sequence[Record]) -> None:
        """Keep the records or fail."""
        self.entered += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.away:
            raise Unavailable("the store is away")
        for index, record in enumerate(records):
            value = (record.value or b"").decode()
            if value in self.poison and self.tries.get(value, 0) < self.times.get(value, 1_000_000):
                self.tries[value] = self.tries.get(value, 0) + 1
                raise Poison(index, self.poison[value])
        self.settled += records
        self.units.append(len(records))

    @property
    def values(self) -> list[str]:
        """Everything settled, in order of settling."""
        return [(record.value or b"").decode() for record in self.settled]

    def of(self, key: str) -> list[str]:
        """The values of one key, in order of settling."""
        return [(record.value or b"").decode() for record in self.settled if record.key == key]


@dataclass
class Bench:
    """A topic, a store, a settler, and as many consumers as a test wants."""

    bus: Bus
    topic: str
    group: str
    clock: Callable[[], float] = field(default_factory=lambda: Clock().wire)
    store: Store = field(default_factory=lambda: SqliteStore(":memory:"))
    keep: Keep = field(default_factory=Keep)
    running: dict[Consumer, asyncio.Task[None]] = field(default_factory=dict)

    async def start(
        self, keep: Keep | None = None, instance: str | None = None, *, most: int = 500, group: str = ""
    ) -> Consumer:
        """Start a consumer and return it once it is in the group."""
        consumer = Consumer(
            self.bus,
            self.group + group,
            [self.topic],
            keep or self.keep,
            self.store,
            most=most,
            instance=instance,
            clock=self.clock,
            version="1.2.3",
        )
        self.running[consumer] = asyncio.create_task(consumer.run())
        return consumer

    async def ready(self, consumer: Consumer, partitions: int = PARTITIONS) -> Consumer:
        """Wait until the consumer works on this many partitions."""
        await until(lambda: len(consumer.settled) == partitions, 30, "the assignment")
        return consumer

    async def stop(self, consumer: Consumer) -> None:
        """Stop a consumer in good order."""
        await consumer.stop()
        await self.running.pop(consumer)

    async def crash(self, consumer: Consumer) -> None:
        """End a consumer as a crash would: what it has in hand stays unfinished, and nothing more is committed."""
        member = consumer._member
        assert member is not None
        member.commit = _nothing  # type: ignore[method-assign]
        for tended in consumer._tended.values():
            tended._task.cancel()
        task = self.running.pop(consumer)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def append(self, *pairs: str) -> None:
        """Append ``key=value`` words to the topic."""
        await self.bus.append(self.topic, drafts(*pairs))

    async def everything(self, topic: str) -> list[Record]:
        """Read a topic from its beginning to its end."""
        bounds = await self.bus.bounds(topic)
        found: list[Record] = []
        start = {slot: first for slot, (first, _) in bounds.items()}
        async with contextlib.aclosing(self.bus.read(start, {slot: end for slot, (_, end) in bounds.items()})) as all_:
            async for batch in all_:
                found += batch
        return found

    async def dead(self) -> list[Record]:
        """Read the dead letters of the topic."""
        return await self.everything(f"{self.topic}.dead")

    async def buried(self) -> list[tuple[str | None, str]]:
        """Key and value of the dead letters, in order."""
        return [(record.key, (record.value or b"").decode()) for record in await self.dead()]

    async def letters(self) -> list[deadletters.DeadLetter]:
        """The dead letters of the topic."""
        return [letter async for letter in deadletters.letters(self.bus, self.topic)]

    async def parked(self) -> list[Row]:
        """The rows of parked keys."""
        return (await self.store.page(PARKED, Query())).items

    def settled(self, keep: Keep, number: int) -> bool:
        """Whether a settler has kept this many records."""
        return len(keep.settled) == number

    def slot(self, key: str) -> Slot:
        """The partition of a key."""
        return Slot(self.topic, partition_of(key, PARTITIONS))


async def caught_up(consumer: Consumer, records: int) -> None:
    """Wait until this many records are settled or buried."""
    await until(lambda: sum(consumer.settled.values()) == records, 20, "everything settled or buried")


async def _nothing(offsets: Mapping[Slot, int]) -> None:
    """Commit nothing."""


@contextlib.asynccontextmanager
async def bench(bus: Bus, prefix: str) -> AsyncIterator[Bench]:
    """A bench on a topic of its own; its consumers are stopped at the end."""
    topic = await new_topic(bus, prefix)
    made = Bench(bus, topic, f"{topic}-group")
    try:
        yield made
    finally:
        if made.keep.gate is not None:
            made.keep.gate.set()
        await asyncio.gather(*(made.stop(consumer) for consumer in list(made.running)))
        await made.store.close()
