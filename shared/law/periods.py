"""Every single period of the law (期限): a row says what it is, the profile how long, the calendar when it ends."""

import datetime as dt
from typing import Literal

from shared.law.profiles import Profiles
from shared.law.rows import Row, Vocabulary
from shared.law.workdays import Calendars, Due, add_hours, aware, legal_date

Unit = Literal["workdays", "days", "months", "hours", "days_minimum"]


class Period(Row):
    """One period. `length` names a number of the profiles; `expiry` says what it means when it has run out.

    Without a `length` the law sets none: the body states one and tells it (条例 Art. 35).
    """

    title: str
    unit: Unit
    length: str | None = None
    starts: str
    expiry: str
    article: str


def deadline(
    period: Period, start: dt.date, place: str, profiles: Profiles, calendars: Calendars, *, days: int | None = None
) -> Due:
    """The last day of a period that starts on `start` (the day itself does not count) at `place`.

    `days` replaces the profile's number where the law lets the body set one, as in a correction notice (条例 Art. 30).
    Raises ValueError for periods of hours: they end at a moment, see `moment`; and for one whose days must be stated.
    """
    length = _length(period, start, place, profiles) if days is None else days
    match period.unit:
        case "workdays":
            return calendars.add_workdays(start, length)
        case "days":
            return calendars.add_days(start, length)
        case "months":
            return calendars.add_months(start, length)
        case "days_minimum":
            return calendars.minimum_days(start, length)
        case "hours":
            raise ValueError(f"{period.code} is counted in hours")


def _length(period: Period, start: dt.date, place: str, profiles: Profiles) -> int:
    if period.length is None:
        raise ValueError(f"{period.code} is as long as was stated and told")
    return profiles.number(place, period.length, start)


def moment(period: Period, start: dt.datetime, place: str, profiles: Profiles, calendars: Calendars) -> dt.datetime:
    """The instant at which a period that starts at the instant `start` is over, whatever its unit.

    For a minimum it is the earliest instant at which it may close.
    """
    day = legal_date(aware(start))
    if period.unit == "hours":
        return add_hours(start, _length(period, day, place, profiles))
    return deadline(period, day, place, profiles, calendars).end


Periods = Vocabulary[Period]
