"""One origin: both descriptions merged, every service under its prefix, problems instead of surprises."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from gongkai.client import Answer, Client
from gongkai.describing import describe
from gongkai.launcher import SERVICES, City
from shared.wiring import House
from tests.support.wait import until


async def test_one_origin_describes_and_serves_everything(tmp_path: Path, kafka: str, topic_prefix: str) -> None:
    async with City(tmp_path, 0, kafka=kafka, topic_prefix=topic_prefix) as city:
        client = Client(city.url)
        described = (await asyncio.to_thread(client.get, "/openapi.json"))["paths"]
        for name in SERVICES:
            assert any(path.startswith(f"/{name}/v1/") for path in described), name
            answer = await until(partial(_ready, client, name), what=f"{name} ready")
            assert answer is not None
            assert answer.json == {"status": "ready", "reasons": []}
        assert "/feed/v1/events" in described
        assert set((await describe())["paths"]) == set(described)
        channels = (await asyncio.to_thread(client.get, "/asyncapi.json"))["channels"]
        assert set(channels) == {"feed", "catalog", "requests", "notify", "publish", "ops"}
        for path, status in (("/catalog/v1/nothing", 404), ("/catalog/v1/filings", 401), ("/nowhere", 404)):
            answer = await asyncio.to_thread(client.call, "GET", path, None, {"Accept": "application/json"})
            assert answer.status == status, path
        client.close()


async def test_a_service_that_has_not_joined_its_group_or_not_caught_up_says_so(
    tmp_path: Path, kafka: str, topic_prefix: str
) -> None:
    async with City(tmp_path, 0, kafka=kafka, topic_prefix=topic_prefix) as city:
        house = city.services["catalog"].house
        await until(lambda: _quiet(house), what="ready")
        await house.consumer.stop()
        for projector in house.projectors.values():
            projector.followers[projector.shown].follows = False
        reasons = await house.ready()
        assert "消费者未就绪：已停止" in reasons
        assert "投影 library 还没有追上日志" in reasons
        client = Client(city.url)
        answer = await asyncio.to_thread(client.call, "GET", "/catalog/v1/health/ready")
        client.close()
        assert (answer.status, answer.json["status"]) == (503, "unready")
        assert set(reasons) <= set(answer.json["reasons"])


async def _quiet(house: House) -> bool:
    return await house.ready() == []


async def _ready(client: Client, name: str) -> Answer | None:
    answer = await asyncio.to_thread(client.call, "GET", f"/{name}/v1/health/ready")
    return answer if answer.ok else None
