"""Work that follows from state, not from a timer that survived.

Documents waiting for an issuer, texts to erase, tables reports wait for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from services.catalog.handlers import ERASURES, TABLES_DUE, WAITING, Policies
from services.catalog.handlers.reports import compute_table
from services.catalog.store import DOCUMENT
from services.catalog.views import computed_table_one
from shared.bus.dispatch import Dispatcher
from shared.bus.port import Slot
from shared.contracts.problems import Refused, Unavailable
from shared.law.rules import Rules
from shared.store.blobs import Blobs
from shared.store.port import Query, Row, Store

EVERY_SECONDS = 5.0
CHUNK = 100


@dataclass(frozen=True, eq=False)
class Counting:
    """What computing Table I (年报表一) stands on.

    Args:
        rules: the law.
        place: the jurisdiction whose terms of validity hold.
        settled: up to which offset each partition is counted in the store.
    """

    rules: Rules
    place: str
    settled: Callable[[], Mapping[Slot, int]]

    def positions(self) -> dict[str, int]:
        """Return the offsets as the table names them: ``topic/partition``."""
        return {f"{slot.topic}/{slot.partition}": offset for slot, offset in sorted(self.settled().items(), key=str)}


class Sweeps:
    """Judges documents again once the issuer they wait for is registered, and destroys the texts of erased ones.

    Both resume where a crash left them.
    """

    def __init__(self, store: Store, blobs: Blobs) -> None:
        self._store = store
        self._blobs = blobs
        self._woken = asyncio.Event()

    def wake(self, _: Sequence[Row]) -> None:
        """Say that there is something to do."""
        self._woken.set()

    async def run(self, policies: Policies, dispatcher: Dispatcher, counting: Counting) -> None:
        """Sweep whenever woken, and every few seconds for what was left."""
        while True:
            with suppress(Unavailable):
                await self.judge(policies, dispatcher)
                await self.erase()
                await self.compute(dispatcher, counting)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), EVERY_SECONDS)
            self._woken.clear()

    async def compute(self, dispatcher: Dispatcher, counting: Counting) -> None:
        """Compute every table a report waits for."""
        while rows := (await self._store.page(TABLES_DUE, Query(limit=CHUNK))).items:
            for row in rows:
                positions = counting.positions()
                body, year = str(row.data["body"]), int(row.data["year"])
                computed = await computed_table_one(self._store, counting.rules, counting.place, body, year)
                await dispatcher.execute(compute_table(row, computed, positions))
            await self._store.delete(TABLES_DUE, [row.id for row in rows])

    async def erase(self) -> None:
        """Destroy every blob noted down (转为涉密、彻底删除); a second time changes nothing."""
        while rows := (await self._store.page(ERASURES, Query(limit=CHUNK))).items:
            for row in rows:
                await self._blobs.erase(row.id)
            await self._store.delete(ERASURES, [row.id for row in rows])

    async def judge(self, policies: Policies, dispatcher: Dispatcher) -> None:
        """Work off every name noted down."""
        while rows := (await self._store.page(WAITING, Query(limit=CHUNK))).items:
            for row in rows:
                await self._judge(str(row.data["issuer"]), str(row.data["cause"]), policies, dispatcher)
            await self._store.delete(WAITING, [row.id for row in rows])

    async def _judge(self, issuer: str, cause: str, policies: Policies, dispatcher: Dispatcher) -> None:
        after: str | None = None
        while True:
            query = Query(equal={"waits": issuer}, after=after, limit=CHUNK)
            page = await self._store.select(DOCUMENT.kind, query)
            for stored in page.items:
                with suppress(Refused):
                    await dispatcher.execute(policies.judge_waiting(stored.id, issuer, f"{cause}:{stored.id}"))
            if page.next is None:
                return
            after = page.next
