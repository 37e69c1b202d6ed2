"""Rebuilds (重建) as operators order them: started by one call, watched by others, one at a time per projection."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from shared.clock import Clock
from shared.contracts.codes import OpsCode
from shared.contracts.problems import Refused
from shared.replay.rebuild import Projector
from shared.store.port import Row, Store

REBUILDS = "rebuilds"


class Rebuilds:
    """The rebuilds of one service's projections; how the last one went is a row of its store."""

    def __init__(self, store: Store, projectors: Mapping[str, Projector], clock: Clock) -> None:
        self._store, self._projectors, self._clock = store, projectors, clock
        self._running: dict[str, asyncio.Task[None]] = {}
        self._progress: dict[str, tuple[int, int]] = {}

    def projector(self, name: str) -> Projector:
        """Return a projection's keeper. Raises ``Refused`` PROJECTION_UNKNOWN."""
        if name not in self._projectors:
            raise Refused(OpsCode.PROJECTION_UNKNOWN, f"本服务的投影有：{'、'.join(self._projectors) or '无'}")
        return self._projectors[name]

    async def start(self, name: str, person: str, *, accept: bool, force: bool) -> None:
        """Begin to build a projection anew beside the live one. Raises ``Refused`` while one is being built."""
        projector = self.projector(name)
        if name in self._running:
            raise Refused(OpsCode.REBUILD_RUNNING)
        await self._note(name, {"state": "running", "person": person})
        self._running[name] = asyncio.create_task(self._run(projector, person, accept, force), name=f"rebuild {name}")

    async def status(self, name: str) -> dict[str, Any]:
        """Return how the projection is and how its last rebuild went."""
        health = dict(await self.projector(name).health())
        row = (await self._store.rows(REBUILDS, [name])).get(name)
        last = dict(row.data) if row is not None else None
        if last is not None and last["state"] == "running" and name not in self._running:
            last["state"] = "interrupted"  # the process ended; another start goes on where it was
        done, total = self._progress.get(name, (0, 0))
        return {**health, "rebuild": last, "done": done, "total": total}

    async def drop(self, name: str) -> None:
        """Give up the colour that is not live. Raises ``Refused`` while it is being built."""
        if name in self._running:
            raise Refused(OpsCode.REBUILD_RUNNING)
        await self.projector(name).drop()

    async def close(self) -> None:
        """Let go; a rebuild that was under way goes on at the next order."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _run(self, projector: Projector, person: str, accept: bool, force: bool) -> None:
        name = projector.name
        try:
            found = await projector.rebuild(
                accept=accept, force=force, say=lambda done, total: self._progress.update({name: (done, total)})
            )
            await self._note(name, {"state": found.ended, "person": person, **asdict(found), "lost": found.lost})
        except Exception as error:  # noqa: BLE001 -- whatever it is, the person who asked has to read it
            await self._note(name, {"state": "failed", "person": person, "error": str(error) or repr(error)})
        finally:
            self._running.pop(name, None)

    async def _note(self, name: str, data: dict[str, Any]) -> None:
        at = self._clock.wire()
        await self._store.put([Row(REBUILDS, name, int(at * 1_000_000), {**data, "at": at})])
