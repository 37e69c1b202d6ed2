"""All four services as their operators see them, with the derived streams beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from gongkai.city import seed
from gongkai.launcher import SERVICES, City
from tests.journeys.conftest import Town
from tests.journeys.operating import Desk
from tests.support.wait import until

pytestmark = pytest.mark.slow


@pytest.fixture
async def desk(kafka: str, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("GONGKAI_KAFKA", kafka)
    async with City(tmp_path / "var", 0, streams=True, topic_prefix=topic_prefix) as city:
        await seed(city)
        yield Desk(Town(city, tmp_path / "var"))


async def quiet(desk: Desk) -> bool:
    found = [(await desk.call("GET", f"/{name}/v1/ops")).must() for name in SERVICES]
    return all(each["lag"] == 0 and each["relay"]["owed"] == 0 for each in found)


async def test_a_replay_of_any_service_changes_nothing_and_a_trace_crosses_them(desk: Desk) -> None:
    receipt = await desk.file(1)
    await until(lambda: quiet(desk), seconds=30, what="four quiet services")
    for name in SERVICES:
        made = await desk.call("POST", f"/{name}/v1/ops/replay", {}, Idempotency_Key=f"replay-{name}")

        async def planned(path: str = f"/{name}/v1/ops/replay/{made.must()['id']}") -> dict[str, Any]:
            found: dict[str, Any] = (await desk.call("GET", path)).must()
            return found if found["state"] in ("planned", "failed") else {}

        found = await until(planned, seconds=30, what=f"the plan of {name}")
        assert found["state"] == "planned", found
        assert set(found["counts"].values()) == {0}, (name, found["counts"])
        assert (found["effects"]["missing"], found["effects"]["different"]) == (0, 0)
    (root,) = (await desk.get(f"/trace?id={receipt}"))["roots"]
    archived = next(each for each in root["children"] if each["type"] == "catalog.document-archived")
    assert {"publish.item-published", "notify.push-planned"} <= {each["type"] for each in archived["children"]}


async def test_the_pages_of_every_service_are_there_for_operators(desk: Desk) -> None:
    form = urlencode({"key": desk.key, "next": "/console/"}).encode()
    kind = "application/x-www-form-urlencoded"
    entered = await desk.call("POST", "/console/login", form, key="none", Content_Type=kind)
    cookie = entered.headers["set-cookie"].partition(";")[0]
    for name in SERVICES:
        for page in ("", "/dead", "/replay", "/trace?id=op-1", "/rates", "/keys"):
            path = f"/console/{name}/ops{page}"
            shown = await desk.page(path, cookie)
            assert (shown.status, "<h1>" in shown.body.decode()) == (200, True), path


async def test_what_agencies_report_is_counted_beside_the_services(desk: Desk) -> None:
    before = desk.town.city.platform.clock.business()
    await desk.file(1)

    async def counted() -> dict[str, int]:
        rates: dict[str, int] = (await desk.get("/rates"))["rates"]
        return rates if sum(rates.values()) >= 14 else {}

    rates = await until(counted, seconds=60, what="the counts")
    assert {bucket.partition("|")[2] for bucket in rates} == {"shanghai", "jingan", "changzhi"}
    assert before.strftime("%Y-%m-%dT") in next(iter(rates))
