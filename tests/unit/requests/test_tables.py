"""Tables II and III from tallies: the counting rules, the identities at any date, and the cases they name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.reporting import LastYear, Remedied, Report, Ruling, Tally, numbering, report
from services.requests.domain.reporting.figures import ROW_OF, figures, workdays
from services.requests.domain.reporting.tables import Broken
from shared.law.rules import load_rules

RULES = load_rules()
BETWEEN = workdays(RULES.calendars)
COLUMNS = RULES.vocabularies.applicants.codes
CODES = RULES.vocabularies.decisions.codes


def case(name: str, received: str, decided: str = "", code: str = "A2", **more: Any) -> Tally:
    rulings = (Ruling(decided, code, False),) if decided else ()
    given = {"body": "b", "category": "np", "channel": "counter", "submitted_on": received} | more
    return Tally(name, **given, received_on=received, rulings=rulings, phase="decided" if decided else "processing")


def counted(*cases: Tally, year: int = 2026, **more: Any) -> Report:
    return report(cases, year, RULES, **more)


def sums(found: Report) -> dict[str, int]:
    return {row: count for (row, column), count in found.two.cells.items() if column == "sum" and count}


def test_a_case_counts_in_the_year_it_was_received_and_in_the_year_it_was_decided() -> None:
    known = [case("r1", "2025-12-30", "2026-01-20"), case("r2", "2026-12-30", "2027-01-08"), case("r3", "2026-05-06")]
    assert sums(counted(*known, year=2025)) == {"r1": 1, "r4": 1}
    assert sums(counted(*known, year=2026)) == {"r1": 2, "r2": 1, "A": 1, "r3": 1, "r4": 2}
    assert sums(counted(*known, year=2027)) == {"r2": 2, "A": 1, "r3": 1, "r4": 1}
    assert all(counted(*known, year=year).violations == () for year in (2025, 2026, 2027, 2028))


def test_a_case_decided_anew_stays_where_it_was_counted_under_its_newest_decision_of_that_year() -> None:
    anew = case("r1", "2026-03-02", "2026-03-20", "C4")
    same_year = anew._replace(rulings=(*anew.rulings, Ruling("2026-09-01", "B", False)))
    year_after = anew._replace(rulings=(*anew.rulings, Ruling("2027-02-01", "B", False)))
    assert sums(counted(same_year)) == {"r1": 1, "B": 1, "r3": 1}
    assert sums(counted(same_year, as_of=date(2026, 6, 30))) == {"r1": 1, "C4": 1, "r3": 1}
    assert sums(counted(year_after)) == {"r1": 1, "C4": 1, "r3": 1}
    assert sums(counted(year_after, year=2027)) == {}


def test_a_withdrawn_case_is_otherwise_handled_and_one_that_went_elsewhere_counts_there() -> None:
    gone = case("r1", "2026-03-02")._replace(withdrawn_on="2026-03-05", phase="withdrawn")
    moved = case("r2", "2026-03-02", left="transferred")
    parts = [case("r3", "2026-03-02", left="split"), case("r4", "2026-03-02"), case("r5", "2026-03-02")]
    assert sums(counted(gone, moved, *parts)) == {"r1": 3, "F3": 1, "r3": 1, "r4": 2}
    assert sums(counted(Tally("r6", "b", "np", "fax", "2026-03-02"))) == {}


def test_the_reports_on_2019_and_2020_do_not_divide_other_ways_of_handling() -> None:
    known = [case("r1", "2020-03-02", "2020-03-20", "F1"), case("r2", "2020-03-02", "2020-03-20", "F3")]
    old = counted(*known, year=2020)
    assert (old.format, sums(old)) == ("2019", {"r1": 2, "F": 2, "r3": 2})
    assert sums(counted(*known, year=2020, format_="2021")) == {"r1": 2, "F1": 1, "F3": 1, "r3": 2}
    assert old.violations == ()


BROKEN: list[tuple[Tally, set[str]]] = [
    (case("bad", "2026-03-09", "2025-12-30"), {"BALANCE"}),
    (case("bad", "2027-01-04", "2026-12-30"), {"BALANCE"}),
    (case("bad", "2026-03-02", "2026-03-09", "Z9"), {"RESULTS"}),
    (case("bad", "2026-03-02", "2026-03-09", category="??"), {"APPLICANTS"}),
]


@pytest.mark.parametrize(("bad", "identities"), BROKEN)
def test_an_identity_that_does_not_hold_names_the_case(bad: Tally, identities: set[str]) -> None:
    good = [case(f"r{n}", "2026-03-02", "2026-03-09" if n % 2 else "") for n in range(9)]
    found = counted(*good, bad)
    assert {each.identity for each in found.violations} == identities
    assert {each.cases for each in found.violations} == {("bad",)}
    assert counted(*good).violations == ()


def test_what_is_carried_over_is_held_against_the_published_report() -> None:
    known = [case("r1", "2025-12-20", "2026-01-05"), case("r2", "2025-12-28", category="com")]
    right = LastYear({"np": 1, "com": 1, "sum": 2}, {"np": ("r1",), "com": ("r2",)})
    assert counted(*known, last_year=right).violations == ()
    wrong = counted(*known, last_year=LastYear({"np": 1, "sum": 1}, {"np": ("r1",)})).violations
    assert {(v.identity, v.where, v.left, v.right, v.cases) for v in wrong} == {
        ("CARRIED_OVER", "com", 1, 0, ("r2",)),
        ("CARRIED_OVER", "sum", 2, 1, ("r2",)),
    }
    elsewhere = counted(*known, last_year=LastYear({"np": 3})).violations
    assert [(v.where, v.cases) for v in elsewhere] == [("np", ()), ("com", ()), ("sum", ())]


REMEDIES = (
    Remedied(1, "reconsideration", "2026-04-01", "upheld", "2026-06-01"),
    Remedied(2, "suit_after", "2026-06-10", "corrected", "2027-02-01"),
    Remedied(3, "suit", "2025-11-01", "other", "2026-01-15"),
)


def test_a_remedy_counts_when_it_is_concluded_and_as_pending_at_the_end_of_every_year_before() -> None:
    known = case("r1", "2025-09-02", "2025-09-20", remedies=REMEDIES)
    by_year = {year: counted(known, year=year).three for year in (2024, 2025, 2026, 2027, 2028)}
    found = {year: {f"{g}.{c}" for (g, c), n in table.cells.items() if n} for year, table in by_year.items()}
    assert found == {
        2024: set(),
        2025: {"suit.pending", "suit.total"},
        2026: {
            *("reconsideration.upheld", "reconsideration.total", "suit.other", "suit.total"),
            *("suit_after.pending", "suit_after.total"),
        },
        2027: {"suit_after.corrected", "suit_after.total"},
        2028: set(),
    }
    assert all(table.violations == () for table in by_year.values())
    assert by_year[2026].cases["suit", "other"] == ("r1",)


def test_a_remedy_without_a_known_result_breaks_its_group_and_names_the_case() -> None:
    odd = case("bad", "2026-03-02", remedies=(Remedied(1, "suit", "2026-04-01", "unclear", "2026-05-01"),))
    [broken] = counted(odd).violations
    assert isinstance(broken, Broken)
    assert (broken.identity, broken.where, broken.cases) == ("REMEDIES", "suit", ("bad",))


DAYS = st.dates(date(2024, 6, 1), date(2027, 6, 1))


@st.composite
def sound_cases(draw: st.DrawFn) -> list[Tally]:
    found = []
    for n in range(draw(st.integers(0, 12))):
        received, decided = sorted((draw(DAYS), draw(DAYS)))
        made = case(f"r{n}", received.isoformat(), category=draw(st.sampled_from(COLUMNS)))
        if draw(st.booleans()):
            made = made._replace(rulings=(Ruling(decided.isoformat(), draw(st.sampled_from(CODES)), False),))
        if draw(st.booleans()):
            result = draw(st.sampled_from(("", "upheld", "corrected", "other")))
            remedy = Remedied(1, "suit", received.isoformat(), result, decided.isoformat() if result else "")
            made = made._replace(remedies=(remedy,))
        found.append(made)
    return found


@given(sound_cases(), DAYS)
def test_every_identity_holds_at_any_date_and_from_year_to_year(cases: list[Tally], day: date) -> None:
    before = counted(*cases, year=day.year - 1).two.cells
    left = {column: before["r4", column] for column in (*COLUMNS, "sum")}
    found = counted(*cases, year=day.year, as_of=day, last_year=LastYear(left))
    assert found.violations == ()


@given(sound_cases(), DAYS)
def test_the_order_of_cases_and_their_parts_do_not_matter(cases: list[Tally], day: date) -> None:
    whole = counted(*cases, year=day.year, as_of=day).two.cells
    assert counted(*reversed(cases), year=day.year, as_of=day).two.cells == whole
    halves = [counted(*part, year=day.year, as_of=day).two.cells for part in (cases[::2], cases[1::2])]
    assert {cell: halves[0][cell] + halves[1][cell] for cell in whole} == whole


@given(sound_cases(), DAYS)
def test_the_counters_of_supervision_are_the_cells_of_the_report(cases: list[Tally], day: date) -> None:
    found = counted(*cases, year=day.year, as_of=day)
    seen = figures(cases, found, day.isoformat(), BETWEEN)
    for (row, column), count in found.two.cells.items():
        assert seen.count(ROW_OF + row + ("" if column == "sum" else f".{column}")) == count
    stages = [ids for name, ids in seen.cases.items() if name.startswith("stage:")]
    assert sorted(id_ for ids in stages for id_ in ids) == sorted(seen.cases.get("r4", ()))


def test_numbers_without_a_case_and_with_two_are_found() -> None:
    known = [case(f"r{n}", "2026-03-02", number=f"〔2026〕第{n}号") for n in (1, 2, 5)]
    found = numbering([*known, known[1], case("r9", "2026-03-02", number="〔2025〕第7号")], 2026)
    assert (found.highest, found.missing, found.doubled) == (5, ("〔2026〕第3号", "〔2026〕第4号"), ("〔2026〕第2号",))
    assert numbering([], 2026).whole


def test_a_tally_survives_its_row() -> None:
    known = case("r1", "2026-03-02", "2026-03-20", remedies=REMEDIES, asked=1, entered_late=True, subject="sq-1")
    assert Tally.of(known.wire()) == known
    assert Tally.of(Tally("r", "b", "np", "fax", "2026-03-02").wire()).counts is False
