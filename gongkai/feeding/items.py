"""From files to events: what will be sent, from which line, under ids that stay the same when it is sent again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.canonical import digest
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


def event(agency: str, type_: str, subject: str, id_: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event as this command line sends it (CloudEvents 1.0)."""
    return {
        "specversion": "1.0",
        "id": id_,
        "source": f"/{agency}/cli",
        "type": type_,
        "subject": subject,
        "datacontenttype": "application/json",
        "data": dict(data),
    }


def items_of(rows: Iterable[Row], agency: str) -> list[Item]:
    """Return the events of a table's rows; a row that already was an event goes as it is."""
    return [Item(row.line, row.event or _of_row(row, agency)) for row in rows]


def _of_row(row: Row, agency: str) -> dict[str, Any]:
    name = row.identity
    fits = 0 < len(name) <= 200 and name.isprintable() and name.strip() == name
    subject = name if fits else f"row-{digest(name)[:16]}"
    return event(agency, row.type, subject, f"row-{digest([row.type, subject, row.data])[:32]}", row.data)
