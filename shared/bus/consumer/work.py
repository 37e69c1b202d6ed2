"""The work of one partition: a unit at a time, one attempt per step, so that a step can be waited for or repeated."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from shared.bus.consumer.health import Stop
from shared.bus.consumer.parking import Parking
from shared.bus.port import Poison, Record, Settler, Slot
from shared.contracts.problems import Unavailable
from shared.store.port import Row

_log = logging.getLogger(__name__)
TRIES, RETRY_SECONDS = 3, 0.25


@dataclass
class _Doomed:
    """A record being buried: its dead letter may be confirmed while its row is not."""

    record: Record
    error: Exception
    tries: int
    written: bool = False
    row: Row | None = None


@dataclass
class Work:
    """What one partition still has to settle, and how far it has come."""

    slot: Slot
    settler: Settler
    parking: Parking
    stop: Stop
    settled: int = 0
    rest: list[Record] = field(default_factory=list)
    _end: int = 0
    _take: int | None = None
    _tries: int = 0
    _doomed: _Doomed | None = None

    def accept(self, records: list[Record]) -> None:
        """Take a unit of records that follow what is settled."""
        self.rest = records
        self._end = records[-1].offset + 1

    async def step(self) -> float:
        """Make one attempt; returns how many seconds to wait before the next, usually none. Raises ``Unavailable``."""
        if self._doomed is not None:
            await self._bury(self._doomed)
            return 0.0
        if any(map(self.parking.discarded, self.rest)):
            self._keep([record for record in self.rest if not self.parking.discarded(record)])
        behind = [record for record in self.rest if self.parking.parked(record)]
        if behind:
            await self.parking.bury_behind(behind)
            self._keep([record for record in self.rest if not self.parking.parked(record)])
        unit = self.rest[: self._take]
        return await self._attempt(unit) if unit else 0.0

    async def _attempt(self, unit: list[Record]) -> float:
        try:
            await self.settler.settle(unit)
        except Poison as poison:
            return self._poisoned(poison, len(unit))
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a bug that does not say which record: find it by taking them one by one
            _log.exception("the settler of %s failed", self.slot)
            return self._poisoned(Poison(0, error), len(unit))
        self._take, self._tries = None, 0
        self._keep(self.rest[len(unit) :])
        return 0.0

    def _poisoned(self, poison: Poison, size: int) -> float:
        """Decide what to take next: the part before the suspect, the suspect alone, or its burial."""
        if poison.index:
            self._take, self._tries = poison.index, 0
            return 0.0
        self._tries += 1
        alone = size == 1
        self._take = 1
        if poison.refused or (alone and self._tries >= TRIES):
            self._doomed = _Doomed(self.rest[0], poison.error, self._tries)
            return 0.0
        return RETRY_SECONDS

    async def _bury(self, doomed: _Doomed) -> None:
        if not doomed.written:
            doomed.row = await self.parking.bury(doomed.record, doomed.error, doomed.tries)
            doomed.written = True
            _log.error("buried %s/%d: %r", self.slot, doomed.record.offset, doomed.error)
        if doomed.row is not None:
            await self.parking.park(doomed.row, doomed.record)
        self._doomed, self._take, self._tries = None, None, 0
        self._keep(self.rest[1:])
        self.stop.buried()

    def _keep(self, rest: list[Record]) -> None:
        self.rest = rest
        self.settled = rest[0].offset if rest else self._end
