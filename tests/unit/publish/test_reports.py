"""The annual report by its rules: form and day due, checks, the order of its steps, what a correction changes."""

from __future__ import annotations

import datetime as dt

import pytest

from services.publish.domain.reports import steps
from services.publish.domain.reports.checks import findings
from services.publish.domain.reports.comparing import added
from services.publish.domain.reports.showing import show_report
from services.publish.domain.reports.state import Body, Report
from shared.contracts.facts.publish import CellChange, ReportOpened, ReportPublished, WorkPoint
from shared.contracts.problems import Refused
from tests.unit.publish.reports import (
    BODY,
    BUREAU,
    MADE,
    RULES,
    at,
    drafted,
    fold,
    longgang,
    one,
    opened,
    public,
    shown,
    table_two,
    two,
    written,
)
from tests.unit.publish.samples import desk


def codes(report: Report, before: Report | None = None, *, stops: bool = True) -> list[str]:
    found = findings(report, before.shown if before else None, BUREAU.form, RULES)
    return [each.code for each in found if each.stops == stops]


@pytest.mark.parametrize(
    ("year", "name", "form", "due"),
    [
        (2020, "静安区商务促进局", "2019", dt.date(2021, 1, 31)),
        (2021, "静安区商务促进局", "2021", dt.date(2022, 1, 31)),
        (2025, "上海市人民政府", "2021", dt.date(2026, 3, 31)),
        (2025, "上海市人民政府办公厅", "2021", dt.date(2026, 1, 31)),
    ],
)
def test_form_and_day_due_go_by_year_and_body(year: int, name: str, form: str, due: dt.date) -> None:
    body = Body(body="x", name=name, government=BUREAU.form.is_government(name))
    (fact,) = steps.open_report(None, body, year, at("2026-01-10"), BUREAU)
    assert isinstance(fact, ReportOpened)
    assert (fact.report_id, fact.format, fact.due_on, fact.edition) == (f"rp:x:{year}", form, due, 1)


@pytest.mark.parametrize(
    ("body", "year", "code"),
    [(None, 2025, "REPORT_BODY_UNKNOWN"), (BODY, 2018, "REPORT_YEAR"), (BODY, 2027, "REPORT_YEAR")],
)
def test_a_report_needs_a_known_body_and_a_year_that_began(body: Body | None, year: int, code: str) -> None:
    with pytest.raises(Refused, match=code):
        steps.open_report(None, body, year, at("2026-01-10"), BUREAU)


def test_a_report_is_opened_once() -> None:
    with pytest.raises(Refused, match="REPORT_EXISTS"):
        steps.open_report(opened(), BODY, 2025, at("2026-01-10"), BUREAU)


def test_an_empty_draft_lacks_three_tables_and_three_sections() -> None:
    assert codes(opened()) == ["REPORT_TABLE_MISSING"] * 3 + ["REPORT_SECTION_EMPTY"] * 3


def test_the_figures_of_a_department_hold_and_an_unreported_cell_is_only_named() -> None:
    report = drafted()
    assert report.tables["II"]["r1"] == {"np": 58, "com": 7, "sci": 0, "ngo": 0, "law": 1, "oth": 0, "sum": 66}
    assert (report.tables["II"]["A"]["sum"], report.tables["II"]["B"]["sum"]) == (3, 17)
    assert codes(report) == []
    assert codes(report, stops=False) == ["REPORT_CELL_EMPTY"]
    assert report.unreported == ("penalties/decisions",)


def test_one_case_too_many_stops_the_report_and_says_in_which_column() -> None:
    with pytest.raises(Refused, match="REPORT_UNSOUND") as caught:
        steps.submit(drafted(**{**longgang(), "r1_np": 59}), None, at("2026-01-12"), BUREAU)
    told = [(fault.code, fault.pointer, fault.detail) for fault in caught.value.faults]
    assert {code for code, _, _ in told} == {"REPORT_UNBALANCED"}
    assert any("自然人" in detail and "61 ≠ 60" in detail for _, _, detail in told)


