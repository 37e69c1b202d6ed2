"""An open door for tests: a log in memory, one agency's key, judges that answer from a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.bus.memory import MemoryLog
from shared.bus.port import Draft, Record, TopicSpec
from shared.clock import Clock
from shared.contracts.topics import Topics
from shared.security.limits import Buckets
from shared.security.receipts import Receipts
from shared.store.blobs import Blobs
from shared.store.port import Page
from shared.web.feed import DiskGuard, Door, FeedDeps, Verdict, feed_router
from tests.unit.web.client import Answer, Client
from tests.unit.web.conftest import Desk

SOURCE = "urn:example:district-a"
TYPES = ("feed.document-issued", "feed.enterprise-registered", "feed.interpretation-issued", "feed.partner-registered")
LINES = {"content-type": "application/x-ndjson"}
ONE = {"content-type": "application/cloudevents+json"}
BATCH = {"content-type": "application/cloudevents-batch+json"}


class WatchedLog(MemoryLog):
    """A log that can be told to fail or to wait, and counts its appends."""

    def __init__(self) -> None:
        super().__init__()
        self.appends: list[tuple[str, int]] = []
        self.error: Exception | None = None
        self.wait: Any = None

    async def append(self, topic: str, drafts: Sequence[Draft]) -> None:
        if self.wait is not None:
            await self.wait.wait()
        if self.error is not None:
            raise self.error
        self.appends.append((topic, len(drafts)))
        await super().append(topic, drafts)


@dataclass
class Judge:
    """Verdicts from a table: receipt -> verdict."""

    known: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def of(self, receipt: str) -> Verdict | None:
        return self.known.get(receipt)

    async def listed(self, agency: str, state: str | None, after: str | None, limit: int) -> Page[Verdict]:
        names = [name for name in sorted(self.known) if name > (after or "")]
        fitting = [name for name in names if state in (None, self.known[name]["state"])]
        items: list[Verdict] = [{"receipt": name, **self.known[name]} for name in fitting[:limit]]
        return Page(items, fitting[limit - 1] if len(fitting) > limit else None)


@dataclass
class Doorway:
    """Everything around one open door."""

    folder: Path
    desk: Desk
    patience: float = 15.0
    buckets: Buckets = field(default_factory=lambda: Buckets(1e6, 1e7))
    least_free: int = 0

    def __post_init__(self) -> None:
        self.log = WatchedLog()
        self.blobs = Blobs(self.folder / "blobs")
        self.catalog, self.notify = Judge(), Judge()
        self.deps = FeedDeps(
            log=self.log,
            topics=Topics(),
            clock=Clock(),
            receipts=Receipts(b"r" * 32),
            blobs=self.blobs,
            verdicts={"catalog": self.catalog, "notify": self.notify},
            disk=DiskGuard(self.folder, self.least_free),
            buckets=self.buckets,
            patience=self.patience,
        )
        key = self.desk.key("agency", "a1", source=SOURCE, types=frozenset(TYPES), bodies=frozenset({"b1", "b2*"}))
        self.app = self.desk.app(feed_router(Door(self.deps)), registry=self.deps.registry)
        self.client = Client(self.app, key)

    async def open(self) -> Doorway:
        await self.log.ensure([TopicSpec("feed", 4, 1), TopicSpec("ops", 1, 1)])
        return self

    async def feed(self, *events: Any) -> Answer:
        """Report events as lines; bytes are sent as they are."""
        lines = [each if isinstance(each, bytes) else json.dumps(each, ensure_ascii=False).encode() for each in events]
        return await self.client.post("/feed/v1/events", body=b"\n".join(lines), headers=LINES)

    async def records(self, topic: str = "feed") -> list[Record]:
        bounds = await self.log.bounds(topic)
        start, end = dict.fromkeys(bounds, 0), {slot: each[1] for slot, each in bounds.items()}
        return [record async for batch in self.log.read(start, end) for record in batch]

    async def logged(self, topic: str = "feed") -> list[dict[str, Any]]:
        return [json.loads(record.value or b"") for record in await self.records(topic)]


def event(type_: str, subject: str, data: Any, id_: str = "e1", **more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": id_,
        "source": SOURCE,
        "type": type_,
        "subject": subject,
        "time": "2026-03-02T09:00:00+08:00",
        "datacontenttype": "application/json",
        "data": data,
        **more,
    }


def enterprise(id_: str = "e1", code: str = "91310000TEST00001X", **more: Any) -> dict[str, Any]:
    data = {
        "credit_code": code,
        "name": "示例餐饮管理有限公司",
        "region": "310106",
        "industry": "6210",
        "employees": 32,
        "revenue": 1200,
        "registered_on": "2019-05-06",
        "tags": ["scale:small", "needs:loan"],
        "as_of": "2026-02-28",
    }
    return event("feed.enterprise-registered", code, data | more, id_)


def document(id_: str = "d1", **more: Any) -> dict[str, Any]:
    data = {"title": "关于示例事项的通知", "issuer": "示例局", "secrecy": "非密", "attribute": "主动公开"}
    return event("feed.document-issued", "示例发〔2026〕1号", data | more, id_)
