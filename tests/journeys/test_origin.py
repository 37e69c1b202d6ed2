"""One origin: both descriptions merged, every service under its prefix, problems instead of surprises."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gongkai.client import Client
from gongkai.launcher import SERVICES, City


async def test_one_origin_describes_and_serves_everything(tmp_path: Path, kafka: str, topic_prefix: str) -> None:
    async with City(tmp_path, 0, kafka=kafka, topic_prefix=topic_prefix) as city:
        client = Client(city.url)
        described = (await asyncio.to_thread(client.get, "/openapi.json"))["paths"]
        for name in SERVICES:
            assert any(path.startswith(f"/{name}/v1/") for path in described), name
            ready = await asyncio.to_thread(client.get, f"/{name}/v1/health/ready")
            assert ready == {"status": "ready", "reasons": []}
        assert "/feed/v1/events" in described
        channels = (await asyncio.to_thread(client.get, "/asyncapi.json"))["channels"]
        assert set(channels) == {"feed", "catalog", "requests", "notify", "publish", "ops"}
        for path, status in (("/catalog/v1/nothing", 404), ("/catalog/v1/filings", 401), ("/nowhere", 404)):
            answer = await asyncio.to_thread(client.call, "GET", path, None, {"Accept": "application/json"})
            assert answer.status == status, path
        client.close()