def test_what_was_carried_over_is_held_against_last_years_published_report() -> None:
    last = public(drafted(2024, r1_np=5, A_np=3, r4_np=2))
    assert codes(drafted(), last) == []
    other = public(drafted(2024, r1_np=5, A_np=4, r4_np=1))
    assert "REPORT_UNBALANCED" in codes(drafted(), other)


def test_last_years_report_counts_only_once_it_is_public() -> None:
    assert codes(drafted(), drafted(2024, r1_np=5, A_np=4, r4_np=1)) == []


def test_documents_in_force_are_held_against_last_years_published_table_one() -> None:
    last = drafted(2024, r1_np=5, A_np=3, r4_np=2)
    last = public(fold(last, steps.hear_tables(last, one(last, normative_valid=64))))
    (found,) = [each for each in findings(drafted(), last.shown, BUREAU.form, RULES) if each.stops]
    assert "行政规范性文件：56 ≠ 57" in found.text


def test_the_report_on_the_first_year_of_the_new_form_takes_its_carry_over_from_the_old_form() -> None:
    last = public(drafted(2020, r1_np=5, A_np=3, r4_np=2))
    assert shown(last).format == "2019"
    assert codes(drafted(2021, r1_np=4, r2_np=2, A_np=6), last) == []
    assert codes(drafted(2021, r1_np=4, r2_np=1, A_np=5), last) == ["REPORT_UNBALANCED"] * 2


def test_what_the_counting_service_found_stops_the_report_in_its_own_words() -> None:
    report = drafted()
    told = one(report).model_copy(
        update={"violations": ("行政规范性文件：现行有效件数不平；未写明废止日期的公文：d1",)}
    )
    report = fold(report, steps.hear_tables(report, told))
    found = [each for each in findings(report, None, BUREAU.form, RULES) if each.stops]
    assert [each.text for each in found] == list(told.violations)


def test_tables_of_an_older_edition_come_too_late() -> None:
    report = opened()
    old = two(report)
    report = fold(report, steps.recount(report, at("2026-01-11")))
    assert report.edition == 2
    assert steps.hear_tables(report, old) == ()
    assert steps.hear_tables(None, old) == ()


def test_counting_anew_empties_the_tables_and_keeps_the_texts() -> None:
    report = fold(state := drafted(), steps.recount(state, at("2026-01-11")))
    assert report.tables == {}
    assert report.sections == state.sections
    assert report.note == ""


def test_only_known_sections_are_written_and_only_what_changes_is_said() -> None:
    report = drafted()
    with pytest.raises(Refused, match="REPORT_SECTION_UNKNOWN"):
        steps.write(report, {"seven": "x"}, None, at("2026-01-11"), BUREAU)
    assert steps.write(report, dict(report.sections), None, at("2026-01-11"), BUREAU) == ()


@pytest.mark.parametrize("step", ["approve", "give_back", "publish", "correct"])
def test_a_draft_can_only_be_written_counted_anew_and_submitted(step: str) -> None:
    report = drafted()
    wrong = {
        "approve": lambda: steps.approve(report, at("2026-01-12")),
        "give_back": lambda: steps.give_back(report, "x", at("2026-01-12")),
        "publish": lambda: steps.publish(report, None, MADE, at("2026-01-20"), BUREAU),
        "correct": lambda: steps.correct(report, "x", at("2026-01-20")),
    }
    with pytest.raises(Refused, match="REPORT_STATE"):
        wrong[step]()


@pytest.mark.parametrize("step", ["write", "recount", "submit"])
def test_what_was_submitted_is_out_of_its_bodys_hands(step: str) -> None:
    report = fold(state := drafted(), steps.submit(state, None, at("2026-01-12"), BUREAU))
    wrong = {
        "write": lambda: steps.write(report, {"overview": "x"}, None, at("2026-01-12"), BUREAU),
        "recount": lambda: steps.recount(report, at("2026-01-12")),
        "submit": lambda: steps.submit(report, None, at("2026-01-12"), BUREAU),
    }
    with pytest.raises(Refused, match="REPORT_STATE"):
        wrong[step]()


