"""Reported figures of Table I, and the table itself: verdicts, corrections, counting, balance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.catalog.domain.figures import Figures
from services.catalog.domain.tabling import counted, table_one
from services.catalog.handlers.reports import TABLES_DUE
from services.catalog.store import FIGURES, TABLING
from services.catalog.sweeps import Counting, Sweeps
from shared.contracts.envelope import Envelope
from shared.contracts.facts.catalog import DocumentView
from shared.store.blobs import Blobs
from shared.store.port import Query
from tests.unit.catalog.conftest import NOW, RULES, Desk

LICENCES = {"row": "licences", "column": "decisions", "value": 412}


def report(
    desk: Desk, event: str, *figures: dict[str, Any], year: int = 2025, body: str = "sh-power", **more: Any
) -> Envelope:
    told = [{"evidence": {"text": "业务系统统计"}, **figure} for figure in figures]
    return desk.event("feed.figures-reported", body, event, body=body, year=year, figures=told, **more)


async def figures(desk: Desk) -> Figures:
    (stored,) = (await desk.store.select(FIGURES.kind, Query())).items
    return FIGURES.parse(stored.state)


def verdict(said: list[Envelope]) -> tuple[str, list[str]]:
    judged = [each for each in said if each.type == "catalog.filing-judged"]
    assert len(judged) == 1
    return judged[0].data["verdict"], [d["code"] for d in judged[0].data.get("defects", [])]


async def test_figures_are_entered_and_a_later_report_corrects_single_cells(desk: Desk) -> None:
    fees = {"row": "fees", "column": "amount", "value": "128.6000"}
    assert verdict(await desk.hear(report(desk, "f1", LICENCES, fees))) == ("admitted", [])
    later = report(desk, "f2", {**LICENCES, "value": 415})
    later = replace(later, time=NOW + timedelta(days=1))
    assert verdict(await desk.hear(later)) == ("admitted", [])
    kept = await figures(desk)
    assert kept.cells["licences", "decisions"].value == 415
    assert kept.cells["fees", "amount"].value == "128.6000"
    assert [each.figures[0].value for each in kept.entered] == [412, 415]


async def test_a_report_sent_earlier_does_not_undo_a_later_one(desk: Desk) -> None:
    await desk.hear(report(desk, "f1", LICENCES))
    older = replace(report(desk, "f0", {**LICENCES, "value": 1}), time=NOW - timedelta(days=9))
    await desk.hear(older)
    assert (await figures(desk)).cells["licences", "decisions"].value == 412


async def test_the_same_news_twice_is_one_report_and_the_same_content_a_duplicate(desk: Desk) -> None:
    event = report(desk, "f1", LICENCES)
    await desk.hear(event)
    assert await desk.hear(event) == []
    assert verdict(await desk.hear(report(desk, "f2", LICENCES)))[0] == "duplicate"
    assert len((await figures(desk)).entered) == 1


async def test_an_id_used_for_other_content_is_rejected_in_any_year(desk: Desk) -> None:
    await desk.hear(report(desk, "f1", LICENCES))
    said = await desk.hear(report(desk, "f1", {**LICENCES, "value": 9}, year=2024))
    assert verdict(said) == ("rejected", ["ID_REUSED"])
    assert (await figures(desk)).year == 2025


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"row": "licences", "column": "amount"}, ["CELL_UNKNOWN"]),
        ({"row": "services", "column": "decisions"}, ["CELL_UNKNOWN"]),
        ({"row": "normative", "column": "valid"}, ["CELL_COUNTED"]),
        ({"value": -1}, ["COUNT_INVALID"]),
        ({"value": "12"}, ["COUNT_INVALID"]),
        ({"row": "fees", "column": "amount", "value": 12}, ["AMOUNT_INVALID"]),
        ({"row": "fees", "column": "amount", "value": "12.3"}, ["AMOUNT_INVALID"]),
        ({"row": "fees", "column": "amount", "value": "-1.00"}, ["AMOUNT_INVALID"]),
        ({"evidence": {"file": "不在其中.pdf"}}, ["EVIDENCE_UNKNOWN"]),
    ],
)
async def test_a_wrong_cell_returns_the_whole_report(desk: Desk, change: dict[str, Any], codes: list[str]) -> None:
    assert verdict(await desk.hear(report(desk, "f1", {**LICENCES, **change}))) == ("returned", codes)
    assert (await desk.store.select(FIGURES.kind, Query())).items == []


async def test_the_old_form_knows_other_cells_and_a_change_below_zero(desk: Desk) -> None:
    change = {"row": "licences", "column": "change", "value": -3}
    assert verdict(await desk.hear(report(desk, "f1", change, year=2020)))[0] == "admitted"


async def test_another_unit_an_unknown_body_a_coming_year_and_a_foreign_body_are_named(desk: Desk) -> None:
    fees = {"row": "fees", "column": "amount", "value": "12.30"}
    assert verdict(await desk.hear(report(desk, "f1", fees, unit="元")))[1] == ["UNIT_INVALID"]
    assert verdict(await desk.hear(report(desk, "f2", LICENCES, body="sh-nobody")))[1] == ["BODY_UNKNOWN"]
    assert verdict(await desk.hear(report(desk, "f3", LICENCES, year=2027)))[1] == ["YEAR_AHEAD"]
    assert verdict(await desk.hear(report(desk, "f4", LICENCES, body="ja-office"))) == ("rejected", ["BODY_NOT_YOURS"])
    assert verdict(await desk.hear(report(desk, "f5", LICENCES, LICENCES)))[1] == ["CELL_DOUBLED"]


def document(serial: int, written: str, **more: Any) -> DocumentView:
    known = {
        "document_id": f"d{serial}",
        "title": f"关于支持第{serial}类小微企业的若干规定",
        "number": f"沪府规〔{written[:4]}〕{serial}号",
        "body": "sh-gov",
        "issuer": "上海市人民政府",
        "written_on": date.fromisoformat(written),
        "attribute": "主动公开",
        "genre": "通知",
    }
    return DocumentView(**{**known, **more})


def counts(documents: list[DocumentView], year: int) -> dict[tuple[str, str], Any]:
    known = [found for each in documents if (found := counted(each, RULES, "shanghai"))]
    return dict(table_one(known, None, year, RULES).cells)


def test_documents_count_when_issued_repealed_and_lapsed_and_only_normative_ones() -> None:
    known = [
        document(1, "2021-03-01", expires_on=date(2025, 12, 30)),  # lapses in 2025
        document(2, "2024-06-01", tags=("废止日期:2025-05-01",)),
        document(3, "2025-02-01"),
        document(4, "2025-12-20", effective_on=date(2026, 1, 1)),
        document(5, "2025-01-10", number="沪府发〔2025〕5号"),
        document(6, "2026-01-05"),
        document(7, "2021-01-01", expires_on=date(2025, 12, 31)),  # holds through the last day of the year
    ]
    cells = counts(known, 2025)
    assert [cells["normative", c] for c in ("issued", "repealed", "valid")] == [2, 2, 3]
    assert [cells["rules", c] for c in ("issued", "repealed", "valid")] == [0, 0, 0]
    assert counts(known, 2026)["normative", "repealed"] == 1


def test_a_normative_document_without_a_printed_end_lapses_after_its_longest_term() -> None:
    known = [document(1, "2019-06-01", title="关于某事的若干规定（试行）")]
    assert counts(known, 2021)["normative", "repealed"] == 1
    assert counts(known, 2021)["normative", "valid"] == 0


def test_a_document_said_to_be_over_without_a_day_breaks_the_balance_and_is_named() -> None:
    known = [document(1, "2025-03-01", tags=("有效性:废止",)), document(2, "2025-03-01")]
    computed = table_one([c for each in known if (c := counted(each, RULES, "shanghai"))], None, 2025, RULES)
    assert len(computed.violations) == 1
    assert "1 ≠ 2" in computed.violations[0]
    assert "d1" in computed.violations[0]


def test_what_nobody_reported_is_empty_and_named() -> None:
    computed = table_one([], None, 2025, RULES)
    assert computed.unreported == ("licences/decisions", "penalties/decisions", "compulsion/decisions", "fees/amount")
    assert computed.cells["licences", "decisions"] is None
    assert computed.cells["rules", "valid"] == 0


async def test_an_opened_report_gets_its_table_once(desk: Desk, tmp_path: Any) -> None:
    await desk.hear(report(desk, "f1", LICENCES))
    opened = Envelope(
        "rp:sh-power:2025:1", "/publish", "publish.report-opened", "rp:sh-power:2025", NOW,
        {"report_id": "rp:sh-power:2025", "body": "sh-power", "year": 2025, "format": "2021", "edition": 1,
         "opened_at": NOW.isoformat()}, sequence=1,
    )  # fmt: skip
    await desk.hear(opened)
    sweeps = Sweeps(desk.store, Blobs(tmp_path))
    counting = Counting(RULES, "shanghai", dict)
    before = len(desk.said)
    await sweeps.compute(desk.dispatcher, counting)
    (said,) = desk.said[before:]
    assert said.type == "catalog.table-computed"
    assert said.data["table_one"]["licences"] == {"decisions": 412}
    assert said.data["table_one"]["fees"] == {"amount": None}
    assert "fees/amount" in said.data["unreported"]
    await desk.hear(opened)
    await sweeps.compute(desk.dispatcher, counting)
    assert len(desk.said) == before + 1
    assert (await desk.store.page(TABLES_DUE, Query())).items == []
    (stored,) = (await desk.store.select(TABLING.kind, Query())).items
    assert stored.id == "ct:sh-power:2025"
