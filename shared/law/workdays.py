"""Working days (工作日) and the arithmetic of periods, on the published calendars.

民事诉讼法 Art. 85, 民法典 Art. 201–203: the day a period starts does not count; a period of natural days that ends on
a rest day ends on the next day that is none; the last day lasts until 24:00. All dates are dates in Asia/Shanghai.
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

ZONE = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
"""Chinese legal time, UTC+8; there has been no daylight saving since 1991."""

DAY = dt.timedelta(days=1)
DayKind = Literal["workday", "makeup", "weekend", "holiday"]
"""makeup: a weekend day declared a working day (调休上班)."""


def legal_date(instant: dt.datetime) -> dt.date:
    """The date in Shanghai at an aware instant. Raises ValueError for a naive one."""
    return aware(instant).astimezone(ZONE).date()


def end_of_day(day: dt.date) -> dt.datetime:
    """24:00 of the day in Shanghai, which is when a period ending that day is over (民法典 Art. 203)."""
    return dt.datetime.combine(day + DAY, dt.time(), ZONE)


def aware(instant: dt.datetime) -> dt.datetime:
    """The instant itself. Raises ValueError when it carries no zone, because then it is no instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant


def add_hours(instant: dt.datetime, hours: int) -> dt.datetime:
    """Wall-clock hours from the moment of the event, nights and holidays included (民法典 Art. 201)."""
    return aware(instant) + dt.timedelta(hours=hours)


