"""The relay: sends what is owed to the log, and only then forgets it. It may send twice, it never skips."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from shared.bus.port import Draft, Log, TooLarge
from shared.store.lease import Lease
from shared.store.port import Owed, Store

ROOM = 5_000
"""No new batch is taken while more events than this are owed."""
_BATCH = 2_000
_ALL = 1_000_000
_SWEEP_SECONDS = 5.0
_FORGET_SECONDS = 0.1
"""What is confirmed within this time is forgotten in one write; a crash before it only sends these again."""
_BACK_OFF = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
_log = structlog.get_logger(__name__)

Debt = tuple[str, Owed]
"""The kind of the document that owes, and the event."""


@dataclass(slots=True)
class _Lane:
    """What one topic is owed, in order."""

    topic: str
    waiting: deque[Debt] = field(default_factory=deque)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: str | None = None


class Relay:
    """Publishes the events that documents owe.

    ``save`` hands events over in memory and wakes the relay at once; nothing is polled. A sweep finds what an earlier
    process left. The events of one document go out in order; topics do not wait for each other. A record no broker will
    take stays owed and holds back only the later events of its own document, because a gap would be worse; ``health``
    names it, and a restart tries again.

    Start it before anything saves, so that what was left goes out before what is new.

    Args:
        store: whose debts these are.
        log: where they are paid.
        lease: needed where several processes share the store; only its holder sweeps.
    """

    def __init__(self, store: Store, log: Log, lease: Lease | None = None) -> None:
        self._store = store
        self._log = log
        self._lease = lease
        self._lanes: dict[str, _Lane] = {}
        self._known: set[tuple[str, str]] = set()  # (kind, event id): handed over and not yet forgotten
        self._held: dict[tuple[str, str], str] = {}  # (kind, document): why none of its events can go out
        self._suspects: set[tuple[str, str]] = set()  # owed at the last sweep though nobody handed them over here
        self._confirmed: list[Debt] = []
        self._forgetting = asyncio.Event()
        self._changed = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []
        self._started = False
        store.on_saved(self._hear)

    @property
    def owed_count(self) -> int:
        """How many events are handed over and not yet forgotten."""
        return len(self._known)

    @property
    def stuck_count(self) -> int:
        """How many documents have events that no broker takes."""
        return len(self._held)

    def health(self) -> dict[str, object]:
        """Return what a readiness page shows: events owed, lanes in trouble, documents held back and why."""
        return {
            "owed": self.owed_count,
            "trouble": {lane.topic: lane.trouble for lane in self._lanes.values() if lane.trouble},
            "held": {f"{kind}/{document}": why for (kind, document), why in self._held.items()},
        }

    async def start(self) -> None:
        """Queue what an earlier process left, then begin to send. Raises ``Unavailable``."""
        await self._sweep(at_once=True)
        self._started = True
        for lane in self._lanes.values():
            self._run(lane)
        self._tasks += [asyncio.create_task(self._forget_on()), asyncio.create_task(self._sweep_on())]

    async def room(self) -> None:
        """Wait until few enough events are owed to take another batch."""
        if self.owed_count > ROOM:
            async with self._changed:
                await self._changed.wait_for(lambda: self.owed_count <= ROOM)

    async def empty(self) -> None:
        """Wait until everything handed over is sent and forgotten, except what is held back."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._known)

    async def stop(self, timeout: float = 8.0) -> None:
        """Empty within ``timeout`` seconds, then stop; what is left stays owed and goes out at the next start."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.empty(), timeout if self._started else 0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _hear(self, kind: str, events: Sequence[Owed]) -> None:
        self._queue([(kind, event) for event in events])

    def _queue(self, debts: Iterable[Debt], *, first: bool = False) -> None:
        """Queue what is new to us; ``first`` puts it, in order, before everything that waits."""
        fresh: dict[str, list[Debt]] = {}
        for kind, event in debts:
            if (kind, event.id) not in self._known and (kind, event.key) not in self._held:
                self._known.add((kind, event.id))
                fresh.setdefault(event.topic, []).append((kind, event))
        for topic, found in fresh.items():
            lane = self._lane(topic)
            if first:
                lane.waiting.extendleft(reversed(found))
            else:
                lane.waiting.extend(found)
            lane.woken.set()

    def _lane(self, topic: str) -> _Lane:
        lane = self._lanes.get(topic)
        if lane is None:
            lane = self._lanes[topic] = _Lane(topic)
            if self._started:
                self._run(lane)
        return lane

    def _run(self, lane: _Lane) -> None:
        self._tasks.append(asyncio.create_task(self._send_on(lane)))

    async def _send_on(self, lane: _Lane) -> None:
        failures = 0
        while True:
            if not lane.waiting:
                lane.woken.clear()
                await lane.woken.wait()
            lane.trouble = await self._send(lane)
            failures = failures + 1 if lane.trouble else 0
            if failures:
                await asyncio.sleep(_BACK_OFF[min(failures, len(_BACK_OFF)) - 1])

    async def _send(self, lane: _Lane) -> str | None:
        """Send the next batch of a lane; return what went wrong, if anything."""
        batch = [lane.waiting.popleft() for _ in range(min(len(lane.waiting), _BATCH))]
        try:
            await self._log.append(lane.topic, [Draft(event.key, event.value) for _, event in batch])
        except TooLarge as error:
            lane.waiting.extendleft(reversed(batch))
            await self._hold(lane, batch[error.index], str(error))
            return None
        except Exception as error:  # noqa: BLE001 -- whatever it was, these events are still owed, in this order
            lane.waiting.extendleft(reversed(batch))
            if not lane.trouble:
                _log.warning("relay holds", topic=lane.topic, error=repr(error))
            return repr(error)
        self._confirmed += batch
        self._forgetting.set()
        return None

    async def _hold(self, lane: _Lane, debt: Debt, why: str) -> None:
        kind, event = debt
        self._held[kind, event.key] = f"{event.id}: {why}"
        _log.error("relay holds back a document", kind=kind, document=event.key, event_id=event.id, error=why)
        behind = [other for other in lane.waiting if (other[0], other[1].key) == (kind, event.key)]
        lane.waiting = deque(other for other in lane.waiting if (other[0], other[1].key) != (kind, event.key))
        await self._settled(behind)

    async def _settled(self, debts: Iterable[Debt]) -> None:
        self._known.difference_update((kind, event.id) for kind, event in debts)
        async with self._changed:
            self._changed.notify_all()

    async def _forget_on(self) -> None:
        failures = 0
        while True:
            await self._forgetting.wait()
            await asyncio.sleep(_FORGET_SECONDS)
            self._forgetting.clear()
            confirmed, self._confirmed = self._confirmed, []
            try:
                await self._forget(confirmed)
                failures = 0
            except Exception as error:  # noqa: BLE001 -- what is not forgotten must not stop what follows
                self._confirmed = confirmed + self._confirmed
                self._forgetting.set()
                failures += 1
                _log.warning("relay cannot forget", error=repr(error))
                await asyncio.sleep(_BACK_OFF[min(failures, len(_BACK_OFF)) - 1])

    async def _forget(self, debts: Sequence[Debt]) -> None:
        kinds: dict[str, dict[str, list[str]]] = {}
        for kind, event in debts:
            kinds.setdefault(kind, {}).setdefault(event.key, []).append(event.id)
        for kind, events in kinds.items():
            await self._store.forget(kind, events)
        await self._settled(debts)

    async def _sweep_on(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            try:
                await self._sweep(at_once=False)
            except Exception as error:  # noqa: BLE001 -- the next sweep may do better
                _log.warning("relay cannot sweep", error=repr(error))

    async def _sweep(self, *, at_once: bool) -> None:
        """Queue what is owed and was not handed over here.

        In daily work only what is found twice, five seconds apart: the process that saved it is most likely sending it.
        """
        if self._lease is not None and not await self._lease.held():
            self._suspects.clear()
            return
        left = [debt for debt in await self._store.owed(_ALL) if (debt[0], debt[1].id) not in self._known]
        self._queue([debt for debt in left if at_once or (debt[0], debt[1].id) in self._suspects], first=True)
        self._suspects = {(kind, event.id) for kind, event in left}
