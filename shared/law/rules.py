"""The whole law as one frozen value, read from the TOML beside this file and handed into the domains."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Self

from shared.law.classification import Industries, Region, Regions, Sizes
from shared.law.clocks import Clock, Fact, answer_clock
from shared.law.fees import Method, Schedule, schedule
from shared.law.letters import Letters
from shared.law.periods import Period, Periods, deadline, moment
from shared.law.profiles import Profiles
from shared.law.risks import Risk
from shared.law.rows import Vocabulary, read
from shared.law.table_one import TableOne
from shared.law.table_three import TableThree
from shared.law.table_two import TableTwo
from shared.law.validity import Normative, evaluation_opens, latest_last_day
from shared.law.vocabularies import Vocabularies
from shared.law.wordings import Wording
from shared.law.workdays import Calendars, Due, YearTable


@dataclass(frozen=True, eq=False)
class Rules:
    """Calendars, profiles, vocabularies and tables. Immutable and hashable by identity: pass it around freely."""

    calendars: Calendars
    profiles: Profiles
    vocabularies: Vocabularies
    periods: Periods
    table_one: TableOne
    table_two: TableTwo
    table_three: TableThree
    normative: Normative
    regions: Regions
    industries: Industries
    sizes: Sizes
    letters: Letters
    risks: Vocabulary[Risk]
    wordings: Vocabulary[Wording]

    def deadline(self, period: str, start: dt.date, place: str, *, days: int | None = None) -> Due:
        """The last day of a period by its code (`C3`, `PROACTIVE`, …); see `periods.deadline`."""
        return deadline(self.periods[period], start, place, self.profiles, self.calendars, days=days)

    def moment(self, period: str, start: dt.datetime, place: str) -> dt.datetime:
        """The instant at which a period is over, also of those counted in hours; see `periods.moment`."""
        return moment(self.periods[period], start, place, self.profiles, self.calendars)

    def answer_clock(self, facts: Iterable[Fact], place: str, as_of: dt.date) -> Clock:
        """The answer clock of a case; see `clocks.answer_clock`."""
        return answer_clock(facts, place, self.profiles, self.calendars, as_of)

    def fees(self, method: Method, place: str, on: dt.date) -> Schedule:
        """The fee schedule in force; see `fees.schedule`."""
        return schedule(method, place, self.profiles, on)

    def latest_last_day(self, title: str, genre: str | None, effective: dt.date, place: str) -> dt.date:
        """Until when a normative document can be valid; see `validity.latest_last_day`."""
        return latest_last_day(title, genre, effective, place, self.profiles)

    def evaluation_opens(self, last_day: dt.date, place: str) -> dt.date:
        """When to start evaluating a normative document; see `validity.evaluation_opens`."""
        return evaluation_opens(last_day, place, self.profiles)

    def with_year(self, table: YearTable) -> Self:
        """These rules plus a calendar published since."""
        return replace(self, calendars=self.calendars.with_year(table))

    def recorded(self, versions: str) -> Self:
        """These rules with the calendars a result was counted on; see `Calendars.recorded`."""
        calendars = self.calendars.recorded(versions)
        return self if calendars is self.calendars else replace(self, calendars=calendars)


def load_rules(folder: Path | None = None) -> Rules:
    """Read the rules from a folder with `calendars`, `profiles` and `tables`, by default the ones shipped.

    Raises ValueError (or its subclass pydantic.ValidationError) when a table is not sound, OSError when it is missing.
    """
    if folder is not None:
        return _load(folder)
    with as_file(files("shared.law")) as shipped:
        return _load(shipped)


def _load(folder: Path) -> Rules:
    years, tables = _folder(folder / "calendars"), _folder(folder / "tables")
    statutory = years.pop("statutory")
    industries = Industries.parse(tables["industries"])
    return Rules(
        calendars=Calendars.parse(statutory, list(years.values())),
        profiles=Profiles.parse(_folder(folder / "profiles")),
        vocabularies=Vocabularies.parse(tables),
        periods=Vocabulary.parse(Period, "period", tables["periods"]),
        table_one=TableOne.parse(tables["table_one"]),
        table_two=TableTwo.parse(tables["table_two"]),
        table_three=TableThree.parse(tables["table_three"]),
        normative=Normative.parse(tables["normative"]),
        regions=Regions(Vocabulary.parse(Region, "region", tables["regions"])),
        industries=industries,
        sizes=Sizes.parse(tables["sizes"], industries),
        letters=Letters.parse(tables["letters"]),
        wordings=Vocabulary.parse(Wording, "wording", tables["wordings"]),
        risks=Vocabulary.parse(Risk, "flag", tables["flags"]),
    )


def _folder(folder: Path) -> dict[str, Mapping[str, Any]]:
    return {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}