def month_later(start: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last day (民法典 Art. 202)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period, whether it rests on an unpublished calendar, and on which calendar versions."""

    date: dt.date
    provisional: bool
    calendar_version: str

    @property
    def end(self) -> dt.datetime:
        """The instant at which the period is over."""
        return end_of_day(self.date)


class YearTable(BaseModel):
    """One year's arrangement by the State Council Office (国务院办公厅关于部分节假日安排的通知)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: int
    version: str
    notices: tuple[str, ...]
    off: dict[str, tuple[dt.date, ...]]
    work: frozenset[dt.date] = frozenset()

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        rest = self.rest
        if not re.fullmatch(rf"{self.year}\.[1-9]\d{{0,3}}", self.version):
            raise ValueError(f"not a version of {self.year}: {self.version[:20]}")
        if any(day.year != self.year for day in (*rest, *self.work)):
            raise ValueError(f"a day outside {self.year}")
        if any(day.weekday() < 5 for day in self.work) or self.work & rest.keys():
            raise ValueError("a make-up working day must be a weekend day that is not off")
        return self

    @property
    def edition(self) -> int:
        """How many times the year was arranged: 1 at first, higher for every amended notice."""
        return int(self.version.partition(".")[2])

    @property
    def rest(self) -> dict[dt.date, str]:
        """Rest day → name of the holiday."""
        return {day: name for name, days in self.off.items() for day in days}


@dataclass(frozen=True, eq=False)
class Calendars:
    """All published years; every other year counts weekends and statutory holidays and is provisional."""

    years: Mapping[int, YearTable]
    fixed: frozenset[tuple[int, int]] = frozenset()
    moving: frozenset[dt.date] = frozenset()
    former: Mapping[str, YearTable] = field(default_factory=dict)
    _rest: Mapping[dt.date, str] = field(init=False, repr=False)
    _work: frozenset[dt.date] = field(init=False, repr=False)
    _recorded: dict[str, "Calendars"] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the tables once: asking about a day is what everything else does in loops."""
        rest = {day: name for table in self.years.values() for day, name in table.rest.items()}
        object.__setattr__(self, "_recorded", {})
        object.__setattr__(self, "_rest", MappingProxyType(rest))
        object.__setattr__(self, "_work", frozenset(day for t in self.years.values() for day in t.work))

    @classmethod
    def parse(cls, statutory: Mapping[str, Any], tables: list[Mapping[str, Any]]) -> Self:
        """From the decoded TOML: `statutory` has fixed `MM-DD` days and moving dates, `tables` one year each."""
        rows = [YearTable.model_validate(table) for table in tables]
        return cls(
            years=MappingProxyType({row.year: row for row in rows}),
            fixed=frozenset((int(day[:2]), int(day[3:])) for day in statutory["fixed"]),
            moving=frozenset(day for days in statutory["moving"].values() for day in days),
        )

    def with_year(self, table: YearTable) -> "Calendars":
        """These calendars plus a year published since, or a year's amended arrangement; the former one is kept."""
        known = self.years.get(table.year)
        former = {**self.former, known.version: known} if known else self.former
        return replace(
            self, years=MappingProxyType({**self.years, table.year: table}), former=MappingProxyType(dict(former))
        )

    def version(self, year: int) -> str:
        """The version under which days of a year are counted; `<year>.0` while nothing is published."""
        return self.years[year].version if year in self.years else f"{year}.0"

    def recorded(self, versions: str) -> "Calendars":
        """The calendars that a result names (`Due.calendar_version`).

        Years it does not name, and versions not published here (yet), stay as they are.
        """
        if versions not in self._recorded:
            self._recorded[versions] = self._named(versions)
        return self._recorded[versions]

    def _named(self, versions: str) -> "Calendars":
        years = dict(self.years)
        for version in filter(None, versions.split("+")):
            year = int(version.partition(".")[0])
            if version.endswith(".0"):
                years.pop(year, None)
            elif version in self.former:
                years[year] = self.former[version]
        return self if years == self.years else replace(self, years=MappingProxyType(years))

    def statutory(self, year: int) -> list[dt.date]:
        """The days that are holidays by law in a year, as far as they are known (全国年节及纪念日放假办法)."""
        return sorted({dt.date(year, *day) for day in self.fixed} | {day for day in self.moving if day.year == year})

    def kind(self, day: dt.date) -> DayKind:
        """What the day is: an ordinary or make-up working day, a weekend or a holiday."""
        if day in self._work:
            return "makeup"
        if day in self._rest or (day.year not in self.years and self._statutory(day)):
            return "holiday"
        return "weekend" if day.weekday() >= 5 else "workday"

    def holiday(self, day: dt.date) -> str | None:
        """The published name of the holiday that makes this a rest day, if any."""
        return self._rest.get(day)

    def _statutory(self, day: dt.date) -> bool:
        return (day.month, day.day) in self.fixed or day in self.moving

    def is_workday(self, day: dt.date) -> bool:
        """Whether public bodies work that day."""
        return self.kind(day) in ("workday", "makeup")

    def add_workdays(self, start: dt.date, n: int) -> Due:
        """The n-th working day after `start`, which does not count; before it when n is negative; itself when 0."""
        day, step, left = start, DAY if n > 0 else -DAY, abs(n)
        while left:
            day += step
            left -= self.is_workday(day)
        return self.due(start, day)

    def workdays_between(self, start: dt.date, end: dt.date) -> int:
        """Working days d with start < d ≤ end; negative when `end` lies before `start`."""
        if end < start:
            return -self.workdays_between(end, start)
        return sum(self.is_workday(day) for day in days_after(start, end))

    def add_days(self, start: dt.date, n: int) -> Due:
        """A maximum period of n natural days; ends on the next day that is no rest day (民法典 Art. 203)."""
        return self._rolled(start, start + n * DAY)

    def add_months(self, start: dt.date, n: int) -> Due:
        """A maximum period of n months, rolled like `add_days`."""
        return self._rolled(start, month_later(start, n))

    def minimum_days(self, start: dt.date, n: int) -> Due:
        """The earliest day on whose end a period of “not less than n days” (不少于N日) may close.

        Rest days neither shorten nor lengthen a minimum.
        """
        return self.due(start, start + n * DAY)

    def _rolled(self, start: dt.date, end: dt.date) -> Due:
        while not self.is_workday(end):
            end += DAY
        return self.due(start, end)

    def due(self, start: dt.date, end: dt.date) -> Due:
        """`end` as a result that says on which calendars the days from `start` to it were counted."""
        touched = range(min(start, end).year, max(start, end).year + 1)
        return Due(end, not all(y in self.years for y in touched), "+".join(map(self.version, touched)))


def days_after(start: dt.date, end: dt.date) -> Iterator[dt.date]:
    """Every day d with start < d ≤ end."""
    return (start + n * DAY for n in range(1, (end - start).days + 1))
