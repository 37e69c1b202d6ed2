"""Every legal number by place and date (辖区参数): a place's own value in force on the day, else its parent's."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

Value = int | float | str | bool | tuple["Value", ...] | Mapping[str, "Value"]
"""What a profile can hold; tables and arrays are frozen."""


class NoSuchRule(LookupError):
    """No value of that name is in force at that place on that day (没有可适用的参数)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One named number: what it is, where it is written, and its values with the day each came into force."""

    about: str
    source: str
    since: tuple[dt.date, ...]
    values: tuple[Value, ...]

    @classmethod
    def parse(cls, table: Mapping[str, Any]) -> Self:
        """From a TOML table whose keys besides `about` and `source` are ISO dates."""
        dated = sorted((dt.date.fromisoformat(k), v) for k, v in table.items() if k not in ("about", "source"))
        return cls(table["about"], table["source"], tuple(d for d, _ in dated), tuple(frozen(v) for _, v in dated))

    def on(self, day: dt.date) -> Value | None:
        """The value in force that day, None before the first."""
        place = bisect_right(self.since, day)
        return self.values[place - 1] if place else None


@dataclass(frozen=True, slots=True)
class Place:
    """A jurisdiction: its Chinese name, the one it stands under, and the numbers it sets itself."""

    title: str
    parent: str | None
    entries: Mapping[str, Entry]


@dataclass(frozen=True, eq=False)
class Profiles:
    """All places."""

    places: Mapping[str, Place]

    @classmethod
    def parse(cls, files: Mapping[str, Mapping[str, Any]]) -> Self:
        """From decoded TOML by place id. Raises ValueError for a parent that is not there or a circle of parents."""
        places = {name: _place(content) for name, content in files.items()}
        profiles = cls(MappingProxyType(places))
        for name in places:
            profiles.line(name)
        return profiles

    def line(self, place: str) -> Sequence[str]:
        """The place and everything above it, nearest first. Raises NoSuchRule for an unknown place."""
        found: list[str] = []
        at: str | None = place
        while at is not None:
            if at in found:
                raise ValueError(f"profile {at} stands under itself")
            if at not in self.places:
                raise NoSuchRule(f"no profile {at}")
            found.append(at)
            at = self.places[at].parent
        return found

    def value(self, place: str, name: str, on: dt.date) -> Value:
        """The value in force at `place` on the day `on` (the event's own date). Raises NoSuchRule."""
        for each in self.line(place):
            entry = self.places[each].entries.get(name)
            value = entry.on(on) if entry else None
            if value is not None:
                return value
        raise NoSuchRule(f"{place}: no {name} on {on}")

    def number(self, place: str, name: str, on: dt.date) -> int:
        """Like `value`, for whole numbers (days, hours, counts). Raises TypeError for another kind of value."""
        value = self.value(place, name, on)
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} is no whole number")
        return value

    def table(self, place: str, name: str, on: dt.date) -> Mapping[str, Value]:
        """Like `value`, for values that are tables of their own."""
        value = self.value(place, name, on)
        if not isinstance(value, Mapping):
            raise TypeError(f"{name} is no table")
        return value

    def series(self, place: str, name: str, on: dt.date) -> tuple[Value, ...]:
        """Like `value`, for values that are lists."""
        value = self.value(place, name, on)
        if not isinstance(value, tuple):
            raise TypeError(f"{name} is no list")
        return value


def _place(content: Mapping[str, Any]) -> Place:
    entries = {name: Entry.parse(table) for name, table in content.items() if isinstance(table, Mapping)}
    return Place(content["title"], content.get("parent"), MappingProxyType(entries))


def frozen(value: Any) -> Value:
    """The value with lists as tuples and tables read-only, all the way down."""
    if isinstance(value, Mapping):
        return MappingProxyType({name: frozen(each) for name, each in value.items()})
    if isinstance(value, list):
        return tuple(frozen(each) for each in value)
    if isinstance(value, int | float | str):
        return value
    raise TypeError(f"a profile cannot hold {value!r}")
