"""One partition while it is ours: fetch, one step after the other, hold what must wait, make way when it moves on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from shared.bus.consumer.health import Held, Stop
from shared.bus.consumer.work import Work
from shared.bus.group import Member
from shared.bus.port import Slot
from shared.contracts.problems import Unavailable

T = TypeVar("T")
DRAIN_SECONDS = 8.0
_FETCH_SECONDS, _GATE_SECONDS = 5.0, 0.2
_FIRST_BACKOFF, _LONGEST_BACKOFF = 0.1, 5.0


class Tended:
    """The task of one partition, from its assignment until it is drained."""

    def __init__(
        self,
        member: Member,
        work: Work,
        stop: Stop,
        *,
        clock: Callable[[], float],
        most: int,
        failed: Callable[[BaseException], None],
    ) -> None:
        self.work = work
        self.held: Held | None = None
        self.begun = False
        self.committed = 0
        self._member, self._stop, self._clock, self._most, self._failed = member, stop, clock, most, failed
        self._turn = asyncio.Lock()
        self._waiting = self._draining = False
        self._task = asyncio.create_task(self._run(), name=f"tend {work.slot}")
        self._task.add_done_callback(self._ended)

    @property
    def slot(self) -> Slot:
        """The partition."""
        return self.work.slot

    @property
    def owned(self) -> bool:
        """Whether the partition may be worked on: begun and not on its way to another member."""
        return self.begun and not self._draining

    @property
    def lag(self) -> int:
        """Records not settled yet, as far as the broker told."""
        return max(0, (self._member.end(self.slot) or 0) - self.work.settled)

    async def order(self, act: Callable[[], Awaitable[T]]) -> T | None:
        """Do something between two steps, so that nothing is consumed meanwhile; None when it is not ours."""
        async with self._turn:
            return await act() if self.owned else None

    async def drain(self) -> None:
        """Cancel what only waits, let what is being settled finish (at most 8 s)."""
        self._draining = True
        if self._waiting:
            self._task.cancel()
        # An order from a person holds the turn, and is let finish as well.
        order = asyncio.create_task(self._turn_free())
        _, stuck = await asyncio.wait({self._task, order}, timeout=DRAIN_SECONDS)
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)

    async def _turn_free(self) -> None:
        async with self._turn:  # let go of at once: a stop and a rebalance may drain at the same time
            return

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)

    async def _run(self) -> None:
        work, member = self.work, self._member
        await self._patiently(self._load)
        work.settled = self.committed = await self._while_waiting(partial(member.begin, self.slot))
        self.begun = True
        while True:
            if not work.rest:
                records = await self._while_waiting(partial(member.fetch, self.slot, self._most, _FETCH_SECONDS))
                if not records:
                    continue
                work.accept(records)
            while self._stop.reason is not None:
                await self._while_waiting(partial(member.idle, self.slot, _GATE_SECONDS))
            if pause := await self._patiently(self._step):
                await self._while_waiting(partial(member.idle, self.slot, pause))

    async def _load(self) -> float:
        await self.work.parking.load(self.slot)
        return 0.0

    async def _step(self) -> float:
        # The turn is taken per step, so that an order gets in between even while the partition is held or stopped.
        await self._while_waiting(self._turn.acquire)
        try:
            return await self.work.step()
        finally:
            self._turn.release()

    async def _patiently(self, act: Callable[[], Awaitable[float]]) -> float:
        """Repeat until nothing that is needed is away: the partition is held, its order kept."""
        backoff = _FIRST_BACKOFF
        while True:
            try:
                pause = await act()
            except Unavailable as error:
                self.held = Held(self.held.since if self.held else self._clock(), str(error) or repr(error))
                await self._while_waiting(partial(self._member.idle, self.slot, backoff))
                backoff = min(backoff * 2, _LONGEST_BACKOFF)
            else:
                self.held = None
                return pause

    async def _while_waiting(self, wait: Callable[[], Awaitable[T]]) -> T:
        """Await something during which the task may be cancelled without harm; while draining it ends here."""
        if self._draining:
            raise asyncio.CancelledError
        self._waiting = True
        try:
            return await wait()
        finally:
            self._waiting = False
