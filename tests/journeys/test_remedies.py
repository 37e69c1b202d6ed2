"""A remedy that corrects a decision: the case is decided anew, and the published report is corrected cell by cell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gongkai.city import EXAMPLES
from tests.journeys.handling import Office, opened
from tests.journeys.test_annual_report import PATH, TEXTS, Journey
from tests.support.wait import until

JA = "officer-jingan"
REFUSED: dict[str, Any] = {
    "code": "C2",
    "article": "条例第14条",
    "parts": {"reason": "法律禁止公开", "forbidding_law": "某法第九条"},
}
PARTLY: dict[str, Any] = {
    "code": "B",
    "article": "条例第37条",
    "grounds": ["X14b"],
    "parts": {"open_part": "方案正文", "withheld_reasons": "附件依法禁止公开"},
    "record": {"number": "静消改办〔2025〕7号"},
    "despite": "按照复议决定重新作出",
}


@pytest.fixture
async def office(
    kafka: str, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    data = tmp_path / "var"
    async with opened(kafka, topic_prefix, data, monkeypatch, "catalog", "requests", "publish") as made:
        yield made


async def _refused(office: Office, name: str) -> str:
    """Let a case be refused, and the refusal be challenged, in 2025."""
    office.on("2025-11-10")
    asked = {"body": "ja-fire", "name": name, "channel": "counter", "submitted_on": "2025-11-10"}
    case = await office.entered("jingan", **asked)
    office.on("2025-11-20")
    assert (await office.step(case, "decide", JA, **REFUSED))["phase"] == "decided"
    await office.step(case, "serve", JA, way="当面")
    office.on("2025-11-25")
    filed = await office.step(case, "file-remedy", JA, kind="reconsideration", organ="上海市静安区人民政府")
    assert filed["remedies"][0]["decision"] == 1, filed
    return case


async def _opened(journey: Journey) -> bool:
    answer = await asyncio.to_thread(
        journey.clients[JA].call,
        "POST",
        "/publish/v1/reports",
        {"body": "ja-fire", "year": 2025},
        {"Idempotency-Key": "open-the-report"},
    )
    return answer.status == 201


async def _sums(office: Office, expected: dict[str, int]) -> None:
    async def there() -> bool:
        return await office.rows("two", "ja-fire", 2025, JA) == expected

    await until(there, 20, what=f"Table II shows {expected}")


@pytest.mark.slow
async def test_a_remedy_that_corrects_a_decision_changes_the_tables_and_a_published_report(office: Office) -> None:
    journey = Journey(office.town)
    first, second = await _refused(office, "陈晓禾"), await _refused(office, "林一川")
    await _sums(office, {"r1": 2, "C2": 2, "r3": 2})
    office.on("2025-12-10")
    again = await office.step(first, "conclude-remedy", JA, remedy=1, result="corrected", text="责令重新答复")
    assert (again["phase"], again["decisions"][0]["code"]) == ("processing", "C2")
    office.on("2025-12-15")
    anew = await office.step(first, "decide", JA, **PARTLY)
    assert [made["code"] for made in anew["decisions"]] == ["C2", "B"], anew
    await _sums(office, {"r1": 2, "B": 1, "C2": 1, "r3": 2})
    office.on("2026-01-06")
    status, _ = await journey.town.told(EXAMPLES / "jingan" / "figures.ndjson", agency="jingan")
    assert status == 0
    await until(lambda: _opened(journey), 20, what="the body is known")
    tables = (await journey.tabled(1))["tables"]
    assert (tables["II"]["B"]["sum"], tables["II"]["C2"]["sum"]) == (1, 1)
    await journey.step("text", {"sections": TEXTS, "work_points": [{"item": "重点领域", "progress": "已完成"}]})
    await journey.publish()
    office.on("2026-01-20")
    late = await office.step(second, "conclude-remedy", JA, remedy=1, result="corrected", on="2025-12-30")
    assert late["phase"] == "processing", late
    await _sums(office, {"r1": 2, "B": 1, "C2": 1, "r3": 2})
    await journey.step("correct", {"note": "更正行政复议结果"})
    await journey.tabled(2)
    await journey.publish()
    told = await journey.get("/publish/v1/reports/public?body=ja-fire&year=2025")
    changes = {(each["label"], each["before"], each["after"]) for each in told["changes"]}
    assert changes == {("表三 行政复议 结果纠正", 1, 2), ("表三 行政复议 尚未审结", 1, 0)}
    assert (await journey.get(PATH))["edition"] == 2
