"""Heat is counted by the event's own day; bursts in it are suggested to people, who consult and conclude."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.requests.domain.hotspots import Burst, bursts
from services.requests.streams import heat
from services.requests.sweeps import Hotspots
from tests.unit.requests.conftest import BODY, Desk
from tests.unit.requests.test_conversion import known
from tests.unit.web.client import Answer

RULE = Burst(floor=5, times=3, days=28, quiet=28)
TODAY = date(2026, 3, 2)


class Table:
    """Counts as the streams process keeps them: a set of events for each bucket."""

    def __init__(self) -> None:
        self.marks: set[tuple[str, str]] = set()

    def take(self, desk: Desk) -> Table:
        self.marks |= {mark for event in desk.said for mark in heat(event)}
        return self

    async def __call__(self, first: str | None, last: str | None) -> Mapping[str, int]:
        counted = Counter(bucket for bucket, _ in self.marks)
        return {bucket: n for bucket, n in counted.items() if (first or "") <= bucket <= (last or "\uffff")}


@pytest.fixture
def table(desk: Desk) -> Table:
    counted = Table()
    desk.deps = replace(desk.deps, heat=counted)
    desk.app = desk._make()
    return counted


def sweep(desk: Desk, table: Table) -> Hotspots:
    return Hotspots(table, desk.store, desk.dispatcher, desk.clock, desk.law)


async def test_an_application_counts_for_its_subject_region_and_agency_on_its_own_day(desk: Desk, table: Table) -> None:
    case = await known(desk, 1, "e1", description="申请公开静安区旧改征收补偿方案")
    [event] = [e for e in desk.said if e.type == "requests.request-received"]
    assert {bucket for bucket, _ in heat(event)} == {
        "2026-03-02|agency|sh-power",
        "2026-03-02|region|310000",
        "2026-03-02|subject|10",
    }
    assert heat(event)[0][1] == f"{case}:1"
    assert [mark for e in desk.said if e is not event for mark in heat(e)] == []


async def test_counting_again_from_zero_gives_the_same_table_whatever_comes_twice(desk: Desk, table: Table) -> None:
    for n in range(6):
        await known(desk, n, f"e{n}")
    once = await table.take(desk)(None, None)
    assert once == await table.take(desk)(None, None)
    assert once == await Table().take(desk)(None, None)
    assert once["2026-03-02|agency|sh-power"] == 6


async def test_a_case_that_was_split_counts_for_its_agency_only(desk: Desk, table: Table) -> None:
    case = await desk.opened(description="申请公开预算和环评报告")
    await desk.step(case, "split", parts=[{"description": "部门预算全文"}, {"description": "环评报告全文"}])
    parts = [e for e in desk.said if e.type == "requests.request-received"][1:]
    assert [[bucket.split("|")[1] for bucket, _ in heat(e)] for e in parts] == [["agency"], ["agency"]]


async def test_the_view_names_what_is_hot(desk: Desk, table: Table) -> None:
    for n in range(3):
        await known(desk, n, f"e{n}", description="申请公开2025年部门预算")
    table.take(desk)
    found = (await desk.client().get("/requests/v1/heat?from=2026-03-01&to=2026-03-02&by=subject")).json
    assert [(line["label"], line["days"], line["total"]) for line in found["items"]] == [
        ("财政、金融、审计", [0, 3], 3)
    ]
    assert (await desk.client().get("/requests/v1/heat?by=agency")).json["items"][0]["label"] == "上海市电力保障局"
    assert (await desk.client().get("/requests/v1/heat?by=region")).json["items"][0]["label"] == "上海市"
    for wrong in ("from=2026-03-03&to=2026-03-02", "from=2025-01-01&to=2026-03-02"):
        assert (await desk.client().get(f"/requests/v1/heat?{wrong}")).code == "DATE_IMPLAUSIBLE"


@pytest.mark.parametrize(("today", "before", "hot"), [(4, 0, False), (5, 0, True), (8, 3, False), (9, 3, True)])
def test_a_burst_is_many_and_many_times_the_mean(today: int, before: int, hot: bool) -> None:
    daily = {TODAY - timedelta(days=back): before for back in range(1, 29)} | {TODAY: today}
    found = list(bursts({("agency", BODY): daily}, TODAY, RULE))
    assert [(each.count, each.mean) for each in found] == ([(today, float(before))] if hot else [])


async def burst(desk: Desk, table: Table) -> None:
    for n in range(5):
        await known(desk, n, f"{desk.clock.at.date()}-{n}", region=None)
    table.take(desk)


async def test_a_burst_is_suggested_once_also_after_nights_nobody_looked(desk: Desk, table: Table) -> None:
    await burst(desk, table)
    desk.clock.to("2026-03-06")
    assert await sweep(desk, table).sweep() == 3
    assert await sweep(desk, table).sweep() == 0
    await burst(desk, table)
    assert await sweep(desk, table).sweep() == 0
    items = (await desk.client("supervisor", "s1", ()).get("/requests/v1/hotspots?stage=suggested")).json["items"]
    assert {(item["dimension_label"], item["on"], item["count"]) for item in items} == {
        ("机关", "2026-03-02", 5),
        ("区域", "2026-03-02", 5),
        ("主题", "2026-03-02", 5),
    }


async def act(desk: Desk, hotspot: dict[str, Any], name: str, by: str = "supervisor", /, **wish: Any) -> Answer:
    path = f"/requests/v1/hotspots/{hotspot['hotspot_id']}/{name}"
    items = (await desk.client().get("/requests/v1/hotspots")).json["items"]
    [version] = [each["version"] for each in items if each["hotspot_id"] == hotspot["hotspot_id"]]
    return await desk.post(path, desk.client(by, "s1", () if by == "supervisor" else (BODY,)), f'"{version}"', wish)


async def test_departments_consult_and_conclude_and_nothing_else_is_lawful(desk: Desk, table: Table) -> None:
    await burst(desk, table)
    await sweep(desk, table).sweep()
    first, second, _ = (await desk.client().get("/requests/v1/hotspots")).json["items"]
    wish: dict[str, Any] = {"departments": ["电力保障局", "静安区政府"], "due_on": "2026-03-20"}
    assert (await act(desk, first, "consult", "officer", **wish)).code == "FORBIDDEN"
    assert (await act(desk, first, "conclude", conclusion="已统一答复口径")).code == "HOTSPOT_STAGE"
    assert (await act(desk, first, "consult", **(wish | {"due_on": "2026-03-01"}))).code == "DATE_IMPLAUSIBLE"
    assert (await act(desk, first, "consult", **wish)).json["stage_label"] == "会商中"
    assert (await act(desk, first, "dismiss", reason="不必")).code == "HOTSPOT_STAGE"
    desk.clock.to("2026-03-23")
    done = (await act(desk, first, "conclude", conclusion="在门户集中公开用电方案")).json
    assert (done["stage"], done["late"], done["concluded_on"]) == ("concluded", True, "2026-03-23")
    assert (await act(desk, second, "dismiss", reason="一次性事件")).json["stage"] == "dismissed"
