"""What a consumer says about itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.bus.port import Slot

BURIALS, WINDOW_SECONDS = 20, 60.0


@dataclass(frozen=True, slots=True)
class Held:
    """A partition that waits for something that is away: since when (wire time, seconds) and why."""

    since: float
    why: str


@dataclass(frozen=True, slots=True)
class Health:
    """A consumer at one moment.

    ``lag`` has every partition it owns: records not yet settled, as far as the broker told. ``parked`` counts keys.
    ``stopped`` is why it consumes nothing although it lives; ``lost`` why it is in no group at the moment. ``coming``
    counts partitions that were dealt to it and that it has not begun yet.
    """

    name: str
    lag: Mapping[Slot, int]
    held: Mapping[Slot, Held]
    parked: int
    stopped: str | None
    lost: str | None
    coming: int = 0

    @property
    def ready(self) -> bool:
        """Whether it does its work: false means 503 on the service's ready check, with ``stopped`` or ``lost``."""
        return self.stopped is None and self.lost is None


class Stop:
    """Whether the consumer may consume: an operator's pause, or too many burials in a short time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._burials: deque[float] = deque(maxlen=BURIALS)
        self.reason: str | None = None

    def buried(self) -> None:
        """Count a burial; the twentieth within a minute stops: that many is a broken release, not broken records."""
        self._burials.append(self._clock())
        if len(self._burials) == BURIALS and self._burials[-1] - self._burials[0] <= WINDOW_SECONDS:
            self.set(f"{BURIALS} 条记录在 {WINDOW_SECONDS:g} 秒内进入死信，已停止消费，等待人工处理")

    def set(self, reason: str) -> None:
        """Stop for this reason, which people read."""
        self.reason = reason

    def clear(self) -> None:
        """Consume again, and count from zero."""
        self.reason = None
        self._burials.clear()
