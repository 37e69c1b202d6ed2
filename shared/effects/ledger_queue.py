"""Whose turn it is: effects that wait in memory, by endpoint, and how many are under way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.effects.ledger import Entry
from shared.effects.ledger_health import Condition

PER_ENDPOINT = 400
TOTAL = 10_000
"""What does not fit is found again by a scan, which is behind what is fresh; so this is some seconds' worth."""
QUICK = 0.25
"""Seconds within which an endpoint answers that may get many attempts at a time."""


@dataclass(slots=True)
class Turn:
    """What to do now: attempts to claim, and entries to set aside because their endpoint is not well."""

    send: list[Entry] = field(default_factory=list)
    aside: list[Entry] = field(default_factory=list)


class Waiting:
    """Entries in memory, first come first served within an endpoint, endpoints in turn.

    Args:
        slots: how many attempts may be under way.
        each: how many of them at one endpoint.
        quick: how many at one whose last answer was good and came at once.
    """

    def __init__(self, slots: int, each: int, quick: int) -> None:
        self._slots = slots
        self._each = each
        self._quick = quick
        self._brisk: set[str] = set()
        self._queues: dict[str, dict[str, Entry]] = {}
        self._under_way: dict[str, Entry] = {}
        self._answered: set[str] = set()
        self._at: Counter[str] = Counter()
        self._count = 0

    def __bool__(self) -> bool:
        return self._count > 0

    @property
    def full(self) -> bool:
        """Whether nothing more fits."""
        return self._count >= TOTAL

    @property
    def under_way(self) -> int:
        """How many attempts are under way."""
        return len(self._under_way)

    def add(self, entry: Entry) -> None:
        """Let an entry wait, unless it is under way or there are too many already."""
        queue = self._queues.setdefault(entry.effect.endpoint, {})
        if entry.key in queue:
            queue[entry.key] = max(queue[entry.key], entry, key=lambda each: each.version)
        elif self.lacks(entry):
            queue[entry.key] = entry
            self._count += 1

    def lacks(self, entry: Entry) -> bool:
        """Return whether an entry is not here yet and has room."""
        queue = self._queues.get(entry.effect.endpoint, {})
        known = entry.key in queue or entry.key in self._under_way
        return not known and len(queue) < PER_ENDPOINT and not self.full

    def busy(self, entry: Entry) -> bool:
        """Return whether an attempt of this effect is under way here."""
        return entry.key in self._under_way

    def turn(self, condition: Callable[[str], Condition], may_probe: Callable[[str], bool]) -> Turn:
        """Take what may go out now and what has to be set aside."""
        turn = Turn()
        sick = sum(condition(endpoint) is not Condition.HEALTHY for endpoint in self._at.elements())
        for endpoint in list(self._queues):
            if self.under_way >= self._slots:
                break
            queue = self._queues.pop(endpoint)
            state = condition(endpoint)
            if state is Condition.HEALTHY:
                self._take(endpoint, queue, self._quick if endpoint in self._brisk else self._each, turn)
            else:
                room = state is Condition.DEGRADED and sick < max(1, self._slots // 10)
                if queue and room and may_probe(endpoint):
                    self._take(endpoint, queue, 1, turn)
                    sick += 1
                turn.aside += queue.values()
                self._count -= len(queue)
                queue.clear()
            if queue:
                self._queues[endpoint] = queue  # at the end of the row, so that everybody gets a turn
        return turn

    def answered(self, entry: Entry, seconds: float) -> None:
        """An attempt went well and has only to be written down: its endpoint is free for another one."""
        if entry.key in self._under_way and entry.key not in self._answered:
            self._answered.add(entry.key)
            self._free(entry.effect.endpoint)
            if seconds <= QUICK:
                self._brisk.add(entry.effect.endpoint)
            else:
                self._brisk.discard(entry.effect.endpoint)

    def done(self, entry: Entry) -> None:
        """An attempt is over, or was not ours."""
        if self._under_way.pop(entry.key, None) is None:
            return
        if entry.key in self._answered:
            self._answered.remove(entry.key)
        else:
            self._brisk.discard(entry.effect.endpoint)
            self._free(entry.effect.endpoint)

    def _free(self, endpoint: str) -> None:
        self._at[endpoint] -= 1
        if not self._at[endpoint]:
            del self._at[endpoint]

    def _take(self, endpoint: str, queue: dict[str, Entry], each: int, turn: Turn) -> None:
        while queue and self._at[endpoint] < each and self.under_way < self._slots:
            key = next(iter(queue))
            entry = queue.pop(key)
            self._count -= 1
            self._under_way[key] = entry
            self._at[endpoint] += 1
            turn.send.append(entry)
