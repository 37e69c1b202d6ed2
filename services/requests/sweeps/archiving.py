"""Packages of closed cases that are still to be made (归档), by looking at the state."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from services.requests.domain.archiving import archive
from services.requests.domain.state import Request
from services.requests.domain.timing import Doing
from services.requests.evidence import Bundles
from services.requests.handlers.continuing import SYSTEM
from services.requests.store import REQUEST
from shared.bus.decider import Command, Context, Target
from shared.bus.dispatch import Dispatcher
from shared.contracts.facts.base import Blob, Fact
from shared.contracts.problems import Refused, Unavailable
from shared.law.book import Lawbook
from shared.store.blobs import Blobs
from shared.store.port import Query, Store, Stored

EVERY_SECONDS = 5.0
_MANY = 100


class Archivist:
    """Keeps the redacted bundle of every closed case: nothing is lost with a process.

    Redacted, because the package is kept for good and named by its content: what is personal stays under the key of
    the case, and goes with it.
    """

    def __init__(self, store: Store, dispatcher: Dispatcher, bundles: Bundles, blobs: Blobs, law: Lawbook) -> None:
        self._store, self._dispatcher = store, dispatcher
        self._bundles, self._blobs, self._law = bundles, blobs, law

    async def run(self) -> None:
        """Look at the start and every few seconds."""
        while True:
            with suppress(Unavailable):
                await self.sweep()
            await asyncio.sleep(EVERY_SECONDS)

    async def sweep(self) -> int:
        """Archive what is closed and not archived yet; return how many cases were."""
        archived = 0
        query = Query(equal={"archiving": 1}, limit=_MANY)
        while True:
            page = await self._store.select(REQUEST.kind, query)
            for stored in page.items:
                archived += await self._archive(stored)
            if page.next is None:
                return archived
            query = Query(equal={"archiving": 1}, limit=_MANY, after=page.next)

    async def _archive(self, stored: Stored) -> bool:
        """Archive one case; one that cannot be now does not keep the others waiting."""
        with suppress(Refused, Unavailable):
            return await self._package(stored)
        return False

    async def _package(self, stored: Stored) -> bool:
        made = await self._bundles.of(stored.id, "redacted")
        package = Blob(sha256=await self._blobs.put(made.data), size=len(made.data), mediatype="application/zip")

        def decide(state: Request | None, context: Context) -> list[Fact]:
            doing = Doing(context.now, SYSTEM, self._law.rules)
            return archive(state, made.events, made.head, package, doing)

        cause = f"archive:{stored.id}:{made.events}"
        # A case that moved on meanwhile is packed anew by the next sweep.
        command = Command(REQUEST, Target(stored.id), decide, cause, made.head, stored.version)
        return bool((await self._dispatcher.execute(command)).events)
