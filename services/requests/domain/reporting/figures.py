"""What supervision looks at (工作数据): counters by stage and type, rates, and the cases behind every one of them.

The counters are those of the annual report: the rows of Tables II and III, not a count of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from services.requests.domain.reporting.tables import ALL, LEFT_OVER, RESULTS, Report
from services.requests.domain.reporting.tally import Tally
from services.requests.domain.state import OPEN
from shared.law.workdays import Calendars

WINDOW = frozenset({"counter", "zone", "oral"})
"""Channels on which an applicant stands at a counter, so that the answer can be given on the spot (现场)."""
OPEN_STAGE, ROW_OF, REMEDY = "stage:", "row:", "remedy:"


@dataclass(frozen=True, slots=True)
class Rate:
    """A share; ``value`` is None where there is nothing to take a share of."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share, rounded to four digits."""
        return round(self.part / self.whole, 4) if self.whole else None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one body, or of many.

    Args:
        cases: the cases behind every counter, by its name.
        average_days: working days from reception to decision, without taking pauses off; None without a decision.
        on_time: decisions made in time among all decisions of the period; withdrawals are not decisions.
        correction: 复议纠正 / 复议已审结; pending ones are in neither.
        loss: 诉讼纠正 / 诉讼已审结.
        on_spot: answered on the day of reception among all applications made at a counter.
        idle_days: working days since anybody did anything, while a case is open; None where none is.
    """

    cases: Mapping[str, tuple[str, ...]]
    average_days: float | None
    on_time: Rate
    correction: Rate
    loss: Rate
    on_spot: Rate
    idle_days: int | None

    def count(self, name: str) -> int:
        """Return one counter."""
        return len(self.cases.get(name, ()))


Between = Callable[[str, str], int]
"""How many working days lie between two days, the first not counted."""


def workdays(calendars: Calendars) -> Between:
    """Return how to count working days, which remembers: many cases begin and end on the same days."""

    @cache
    def between(start: str, end: str) -> int:
        return calendars.workdays_between(date.fromisoformat(start), date.fromisoformat(end))

    return between


def figures(tallies: Iterable[Tally], report: Report, today: str, between: Between) -> Figures:
    """Return the figures of the cases a report was counted from, as of a day."""
    known = {tally.request_id: tally for tally in tallies}
    cases = {name: ids for name, ids in _counters(known, report, today).items() if ids}
    decided = [known[id_] for id_ in (*cases.get("on_time", ()), *cases.get("late", ()))]
    days = [between(tally.received_on, tally.ended_on) for tally in decided]
    return Figures(
        cases=cases,
        average_days=round(sum(days) / len(days), 2) if days else None,
        on_time=Rate(len(cases.get("on_time", ())), len(decided)),
        correction=_corrected(report, ("reconsideration",)),
        loss=_corrected(report, ("suit", "suit_after")),
        on_spot=Rate(len(cases.get("on_spot", ())), len(cases.get("window", ()))),
        idle_days=_idle(known.values(), today, between),
    )


def _counters(known: Mapping[str, Tally], report: Report, today: str) -> dict[str, tuple[str, ...]]:
    table = report.two.cases
    found = {row: table.get((row, ALL), ()) for row in ("r1", "r2", RESULTS, LEFT_OVER)}
    found |= {ROW_OF + row: ids for (row, column), ids in table.items() if column == ALL}
    found |= {f"{ROW_OF}{row}.{column}": ids for (row, column), ids in table.items() if column != ALL}
    found |= {f"{REMEDY}{group}.{column}": ids for (group, column), ids in report.three.cases.items()}
    for id_ in found[LEFT_OVER]:
        name = OPEN_STAGE + known[id_].phase
        found[name] = (*found.get(name, ()), id_)
    tests = _tests(report, today)
    return found | {name: tuple(id_ for id_, t in known.items() if test(t)) for name, test in tests.items()}


def _tests(report: Report, today: str) -> Mapping[str, Callable[[Tally], bool]]:
    """Return what else is counted; a case that went to another body is in none of them."""
    period = report.period

    def decided(tally: Tally) -> bool:
        return tally.counts and bool(tally.rulings) and period.has(tally.ended_on)

    def window(tally: Tally) -> bool:
        return tally.counts and tally.channel in WINDOW and period.has(tally.received_on)

    return {
        "on_time": lambda tally: decided(tally) and not tally.rulings[0].late,
        "late": lambda tally: decided(tally) and tally.rulings[0].late,
        "overdue": lambda tally: is_overdue(tally, today),
        "unconfirmed": lambda tally: tally.phase == "confirming",
        "reopened": lambda tally: bool(tally.ended_on) and tally.phase in OPEN,
        "entered_late": lambda tally: tally.entered_late and period.has(tally.submitted_on),
        "window": window,
        "on_spot": lambda tally: window(tally) and bool(tally.rulings) and tally.ended_on == tally.received_on,
    }


def is_overdue(tally: Tally, today: str) -> bool:
    """Whether an answer is owed and its last day has passed (逾期未答复); never while others are to answer."""
    return tally.phase == "processing" and not tally.asked and bool(tally.due) and tally.due < today


def _corrected(report: Report, groups: Sequence[str]) -> Rate:
    cells = report.three.cells
    corrected = sum(cells[group, "corrected"] for group in groups)
    concluded = sum(cells[group, column] for group in groups for column in ("upheld", "corrected", "other"))
    return Rate(corrected, concluded)


def _idle(tallies: Iterable[Tally], today: str, between: Between) -> int | None:
    """Since when nothing was handled: the newest step in any case, or the day the oldest open one came in."""
    known = list(tallies)
    waiting = [tally for tally in known if tally.phase in OPEN]
    if not waiting:
        return None
    touched = max((tally.touched_on for tally in known), default="")
    since = max(touched, min(tally.received_on or tally.submitted_on for tally in waiting))
    return max(0, between(since, today))
