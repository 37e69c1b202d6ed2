"""Plans deliveries the moment their plan is durable, without waiting for the log to bring it back.

The plan on the log plans them too: rows are inserted where absent, so whichever comes second changes nothing, and after
a crash between the two the log still brings them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from services.notify.handlers.owed import Owing
from shared.bus.decider import Heard
from shared.contracts.problems import Unavailable
from shared.store.port import Row, Store


class Ahead:
    """Hears plans from the store instead of from the log; ``wake`` gets what is due."""

    def __init__(self, owing: Owing, store: Store, wake: Callable[[Sequence[Row]], None]) -> None:
        self._owing = owing
        self._store = store
        self._wake = wake
        self._woken: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def hear(self, heard: Heard) -> None:
        """Plan the deliveries of a plan that was saved just now."""
        rows = self._owing.when_push_planned(heard)
        if rows:
            task = asyncio.create_task(self._plan(rows))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def wake(self, rows: Sequence[Row]) -> None:
        """Wake for rows the log brought, but for those woken already."""
        self._wake([row for row in rows if row.id not in self._woken])
        self._woken.difference_update(row.id for row in rows)

    async def _plan(self, rows: Sequence[Row]) -> None:
        with suppress(Unavailable):
            fresh = set(await self._store.insert(rows))
            self._woken |= fresh
            self._wake([row for row in rows if row.id in fresh])
