"""Calendars over HTTP (节假日安排): which are in force, and a new or amended one published while everything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.codes import OpsCode
from shared.contracts.facts.ops import CalendarPublished
from shared.contracts.problems import Fault, Refused
from shared.law.workdays import Calendars, YearTable
from shared.replay.operations import Operations
from shared.web.asking import shown
from shared.web.ops.asking import Reasoned, person_of
from shared.web.routes import Router

Name = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[^/~\x00-\x1f]+$")]
Days = Annotated[tuple[date, ...], Field(max_length=60)]


class PublishCalendar(Reasoned):
    """A year's arrangement: rest days by holiday, weekend days that are worked, the notices it stands in.

    ``version`` is ``<year>.<n>``; without it the next one is taken.
    """

    year: Annotated[int, Field(ge=2019, le=2199)]
    version: Annotated[str, Field(max_length=9)] | None = None
    notices: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=100)], ...], Field(min_length=1, max_length=5)
    ]
    off: Annotated[dict[Name, Days], Field(min_length=1, max_length=20)]
    work: Days = ()

    def table(self, version: str) -> dict[str, Any]:
        """Return the values of the year's table."""
        return {**self.model_dump(include={"year", "notices", "off", "work"}), "version": version}


def calendars(router: Router, ops: Operations) -> None:
    """Add the routes about calendars."""

    @router.get("/calendars")
    async def every() -> Response:
        """The years whose arrangement is published, with version, notices and days."""
        return shown({"items": calendars_of(ops)})

    @router.post("/calendars")
    async def publish(request: Request, wish: PublishCalendar) -> Response:
        """Publish a year's arrangement; every process counts by it within a second, open cases are counted anew."""
        table, news = await publish_calendar(ops, person_of(request), wish)
        return shown({**_plain(table), "news": news}, status=201 if news else 200)


def calendars_of(ops: Operations) -> list[dict[str, Any]]:
    """Return every published year, the newest first."""
    known = ops.law.rules.calendars.years
    return [_plain(known[year]) for year in sorted(known, reverse=True)]


async def publish_calendar(ops: Operations, person: str, wish: PublishCalendar) -> tuple[YearTable, bool]:
    """Publish a calendar as a fact on ``ops``; the same again is no news.

    Raises ``Refused`` CALENDAR_UNSOUND with one fault for every day that cannot be, CALENDAR_KNOWN for a version that
    another arrangement has already.
    """
    present = ops.law.rules.calendars
    faults = tuple(faults_of(wish, present))
    if faults:
        raise Refused(OpsCode.CALENDAR_UNSOUND, faults=faults)
    known = present.years.get(wish.year)
    version = wish.version or f"{wish.year}.{known.edition + 1 if known else 1}"
    table = _table(wish.table(version))
    if known is not None and table.model_copy(update={"version": known.version}) == known:
        return known, False
    if known is not None and known.edition >= table.edition:
        raise Refused(OpsCode.CALENDAR_KNOWN, f"{wish.year}年现行版本为 {known.version}", pointer="/version")
    fact = CalendarPublished(
        **{**table.model_dump(), "work": tuple(sorted(table.work))},
        published_at=ops.clock.business(),
        by=person,
        reason=wish.reason,
    )
    await ops.say(fact, table.version)
    ops.law.publish(table.model_dump(), fact.published_at)
    return table, True


def _table(values: Mapping[str, Any]) -> YearTable:
    try:
        return YearTable.model_validate(values)
    except ValueError as error:  # everything else has been looked at before
        raise Refused(OpsCode.CALENDAR_UNSOUND, "版本应写作“年份.序号”，如 2027.1", pointer="/version") from error


def faults_of(wish: PublishCalendar, present: Calendars) -> Iterator[Fault]:
    """Yield what cannot be in an arrangement, each with its field."""
    rest: set[date] = set()
    for name, days in wish.off.items():
        for index, day in enumerate(days):
            yield from _fault(f"/off/{name}/{index}", _wrong_rest(day, rest, wish.year))
            rest.add(day)
    worked: set[date] = set()
    for index, day in enumerate(wish.work):
        yield from _fault(f"/work/{index}", _wrong_work(day, rest, worked, wish.year))
        worked.add(day)
    missing = [day for day in present.statutory(wish.year) if day not in rest]
    if missing:
        yield from _fault("/off", f"缺少法定节假日：{'、'.join(map(_day, missing))}（全国年节及纪念日放假办法）")


def _fault(pointer: str, wrong: str) -> Iterator[Fault]:
    if wrong:
        yield Fault(OpsCode.CALENDAR_UNSOUND.name, pointer, wrong)


def _wrong_rest(day: date, rest: set[date], year: int) -> str:
    if day.year != year:
        return f"{_day(day)}不在{year}年内"
    return f"{_day(day)}列了两次" if day in rest else ""


def _wrong_work(day: date, rest: set[date], worked: set[date], year: int) -> str:
    if day.year != year:
        return f"{_day(day)}不在{year}年内"
    if day.weekday() < 5:
        return f"{_day(day)}不是周六或者周日，不能作为调休上班日"
    if day in rest:
        return f"{_day(day)}同时列为放假日"
    return f"{_day(day)}列了两次" if day in worked else ""


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _plain(table: YearTable) -> dict[str, Any]:
    return {**table.model_dump(mode="json"), "work": [day.isoformat() for day in sorted(table.work)]}
