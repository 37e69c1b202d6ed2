"""Table II out of the cases, its identities, the cases behind a cell, the caseload, lists, and reminders."""

from __future__ import annotations

import pytest

from services.requests.sweeps import Deadlines
from services.requests.views.caseload import caseload_rows
from shared.contracts.facts import FACTS
from tests.unit.requests.conftest import Desk

TABLE = "/requests/v1/reports/table-two"


async def test_table_two_counts_each_case_once_and_its_identities_hold(desk: Desk) -> None:
    desk.clock.to("2025-12-15")
    carried = await desk.opened("e0")
    desk.clock.to("2026-03-02")
    decided = await desk.opened("e1", category="com")
    await desk.opened("e2", category="law")
    gone, unconfirmed = await desk.opened("e3"), await desk.opened("e4", channel="fax")
    await desk.decide(carried, "B", grounds=["X16a"])
    await desk.decide(decided, "A1")
    await desk.step(gone, "withdraw")
    officer = desk.client()
    table = (await officer.get(f"{TABLE}?body=sh-power&year=2026")).json
    cells = {row["code"]: row["cells"] for row in table["rows"]}
    assert (table["holds"], table["violations"]) == (True, [])
    sums = {code: row["sum"] for code, row in cells.items() if row["sum"]}
    assert sums == {"r1": 3, "r2": 1, "A": 1, "B": 1, "F3": 1, "r3": 3, "r4": 1}
    assert (cells["A"]["com"], cells["r4"]["law"], cells["r2"]["np"], cells["C1"]["np"]) == (1, 1, 1, 0)
    behind = (await officer.get(f"{TABLE}/r3/sum?body=sh-power&year=2026")).json
    assert {item["request_id"] for item in behind["items"]} == {carried, decided, gone}
    assert behind["count"] == 3
    assert unconfirmed not in str(behind)
    before = (await officer.get(f"{TABLE}?body=sh-power&year=2025")).json
    assert before["holds"]
    assert (await officer.get(f"{TABLE}?body=nobody&year=2025")).code == "FORBIDDEN"


async def test_open_cases_are_listed_by_the_days_they_have_left(desk: Desk) -> None:
    late = await desk.opened("e1", submitted_on="2026-02-02")
    new = await desk.opened("e2")
    waiting = await desk.opened("e3", channel="fax")
    await desk.step(await desk.opened("e4"), "withdraw")
    items = (await desk.client().get("/requests/v1/cases")).json["items"]
    assert [item["request_id"] for item in items] == [late, new, waiting]
    assert [item["days_left"] for item in items] == [4, 20, None]
    finished = (await desk.client().get("/requests/v1/cases?open=false")).json["items"]
    assert [item["phase"] for item in finished] == ["withdrawn"]


async def test_lists_page_by_cursor(desk: Desk) -> None:
    cases = {await desk.opened(f"e{n}") for n in range(3)}
    officer, seen, after = desk.client(), set[str](), ""
    while True:
        page = (await officer.get(f"/requests/v1/cases?limit=1{after}")).json
        seen |= {item["request_id"] for item in page["items"]}
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == cases


@pytest.mark.parametrize(
    ("day", "said", "left"),
    [
        ("2026-03-20", None, None),
        ("2026-03-23", "deadline-neared", 5),
        ("2026-03-26", "deadline-neared", 2),
        ("2026-03-30", "deadline-neared", 0),
        ("2026-03-31", "deadline-passed", None),
    ],
)
async def test_the_sweep_reminds_by_state_and_once(desk: Desk, day: str, said: str | None, left: int | None) -> None:
    case = await desk.opened()
    sweep = Deadlines(desk.deps.views, desk.dispatcher, desk.clock, desk.law)
    desk.clock.to(day)
    before = len(desk.said)
    assert await sweep.sweep() == (said is not None)
    assert await sweep.sweep() == 0
    assert desk.types()[before:] == ([said] if said else [])
    assert left is None or desk.said[-1].data.get("days_left", 0) == left
    assert (await desk.case(case)).overdue == (said == "deadline-passed")
    if said:
        assert str(desk.said[-1].causationid).startswith(f"sweep:deadline:{case}:2026-03-30")


async def test_a_deadline_on_a_guessed_calendar_says_so(desk: Desk) -> None:
    desk.clock.to("2026-12-15")
    case = await desk.case(await desk.opened())
    assert case.provisional
    assert "2027" in case.calendar


async def test_the_applicants_own_time_is_reminded_and_passes_too(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "notify-correction", text="请写明年度", days=10)
    sweep = Deadlines(desk.deps.views, desk.dispatcher, desk.clock, desk.law)
    for day, said in (("2026-03-13", "deadline-neared"), ("2026-03-17", "deadline-passed")):
        desk.clock.to(day)
        assert await sweep.sweep() == 1
        assert (desk.types()[-1], desk.said[-1].data["what"]) == (said, "correction")
    assert not (await desk.case(case)).overdue


async def test_the_caseload_has_a_row_per_application_and_decision(desk: Desk) -> None:
    await desk.decide(await desk.opened(), "D2")
    rows = [row for e in desk.said for row in caseload_rows(FACTS[e.type].model_validate(e.data), e)]
    assert [(row.table, row.index["body"]) for row in rows] == [("received", "sh-power"), ("decided", "sh-power")]
    counted = await desk.client().get("/requests/v1/caseload?body=sh-power&year=2026")
    assert counted.json["body"] == "sh-power"
