"""Requests without a broker: the dispatcher over a store in memory, its own news fed back, HTTP in front."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from services.requests.api import Deps, router
from services.requests.domain.state import Request
from services.requests.handlers import hears
from services.requests.store import AGGREGATES, REQUEST
from services.requests.views import Counting
from shared.bus.dispatch import Dispatcher
from shared.bus.port import Record
from shared.clock import Clock
from shared.contracts.canonical import digest
from shared.contracts.envelope import Envelope, decode, encode
from shared.contracts.facts import FACTS
from shared.contracts.topics import Topics
from shared.law.book import Lawbook
from shared.law.rules import Rules, load_rules
from shared.replay.projection import News
from shared.security.keys import KeyRing, issue
from shared.security.principals import Principal, PrincipalKind
from shared.security.receipts import Receipts
from shared.security.sessions import Sessions
from shared.security.vault import Vault
from shared.store.blobs import Blobs
from shared.store.port import Owed, Query
from shared.store.sqlite import SqliteStore
from shared.web.app import create_app
from shared.web.auth import Access
from shared.web.pages import console_router
from tests.unit.requests.hands import Hands
from tests.unit.requests.recollecting import Recollection
from tests.unit.requests.tallied import assert_tallies
from tests.unit.requests.threshold import asking_for_three
from tests.unit.web.client import Answer, Client

RULES = asking_for_three(load_rules())
BODY = "sh-power"


class Desk:
    """Works the requests of two bodies and reads back what was said."""

    def __init__(self, folder: Path) -> None:
        self.store = SqliteStore(":memory:")
        self.clock = Hands()
        self.law = Lawbook(RULES)
        self.dispatcher = Dispatcher(self.store, self.clock, Topics(), hears(self.law))
        self.vault = Vault(folder / "vault.db", bytes(32))
        self.said: list[Envelope] = []
        self.deps = Deps(
            dispatcher=self.dispatcher,
            store=self.store,
            law=self.law,
            clock=self.clock,
            blobs=Blobs(folder / "blobs"),
            vault=self.vault,
            receipts=Receipts(bytes(32)),
            histories=Recollection(self.said),
        )
        self.ring = KeyRing()
        self.counting = Counting(self.store, "blue")
        self._settled = 0
        self._once = 0
        self._bodies = 0
        self.store.on_saved(self._hear)
        self.app = self._make()

    def _make(self) -> FastAPI:
        from services.requests.pages import pages

        async def ready() -> Sequence[str]:
            return []

        access = Access(self.ring, Sessions(self.ring, secure=False), Clock())
        routers = [router(self.deps), *pages(self.deps), console_router()]
        return create_app("requests", "依申请公开", routers, access=access, ready=ready)

    def _hear(self, _: str, owed: Sequence[Owed]) -> None:
        self.said.extend(decode(o.value) for o in owed)

    def client(
        self, kind: str = "officer", id: str = "officer-1", bodies: tuple[str, ...] = (BODY,), **more: Any
    ) -> Client:
        """A caller with a key of its own; an agency may file applications for its bodies."""
        if kind == "agency":
            more |= {"source": f"/{id}", "types": frozenset({"requests.application-submitted"})}
        token, fact = issue(Principal(PrincipalKind(kind), id, frozenset(bodies), **more))
        self.ring.apply(fact)
        return Client(self.app, token)

    async def settle(self, *events: Envelope) -> None:
        """Hear events, then the service's own news, until nothing new is said."""
        records = [Record("catalog", 0, n, 0, e.subject, encode(e)) for n, e in enumerate(events)]
        if records:
            await self.dispatcher.settle(records)
        while self._settled < len(self.said):
            news, self._settled = self.said[self._settled :], len(self.said)
            await self.dispatcher.settle(
                [Record("requests", 0, n, 0, e.subject, encode(e)) for n, e in enumerate(news)]
            )
            await self._count(news)

    async def _count(self, events: Sequence[Envelope]) -> None:
        """Keep the tallies up to date, as the projection does beside the service."""
        news = [News(e, FACTS[e.type].model_validate(e.data)) for e in events if e.type in self.counting.hears]
        await self.store.put(await self.counting.apply(news))

    async def bodies(self) -> None:
        """Register two bodies."""
        await self.body(BODY, "上海市电力保障局", "310000")
        await self.body("ja-office", "静安区办公室", "310106")

    async def body(self, body: str, name: str, region: str) -> None:
        """Register a body that may be asked."""
        self._bodies += 1
        data = {"body": body, "name": name, "region": region}
        at = self.clock.business()
        await self.settle(
            Envelope(f"{body}:1", "/catalog", "catalog.body-registered", body, at, data, sequence=self._bodies)
        )

    def application(self, **data: Any) -> dict[str, Any]:
        """What an applicant states, but for what ``data`` changes (None takes a field away)."""
        whole = {
            "body": BODY,
            "category": "np",
            "name": "陈晓禾",
            "contact": "13800001234",
            "description": "申请公开2025年夏季有序用电方案及其编制依据",
        } | data
        return {name: value for name, value in whole.items() if value is not None}

    def event(self, id: str, subject: str = "sq-1", agency: str = "shanghai", **data: Any) -> dict[str, Any]:
        """An application an agency enters: made at the counter today, but for what ``data`` changes."""
        today = self.clock.business().date().isoformat()
        return {
            "specversion": "1.0",
            "id": id,
            "source": f"/{agency}/window",
            "type": "requests.application-submitted",
            "subject": subject,
            "data": self.application(**{"channel": "counter", "submitted_on": today} | data),
        }

    async def enter(self, *events: dict[str, Any], client: Client | None = None) -> Answer:
        """Enter applications as the agency does."""
        client = client or self.client("agency", "shanghai", ("sh-*",))
        headers = {"content-type": "application/cloudevents-batch+json"}
        answer = await client.post("/requests/v1/intake", body=json.dumps(events).encode(), headers=headers)
        await self.settle()
        return answer

    async def opened(self, id: str = "e1", **data: Any) -> str:
        """Enter one application; return its case."""
        answer = await self.enter(self.event(id, subject=f"sq-{id}", **data))
        assert answer.status == 202, answer.text
        return str(answer.json["accepted"][0]["request_id"])

    async def step(self, case: str, name: str, client: Client | None = None, **wish: Any) -> Answer:
        """Take a step of a case as an officer, seeing the case as it is."""
        client = client or self.client()
        version = (await client.get(f"/requests/v1/cases/{case}")).headers.get("etag", '"0"')
        return await self.post(f"/requests/v1/cases/{case}/{name}", client, version, wish)

    async def post(self, path: str, client: Client, version: str, wish: dict[str, Any]) -> Answer:
        self._once += 1
        headers = {"idempotency_key": f"test-key-{self._once}", "if_match": version}
        answer = await client.post_json(path, wish, **headers)
        await self.settle()
        return answer

    async def case(self, id: str) -> Request:
        """A case as stored."""
        return REQUEST.parse((await self.store.load(REQUEST.kind, [id]))[id].state)

    async def clock_of(self, id: str) -> Any:
        return (await self.client().get(f"/requests/v1/cases/{id}/clock")).json

    async def decide(self, case: str, named: str = "A2", /, client: Client | None = None, **more: Any) -> Answer:
        """Decide a case with everything its code demands."""
        return await self.step(case, "decide", client, **(self.ruling(named) | more))

    def ruling(self, named: str = "A2") -> dict[str, Any]:
        """A decision with everything its code demands."""
        parts = dict.fromkeys(RULES.vocabularies.decisions[named].parts, "已依法写明。")
        wish: dict[str, Any] = {"code": named, "parts": parts, "article": "条例第36条"}
        if RULES.vocabularies.decisions[named].disclosing:
            wish["record"] = {"number": "沪电发〔2026〕7号"}
        return wish

    def types(self) -> list[str]:
        """Types of everything said, in order."""
        return [event.type.partition(".")[2] for event in self.said]

    async def assert_folds(self) -> None:
        """Folding everything that was said gives exactly what is stored."""
        for aggregate in AGGREGATES:
            for stored in (await self.store.select(aggregate.kind, Query())).items:
                state: Any = None
                for e in self.said:
                    if e.subject == stored.id:
                        state = aggregate.evolve(state, FACTS[e.type].model_validate(e.data))
                assert state is not None
                assert digest(state) == digest(aggregate.parse(stored.state))

    async def assert_repeats_change_nothing(self) -> None:
        """The same news twice changes nothing."""
        before = len(self.said)
        for event in list(self.said):
            await self.dispatcher.settle([Record("requests", 0, 0, 0, event.subject, encode(event))])
        assert self.types()[before:] == []


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    await made.bodies()
    yield made
    await made.assert_folds()
    await made.settle()
    await assert_tallies(made.store)
    await made.assert_repeats_change_nothing()
    await made.store.close()
    made.vault.close()


@pytest.fixture
def rules() -> Rules:
    return RULES
