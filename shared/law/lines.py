"""The receipt of a deadline (期限收据): what every single day was, the how-many-th it counts as, and why."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from shared.law.workdays import DAY, Calendars

LineKind = Literal["start", "counted", "makeup", "extended", "fixed", "paused", "weekend", "holiday"]
COUNTED: frozenset[LineKind] = frozenset({"counted", "makeup", "extended", "fixed"})
"""makeup: a weekend day that is worked. fixed: a day up to one that was fixed and told."""

ARTICLES: dict[LineKind, str] = {
    "counted": "条例第33条",
    "makeup": "条例第33条",
    "extended": "条例第33条",
    "fixed": "条例第35条；行政复议法第64条；行政诉讼法第70条",
    "paused": "条例第33条第三款",
    "weekend": "民法典第203条",
    "holiday": "全国年节及纪念日放假办法",
}
UNPUBLISHED = "法定节假日，当年安排尚未公布"


@dataclass(frozen=True, slots=True)
class Line:
    """One day of the receipt; `note` names the holiday, the consultation or the approval."""

    date: dt.date
    kind: LineKind
    number: int | None
    article: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """Days d with `since` < d ≤ `until` that do not count, and what they are spent on."""

    since: dt.date
    until: dt.date
    note: str


@dataclass(frozen=True, slots=True)
class Course:
    """What decides about the days after the start: how many count, which do not, what stops or replaces the count.

    The first `normal` of `total` counted days are the period itself, the others its extension, granted as `extension`
    says. `fixed` is a day that was fixed instead of a number, as `fixing` says; `stop` is where the clock stopped.
    """

    normal: int
    total: int
    pauses: tuple[Pause, ...] = ()
    extension: str = ""
    stop: dt.date | None = None
    fixed: dt.date | None = None
    fixing: str = ""

    def over(self, day: dt.date, number: int) -> bool:
        """Whether nothing comes after a day that was the `number`-th to count."""
        ended = number >= self.total if self.fixed is None else day >= self.fixed
        return ended or (self.stop is not None and day >= self.stop)


def walk(first: Line, course: Course, calendars: Calendars) -> tuple[Line, ...]:
    """Day by day from the start to the last counted day, or to the day the clock stopped."""
    lines, day, number = [first], first.date, 0
    while not course.over(day, number):
        day += DAY
        line = _line(day, number + 1, course, calendars)
        number += line.number is not None
        lines.append(line)
    return tuple(lines)


def _line(day: dt.date, number: int, course: Course, calendars: Calendars) -> Line:
    kind = calendars.kind(day)
    if kind == "weekend":
        return Line(day, kind, None, ARTICLES[kind])
    if kind == "holiday":
        return Line(day, kind, None, ARTICLES[kind], calendars.holiday(day) or UNPUBLISHED)
    if course.fixed is not None:
        return Line(day, "fixed", number, ARTICLES["fixed"], course.fixing)
    if course.pauses:
        # Overlapping consultations are united by asking about the day, so none of it is taken off twice.
        notes = [pause.note for pause in course.pauses if pause.since < day <= pause.until]
        if notes:
            return Line(day, "paused", None, ARTICLES["paused"], "、".join(dict.fromkeys(filter(None, notes))))
    if number > course.normal:
        return Line(day, "extended", number, ARTICLES["extended"], course.extension)
    counted: LineKind = "makeup" if kind == "makeup" else "counted"
    return Line(day, counted, number, ARTICLES[counted])
