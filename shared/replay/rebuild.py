"""Blue and green (蓝绿重建): a projection built anew beside the live one takes its place when it is its equal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shared.bus.port import Log
from shared.contracts.topics import Topics
from shared.replay.follower import Follower
from shared.replay.projection import Projection, digest_of
from shared.store.port import Row, Store

CURRENT = "projections"
MOST_LOST = 0.05
"""A switch that would lose a larger share of the live items waits for a person."""

_COLOURS = ("blue", "green")
_NEAR = 1000

Ended = Literal["switched", "differs", "loses", "overtaken"]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild came to: ``differs`` and ``loses`` left the live colour in place and the new one to be looked at.

    ``overtaken`` means that somebody else switched meanwhile.
    """

    ended: Ended
    colour: str
    before: str
    after: str
    items_before: int
    items_after: int

    @property
    def lost(self) -> float:
        """Share of the live items that the new colour does not have."""
        return max(0.0, 1 - self.items_after / self.items_before) if self.items_before else 0.0


async def current(store: Store, name: str) -> str:
    """Return the colour of a projection that readers look at."""
    row = (await store.rows(CURRENT, [name])).get(name)
    return str(row.data["current"]) if row is not None else _COLOURS[0]


class Projector:
    """One projection in all its colours: follows the live one, builds another beside it, switches, drops.

    Args:
        log: where the facts are.
        store: where rows, offsets and the current colour are.
        topics: names of the topics.
        make: builds the projection of a colour.
        most: records in one batch.
    """

    def __init__(
        self, log: Log, store: Store, topics: Topics, make: Callable[[str], Projection], *, most: int = 500
    ) -> None:
        self.followers = {colour: Follower(log, store, topics, make(colour), colour, most=most) for colour in _COLOURS}
        self.name = self.followers[_COLOURS[0]].projection.name
        self.shown = _COLOURS[0]
        """The live colour as this process knows it: at most a second old while it runs."""
        self._store = store
        self._runs: dict[str, asyncio.Task[None]] = {}
        self._rebuilding = asyncio.Lock()

    async def colour(self) -> str:
        """Return the live colour."""
        self.shown = await current(self._store, self.name)
        return self.shown

    @property
    def follows(self) -> bool:
        """Whether the live colour is up to date with the log, as far as this process knows."""
        return self.followers[self.shown].follows

    async def live(self) -> Follower:
        """Return the follower of the live colour."""
        return self.followers[await self.colour()]

    async def run(self) -> None:
        """Follow with every colour that is kept until cancelled; the first failure of one is raised."""
        try:
            row = await self._row()
            for colour in [row.data["current"], *([self._other(row)] if row.data["other"] == "kept" else [])]:
                self._start(colour)
            while True:
                await self.colour()
                done, _ = await asyncio.wait(self._runs.values(), timeout=1, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    if not task.cancelled():
                        task.result()
        finally:
            for colour in list(self._runs):
                await self._stop(colour)

    async def rebuild(
        self, *, accept: bool = False, force: bool = False, say: Callable[[int, int], None] = lambda _done, _all: None
    ) -> Rebuilt:
        """Build the other colour from zero (or go on where a killed rebuild was) and switch to it.

        Args:
            accept: switch although the digests differ, because the code that makes the projection has changed.
            force: switch although more than 5 % of the live items would be gone.
            say: hears (records read, records there are) now and then.
        """
        async with self._rebuilding:
            row = await self._row()
            new, live = self.followers[self._other(row)], self.followers[row.data["current"]]
            if row.data["other"] != "building":
                await self._stop(new.colour)
                await new.forget()
                await self._write(row, row.data["current"], "building")
            await self._approach(new, say)
            async with live.still() as move_live, new.still() as move_new:
                ends = {slot: max(at, (await live.offsets())[slot]) for slot, at in (await new.offsets()).items()}
                await move_new(ends)
                await move_live(ends)
                return await self._judge(live, new, accept, force)

    async def drop(self) -> None:
        """Give up the colour that is not live."""
        row = await self._row()
        other = self._other(row)
        await self._stop(other)
        await self.followers[other].forget()
        await self._write(row, row.data["current"], "none")

    async def health(self) -> Mapping[str, Any]:
        """Return the live colour, its lag and faults, and what the other colour is."""
        row = await self._row()
        live = self.followers[row.data["current"]]
        return {
            "projection": self.name,
            "colour": live.colour,
            "lag": await live.lag(),
            "faults": live.faults,
            "other": row.data["other"],
        }

    async def _approach(self, new: Follower, say: Callable[[int, int], None]) -> None:
        while (lag := await new.lag()) > _NEAR or new.applied == 0:
            ends = await new.ends()
            await new.catch_up(ends)
            total = sum(ends.values())
            say(total - await new.lag(), total)
            if lag == 0:
                return

    async def _judge(self, live: Follower, new: Follower, accept: bool, force: bool) -> Rebuilt:
        before, after = await digest_of(live.projection), await digest_of(new.projection)
        counts = await live.projection.count(), await new.projection.count()
        found = Rebuilt("switched", new.colour, before, after, *counts)
        if before != after and not accept:
            return Rebuilt("differs", new.colour, before, after, *counts)
        if found.lost > MOST_LOST and not force:
            return Rebuilt("loses", new.colour, before, after, *counts)
        row = await self._row()
        if row.data["current"] != live.colour or not await self._write(row, new.colour, "kept"):
            return Rebuilt("overtaken", new.colour, before, after, *counts)
        self.shown = new.colour
        if self._runs:
            self._start(new.colour)
        return found

    async def _row(self) -> Row:
        row = (await self._store.rows(CURRENT, [self.name])).get(self.name)
        if row is None:
            row = Row(CURRENT, self.name, 1, {"current": _COLOURS[0], "other": "none"})
            if not await self._store.swap(row, None):
                return await self._row()
        return row

    async def _write(self, row: Row, colour: str, other: str) -> bool:
        new = Row(CURRENT, self.name, row.version + 1, {"current": colour, "other": other})
        return await self._store.swap(new, row.version)

    def _other(self, row: Row) -> str:
        return next(colour for colour in _COLOURS if colour != row.data["current"])

    def _start(self, colour: str) -> None:
        if colour not in self._runs:
            self._runs[colour] = asyncio.create_task(self.followers[colour].run(), name=f"{self.name}.{colour}")

    async def _stop(self, colour: str) -> None:
        task = self._runs.pop(colour, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
