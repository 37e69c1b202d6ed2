"""Dead letters: how one is written, read, listed, and what became of it.

A dead letter has the original key and bytes; everything else is in its headers. What became of them is a row per
consumer, topic and key in the consumer's own store (table ``dead_done``): dead letters of one key lie in one partition
in the order they were buried, so the row only says up to which offset they were redriven or discarded.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Literal

from shared.bus.group import DEAD
from shared.bus.port import Draft, Log, Record, Slot
from shared.contracts.problems import Refused, Undecodable
from shared.store.port import Query, Row, Store

DONE = "dead_done"
DISCARDED = "dead_discarded"
"""One row per record that was given up (作废), by its place in its topic: whoever reads from zero passes it over."""
_LONGEST = 2000

State = Literal["waiting", "redriven", "discarded"]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A buried record: where it lies now, what it was, and why it is here.

    ``behind`` is the offset of the record whose burial parked the key, for one that was only parked behind it.
    ``buried_ms`` is the broker's time of the burial.
    """

    slot: Slot
    place: int
    buried_ms: int
    record: Record
    consumer: str
    code: str
    error: str
    tries: int
    version: str
    behind: int | None = None

    @property
    def key(self) -> str:
        """The key whose dead letters belong together; empty for a record without one."""
        return self.record.key or ""


@dataclass(frozen=True, slots=True)
class Group:
    """The dead letters of one consumer, topic and key that still wait: how many, and the one they wait for."""

    consumer: str
    topic: str
    key: str
    count: int
    first: DeadLetter


def code_of(error: Exception) -> str:
    """Return the code a dead letter is sorted by: the refusal's own, else the kind of error."""
    if isinstance(error, Refused):
        return error.code.name
    return "UNDECODABLE" if isinstance(error, Undecodable) else type(error).__name__


def text_of(error: Exception) -> str:
    """Return what a person reads about an error, its code first."""
    return str(error) if isinstance(error, Refused) else f"{code_of(error)}: {error}"


def write(
    record: Record, consumer: str, version: str, *, code: str, error: str, tries: int = 0, behind: int | None = None
) -> Draft:
    """Return the dead letter of a record."""
    headers = {
        "consumer": consumer,
        "topic": record.topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "timestamp": str(record.timestamp),
        "code": code,
        "error": error[:_LONGEST],
        "tries": str(tries),
        "version": version,
    }
    if behind is not None:
        headers["parked-behind"] = str(behind)
    encoded = tuple((name, text.encode("utf-8", "replace")) for name, text in headers.items())
    return Draft(record.key or "", record.value or b"", encoded)


def parse(found: Record) -> DeadLetter | None:
    """Return the dead letter in a record of a ``.dead`` topic; None for one that somebody else put there."""
    headers = {name: value.decode("utf-8", "replace") for name, value in found.headers}
    try:
        topic, partition, offset = headers["topic"], int(headers["partition"]), int(headers["offset"])
        behind = int(headers["parked-behind"]) if "parked-behind" in headers else None
        return DeadLetter(
            Slot(found.topic, found.partition),
            found.offset,
            found.timestamp,
            Record(topic, partition, offset, int(headers["timestamp"]), found.key or None, found.value),
            headers["consumer"],
            headers["code"],
            headers["error"],
            int(headers["tries"]),
            headers["version"],
            behind,
        )
    except (KeyError, ValueError):
        return None


async def letters(log: Log, topic: str, since: Mapping[Slot, int] | None = None) -> AsyncGenerator[DeadLetter, None]:
    """Yield the dead letters of a topic that lie in the log now, per partition in order.

    Args:
        topic: the service topic, without ``.dead``.
        since: where to begin in each partition of interest; by default all of all.
    """
    bounds = await log.bounds(topic + DEAD)
    start = {slot: first for slot, (first, _) in bounds.items()} if since is None else dict(since)
    async with aclosing(log.read(start, {slot: bounds[slot][1] for slot in start})) as batches:
        async for batch in batches:
            for found in batch:
                if (letter := parse(found)) is not None:
                    yield letter


async def fates(store: Store, found: Sequence[DeadLetter]) -> list[State]:
    """Return what became of each dead letter; of letters of consumers with another store: always ``waiting``."""
    rows = await store.rows(DONE, sorted({done_id(each.consumer, each.record.topic, each.key) for each in found}))
    gone = await store.rows(DISCARDED, sorted({place_of(each.record) for each in found}))
    return [_fate(rows.get(done_id(each.consumer, each.record.topic, each.key)), gone, each) for each in found]


def place_of(record: Record) -> str:
    """Return the place of a record in its topic, as rows are named by."""
    return f"{record.topic}|{record.partition}|{record.offset}"


def discarded_row(letter: DeadLetter, slot: str) -> Row:
    """Return the row that says a buried record was given up; ``slot`` is the partition its consumer finds it by."""
    return Row(DISCARDED, place_of(letter.record), 1, {"consumer": letter.consumer}, {"slot": slot})


async def discarded(store: Store, slot: str | None = None) -> frozenset[str]:
    """Return the places of the records that were given up here, all or those of one partition of a consumer."""
    found: set[str] = set()
    query = Query(equal={} if slot is None else {"slot": slot}, limit=500)
    while True:
        page = await store.page(DISCARDED, query)
        found.update(row.id for row in page.items)
        if page.next is None:
            return frozenset(found)
        query = replace(query, after=page.next)


def group(found: Iterable[tuple[DeadLetter, State]]) -> list[Group]:
    """Return what still waits, oldest first; a record buried twice (a crash in between) counts once."""
    waiting: dict[tuple[str, str, str], dict[tuple[int, int], DeadLetter]] = {}
    for letter, state in found:
        if state == "waiting":
            same = waiting.setdefault((letter.consumer, letter.record.topic, letter.key), {})
            same.setdefault((letter.record.partition, letter.record.offset), letter)
    groups = [Group(*name, len(same), next(iter(same.values()))) for name, same in waiting.items()]
    return sorted(groups, key=lambda each: (each.first.buried_ms, each.consumer, each.key))


def done_id(consumer: str, topic: str, key: str) -> str:
    """Return the id of the row that says what became of a key's dead letters."""
    return f"{consumer}|{topic}|{key}"


def done_row(old: Row | None, consumer: str, topic: str, key: str, upto: int, state: State, note: str = "") -> Row:
    """Return the row that says: everything up to and with offset ``upto`` of the dead letters is ``state`` now."""
    spans = [list(span) for span in old.data["spans"]] if old is not None else []
    if spans and spans[-1][1:] == [state, note]:
        spans[-1][0] = upto
    else:
        spans.append([upto, state, note])
    data = {"consumer": consumer, "topic": topic, "key": key, "spans": spans}
    return Row(DONE, done_id(consumer, topic, key), upto + 1, data)


def _fate(row: Row | None, gone: Mapping[str, Row], letter: DeadLetter) -> State:
    known = gone.get(place_of(letter.record))
    if known is not None and known.data["consumer"] == letter.consumer:
        return "discarded"
    for upto, state, _ in row.data["spans"] if row is not None else ():
        if letter.place <= upto:
            return "discarded" if state == "discarded" else "redriven"
    return "waiting"
