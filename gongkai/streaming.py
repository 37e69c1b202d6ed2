"""The derived streams as children of ``gongkai up``: started, started again when it ends, ended with their parent."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import suppress

from gongkai.child import spawn
from shared.wiring import Settings

AGAIN_SECONDS = 5.0


class StreamsChild:
    """Keeps ``python -m services.<name> streams`` running; make it in the main thread, whose end ends the child."""

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings, self._name = settings, name
        self._child: subprocess.Popen[bytes] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process of the moment."""
        return self._child.pid if self._child is not None else None

    def start(self) -> None:
        """Start it and look after it."""
        self._spawn()
        self._task = asyncio.create_task(self._look_after(), name="streams")

    async def stop(self) -> None:
        """End it; what it had not noted down it counts at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._child is not None:
            self._child.terminate()
            with suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(self._child.wait, 5)
            self._child.kill()
            await asyncio.to_thread(self._child.wait)

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_SECONDS)
            if self._child is None or self._child.poll() is not None:
                self._spawn()

    def _spawn(self) -> None:
        settings = self._settings
        env = {
            **os.environ,
            "GONGKAI_KAFKA": settings.kafka,
            "GONGKAI_DATA": str(settings.data.resolve()),
            "GONGKAI_TOPIC_PREFIX": settings.topic_prefix,
        }
        argv = [sys.executable, "-m", f"services.{self._name}", "streams"]
        self._child = spawn(argv, settings.data / f"streams-{self._name}.log", env)
