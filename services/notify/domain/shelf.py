"""The inboxes of a whole city (收件箱): an item is one wave of a push, its recipients are a bitmap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyroaring import BitMap

from services.notify.domain.bits import unpack
from services.notify.domain.pushing import Push
from shared.contracts.facts.notify import PushPlanned


@dataclass(frozen=True, slots=True)
class Entry:
    """An item and whose inbox it is in."""

    serial: int
    push_id: str
    wave: int
    told: BitMap
    partners: frozenset[str]

    @property
    def item(self) -> str:
        """The name of the item."""
        return f"{self.push_id}.{self.wave}"


class Shelf:
    """Every item by serial, and which pushes are withdrawn."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._serials: list[int] = []
        self.withdrawn: set[str] = set()
        self._last = 0

    def draw(self) -> int:
        """Return a serial larger than any before."""
        self._last += 1
        return self._last

    def take(self, push: Push) -> None:
        """Enter a push as stored."""
        for wave in push.waves:
            self.add(wave)
        if push.withdrawn is not None:
            self.withdrawn.add(push.push_id)

    def add(self, plan: PushPlanned) -> Entry | None:
        """Enter a wave; return it unless it concerns nobody or is known."""
        self.withdrawn.discard(plan.push_id)
        self._last = max(self._last, plan.serial)
        partners = frozenset(
            {*(each.partner for each in plan.subscribers), *(relay.partner for relay in plan.relays if relay.members)}
        )
        if not (plan.told or partners) or plan.serial in self._entries:
            return None
        entry = Entry(plan.serial, plan.push_id, plan.wave, unpack(plan.told), partners)
        self._entries[plan.serial] = entry
        place = len(self._serials)
        while place and self._serials[place - 1] > plan.serial:
            place -= 1
        self._serials.insert(place, plan.serial)
        return entry

    def of(self, number: int | None, partner: str | None, after: int = 0) -> Iterator[Entry]:
        """Yield the items of an enterprise or of a partner behind a serial, the oldest first."""
        for serial in self._serials:
            if serial > after:
                entry = self._entries[serial]
                if number in entry.told if number is not None else partner in entry.partners:
                    yield entry

    @property
    def last(self) -> int:
        """The newest serial."""
        return self._last
