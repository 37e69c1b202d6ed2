"""The door itself: what is examined and admitted goes into the log at once, or nobody is told that it did."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from typing import Any

from prometheus_client import Counter

from shared.bus.port import Draft
from shared.contracts.codes import FeedCode, WebCode
from shared.contracts.envelope import Envelope, encode
from shared.contracts.facts.ops import FeedTurnedAway
from shared.contracts.problems import Fault, Refused, Unavailable
from shared.contracts.strict import decode
from shared.contracts.topics import FEED
from shared.security.principals import Principal
from shared.store.blobs import BlobErased, BlobRejected
from shared.web.feed.deps import FeedDeps
from shared.web.feed.examine import Examiner
from shared.web.feed.glance import Glance
from shared.web.feed.media import as_declared
from shared.web.feed.stamp import Stamp
from shared.web.feed.taken import Taken


class Door:
    """Takes in the events of agencies. One per process; knows how many wait for the log.

    Whoever lets events in, a route or a page, does it here and spends from ``deps.buckets``.
    """

    def __init__(self, deps: FeedDeps) -> None:
        self.deps = deps
        self._waiting = 0
        self._events = Counter("feed_events", "Events at the door", ("outcome",), registry=deps.registry)

    def examine(self, caller: Principal, parts: Sequence[Any]) -> Taken:
        """Examine events without taking them in; nothing is written, no text is kept."""
        taken = Taken()
        examiner, stamp = Examiner(caller, self.deps.blobs), Stamp(caller, self.deps)
        glance = Glance(examiner, stamp)
        for index, part in enumerate(parts):
            if part.__class__ is bytes and glance.take(part, taken):
                continue
            try:
                wire = decode(part) if part.__class__ is bytes else part
            except Refused as refused:
                taken.reject(index, None, refused.faults or (Fault(refused.code.name, "", refused.detail),))
                continue
            if secret := examiner.secret(wire):
                taken.turn_away(index, secret)
            elif faults := examiner.faults(wire):
                taken.reject(index, wire, faults)
            elif too_large := stamp.put_on(wire, examiner.kind(wire["type"]).judge, taken):
                taken.reject(index, wire, (too_large,))
        return taken

    async def take(self, caller: Principal, parts: Sequence[Any]) -> Taken:
        """Take events in. What is ``accepted`` afterwards is durably in the log.

        Raises ``Refused`` DISK_FULL and ``Unavailable``: then nothing is confirmed, and the same ids may come again.
        """
        if self.deps.disk.full():
            raise Refused(WebCode.DISK_FULL)
        if self._waiting + len(parts) > self.deps.most_waiting:
            raise Unavailable("too many events wait for the log")
        self._waiting += len(parts)
        try:
            taken = self.examine(caller, parts)
            await asyncio.wait_for(self._write(caller, taken), self.deps.patience)
        except TimeoutError as error:
            raise Unavailable("the log did not confirm in time") from error
        finally:
            self._waiting -= len(parts)
        self._events.labels("accepted").inc(len(taken.accepted))
        self._events.labels("rejected").inc(len(taken.rejected))
        return taken

    async def keep(self, sha256: str, mediatype: str, chunks: AsyncIterator[bytes]) -> tuple[int, bool]:
        """Keep a text or file that events will name; return its size and whether it was known before.

        Raises ``Refused``: DISK_FULL, BLOB_TYPE, BLOB_MISMATCH, or CONFLICT where the content was erased.
        """
        if self.deps.disk.full():
            raise Refused(WebCode.DISK_FULL)
        known = self.deps.blobs.exists(sha256)
        try:
            size = await self.deps.blobs.put_stream(sha256, as_declared(mediatype, chunks))
        except BlobRejected as error:
            raise Refused(FeedCode.BLOB_MISMATCH) from error
        except BlobErased as error:
            raise Refused(WebCode.CONFLICT, "该内容已按规定删除，不再接收") from error
        return size, known

    async def _write(self, caller: Principal, taken: Taken) -> None:
        """Texts first, then tombstones, then the events: whatever fails, no event is in the log without its text."""
        try:
            await asyncio.gather(*(self.deps.blobs.put(text) for text in taken.texts.values()))
        except BlobErased as error:
            raise Unavailable("a text was erased while it came in") from error
        topics, log = self.deps.topics, self.deps.log
        if taken.secret:
            await log.append(topics.of("ops"), self._tombstones(caller, taken))
        if taken.drafts:
            await log.append(topics.of(FEED), list(taken.drafts.values()))

    def _tombstones(self, caller: Principal, taken: Taken) -> list[Draft]:
        drafts = []
        for code, count in taken.secret.items():
            fact = FeedTurnedAway(agency=caller.id, code=code.name, count=count)
            id_ = f"turned-away:{secrets.token_hex(10)}"
            now = self.deps.clock.business()
            event = Envelope(id_, "urn:gongkai:feed", fact.type, caller.id, now, fact.wire(), agency=caller.id)
            drafts.append(Draft(caller.id, encode(event)))
        return drafts
