"""The only place that asks what time it is."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has had one zone without daylight saving since 1991; a fixed offset needs no zone files."""


class Clock:
    """Business time, which may start elsewhere, and wire time, which is always the machine's.

    ``start`` (aware) is where business time begins; it runs on from there. Legal dates come from business time;
    signatures, leases, TLS and rates from wire time.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = timedelta() if start is None else start - datetime.now(ZONE)

    def business(self) -> datetime:
        """Return the business time, aware, in +08:00."""
        return datetime.now(ZONE) + self._offset

    def wire(self) -> float:
        """Return the machine's time in seconds since the epoch."""
        return time.time()
