"""What the door stands on: handed in by whoever opens it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from prometheus_client import CollectorRegistry

from shared.bus.port import Log
from shared.clock import Clock
from shared.contracts.topics import Topics
from shared.security.limits import Buckets
from shared.security.receipts import Receipts
from shared.store.blobs import Blobs
from shared.store.port import Page

Verdict = Mapping[str, Any]
"""``{"state": admitted|returned|rejected|duplicate, "events": [...], "defects": [...], ...}`` as its judge tells it."""


class Verdicts(Protocol):
    """A judge's answers about receipts (回执查询): the service itself in one process, or its API in another."""

    async def of(self, receipt: str) -> Verdict | None:
        """Return the verdict, None where the event was not judged yet.

        A judge that knows the event waits behind a dead letter says ``{"state": "accepted", "held": True}``. May raise
        ``Unavailable``.
        """
        ...

    async def listed(self, agency: str, state: str | None, after: str | None, limit: int) -> Page[Verdict]:
        """Return a page of an agency's judged receipts, each with its ``receipt``. May raise ``Unavailable``."""
        ...


class DiskGuard:
    """Says when the disk has too little room, before the broker on it halts itself (磁盘保护)."""

    def __init__(
        self, folder: Path, least: int = 512 * 1024 * 1024, *, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        """``least`` is the free bytes below which nothing is taken in; looked up at most once a second."""
        self._folder, self._least, self._elapsed = folder, least, elapsed
        self._looked_at = float("-inf")
        self._full = False

    def full(self) -> bool:
        """Return whether there is too little room."""
        now = self._elapsed()
        if now - self._looked_at >= 1.0:
            self._looked_at = now
            self._full = shutil.disk_usage(self._folder).free < self._least
        return self._full


@dataclass(frozen=True)
class FeedDeps:
    """The door's collaborators and limits.

    ``verdicts`` is by judge (``catalog``, ``notify``, ``publish``). ``patience`` is how long in seconds a batch may
    wait for the log; ``most_waiting`` how many events may do so at once.
    """

    log: Log
    topics: Topics
    clock: Clock
    receipts: Receipts
    blobs: Blobs
    verdicts: Mapping[str, Verdicts]
    disk: DiskGuard
    buckets: Buckets = field(default_factory=Buckets)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    patience: float = 15.0
    most_waiting: int = 2_000
