"""Every service starts with exactly what docker-compose.yml gives it, judges an event and stops in its grace period."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gongkai.keys import issue_key
from shared.contracts.facts import FACTS
from shared.security.principals import Principal, PrincipalKind
from shared.wiring import Platform, load_settings
from tests.deploy.composed import SERVICES, Container, read_compose
from tests.deploy.gateway import nginx
from tests.support.wait import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240), pytest.mark.xdist_group("gateway")]
FEED = "application/cloudevents-batch+json"


def event(type_: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"compose-{type_}",
        "source": "/compose/office",
        "type": type_,
        "subject": "compose-1",
        "datacontenttype": "application/json",
        "data": data,
    }


REPORTED = [
    event(
        "feed.body-registered",
        {"body": "cc-1", "name": "静安区测试办公室", "number_codes": ["静测办"], "region": "310106"},
    ),
    event("feed.enterprise-registered", {"credit_code": "91310106000000000P", "name": "上海测试机械有限公司"}),
    event(
        "feed.interpretation-issued",
        {"title": "一图读懂", "issuer": "静安区测试办公室", "document_number": "静测办〔2026〕1号"},
    ),
]
APPLICATION = event(
    "requests.application-submitted",
    {
        "body": "cc-1",
        "category": "np",
        "name": "欧阳青禾",
        "contact": "13900017788",
        "description": "申请公开有序用电方案及其编制依据",
        "channel": "counter",
        "submitted_on": "2026-03-02",
    },
)


@pytest.fixture
def variables(topic_prefix: str) -> dict[str, str]:
    """The variables compose offers and we use."""
    return {"GONGKAI_TOPIC_PREFIX": topic_prefix}


@pytest.fixture
def containers(kafka: str, mongo_url: str, variables: dict[str, str], tmp_path: Path) -> Iterator[dict[str, Container]]:
    """The four services of the file, not yet started."""
    for name in ("receipt-key", "kek"):
        (tmp_path / name).write_text(base64.b64encode(name.encode().ljust(32, b".")).decode() + "\n", encoding="ascii")
        (tmp_path / name).chmod(0o400)
    (tmp_path / "blobs").mkdir()
    server, database = mongo_url.removeprefix("mongodb://").split("/")
    places = {
        "kafka-1:9092,kafka-2:9092,kafka-3:9092": kafka,
        "mongo:27017/gongkai?replicaSet=rs0&": f"{server}/{database}?",
        "/run/secrets": str(tmp_path),
    }
    services = read_compose(variables)["services"]
    found = {name: Container(name, services[name], tmp_path, places) for name in SERVICES}
    with ExitStack() as stack:
        for one in found.values():
            stack.callback(one.kill)
        yield found


@pytest.fixture
async def key(containers: dict[str, Container], tmp_path: Path) -> str:
    """An agency's key."""
    given = containers["catalog"].environment
    settings = load_settings(
        kafka=given["GONGKAI_KAFKA"],
        data=tmp_path / "hand",
        topic_prefix=given["GONGKAI_TOPIC_PREFIX"],
        partitions=int(given["GONGKAI_PARTITIONS"]),
    )
    settings.data.mkdir()
    platform = await Platform.open(settings)
    types = frozenset(name for name in FACTS if name.startswith("feed.")) | {"requests.application-submitted"}
    agency = Principal(PrincipalKind.AGENCY, "compose", frozenset({"cc-*"}), source="/compose", types=types)
    try:
        return await issue_key(platform, agency, by="test")
    finally:
        await platform.close()


@pytest.fixture
async def origin(containers: dict[str, Container], key: str) -> AsyncIterator[aiohttp.ClientSession]:
    """All four started and healthy, and the gateway in front of them."""
    for one in containers.values():
        one.start()
    for one in containers.values():
        await until(partial(asyncio.to_thread, one.healthy), one.patience(), f"the health check of {one.name}")
    with nginx({name: f"127.0.0.1:{one.port}" for name, one in containers.items()}) as (public, _, _):
        headers = {"Authorization": f"Bearer {key}"}
        async with aiohttp.ClientSession(f"http://127.0.0.1:{public}", headers=headers) as session:
            yield session


async def accepted(origin: aiohttp.ClientSession, path: str, events: list[dict[str, Any]]) -> list[str]:
    body = json.dumps(events, ensure_ascii=False).encode()
    async with origin.post(path, data=body, headers={"Content-Type": FEED}) as response:
        answer = await response.json(content_type=None)
        assert response.status in (202, 422), answer
        return [each["receipt"] for each in answer.get("accepted", [])]


async def state(origin: aiohttp.ClientSession, receipt: str) -> str:
    async with origin.get(f"/feed/v1/receipts/{receipt}") as response:
        return str((await response.json(content_type=None)).get("state"))


async def test_four_services_as_composed_judge_what_comes_through_the_gateway_and_stop_in_order(
    origin: aiohttp.ClientSession, containers: dict[str, Container]
) -> None:
    receipts = await accepted(origin, "/feed/v1/events", REPORTED)
    assert [receipt[3] for receipt in receipts] == ["c", "n", "p"]
    # The body is known to requests once it has heard of it from the catalog.
    [entered] = await until(lambda: accepted(origin, "/requests/v1/intake", [APPLICATION]), 30, "the body in requests")
    for receipt in [*receipts, entered]:
        last = await until(partial(_final, origin, receipt), 30, f"the verdict on {receipt}")
        assert last in ("admitted", "returned"), receipt
    stopped = await asyncio.gather(*(asyncio.to_thread(one.stop) for one in containers.values()))
    assert dict(zip(containers, stopped, strict=True)) == dict.fromkeys(SERVICES, 0)


async def _final(origin: aiohttp.ClientSession, receipt: str) -> str | None:
    found = await state(origin, receipt)
    return None if found == "accepted" else found
