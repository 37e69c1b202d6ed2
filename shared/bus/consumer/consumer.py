"""The consumer's life: membership, one task per partition, commits, draining, orders from people."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from shared.bus.consumer.health import Health, Stop
from shared.bus.consumer.parking import Parking, Redriven
from shared.bus.consumer.tend import Tended
from shared.bus.consumer.work import Work
from shared.bus.group import Bus, Member
from shared.bus.port import Settler, Slot, partition_of
from shared.clock import Clock
from shared.contracts.problems import Unavailable
from shared.store.port import Store

_log = logging.getLogger(__name__)
COMMIT_SECONDS = 0.2
_FIRST_BACKOFF, _LONGEST_BACKOFF = 0.1, 5.0


class Consumer:
    """Hands the records of its topics, partition by partition and in order, to a settler."""

    def __init__(
        self,
        bus: Bus,
        name: str,
        topics: Sequence[str],
        settler: Settler,
        store: Store,
        *,
        most: int = 500,
        instance: str | None = None,
        clock: Callable[[], float] | None = None,
        version: str = "",
    ) -> None:
        """Connect to nothing yet.

        Args:
            bus: the log with its groups.
            name: the consumer's name and its group, prefix included; dead letters and rows carry it.
            topics: what it hears; they and their ``.dead`` topics exist.
            settler: where units of work go.
            store: the consumer's own store, for its parked keys.
            most: records per unit; at most 100 where the same process answers HTTP.
            instance: static name of this process in the group, the same after a restart; default: ``name``.
            clock: wire time in seconds since the epoch; default: the machine's.
            version: of the code, for dead letters.
        """
        self.name = name
        self._bus, self._topics, self._settler, self._most = bus, tuple(topics), settler, most
        self._instance = instance or name
        self._clock = clock or Clock().wire
        self._parking = Parking(bus, store, name, version=version, clock=self._clock, most=most)
        self._stop = Stop(self._clock)
        self._ending = self._broken = False
        self._wake = asyncio.Event()
        self._over = asyncio.Event()
        self._over.set()
        self._lost: str | None = "尚未加入消费组"
        self._member: Member | None = None
        self._tended: dict[Slot, Tended] = {}

    async def run(self) -> None:
        """Consume until ``stop``; a broken membership is made anew, with growing back-off."""
        self._over.clear()
        backoff = _FIRST_BACKOFF
        try:
            while not self._ending:
                fruitful = await self._membership()
                backoff = _FIRST_BACKOFF if fruitful else min(backoff * 2, _LONGEST_BACKOFF)
                await self._pause(backoff)
        finally:
            self._lost = "已停止"
            self._over.set()

    async def stop(self) -> None:
        """Take nothing new, let what is being settled finish (at most 8 s), commit; returns when ``run`` is over."""
        self._ending = True
        self._wake.set()
        await self._over.wait()

    def pause(self, reason: str) -> None:
        """Stop consuming by order of a person; the reason shows in ``health``."""
        self._stop.set(reason)

    def resume(self) -> None:
        """Consume again after a pause or too many burials."""
        self._stop.clear()

    @property
    def health(self) -> Health:
        """How it is at this moment."""
        lag = {slot: each.lag for slot, each in self._tended.items()}
        held = {slot: each.held for slot, each in self._tended.items() if each.held is not None}
        coming = sum(not each.begun for each in self._tended.values())
        return Health(self.name, lag, held, len(self._parking), self._stop.reason, self._lost, coming)

    @property
    def settled(self) -> dict[Slot, int]:
        """Per owned partition the offset up to which everything is settled."""
        return {slot: each.work.settled for slot, each in self._tended.items() if each.begun}

    def parked(self) -> list[tuple[str, str]]:
        """Return the parked (topic, key) pairs of the owned partitions."""
        return self._parking.keys()

    async def redrive(self, topic: str, key: str) -> Redriven | None:
        """Settle the dead letters of a key in order and let it flow again; None where another process owns it.

        Raises ``Unavailable``: ask again, it goes on where it was.
        """
        tended = await self._tending(topic, key)
        if tended is None:
            return None
        return await tended.order(lambda: self._parking.redrive(topic, key, self._settler, lambda: tended.owned))

    async def discard(self, topic: str, key: str, *, person: str, reason: str) -> Redriven | None:
        """Give the dead letters of a key up and let it flow again; None where another process owns it."""
        tended = await self._tending(topic, key)
        if tended is None:
            return None
        return await tended.order(lambda: self._parking.discard(topic, key, f"{person}: {reason}"))

    async def recall(self, topic: str, key: str, since: int, upto: int) -> None:
        """Make sure that the dead letters of an order to discard are given up here; before the consumer runs."""
        await self._parking.recall(topic, key, since, upto)

    async def _tending(self, topic: str, key: str) -> Tended | None:
        return self._tended.get(Slot(topic, partition_of(key, await self._bus.partitions(topic))))

    def _assigned(self, member: Member, slots: frozenset[Slot]) -> None:
        if member is not self._member:
            return  # dealt out while we were leaving
        self._lost = None
        for slot in slots:
            work = Work(slot, self._settler, self._parking, self._stop)
            self._tended[slot] = Tended(member, work, self._stop, clock=self._clock, most=self._most, failed=self._lose)

    def _lose(self, error: BaseException) -> None:
        self._lost = str(error) or repr(error)
        self._broken = True
        self._wake.set()
        _log.warning("%s lost its membership and will make a new one: %r", self.name, error)

    async def _membership(self) -> bool:
        """Be a member until the end or a break; returns whether anything was settled meanwhile."""
        self._broken = False
        fruitful = False
        member = self._member = self._bus.member(self.name, self._topics, self._instance)
        try:
            await member.join(partial(self._assigned, member), partial(self._drain, member))
            while not (self._ending or self._broken):
                await self._pause(COMMIT_SECONDS)
                member.check()
                with contextlib.suppress(Unavailable):  # the next round says it again; a repeat is harmless
                    fruitful = await self._commit(member, self._tended) or fruitful
        except Unavailable as error:
            self._lose(error)
        finally:
            self._member = None
            await self._drain(member, frozenset(self._tended))
            await member.leave()
        return fruitful

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        if not self._ending:
            self._wake.clear()

    async def _commit(self, member: Member, slots: Iterable[Slot]) -> bool:
        found = [self._tended[slot] for slot in slots if slot in self._tended]
        news = {each: each.work.settled for each in found if each.begun and each.work.settled != each.committed}
        if not news:
            return False
        await member.commit({each.slot: at for each, at in news.items()})
        for each, at in news.items():
            each.committed = at
        return True

    async def _drain(self, member: Member, slots: frozenset[Slot]) -> None:
        """Let partitions go: nothing new, what is being settled finished, what is settled committed."""
        ours = [self._tended[slot] for slot in slots if slot in self._tended]
        await asyncio.gather(*(each.drain() for each in ours))
        with contextlib.suppress(Unavailable):
            await self._commit(member, slots)
        for each in ours:
            self._tended.pop(each.slot, None)
            self._parking.drop(each.slot)
