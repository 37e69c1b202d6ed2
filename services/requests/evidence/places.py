"""Where the events of a case lie in the log (卷内事件的位置), and how they are read back from there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Protocol

from shared.bus.port import Log, Record, Slot
from shared.contracts.envelope import Envelope, decode
from shared.contracts.facts import FACTS
from shared.contracts.facts import requests as say
from shared.contracts.light import light
from shared.contracts.problems import Unavailable
from shared.contracts.topics import Topics
from shared.replay.projection import News, RowProjection, table_of
from shared.replay.rebuild import Projector, current
from shared.store.port import Row, Store

PLACES = "places"
EVENTS = "events"
_OTHERS = (
    *(say.BodyNoted, say.DemandNoted, say.TablesAsked, say.TablesComputed, say.CarryOverNoted),
    *(say.OrderIssued, say.OrderAnswered, say.OrderReturned, say.OrderClosed),
)
"""Facts that are part of no case."""
_NEAR = 2_000
"""Records between two wanted ones that are rather read than sought anew."""


class Places(RowProjection):
    """A row of two numbers for every event of a case or review; the events themselves stay in the log alone."""

    def __init__(self, store: Store, colour: str) -> None:
        facts = [fact for name, fact in FACTS.items() if name.startswith("requests.") and fact not in _OTHERS]
        super().__init__(PLACES, ("requests",), facts, (EVENTS,), lambda _, __: (), store, colour)
        self.counts_in = ()  # rows are named by events
        self._table = table_of(PLACES, colour, EVENTS)

    async def apply(self, news: Sequence[News]) -> Sequence[Row]:
        """Note where each event lies."""
        return [self._row(each, each.record) for each in news if each.record is not None]

    def _row(self, news: News, record: Record) -> Row:
        named = news.envelope.id
        if isinstance(news.fact, say.NumberAssigned):
            named = number_of(news.fact.request_id)
        return Row(self._table, named, 1, {"p": record.partition, "o": record.offset}, {})


def number_of(request_id: str) -> str:
    """Return the name of the place where a case got its number; the register's own ids say nothing of the case."""
    return f"number|{request_id}"


@light
class Lying:
    """An event with the record it lies in."""

    envelope: Envelope
    value: bytes
    topic: str
    partition: int
    offset: int


def catching_up(projector: Projector) -> Callable[[], Awaitable[None]]:
    """Return how to bring the live places up to the end of the log."""

    async def catch_up() -> None:
        await (await projector.live()).catch_up()

    return catch_up


class Histories(Protocol):
    """Gives back the events of aggregates of this service."""

    async def of(self, names: Sequence[str]) -> list[Lying]:
        """Return the events named, in that order. Raises ``Unavailable`` while one of them is not in the log yet."""
        ...


class History:
    """Reads events back from the log itself, so that what is shown is what everybody else was told."""

    def __init__(self, log: Log, topics: Topics, store: Store, catch_up: Callable[[], Awaitable[None]]) -> None:
        """``catch_up`` brings the places up to the end of the log."""
        self._log, self._store, self._catch_up = log, store, catch_up
        self._topic = topics.of("requests")

    async def of(self, names: Sequence[str]) -> list[Lying]:
        """Return the events named, in that order, each once. Raises ``Unavailable``."""
        names = list(dict.fromkeys(names))
        places = await self._places(names)
        if len(places) < len(names):
            await self._catch_up()
            places = await self._places(names)
        wanted = [name for name in names if name in places]
        if any(not name.startswith("number|") for name in names if name not in places):
            raise Unavailable("刚发生的事件还没有写入日志，请稍后再试")
        found = {(each.partition, each.offset): each for each in await self._read(set(places.values()))}
        lying = [_lying(found[places[name]]) for name in wanted]
        fits = (name in (each.envelope.id, number_of(_case_of(each))) for name, each in zip(wanted, lying, strict=True))
        if not all(fits):
            raise Unavailable("事件的位置与日志不符，请重建投影 places")
        return lying

    async def _places(self, names: Sequence[str]) -> dict[str, tuple[int, int]]:
        table = table_of(PLACES, await current(self._store, PLACES), EVENTS)
        rows = await self._store.rows(table, names)
        return {name: (row.data["p"], row.data["o"]) for name, row in rows.items() if row.data}

    async def _read(self, places: set[tuple[int, int]]) -> list[Record]:
        """Read the records at some places, those near each other in one go."""
        found: list[Record] = []
        for partition, first, last in _runs(sorted(places)):
            slot = Slot(self._topic, partition)
            async with aclosing(self._log.read({slot: first}, {slot: last + 1})) as batches:
                async for batch in batches:
                    found += [record for record in batch if (record.partition, record.offset) in places]
        return found


def _runs(places: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Return (partition, first, last) of what is read in one go."""
    runs: list[tuple[int, int, int]] = []
    for partition, offset in places:
        if runs and runs[-1][0] == partition and offset - runs[-1][2] <= _NEAR:
            runs[-1] = (partition, runs[-1][1], offset)
        else:
            runs.append((partition, offset, offset))
    return runs


def _lying(record: Record) -> Lying:
    return Lying(decode(record.value), record.value or b"", record.topic, record.partition, record.offset)


def _case_of(lying: Lying) -> str:
    return str(lying.envelope.data.get("request_id", ""))
