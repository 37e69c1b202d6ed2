"""A clock that tests move."""

from __future__ import annotations

from datetime import datetime

from shared.clock import ZONE, Clock

START = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)


class Hands(Clock):
    """A clock moved by hand."""

    def __init__(self, at: datetime = START) -> None:
        super().__init__(at)
        self.at = at

    def business(self) -> datetime:
        return self.at

    def to(self, day: str, hour: int = 10) -> None:
        self.at = datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00")
