"""The courier: takes what is due out of the ledger, lets it be sent, and notes what became of it (投递员)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from shared.contracts.problems import Unavailable
from shared.effects.ledger import Effect, Entry, Ledger, State, entry_of
from shared.effects.ledger_clerk import Clerk, Noticed, Settled
from shared.effects.ledger_health import Condition
from shared.effects.ledger_queue import Waiting
from shared.effects.ledger_schedule import GRACE
from shared.effects.port import Kind, Outcome, Outgoing, Sender
from shared.store.lease import Wire
from shared.store.port import Row

_SCAN, _NOTHING_NEW, _TELL, _AGE = 1.0, 0.05, 0.2, 10.0
_log = structlog.get_logger(__name__)
Act = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Purpose:
    """How effects of one purpose are carried out.

    ``prepare`` makes the message of one attempt (effect, number of the attempt), or says at once what became of it.
    ``repeatable`` is False where the receiver cannot discard a second copy (mail): there a lost attempt is uncertain.
    """

    sender: Sender
    prepare: Callable[[Effect, int], Awaitable[Outgoing | Outcome]]
    timeout: float = 15.0
    repeatable: bool = True


class Courier:
    """Carries out the effects of one ledger, at most ``each`` at a time per endpoint, few at sick endpoints.

    A fresh row handed to ``wake`` is claimed and sent at once; a scan every second finds what is due again and what a
    dead process left. Any number of couriers may work on one ledger.

    Args:
        ledger: what has to be done.
        purposes: how, by the purpose of the effect; others are left alone.
        clock: wire time.
        draw: random numbers in [0, 1) for the schedule's jitter, from a seeded source.
        slots: attempts under way at most.
        each: attempts under way at most at one endpoint; 1 where order matters.
        quick: the same for one whose last answer was good and came at once; as ``each`` by default.
        settled: hears what came to an end, at most once a second; told again after a failure, so it must know ids.
        noticed: hears about endpoints that are not well; may hear a thing twice.

    Raises ``ValueError`` where a claim would end before the attempt it protects.
    """

    def __init__(
        self,
        ledger: Ledger,
        purposes: Mapping[str, Purpose],
        clock: Wire,
        draw: Callable[[], float],
        *,
        slots: int = 64,
        each: int = 2,
        quick: int | None = None,
        settled: Settled | None = None,
        noticed: Noticed | None = None,
    ) -> None:
        for name, purpose in purposes.items():
            if ledger.lease < purpose.timeout + GRACE:
                raise ValueError(f"a lease of {ledger.lease} s is too short for {name}: {purpose.timeout} + {GRACE} s")
        self._ledger = ledger
        self._purposes = purposes
        self._clock = clock
        self._clerk = Clerk(ledger, clock, draw, settled, noticed)
        self._waiting = Waiting(slots, each, quick or each)
        self._cursor: str | None = None
        self._scan_at = self._age_at = 0.0
        self._woken = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        self._stopping = False

    def wake(self, rows: Sequence[Row]) -> None:
        """Take rows that were planned just now."""
        for row in rows:
            self._add(entry_of(row))
        self._woken.set()

    async def load(self) -> None:
        """Read what the last process knew; part of ``start``. Raises ``Unavailable``."""
        await self._clerk.load()

    async def start(self) -> None:
        """Begin. Raises ``Unavailable``."""
        await self.load()
        # beside each other: no delivery waits until somebody has heard what was settled
        looking = self._repeat(self._look, self._woken, lambda: 0.02 if self._cursor else _SCAN)
        telling = self._repeat(self._clerk.tell, self._over, lambda: _TELL)
        self._loops = [asyncio.create_task(looking), asyncio.create_task(telling)]

    async def stop(self, timeout: float = 8.0) -> None:
        """Begin nothing new, let attempts end within ``timeout`` seconds, tell what is settled."""
        self._stopping = True  # no cancelling: a claim without its attempt would leave a mail uncertain
        self._woken.set()
        self._over.set()
        under_way = [*self._tasks, *self._loops]
        if under_way:
            _, late = await asyncio.wait(under_way, timeout=timeout)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with suppress(Unavailable):
            await self._clerk.tell(at_once=True)

    async def pause(self, endpoint: str) -> None:
        """Try an endpoint no more; what is due for it waits until ``resume``. Raises ``Unavailable``."""
        await self._clerk.wards.pause(endpoint, self._clock.wire())

    async def resume(self, endpoint: str) -> None:
        """Try a paused endpoint again: what waited for it is due at once. Raises ``Unavailable``."""
        await self._clerk.wards.resume(endpoint, self._clock.wire())
        await self._release(endpoint)

    def health(self) -> dict[str, object]:
        """Return what a readiness page shows."""
        unwell = {name: health.condition.value for name, health in self._clerk.wards.unwell().items()}
        return {"under_way": self._waiting.under_way, "untold": self._clerk.untold, "endpoints": unwell}

    def condition(self, endpoint: str) -> Condition:
        """Return how an endpoint is doing."""
        return self._clerk.wards.condition(endpoint)

    async def turn(self) -> None:
        """Look once at what is due, begin what may begin, tell. Raises ``Unavailable`` or what a listener raises."""
        await self._look()
        await self._clerk.tell()

    async def _look(self) -> None:
        now = self._clock.wire()
        wards = self._clerk.wards
        if now >= self._scan_at and not self._waiting.full:
            await self._scan(now)
        turn = self._waiting.turn(wards.condition, lambda endpoint: wards.may_probe(endpoint, now))
        await self._begin(turn.send, now)
        await asyncio.gather(*(self._clerk.set_aside(entry, now) for entry in turn.aside))
        if now >= self._age_at:
            self._age_at = now + _AGE
            await self._clerk.age(now)

    async def settle_down(self) -> None:
        """Wait until no attempt is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _repeat(self, act: Act, woken: asyncio.Event, pause: Callable[[], float]) -> None:
        while not self._stopping:
            try:
                await act()
            except Unavailable as error:
                _log.warning("courier holds", error=repr(error))
            except Exception:  # noqa: BLE001 -- a listener's bug must not end all deliveries
                _log.exception("courier stumbles")
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), pause())
            woken.clear()

    async def _scan(self, now: float) -> None:
        """Read the next stretch of what is due; in turn, so that one endpoint's thousands hide nobody."""
        page = await self._ledger.due(now, self._cursor)
        self._cursor = page.next
        if page.next is None:
            self._scan_at = now + _SCAN
        elif not any(self._waiting.lacks(entry) for entry in page.items):
            self._scan_at = now + _NOTHING_NEW  # busy endpoints have queues: reading them over and over slows all down
        for entry in page.items:
            purpose = self._purposes.get(entry.effect.purpose)
            lost = purpose is not None and entry.state is State.CLAIMED and not purpose.repeatable
            if lost and not self._waiting.busy(entry):
                await self._clerk.lose(entry, now)
            else:
                self._add(entry)

    def _add(self, entry: Entry) -> None:
        if entry.effect.purpose in self._purposes:
            self._waiting.add(entry)

    async def _begin(self, entries: Sequence[Entry], now: float) -> None:
        claimed: dict[str, Entry] = {}
        try:
            claimed.update((entry.key, entry) for entry in await self._ledger.claim(entries, now))
        finally:
            for entry in entries:
                if entry.key not in claimed:
                    self._waiting.done(entry)
        for entry in claimed.values():
            self._spawn(self._attempt(entry))

    async def _attempt(self, entry: Entry) -> None:
        began = self._clock.wire()
        try:
            outcome = await self._act(entry, self._purposes[entry.effect.purpose])
            if outcome.kind is Kind.ACCEPTED:
                self._waiting.answered(entry, self._clock.wire() - began)
                self._more()
            if await self._clerk.record(entry, outcome, began):
                self._spawn(self._release(entry.effect.endpoint))
        except Exception:  # noqa: BLE001 -- whatever it was, the lease ends and the ledger decides again
            _log.exception("courier stumbles over an effect", key=entry.key)
        finally:
            self._waiting.done(entry)
            self._more()

    def _more(self) -> None:
        if self._waiting:
            self._woken.set()

    async def _act(self, entry: Entry, purpose: Purpose) -> Outcome:
        try:
            outgoing = await purpose.prepare(entry.effect, entry.attempts)
        except Exception as error:  # noqa: BLE001 -- nothing was contacted, so whatever it was, it may be tried again
            _log.exception("an effect could not be prepared", key=entry.key)
            return Outcome(Kind.RETRY, error=f"prepare: {type(error).__name__}")
        if isinstance(outgoing, Outcome):
            return outgoing
        unknown = Kind.RETRY if purpose.repeatable else Kind.UNCERTAIN
        try:
            return await asyncio.wait_for(purpose.sender.send(outgoing), purpose.timeout)
        except TimeoutError:
            return Outcome(unknown, error="timeout")
        except Exception as error:  # noqa: BLE001 -- it may have been sent, whatever was raised
            _log.exception("a sender raised", key=entry.key)
            return Outcome(unknown, error=type(error).__name__)

    async def _release(self, endpoint: str) -> None:
        await self._clerk.release(endpoint)
        self._scan_at, self._cursor = 0.0, None
        self._woken.set()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
