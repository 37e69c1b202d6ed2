"""Back-tests as jobs: one at a time, read from the log and folded beside the event loop, the result kept as a row."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict
from typing import Any

import structlog

from services.requests.handlers.backtesting import INPUTS, Converted, Happened, Replay, Trial, slim
from shared.bus.port import Log
from shared.clock import Clock
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.contracts.topics import Topics
from shared.law.book import Lawbook
from shared.replay.reading import heard_of
from shared.store.port import Query, Row, Store

TABLE = "backtests"
KEPT = 50
MOST = 2_000_000
"""Events one back-test folds; of more the oldest could be left out, and nothing would be equal to a live run."""
LISTED = 1_000
_log = structlog.get_logger(__name__)


class Backtests:
    """Runs back-tests. A process that ends takes its running one with it; what is finished stays for a while."""

    def __init__(self, log: Log, topics: Topics, store: Store, clock: Clock, law: Lawbook) -> None:
        self._log, self._topic, self._store = log, topics.of("requests"), store
        self._clock, self._law = clock, law
        self._running: asyncio.Task[None] | None = None

    async def start(self, backtest: str, asked: Mapping[str, Any], trial: Trial) -> None:
        """Begin a back-test under an id. Raises ``Refused`` BACKTEST_RUNNING while another one runs here."""
        if await self._store.rows(TABLE, [backtest]):
            return
        if self._running is not None and not self._running.done():
            raise Refused(RequestsCode.BACKTEST_RUNNING)
        begun = self._clock.wire()
        row = Row(TABLE, backtest, 1, {"state": "running", "asked": dict(asked)}, {"begun": begun})
        self._running = asyncio.create_task(self._run(row, trial), name=f"backtest.{backtest}")
        await self._store.put([row])

    async def result(self, backtest: str) -> dict[str, Any]:
        """Return how far a back-test is and what it found. Raises ``Refused`` BACKTEST_UNKNOWN."""
        row = (await self._store.rows(TABLE, [backtest])).get(backtest)
        if row is None:
            raise Refused(RequestsCode.BACKTEST_UNKNOWN)
        return {"backtest": backtest, **row.data}

    async def close(self) -> None:
        """End what runs."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _run(self, row: Row, trial: Trial) -> None:
        try:
            found = {"state": "done", "asked": row.data["asked"], **await self.fold(trial)}
        except Exception:  # noqa: BLE001 -- whoever asked must not wait for ever
            _log.exception("a back-test failed", backtest=row.id)
            found = {"state": "failed", "asked": row.data["asked"]}
        await self._store.put([Row(TABLE, row.id, 2, found, row.index)])
        old = await self._store.page(TABLE, Query(order="begun", down=True, limit=KEPT + 50))
        await self._store.delete(TABLE, [each.id for each in old.items[KEPT:]])

    async def fold(self, trial: Trial) -> dict[str, Any]:
        """Read the log once, fold it in a thread; return what would have been converted and what that spared."""
        happened = await self._read()
        replay = Replay(trial, self._law.rules.calendars)
        return _told(await asyncio.to_thread(replay.run, happened), len(happened))

    async def _read(self) -> list[Happened]:
        bounds = await self._log.bounds(self._topic)
        hears = {fact.type: fact for fact in INPUTS}
        first, last = ({slot: pair[end] for slot, pair in bounds.items()} for end in (0, 1))
        found: list[Happened] = []
        async with aclosing(heard_of(self._log.read(first, last), hears)) as batches:
            async for batch in batches:
                found += [slim(event, fact) for _, event, fact, _ in batch if event is not None and fact is not None]
                if len(found) > MOST:
                    raise ValueError("more events than a back-test can hold")
        return _once(found)


def _once(found: Sequence[Happened]) -> list[Happened]:
    """Return each event once, however often the log has it."""
    return list({(subject, sequence): each for each in found for _, subject, sequence, _ in (each,)}.values())


def _told(found: Sequence[Converted], events: int) -> dict[str, Any]:
    shown = [{**asdict(each), "on": each.on.isoformat()} for each in found[:LISTED]]
    return {
        "converted": len(found),
        "spared": sum(each.spared for each in found),
        "answered": sum(each.answered for each in found),
        "days": sum(each.days for each in found),
        "events": events,
        "items": shown,
    }
