"""What will be sent, and from which line it comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.documents.events import event_of
from shared.documents.tables import Row

PEOPLE = "requests."


@dataclass(frozen=True, slots=True)
class Item:
    """One event on its way; ``line`` is None for a document, which is a file of its own."""

    line: int | None
    event: Mapping[str, Any]

    @property
    def people(self) -> bool:
        """Whether it is about people: then it goes to the intake of requests, never to the feed."""
        return str(self.event.get("type", "")).startswith(PEOPLE)


def source_of(agency: str) -> str:
    """Return the CloudEvents source of what this command line sends."""
    return f"/{agency}/cli"


def items_of(rows: Iterable[Row], agency: str) -> list[Item]:
    """Return the events of a table's rows."""
    return [Item(row.line, event_of(row, source_of(agency))) for row in rows]
