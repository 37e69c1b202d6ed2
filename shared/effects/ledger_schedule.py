"""When to try again (重试时间表): pure arithmetic in seconds of wire time."""

from __future__ import annotations

DELAYS = (5.0, 60.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0)
"""Longest wait after the first, second, … failed attempt."""
LAST_DELAY = 43_200.0
"""Longest wait after every further one: twelve hours."""
GIVE_UP = 7 * 86_400.0
"""So long after the first attempt nothing is tried any more."""
LONGEST_WISH = 86_400.0
"""So far a receiver's Retry-After is honoured."""
GRACE = 10.0
"""What a lease lasts longer than the time-out of the attempt it protects."""


def next_due(attempts: int, first: float, now: float, draw: float, after: float | None = None) -> float | None:
    """Return when the next attempt is due, None when it is time to give up.

    Args:
        attempts: how many have failed.
        first: when the first one began.
        now: when the last one ended.
        draw: a random number in [0, 1) (full jitter, so that a thousand endpoints do not come back at one moment).
        after: how many seconds the receiver asked us to wait; kept to in full, up to a day.
    """
    delay = DELAYS[attempts - 1] if attempts <= len(DELAYS) else LAST_DELAY
    due = now + max(delay * draw, min(after or 0.0, LONGEST_WISH))
    return due if due <= first + GIVE_UP else None
