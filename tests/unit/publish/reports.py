"""An annual report for tests: its law, its form, its steps one after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from services.publish.domain.reports import steps
from services.publish.domain.reports.state import Body, Report, evolve_report
from services.publish.domain.reports.steps import Bureau, Doing, Made
from services.publish.store import load_form
from shared.clock import ZONE
from shared.contracts.facts.base import Blob, Fact
from shared.contracts.facts.catalog import TableComputed
from shared.contracts.facts.publish import ReportView
from shared.contracts.facts.requests import TablesComputed
from shared.law.rules import load_rules

RULES = load_rules()
BUREAU = Bureau(load_form(), RULES, "shanghai")
BODY = Body(body="ja-fire", name="静安区消防改造工作办公室", parent="ja-office")
MADE = Made(dt.date(2026, 1, 20), (), Blob(sha256="0" * 64, size=1, mediatype="text/plain"))
TEXTS = {
    "overview": "全年主动公开政府信息214条。",
    "problems": "目录更新不够及时，已改为每月核对。",
    "other": "没有收取信息处理费。",
}


def at(day: str, by: str = "officer-1") -> Doing:
    return Doing(by, dt.datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=ZONE))


def fold(state: Report | None, facts: Sequence[Fact]) -> Report:
    for fact in facts:
        state = evolve_report(state, fact)
    assert state is not None
    return state


def table_two(year: int = 2025, **cells: int) -> dict[str, dict[str, int]]:
    """Table II with all sums; ``A_np=2`` puts two disclosed applications of natural persons into it."""
    table = RULES.table_two.formatted("2021" if year >= 2021 else "2019")
    counted = {tuple(name.split("_")): value for name, value in cells.items()}
    made = table.build(counted)  # type: ignore[arg-type]
    rows: dict[str, dict[str, int]] = {}
    for (row, column), value in made.items():
        rows.setdefault(row, {})[column] = value
    return rows


def longgang() -> dict[str, int]:
    """A department of 2024 (龙岗): 66 received, 2 carried over, 3 disclosed, 17 in part, the rest not to be had."""
    return {
        "r1_np": 58, "r1_com": 7, "r1_law": 1, "r2_np": 2,
        "A_np": 2, "A_com": 1, "B_np": 16, "B_com": 1, "D1_np": 40, "D1_com": 5, "D1_law": 1, "r4_np": 2,
    }  # fmt: skip


def one(report: Report, **cells: Any) -> TableComputed:
    rows: dict[str, dict[str, int | str | None]] = {
        "rules": {"issued": 0, "repealed": 0, "valid": 0},
        "normative": {"issued": 24, "repealed": 31, "valid": 56 if report.year == 2025 else 63},
        "licences": {"decisions": 412},
        "penalties": {"decisions": None},
        "compulsion": {"decisions": 0},
        "fees": {"amount": "128.6000"},
    }
    for name, value in cells.items():
        row, column = name.split("_")
        rows[row][column] = value
    return TableComputed(
        report_id=report.report_id,
        body=report.body,
        year=report.year,
        edition=report.edition,
        table_one=rows,
        unreported=tuple(f"{r}/{c}" for r, line in rows.items() for c, value in line.items() if value is None),
    )


def two(report: Report, **cells: int) -> TablesComputed:
    three = {group: dict.fromkeys(RULES.table_three.columns.codes, 0) for group in RULES.table_three.groups.codes}
    return TablesComputed(
        report_id=report.report_id,
        body=report.body,
        year=report.year,
        edition=report.edition,
        table_two=table_two(report.year, **(cells or longgang())),
        table_three=three,
    )


def opened(year: int = 2025, day: str = "2026-01-10") -> Report:
    return fold(None, steps.open_report(None, BODY, year, at(day), BUREAU))


def written(report: Report) -> Report:
    return fold(report, steps.write(report, TEXTS, None, at("2026-01-11"), BUREAU))


def drafted(year: int = 2025, **cells: int) -> Report:
    report = opened(year)
    report = fold(report, steps.hear_tables(report, one(report)))
    report = fold(report, steps.hear_tables(report, two(report, **cells)))
    return written(report)


def public(report: Report, before: Report | None = None) -> Report:
    ahead: list[Callable[[Report], Sequence[Fact]]] = [
        lambda state: steps.submit(state, before, at("2026-01-12"), BUREAU),
        lambda state: steps.approve(state, at("2026-01-13", "chief-1")),
        lambda state: steps.publish(state, before, MADE, at("2026-01-20"), BUREAU),
    ]
    for step in ahead:
        report = fold(report, step(report))
    return report


def shown(report: Report) -> ReportView:
    assert report.shown is not None
    return report.shown
