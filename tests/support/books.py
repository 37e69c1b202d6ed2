"""A log that can be told to refuse, for tests of who must keep what the log did not take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from shared.bus.port import Draft, Log, TooLarge


class Book:
    """Notes what is appended; ``fails`` are raised first, one a call; ``too_large`` are keys no broker will take."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, list[Draft]]] = []
        self.fails: list[Exception] = []
        self.too_large: set[str] = set()
        self.away = False

    @property
    def log(self) -> Log:
        """Itself, as the port it plays."""
        return cast("Log", self)

    def values(self, topic: str = "catalog") -> list[str]:
        """Return what was appended to a topic, in order."""
        return [draft.value.decode() for name, drafts in self.batches if name == topic for draft in drafts]

    async def append(self, topic: str, drafts: Sequence[Draft]) -> None:
        """Take all or raise."""
        if self.away:
            raise self.fails[0]
        if self.fails:
            raise self.fails.pop(0)
        for place, draft in enumerate(drafts):
            if draft.key in self.too_large:
                raise TooLarge(place, len(draft.value))
        self.batches.append((topic, list(drafts)))

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nobody but append is expected to be called, not {name}")
