"""A token bucket per key (限流): so many events a second, with room for a burst."""

from __future__ import annotations


class Buckets:
    """One bucket per name, full at first. Holds only buckets that are not full, so idle names cost nothing."""

    def __init__(self, rate: float = 200.0, burst: float = 2_000.0, *, most: int = 10_000) -> None:
        """``rate`` per second refills up to ``burst``; above ``most`` names the refilled ones are swept."""
        self._rate, self._burst, self._most = rate, burst, most
        self._sweep_at = most
        self._full_at: dict[str, float] = {}

    @property
    def names(self) -> int:
        """How many buckets are held; for metrics."""
        return len(self._full_at)

    def take(self, name: str, amount: float, now: float) -> float:
        """Take ``amount`` or nothing; return 0 when taken, else the seconds until it could be.

        ``now`` is wire time in seconds and may be a monotonic clock's; if it steps back nobody gains. Raises
        ``ValueError`` for a negative amount or one that no bucket ever holds.
        """
        if not 0 <= amount <= self._burst:
            raise ValueError(f"a bucket holds at most {self._burst:g}")
        # A bucket is one number: the moment it will be full again.
        full_at = max(self._full_at.get(name, now), now) + amount / self._rate
        wait = full_at - now - self._burst / self._rate
        # Adding and subtracting clock readings loses some nanoseconds; nobody is turned away for those.
        if wait > 1e-6:
            return wait
        self._full_at[name] = full_at
        if len(self._full_at) > self._sweep_at:
            self._full_at = {other: moment for other, moment in self._full_at.items() if moment > now}
            self._sweep_at = max(self._most, 2 * len(self._full_at))
        return 0.0
