"""The law while a process runs (现行日历): calendars are published, and everybody reads the newest where he decides.

A `Rules` never changes; publishing makes a new one. Whoever decides for a person asks for `rules`; whoever decides
because of an event asks for the rules `at` the time of that event, so that a replay decides as the first run did.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.law.rules import Rules
from shared.law.workdays import YearTable, aware


@dataclass(frozen=True, slots=True)
class Edition:
    """A calendar published at run time, since when, and the rules that hold from then on."""

    since: dt.datetime
    table: YearTable
    rules: Rules


class Lawbook:
    """The rules in force now, and those that were in force before."""

    def __init__(self, rules: Rules) -> None:
        """Begin with the rules that are shipped."""
        self._first = rules
        self._editions: tuple[Edition, ...] = ()
        self._hearers: list[Callable[[Edition], None]] = []

    @property
    def rules(self) -> Rules:
        """The newest rules; ask anew for every decision."""
        return self._editions[-1].rules if self._editions else self._first

    @property
    def editions(self) -> tuple[Edition, ...]:
        """What was published at run time, in the order of its publication."""
        return self._editions

    def at(self, moment: dt.datetime) -> Rules:
        """The rules as they were published by an instant. Raises ValueError for a naive one."""
        known = [edition for edition in self._editions if edition.since <= aware(moment)]
        return known[-1].rules if known else self._first

    def publish(self, values: Mapping[str, Any], since: dt.datetime) -> bool:
        """Take in one year's arrangement; return whether it is news.

        A version that is known, or older than the known one, changes nothing. Raises ValueError for an unsound table.
        """
        table = YearTable.model_validate(values)
        known = self.rules.calendars.years.get(table.year)
        if known is not None and known.edition >= table.edition:
            return False
        edition = Edition(aware(since), table, self.rules.with_year(table))
        self._editions = (*self._editions, edition)
        for hear in self._hearers:
            hear(edition)
        return True

    def on_published(self, hear: Callable[[Edition], None]) -> None:
        """Register who is told of every later publication; the call must not wait."""
        self._hearers.append(hear)
