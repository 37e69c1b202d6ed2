"""A letter before it is printed: who writes what to whom, paragraph by paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Sheet:
    """A letter (文书). ``seal`` holds the place of the seal; ``on`` is the date under it."""

    body: str
    title: str
    number: str
    addressee: str
    paragraphs: tuple[str, ...]
    seal: str
    on: date

    @property
    def closing(self) -> tuple[str, ...]:
        """The lines at the end: the body, the place of its seal, the date."""
        return (self.body, self.seal, printed_day(self.on))


def printed_day(day: date) -> str:
    """Return a date as letters print it: 2026年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日"
