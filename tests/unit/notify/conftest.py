"""A notify without a broker: the dispatcher over a store in memory, hearing itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Any

import pytest

from services.notify.domain.directory import Directory
from services.notify.domain.shelf import Shelf
from services.notify.handlers import hears
from services.notify.handlers.owed import Owing
from services.notify.store import AGGREGATES, PUSH
from services.notify.views.everybody import Everybody
from shared.bus.dispatch import Dispatcher
from shared.bus.port import Record
from shared.clock import ZONE, Clock
from shared.contracts.canonical import digest
from shared.contracts.envelope import Envelope, decode, encode
from shared.contracts.facts import FACTS, notify
from shared.contracts.facts.audience import Expression
from shared.contracts.facts.catalog import DocumentView
from shared.contracts.topics import Topics
from shared.effects.ledger import Effect, Ledger
from shared.law.credit import make
from shared.law.rules import Rules, load_rules
from shared.store.port import Owed, Query, Row
from shared.store.sqlite import SqliteStore

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
RULES = load_rules()


def code(serial: int) -> str:
    """The credit code of the n-th example enterprise."""
    return make("9", "1", "310106", serial)


def view(document: str = "d1", edition: int = 1, **data: Any) -> DocumentView:
    """A public document for manufacturers in Jing'an."""
    whole = {
        "title": "关于支持企业技术改造的通知",
        "number": "沪经信〔2026〕3号",
        "body": "sh-industry",
        "issuer": "上海市工业促进局",
        "written_on": date(2026, 2, 10),
        "attribute": "主动公开",
        "audience": Expression.model_validate({"all": [{"dimension": "region", "any_of": ["310106"]}]}),
    } | data
    return DocumentView.model_validate({"document_id": document, "edition": edition, **whole})


class Desk:
    """Feeds notify, lets it hear itself, and reads back what it said."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.store = SqliteStore(":memory:")
        self.clock = Clock(NOW)
        self.directory = Directory(rules)
        self.shelf = Shelf()
        self.everybody = Everybody(self.directory, self.shelf)
        self.ledger = Ledger(self.store)
        self.due: list[Row] = []
        self.closing: list[Row] = []
        self.owing = Owing(self.directory, self.ledger, self.clock.wire, "https://gk.example.cn")
        table = hears(self.directory, self.shelf, self.owing, self.wake, self.closing.extend)
        self.dispatcher = Dispatcher(self.store, self.clock, Topics(), table)
        self.said: list[Envelope] = []
        self._catalog: dict[str, int] = {}
        self._offset = 0
        self.store.on_saved(self._hear)

    def wake(self, rows: Sequence[Row]) -> None:
        """Take what is due."""
        self.due.extend(rows)

    def _hear(self, _: str, owed: Sequence[Owed]) -> None:
        self.said.extend(decode(o.value) for o in owed)

    def _record(self, event: Envelope) -> Record:
        self._offset += 1
        return Record("x", 0, self._offset, 0, event.subject, encode(event))

    async def hear(self, *events: Envelope) -> list[Envelope]:
        """Settle events as one unit, then what notify says itself; return that."""
        before = len(self.said)
        await self.dispatcher.settle([self._record(e) for e in events])
        await self.echo(before)
        return self.said[before:]

    async def echo(self, start: int = 0) -> None:
        """Let notify hear its own topic from an event on."""
        while start < len(self.said):
            end = len(self.said)
            await self.dispatcher.settle([self._record(e) for e in self.said[start:end]])
            start = end

    def feed(self, type_: str, event: str, **data: Any) -> Envelope:
        """An agency's report."""
        receipt = f"rc_n{digest([event, type_, data])[:24]}"
        return Envelope(
            event, "/data/registry", f"feed.{type_}", event, NOW, data, agency="data", agencybodies="sh-*",
            receipt=receipt, receivedat=NOW.isoformat(),
        )  # fmt: skip

    def enterprise(self, serial: int, event: str = "", **data: Any) -> Envelope:
        """A report of the n-th enterprise: a small manufacturer in Jing'an."""
        whole = {
            "credit_code": code(serial), "name": f"样例{serial}号企业", "region": "310106", "industry": "C34",
            "employees": 50, "revenue": 1000, "tags": ["资质:高新技术企业"],
        } | data  # fmt: skip
        return self.feed(
            "enterprise-registered", event or f"e{serial}", **{k: v for k, v in whole.items() if v is not None}
        )

    def partner(self, name: str, *serials: int, event: str = "") -> Envelope:
        """A report of a park with the n-th enterprises as members."""
        members = [code(serial) for serial in serials]
        return self.feed("partner-registered", event or f"p-{name}", partner=name, name=name, kind="park",
                         members=members)  # fmt: skip

    def document(self, shown: DocumentView, type_: str = "document-archived", **data: Any) -> Envelope:
        """What the catalog says of a document."""
        sequence = self._catalog[shown.document_id] = self._catalog.get(shown.document_id, 0) + 1
        whole = data if type_ == "document-withdrawn" else {"document": shown.model_dump(mode="json"), **data}
        return Envelope(
            f"{shown.document_id}:{sequence}", "/catalog", f"catalog.{type_}", shown.document_id, NOW, whole,
            sequence=sequence, correlationid="first",
        )  # fmt: skip

    def verdicts(self) -> list[tuple[str, list[str]]]:
        """Every verdict so far with its defects."""
        judged = [e for e in self.said if e.type == "notify.filing-judged"]
        return [(e.data["verdict"], [d["code"] for d in e.data.get("defects", [])]) for e in judged]

    def plans(self) -> list[notify.PushPlanned]:
        """Every plan so far."""
        return [notify.PushPlanned.model_validate(e.data) for e in self.said if e.type == notify.PushPlanned.type]

    async def effects(self) -> list[Effect]:
        """Everything in the ledger."""
        return [entry.effect for entry in (await self.ledger.page(Query(limit=1000))).items]

    async def assert_folds(self) -> None:
        """Folding everything that was said gives exactly what is stored."""
        for aggregate in AGGREGATES:
            for stored in (await self.store.select(aggregate.kind, Query(limit=1000))).items:
                state: Any = None
                for e in self.said:
                    if e.subject == stored.id:
                        state = aggregate.evolve(state, FACTS[e.type].model_validate(e.data))
                assert state is not None
                assert digest(state) == digest(aggregate.parse(stored.state))

    async def push(self, document: str = "d1") -> Any:
        """The push of a document."""
        stored = (await self.store.load(PUSH.kind, [f"p-{document}"]))[f"p-{document}"]
        return PUSH.parse(stored.state)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    await made.everybody.load(made.store)
    yield made
    await made.assert_folds()
    await made.store.close()
