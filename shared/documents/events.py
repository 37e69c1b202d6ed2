"""Events as people's files and forms become them: under ids that stay the same when the same is sent again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.contracts.canonical import digest
from shared.documents.tables import Row


def event(source: str, type_: str, subject: str, id_: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a CloudEvents 1.0 event; the feed's door stamps its time."""
    return {
        "specversion": "1.0",
        "id": id_,
        "source": source,
        "type": type_,
        "subject": subject,
        "datacontenttype": "application/json",
        "data": dict(data),
    }


def event_of(row: Row, source: str) -> dict[str, Any]:
    """Return the event of a table's row; a row that already was an event goes as it is."""
    if row.event is not None:
        return row.event
    subject = subject_of(row.identity)
    return event(source, row.type, subject, f"row-{digest([row.type, subject, row.data])[:32]}", row.data)


def subject_of(name: str) -> str:
    """Return a subject for what is called so: the name itself where it may be one (1 to 200 visible signs)."""
    fits = 0 < len(name) <= 200 and name.isprintable() and name.strip() == name
    return name if fits else f"row-{digest(name)[:16]}"
