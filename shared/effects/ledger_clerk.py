"""What is written down after an attempt: the entry, the attempt, the endpoint's health; and who hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice

import structlog

from shared.contracts.problems import Unavailable
from shared.effects.ledger import FINAL, Entry, Ledger, State
from shared.effects.ledger_health import Condition, Notice, Wards
from shared.effects.port import Kind, Outcome
from shared.store.lease import Wire
from shared.store.port import Query

_TELL = 1.0
_TELL_AT_ONCE = 5_000
_AT_ONCE = 500
_PROBED_AGAIN = 30.0
_LONGEST_ASIDE = 300.0
_PAUSED_ASIDE = 6 * 3_600.0
_TOGETHER = 0.005
"""Seconds within which attempts that end are written down in one commit."""
_BACK_OFF = (0.05, 0.25, 1.0, 5.0)
_log = structlog.get_logger(__name__)

Settled = Callable[[Sequence[Entry]], Awaitable[None]]
Noticed = Callable[[Sequence[Notice]], Awaitable[None]]


class Clerk:
    """Writes for a courier. See ``Courier`` for the arguments."""

    def __init__(
        self, ledger: Ledger, clock: Wire, draw: Callable[[], float], settled: Settled | None, noticed: Noticed | None
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._draw = draw
        self._settled = settled
        self._noticed = noticed
        self._untold: dict[str, Entry] = {}
        self._tell_at = 0.0
        self._moment: asyncio.Future[None] | None = None
        self.wards = Wards(ledger.store, ledger.table)

    @property
    def untold(self) -> int:
        """How many settlements nobody has been told of."""
        return len(self._untold)

    async def load(self) -> None:
        """Read whose health matters, and what was settled and not told. Raises ``Unavailable``."""
        await self.wards.load()
        after = None
        while True:
            page = await self._ledger.page(Query(equal={"untold": 1}, after=after, limit=_AT_ONCE))
            self._untold.update((entry.key, entry) for entry in page.items)
            after = page.next
            if after is None:
                return

    async def record(self, entry: Entry, outcome: Outcome, began: float) -> bool:
        """Write down an attempt, however long the store is away; return whether the endpoint has recovered by it."""
        now = self._clock.wire()
        failures = 0
        await self._together()
        while True:
            try:
                await asyncio.gather(self._ledger.note(entry, outcome, began, now), self._settle(entry, outcome, now))
                return await self._count(entry, outcome, now)
            except Unavailable as error:
                # it has happened: forgetting it would send it again
                _log.warning("courier cannot write down an attempt", key=entry.key, error=repr(error))
                await asyncio.sleep(_BACK_OFF[min(failures, len(_BACK_OFF) - 1)])
                failures += 1

    async def lose(self, entry: Entry, now: float) -> None:
        """Settle an attempt that nobody can tell the end of, where a second one would be noticed."""
        await self._write(entry.after(Outcome(Kind.UNCERTAIN, error="lost"), now, 0.0))

    async def set_aside(self, entry: Entry, now: float) -> None:
        """Let an entry wait because its endpoint is not well; ``release`` brings it back earlier."""
        endpoint = entry.effect.endpoint
        paused = self.wards.condition(endpoint) is Condition.PAUSED
        if paused:
            wait = _PAUSED_ASIDE
        else:
            wait = min(_LONGEST_ASIDE, _PROBED_AGAIN * 2 ** min(entry.skips, 4)) * (0.5 + self._draw() / 2)
        await self._ledger.write(entry.step(state=State.DUE, due=now + wait, skips=entry.skips + 1))
        if paused and self.wards.condition(endpoint) is not Condition.PAUSED:
            await self.release(endpoint)  # resumed meanwhile, and that release may have come before this was written

    async def release(self, endpoint: str) -> None:
        """Make everything that waits for an endpoint due now. Raises ``Unavailable``."""
        now, after = self._clock.wire(), None
        while True:
            asked = Query(equal={"endpoint": endpoint, "state": State.DUE.value}, after=after, limit=_AT_ONCE)
            page = await self._ledger.page(asked)
            late = [entry for entry in page.items if entry.due is None or entry.due > now]
            await asyncio.gather(*(self._ledger.write(entry.step(due=now, skips=0)) for entry in late))
            after = page.next
            if after is None:
                return

    async def age(self, now: float) -> None:
        """Tell how long endpoints have failed. Raises ``Unavailable``."""
        await self._hear(await self.wards.age(now))

    async def tell(self, *, at_once: bool = False) -> None:
        """Announce what was settled, at most once a second; keep it if that fails. Raises what the listener raises."""
        now = self._clock.wire()
        batch = list(islice(self._untold.values(), _TELL_AT_ONCE))
        if not batch or self._settled is None or (now < self._tell_at and not at_once):
            return
        self._tell_at = now + _TELL
        await self._settled(batch)
        for start in range(0, len(batch), _AT_ONCE):
            await self._ledger.restore(entry.step() for entry in batch[start : start + _AT_ONCE])
        for entry in batch:
            self._untold.pop(entry.key, None)

    async def _together(self) -> None:
        """Wait for the next moment of writing."""
        if self._moment is None:
            loop = asyncio.get_running_loop()
            self._moment = loop.create_future()
            loop.call_later(_TOGETHER, self._write_now, self._moment)
        await asyncio.shield(self._moment)

    def _write_now(self, moment: asyncio.Future[None]) -> None:
        self._moment = None
        moment.set_result(None)

    async def _settle(self, entry: Entry, outcome: Outcome, now: float) -> None:
        after = entry.after(outcome, now, self._draw())
        if await self._write(after):
            return
        # our lease was over and somebody else went on; but what was accepted is accepted
        current = (await self._ledger.get([entry.key])).get(entry.key)
        while outcome.kind is Kind.ACCEPTED and current is not None and current.state not in FINAL:
            if await self._write(current.after(outcome, now, 0.0)):
                return
            current = (await self._ledger.get([entry.key])).get(entry.key)

    async def _write(self, entry: Entry) -> bool:
        written = await self._ledger.write(entry)
        if written and entry.state in FINAL:
            self._untold[entry.key] = entry
        return written

    async def _count(self, entry: Entry, outcome: Outcome, now: float) -> bool:
        endpoint, well = entry.effect.endpoint, outcome.kind is Kind.ACCEPTED
        before = self.wards.condition(endpoint)
        notices = await self.wards.count(endpoint, well=well, now=now, status=outcome.status)
        if outcome.kind is Kind.CLOSED:
            notices = [*notices, Notice(endpoint, "closed", status=outcome.status)]
        await self._hear(notices)
        return well and before is not Condition.HEALTHY

    async def _hear(self, notices: Sequence[Notice]) -> None:
        if notices and self._noticed is not None:
            await self._noticed(notices)
