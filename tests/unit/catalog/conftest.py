"""A catalog without a broker: the dispatcher over a store in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Any

import pytest

from services.catalog.domain.state import Document
from services.catalog.handlers import FigurePolicies, Policies, hears
from services.catalog.store import AGGREGATES, DOCUMENT
from shared.bus.decider import Aggregate
from shared.bus.dispatch import Dispatcher
from shared.bus.port import Record
from shared.clock import ZONE, Clock
from shared.contracts.canonical import digest
from shared.contracts.envelope import Envelope, decode, encode
from shared.contracts.facts import FACTS
from shared.contracts.topics import Topics
from shared.law.rules import load_rules
from shared.store.port import Owed, Query
from shared.store.sqlite import SqliteStore

RULES = load_rules()
FIGURES = FigurePolicies(RULES.table_one)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)


class Desk:
    """Feeds a catalog and reads back what it said."""

    def __init__(self) -> None:
        self.store = SqliteStore(":memory:")
        self.policies = Policies(frozenset({"通知", "意见", "决定"}))
        self.dispatcher = Dispatcher(self.store, Clock(NOW), Topics(), hears(self.policies, FIGURES, lambda _: None))
        self.said: list[Envelope] = []
        self._offset = 0
        self.store.on_saved(self._hear)

    def _hear(self, _: str, owed: Sequence[Owed]) -> None:
        self.said.extend(decode(o.value) for o in owed)

    def record(self, event: Envelope) -> Record:
        self._offset += 1
        return Record("feed", 0, self._offset, 0, event.subject, encode(event))

    def event(self, type_: str, subject: str, event: str, agency: str = "shanghai", **data: Any) -> Envelope:
        source = f"/{agency}/oa"
        receipt = f"rc_c{digest([source, event, type_, subject, data])[:24]}"
        bodies = "sh-*" if agency == "shanghai" else "ja-*"
        at = NOW.isoformat()
        return Envelope(
            event, source, type_, subject, NOW, data, agency=agency, agencybodies=bodies, receipt=receipt, receivedat=at
        )

    async def hear(self, *events: Envelope) -> list[Envelope]:
        """Settle events as one unit; return what the catalog said."""
        before = len(self.said)
        await self.dispatcher.settle([self.record(e) for e in events])
        return self.said[before:]

    def document(self, event: str, subject: str = "oa-1", agency: str = "shanghai", **data: Any) -> Envelope:
        """A report that passes every gate, but for what ``data`` changes (None takes a field away)."""
        whole = {
            "title": "关于加强夏季用电保障工作的通知",
            "number": "沪电发〔2026〕7号",
            "issuer": "上海市电力保障局",
            "written_on": date(2026, 2, 10).isoformat(),
            "attribute": "主动公开",
            "secrecy": "非密",
        } | data
        return self.event(
            "feed.document-issued", subject, event, agency, **{k: v for k, v in whole.items() if v is not None}
        )

    async def bodies(self) -> None:
        """Register the bodies the reports come from."""
        for body, name, agency in (
            ("sh-power", "上海市电力保障局", "shanghai"),
            ("ja-office", "静安区办公室", "jingan"),
        ):
            await self.hear(
                self.event("feed.body-registered", body, f"b-{body}", agency, body=body, name=name, region="310000")
            )

    async def documents(self) -> list[Document]:
        """Every document in the store."""
        page = await self.store.select(DOCUMENT.kind, Query())
        return [DOCUMENT.parse(d.state) for d in page.items]

    async def assert_folds(self) -> None:
        """Folding everything that was said gives exactly what is stored."""
        aggregates: tuple[Aggregate[Any], ...] = AGGREGATES
        for aggregate in aggregates:
            for stored in (await self.store.select(aggregate.kind, Query())).items:
                state: Any = None
                for e in self.said:
                    if e.subject == stored.id:
                        state = aggregate.evolve(state, FACTS[e.type].model_validate(e.data))
                assert state is not None
                assert digest(state) == digest(aggregate.parse(stored.state))


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    await made.bodies()
    yield made
    await made.assert_folds()
    await made.store.close()
