"""What is counted beside the catalog's work: how many events each agency reports in each hour (报送速率)."""

from __future__ import annotations

from datetime import datetime

from shared.contracts.envelope import Envelope


def feed_rate(event: Envelope) -> list[tuple[str, str]]:
    """Return the bucket of a reported event, ``2026-03-02T09|agency``, with what makes it one and the same event.

    The hour is that of its acceptance at the door, in Beijing time as stamped there: the same in every replay.
    """
    if event.receivedat is None or event.agency is None:
        return []
    hour = datetime.fromisoformat(event.receivedat).strftime("%Y-%m-%dT%H")
    return [(f"{hour}|{event.agency}", f"{event.source}|{event.id}")]
