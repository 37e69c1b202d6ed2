"""After a day in the whole city: every aggregate is what its topic folds to, and no topic names a person."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gongkai.city import EXAMPLES, ensure_key, event, key_in, read_rows, send
from gongkai.client import Answer, Client
from gongkai.launcher import SERVICES, City
from shared.security.principals import Principal, PrincipalKind
from shared.store.port import Query
from tests.journeys.conftest import Town, settled
from tests.support.wait import until
from tests.torture import collect, folds
from tests.torture.evidence import Evidence, Logged
from tests.torture.invariants import numbers, privacy, sequences
from tests.torture.town import credit_code

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
PERSON = ("欧阳青禾", "13900017788", "青禾路拓宽工程补偿材料")
PARTS = dict.fromkeys(("information", "way", "place", "time"), "已依法写明。")
RECORD = {"title": "道路拓宽工程补偿标准", "text": "补偿标准全文。", "written_on": "2025-05-08"}
EVENTS = "application/cloudevents-batch+json"

KINDS = {
    "catalog": {"body", "document"},
    "requests": {"office", "request", "register", "demand", "review"},
    "notify": {"enterprise", "partner", "channel", "subscription", "push"},
    "publish": {"item", "shelf"},
}
"""What this day must have left behind, so that folding nothing is no success."""


class Day:
    """What people do to the city in one day."""

    def __init__(self, town: Town) -> None:
        self.city, self.data = town.city, town.data

    async def call(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        client = Client(self.city.url, key_in(self.data, who))
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            return await asyncio.to_thread(client.call, method, path, body, sent)
        finally:
            client.close()

    async def file(self, agency: str, type_: str, rows: list[dict[str, Any]]) -> None:
        events = [
            event(agency, type_, f"{type_}-{n}", f"s-{n}", row, "2026-03-02T08:30:00+08:00")
            for n, row in enumerate(rows)
        ]
        client = Client(self.city.url, key_in(self.data, agency))
        found = await asyncio.to_thread(send, client, events)
        client.close()
        assert not found["rejected"], found["rejected"]

    async def case(self) -> dict[str, Any]:
        """Somebody asks at a counter; return the case once it has its number."""
        data = {
            "body": "ja-digital",
            "category": "np",
            "name": PERSON[0],
            "contact": PERSON[1],
            "description": PERSON[2],
        }
        data |= {"channel": "counter", "submitted_on": "2026-03-02"}
        asked = event("jingan", "requests.application-submitted", "sq-1", "sq-1", data, "2026-03-02T08:30:00+08:00")
        entered = await until(lambda: self._enter(asked), 20, "the body in requests")
        return await until(lambda: self._numbered(entered["request_id"]), 20, "the number of the case")

    async def _enter(self, asked: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps([asked], ensure_ascii=False).encode()
        answer = await self.call("jingan", "POST", "/requests/v1/intake", body, Content_Type=EVENTS)
        return dict(answer.json["accepted"][0]) if answer.ok else {}

    async def _numbered(self, id_: str) -> dict[str, Any]:
        answer = await self.call("officer-jingan", "GET", f"/requests/v1/cases/{id_}")
        return answer.must() | {"etag": answer.headers["etag"]} if answer.must()["number"] else {}

    async def act(self, who: str, path: str, etag: str, wish: dict[str, Any]) -> None:
        key = f"{who}-{path[-20:]}".replace("/", "-")
        (await self.call(who, "POST", path, wish, Idempotency_Key=key, If_Match=etag)).must()

    async def convert(self, case: dict[str, Any]) -> None:
        """One officer answers, another one makes the answer public for everybody."""
        wish = {"code": "A2", "parts": PARTS, "article": "条例第36条", "record": RECORD}
        await self.act("officer-jingan", f"/requests/v1/cases/{case['request_id']}/decide", case["etag"], wish)
        review = await until(self._proposed, 20, "the review")
        path = f"/requests/v1/reviews/{review}"
        etag = (await self.call("chief-jingan", "GET", path)).headers["etag"]
        await self.act("chief-jingan", f"{path}/approve", etag, {})

    async def _proposed(self) -> str | None:
        found = (await self.call("chief-jingan", "GET", "/requests/v1/reviews?body=ja-digital&status=proposed")).must()
        return str(found["items"][0]["review_id"]) if found["items"] else None

    async def subscribe(self, code: str) -> None:
        """An enterprise registers a webhook and a subscription."""
        await ensure_key(self.city, Principal(PrincipalKind.ENTERPRISE, code))
        for path, wish in (
            ("endpoints", {"url": "http://127.0.0.1:9/hook"}),
            ("subscriptions", {"keywords": ["用电"]}),
        ):
            (await self.call(code, "POST", f"/notify/v1/{path}", wish, Idempotency_Key=f"folds-{path}")).must()

    async def quiet(self) -> bool:
        found = [(await self.call("../operator", "GET", f"/{name}/v1/ops")).must() for name in SERVICES]
        return all(each["lag"] == 0 and each["relay"]["owed"] == 0 for each in found)


@pytest.fixture
async def day(kafka: str, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Day]:
    """The example city in its example time."""
    monkeypatch.setenv("GONGKAI_KAFKA", kafka)
    given: dict[str, Any] = {
        "now": datetime.fromisoformat("2026-03-02T09:00:00+08:00"),
        "egress_allow": "http://127.0.0.1:9",
    }
    async with City(tmp_path / "var", 0, topic_prefix=topic_prefix, **given) as city:
        yield Day(await settled(city, tmp_path / "var"))


async def stored(city: City, service: str) -> list[folds.Stored]:
    """Return every aggregate a service keeps, through the port of its store."""
    store, found = city.services[service].house.store, []
    for aggregate in folds.aggregates_of(service):
        after: str | None = None
        while True:
            page = await store.select(aggregate.kind, Query(after=after, limit=200))
            found += [(aggregate.kind, each.id, each.sequence, each.state) for each in page.items]
            after = page.next
            if after is None:
                break
    return found


async def records(city: City) -> list[Logged]:
    """Return every record of this city, its topics without the prefix."""
    prefix = city.settings.topic_prefix
    mine = await collect.log(city.settings.kafka, prefix)
    return [Logged(r.topic.removeprefix(prefix), r.partition, r.offset, r.key, r.value) for r in mine]


async def test_every_topic_folds_to_what_is_stored_without_gaps_and_without_people(day: Day) -> None:
    for agency in ("shanghai", "jingan", "changzhi"):
        await day.file(agency, "feed.document-issued", read_rows(EXAMPLES / agency / "documents.ndjson"))
    await day.file("jingan", "feed.interpretation-issued", read_rows(EXAMPLES / "jingan" / "interpretations.ndjson"))
    enterprises = [
        {"credit_code": credit_code(n), "name": f"上海第{n}号机械有限公司", "region": "310106"} for n in range(20)
    ]
    await day.file("jingan", "feed.enterprise-registered", enterprises)
    await day.file(
        "jingan", "feed.partner-registered", [{"partner": credit_code(900), "name": "静安园区", "kind": "park"}]
    )
    await until(lambda: day.quiet(), 30, "four quiet services")
    await day.subscribe(credit_code(1))
    await day.convert(await day.case())
    await until(lambda: day.quiet(), 30, "four quiet services")

    evidence = Evidence(log=await records(day.city), canaries=PERSON)
    assert [*sequences(evidence), *numbers(evidence), *privacy(evidence)] == []
    for service in SERVICES:
        found = list(folds.compare(service, await stored(day.city, service), evidence.topic(service)))
        wrong = [each for each in found if (each.stored, each.stored_sequence) != (each.folded, each.folded_sequence)]
        assert wrong == []
        assert {each.kind for each in found} >= KINDS[service]