def test_a_returned_report_is_written_and_submitted_again() -> None:
    report = drafted()
    report = fold(report, steps.submit(report, None, at("2026-01-12"), BUREAU))
    report = fold(report, steps.give_back(report, "请写明改进措施", at("2026-01-13", "chief-1")))
    assert (report.status, report.history[-1].text) == ("returned", "请写明改进措施")
    report = fold(report, steps.write(report, {"problems": "已逐项改进。"}, None, at("2026-01-14"), BUREAU))
    report = fold(report, steps.submit(report, None, at("2026-01-14"), BUREAU))
    assert [done.what for done in report.history] == ["开始编制", "提交", "退回", "提交"]


def test_nobody_approves_what_he_submitted() -> None:
    report = drafted()
    report = fold(report, steps.submit(report, None, at("2026-01-12", "person-1"), BUREAU))
    with pytest.raises(Refused, match="REPORT_SAME_PERSON"):
        steps.approve(report, at("2026-01-13", "person-1"))


def test_a_year_that_still_runs_is_drafted_but_not_published() -> None:
    report = drafted(2026)
    report = fold(report, steps.submit(report, None, at("2026-11-12"), BUREAU))
    report = fold(report, steps.approve(report, at("2026-11-13", "chief-1")))
    with pytest.raises(Refused, match="REPORT_YEAR_RUNNING"):
        steps.publish(report, None, MADE, at("2026-11-20"), BUREAU)


def test_a_correction_is_a_new_publication_with_every_changed_cell() -> None:
    report = public(drafted())
    assert (shown(report).number, shown(report).changes) == (1, ())
    report = fold(report, steps.correct(report, "补计一件予以公开", at("2026-02-01")))
    assert (report.status, report.edition, shown(report).number) == ("drafting", 2, 1)
    report = fold(report, steps.hear_tables(report, one(report)))
    report = fold(report, steps.hear_tables(report, two(report, **{**longgang(), "r1_np": 59, "A_np": 3})))
    report = public(report)
    again = shown(report)
    assert (again.number, again.note, again.first_published_on) == (2, "补计一件予以公开", dt.date(2026, 1, 20))
    assert [(c.row, c.column, c.before, c.after) for c in again.changes if c.column == "np"] == [
        ("r1", "np", 58, 59), ("A", "np", 2, 3), ("r3", "np", 58, 59),
    ]  # fmt: skip
    assert CellChange(table="II", row="r1", column="sum", before=66, after=67) in again.changes
    assert [each.number for each in report.published] == [1, 2]


def test_a_published_report_is_an_item_whose_address_stays() -> None:
    report = public(drafted())
    fact = ReportPublished(
        report_id=report.report_id, edition=1, report=shown(report), published_at=at("2026-01-20").now, by="officer-1"
    )
    (item,) = show_report(None, fact, desk())
    assert (item.path, item.column) == ("d/rp-ja-fire-2025.html", "annual-report")  # type: ignore[attr-defined]
    assert item.document.title == "静安区消防改造工作办公室2025年政府信息公开工作年度报告"  # type: ignore[attr-defined]
    assert item.report == shown(report)  # type: ignore[attr-defined]


def test_a_district_is_the_sum_of_its_units_cell_by_cell() -> None:
    first, second = drafted().tables, drafted(r1_np=1, A_np=1).tables
    both = added([first, second])
    assert both["II"]["r1"]["sum"] == 67
    assert both["I"]["normative"]["valid"] == 112
    assert both["I"]["fees"]["amount"] == "257.2000"
    assert both["I"]["penalties"]["decisions"] is None
    assert table_two(r1_np=1, A_np=1)["r3"]["np"] == 1


def test_work_points_are_written_as_a_whole() -> None:
    point = WorkPoint(item="重点领域信息公开", progress="已完成")
    report = fold(state := written(opened()), steps.write(state, {}, (point,), at("2026-01-12"), BUREAU))
    assert report.work_points == (point,)
    assert steps.write(report, {}, (point,), at("2026-01-12"), BUREAU) == ()
