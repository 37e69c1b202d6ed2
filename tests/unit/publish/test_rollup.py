"""A district added up: which bodies are its units, and its own report held against the sum."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from services.publish.domain.reports.state import Body, Report
from services.publish.store import BODY, REPORT
from services.publish.views.reports.questions import Reports
from shared.store.port import Stored
from shared.store.sqlite import SqliteStore
from tests.unit.publish.reports import BUREAU, RULES, drafted, longgang, public, shown

BODIES = (
    Body(body="gov", name="静安区人民政府", government=True),
    Body(body="bureau", name="静安区商务局", parent="gov"),
    Body(body="centre", name="静安区商务中心", parent="bureau"),
    Body(body="town", name="某镇人民政府", parent="gov", government=True),
    Body(body="town-office", name="某镇城建办", parent="town"),
)


class District:
    def __init__(self) -> None:
        self.store = SqliteStore(":memory:")
        self.reports = Reports(self.store, RULES, BUREAU.form, "shanghai")

    async def keep(self, *states: Body | Report) -> None:
        documents = []
        for state in states:
            aggregate, id_ = (BODY, f"bd:{state.body}") if isinstance(state, Body) else (REPORT, state.report_id)
            raw = state.model_dump_json(exclude_defaults=True).encode()
            index = aggregate.index(state)  # type: ignore[arg-type]
            documents.append(Stored(aggregate.kind, id_, 1, 1, raw, (f"id:{id_}",), index))
        await self.store.save(documents)


def of(body: Body, **cells: int) -> Report:
    """A published report of a body."""
    report = public(drafted(**cells))
    view = shown(report).model_copy(update={"body": body.body, "name": body.name, "report_id": f"rp:{body.body}:2025"})
    return report.model_copy(update={"body": body.body, "report_id": f"rp:{body.body}:2025", "published": (view,)})


@pytest.fixture
async def district() -> AsyncIterator[District]:
    made = District()
    await made.keep(*BODIES)
    yield made
    await made.store.close()


async def test_a_government_below_counts_by_its_own_report_and_nobody_twice(district: District) -> None:
    found = await district.reports.rollup(BODIES[0], 2025)
    assert {each.body for each in found.missing} == {"bureau", "town", "centre"}
    below = await district.reports.rollup(BODIES[1], 2025)
    assert {each.body for each in below.missing} == {"bureau", "centre"}


async def test_a_districts_own_report_is_held_against_the_sum(district: District) -> None:
    gov, bureau, centre, town, _ = BODIES
    await district.keep(of(bureau, **longgang()), of(centre, r1_np=1, A_np=1), of(town, r1_np=1, A_np=1))
    await district.keep(of(gov, **{**longgang(), "r1_np": 60, "A_np": 4}))
    found = await district.reports.rollup(gov, 2025)
    assert (found.tables["II"]["r1"]["sum"], found.missing, found.findings) == (68, (), ())
    assert found.own is not None
    assert [each for each in found.differences if each.table == "II"] == []
    assert {(each.row, each.before, each.after) for each in found.differences if each.column == "valid"} == {
        ("normative", 168, 56)
    }


async def test_who_is_late_is_told_by_the_day_each_body_has(district: District) -> None:
    late = await district.reports.late(2025, dt.date(2026, 2, 10))
    assert [(each.body.body, each.overdue) for each in late] == [
        ("bureau", True), ("centre", True), ("town-office", True), ("gov", False), ("town", False),
    ]  # fmt: skip
    await district.keep(of(BODIES[1], r1_np=1, A_np=1))
    assert "bureau" not in {each.body.body for each in await district.reports.late(2025, dt.date(2026, 2, 10))}
