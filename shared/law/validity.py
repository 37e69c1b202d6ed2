"""Normative documents (行政规范性文件): which documents are none, how long one is valid, what it is on a given day."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, Self

from shared.law.profiles import Profiles
from shared.law.rows import Row, Vocabulary
from shared.law.workdays import DAY, month_later

Status = Literal["pending", "valid", "lapsed", "repealed"]
STATUS_LABELS: dict[Status, str] = {"pending": "尚未施行", "valid": "现行有效", "lapsed": "失效", "repealed": "废止"}


class Excluded(Row):
    """A kind of document that is never normative, known by its genre or by words of its title."""

    label: str
    title: str = r"(?!)"
    genres: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Normative:
    """What makes a document normative (上海市人民政府令第17号)."""

    traits: Mapping[str, str]
    excluded: Vocabulary[Excluded]

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> Self:
        """From normative.toml."""
        return cls(MappingProxyType(dict(content["trait"])), Vocabulary.parse(Excluded, "excluded", content))

    def objections(self, title: str, genre: str | None, traits: Collection[str]) -> tuple[str, ...]:
        """Why the document is not normative: codes of excluded kinds and traits it lacks; empty when it is."""
        kinds = [kind.code for kind in self.excluded if genre in kind.genres or re.search(kind.title, title)]
        return (*kinds, *(trait for trait in self.traits if trait not in traits))


_REPEALED = re.compile(r"废止日期:(\d{4}-\d{2}-\d{2})")


def repealed_on(tags: Collection[str]) -> dt.date | None:
    """The day a document was repealed as its tag `废止日期:YYYY-MM-DD` says, None without a sound one."""
    for match in filter(None, map(_REPEALED.fullmatch, tags)):
        with suppress(ValueError):
            return dt.date.fromisoformat(match[1])
    return None


def latest_last_day(title: str, genre: str | None, effective: dt.date, place: str, profiles: Profiles) -> dt.date:
    """The last day a document taking effect on a day can be valid: the default and the maximum (有效期至)."""
    name = "normative_years"
    if genre == "通告":
        name = "normative_notice_years"
    if re.search("暂行|试行", title):
        name = "normative_trial_years"
    return month_later(effective, 12 * profiles.number(place, name, effective)) - DAY


def evaluation_opens(last_day: dt.date, place: str, profiles: Profiles) -> dt.date:
    """The day to start evaluating whether to extend, amend or repeal, some months before the last day."""
    return month_later(last_day, -profiles.number(place, "normative_evaluation_months", last_day))


def status(on: dt.date, effective: dt.date, last_day: dt.date | None, repealed: dt.date | None = None) -> Status:
    """What the document is on a day. It lapses by itself after its last day; repealing is another act and reason.

    A document that had lapsed before it was repealed stays lapsed. `last_day` None: valid without limit.
    """
    ends: list[tuple[dt.date, Status]] = []
    if last_day is not None:
        ends.append((last_day + DAY, "lapsed"))
    if repealed is not None:
        ends.append((repealed, "repealed"))
    come = [end for end in ends if end[0] <= on]
    if come:
        return min(come)[1]
    return "pending" if on < effective else "valid"
