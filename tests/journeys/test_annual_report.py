"""A body's year becomes a report: figures and cases in, tables computed, submitted, returned, public, corrected."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from gongkai import launcher
from gongkai.city import EXAMPLES, event, send
from gongkai.cli import app
from gongkai.client import Client
from gongkai.keys import issue_key, keep
from gongkai.launcher import City
from shared.security.principals import Principal, PrincipalKind
from tests.journeys.conftest import Town, settled
from tests.support.wait import until

ID = "rp:ja-fire:2025"
PATH = f"/publish/v1/reports/{ID}"
TEXTS = {
    "overview": "全年主动公开政府信息214条。",
    "problems": "更新不够及时，已改为每月核对。",
    "other": "没有收取信息处理费。",
}


class Journey:
    """The city as officer, superior office and agency see it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        names = ("officer-jingan", "chief", "jingan")
        keys = {name: (town.data / "keys" / f"{name}.key").read_text().strip() for name in names}
        self.clients = {name: Client(town.city.url, key) for name, key in keys.items()}
        self.public = Client(town.city.url)

    async def get(self, path: str, who: str = "officer-jingan") -> Any:
        return await asyncio.to_thread(self.clients[who].get, path)

    async def step(self, name: str, body: Any = None, who: str = "officer-jingan", status: int = 200) -> Any:
        read = await asyncio.to_thread(self.clients["officer-jingan"].call, "GET", PATH)
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": read.headers["etag"]}
        answer = await asyncio.to_thread(self.clients[who].call, "POST", f"{PATH}/{name}", body or {}, headers)
        assert answer.status == status, answer.body.decode()
        return answer.json

    async def correct_figures(self, data: dict[str, Any]) -> None:
        told = event(
            "jingan", "feed.figures-reported", "figures-2025-again", data["body"], data, "2026-01-09T09:00:00Z"
        )
        taken = await asyncio.to_thread(send, self.clients["jingan"], [told])
        receipt = f"/feed/v1/receipts/{taken['accepted'][0]['receipt']}"
        await until(lambda: self._admitted(receipt), 20, what="the figures are judged")

    async def _admitted(self, path: str) -> bool:
        return bool((await self.get(path, "jingan"))["state"] == "admitted")

    async def tabled(self, edition: int) -> dict[str, Any]:
        async def ready() -> Any:
            found = await self.get(PATH)
            return found if found["edition"] == edition and set(found["tables"]) == {"I", "II", "III"} else None

        found: dict[str, Any] = await until(ready, 30, what="the three tables are computed")
        return found

    async def publish(self) -> None:
        await self.step("submit")
        await self.step("approve", who="chief")
        await self.step("publish")

    async def page(self, told: str) -> str:
        async def ready() -> str | None:
            answer = await asyncio.to_thread(self.public.call, "GET", "/d/rp-ja-fire-2025.html")
            return answer.body.decode() if answer.status == 200 and told in answer.body.decode() else None

        return str(await until(ready, 30, what="the portal shows the report"))

    async def type(self, *words: str) -> tuple[int, str]:
        line = ["report", *words, "--data", str(self.town.data), "--url", self.town.city.url]
        result = await asyncio.to_thread(CliRunner().invoke, app, line)
        return result.exit_code, result.stdout


@pytest.fixture
async def journey(
    kafka: str, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Journey]:
    monkeypatch.setattr(launcher, "SERVICES", ("catalog", "requests", "publish"))
    monkeypatch.setenv("GONGKAI_KAFKA", kafka)
    for name in ("GONGKAI_URL", "GONGKAI_KEY", "GONGKAI_DATA"):
        monkeypatch.delenv(name, raising=False)
    async with City(tmp_path / "var", 0, topic_prefix=topic_prefix) as city:
        town = await settled(city, tmp_path / "var")
        chief = Principal(PrincipalKind.SUPERVISOR, "chief")
        keep(town.data / "keys" / "chief.key", await issue_key(city.platform, chief, by="test"))
        yield Journey(town)


@pytest.mark.slow
async def test_a_report_from_its_figures_to_its_correction(journey: Journey) -> None:
    status, files = await journey.town.told(EXAMPLES / "jingan" / "figures.ndjson", agency="jingan")
    assert (status, [each["state"] for each in files[0]["events"]]) == (0, ["admitted"] * 2), files
    opening = {"body": "ja-fire", "year": 2025}
    officer = journey.clients["officer-jingan"]
    await until(lambda: _known(officer, opening), 20, what="the body is known")
    found = await journey.tabled(1)
    assert found["tables"]["I"]["fees"] == {"amount": "0.00"}
    assert found["tables"]["II"]["r1"]["sum"] == 0
    assert found["unreported"] == []
    assert found["positions"]
    refused = await journey.step("submit", status=409)
    assert {each["code"] for each in refused["errors"]} == {"REPORT_SECTION_EMPTY"}
    await journey.step("text", {"sections": TEXTS})
    await journey.step("submit")
    await journey.step("return", {"reason": "请写明工作要点落实情况"}, who="chief")
    await journey.step("text", {"work_points": [{"item": "重点领域信息公开", "progress": "已完成"}]})
    await journey.publish()
    page = await journey.page("重点领域信息公开")
    assert "静安区消防改造工作办公室2025年政府信息公开工作年度报告" in page
    fees = {"row": "fees", "column": "amount", "value": "12.3000", "evidence": {"text": "非税收入系统"}}
    await journey.step("correct", {"note": "更正收费金额"})
    await journey.tabled(2)
    await journey.correct_figures({"body": "ja-fire", "year": 2025, "figures": [fees]})
    await journey.step("recount")
    assert (await journey.tabled(3))["tables"]["I"]["fees"] == {"amount": "12.3000"}
    await journey.publish()
    again = await journey.get("/publish/v1/reports/public?body=ja-fire&year=2025")
    assert [(each["label"], each["before"], each["after"]) for each in again["changes"]] == [
        ("表一 行政事业性收费 本年收费金额（单位：万元）", "0.00", "12.3000")
    ]
    assert "更正收费金额" in await journey.page("更正收费金额")
    await _typed(journey)


async def _typed(journey: Journey) -> None:
    """What the command line says of it, and of a body whose report nobody began."""
    status, told = await journey.type("annual", "--body", "ja-fire", "--year", "2025", "--json")
    assert (status, json.loads(told)["violations"], json.loads(told)["edition"]) == (0, [], 3)
    status, told = await journey.type("annual", "--body", "ja-commerce", "--year", "2025", "--csv")
    assert status == 0
    assert "I,licences,decisions,1246" in told
    assert "I,fees,amount,\n" in told
    status, told = await journey.type("late", "--year", "2025")
    assert "静安区商务促进局" in told
    assert "静安区消防改造工作办公室" not in told


async def _known(officer: Client, opening: dict[str, Any]) -> bool:
    headers = {"Idempotency-Key": str(uuid4())}
    answer = await asyncio.to_thread(officer.call, "POST", "/publish/v1/reports", opening, headers)
    assert answer.status in (201, 422), answer.body.decode()
    return answer.status == 201
