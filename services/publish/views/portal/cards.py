"""What lists, feeds and the site map know of an item, kept in memory in the order in which lists show it."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache

from services.publish.domain.columns import Columns
from shared.contracts.facts.publish import ItemPublished

PAGE = 50
"""Items on one page of a list. Pages count from the oldest, so that news moves nothing but the last page."""


@dataclass(frozen=True, slots=True)
class Card:
    """One line of a list. ``day`` is the date of publication, ``stamp`` when the item last changed."""

    id: str
    path: str
    title: str
    number: str
    issuer: str
    day: str
    stamp: str
    validity: str
    column: str
    subject: str
    interpreted: str
    summary: str
    lists: tuple[str, ...]

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands in every list."""
        return (self.day, self.id)


CARD = tuple(each.name for each in fields(Card))
"""The names of a card's fields."""


@lru_cache(10_000)
def slug(name: str) -> str:
    """Return a short name for an address: the name itself where it is plain, else a digest of it."""
    if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        return name
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def card_of(item: ItemPublished, changed: datetime, summary: str, columns: Columns) -> Card:
    """Return the card of an item; ``changed`` is the time of its event."""
    document = item.document
    day = (document.published_on or item.first_published_at.date()).isoformat()
    parent = columns.by_code[item.column].parent if item.column in columns.by_code else ""
    lists = ["all", f"years/{day[:4]}", f"bodies/{slug(document.body)}", f"columns/{item.column}"]
    if parent:
        lists.append(f"columns/{parent}")
    if document.subject:
        lists.append(f"topics/{slug(document.subject)}")
    if item.interpretations:
        lists.append("columns/interpretation")
    return Card(
        id=item.item_id,
        path=item.path,
        title=document.title,
        number=document.number or "",
        issuer=document.issuer,
        day=day,
        stamp=changed.isoformat(timespec="seconds"),
        validity=item.validity,
        column=item.column_name,
        subject=document.subject or "",
        interpreted=item.interpretations[0].title if item.interpretations else "",
        summary=summary,
        lists=tuple(lists),
    )


@dataclass(slots=True)
class Dirt:
    """Which places of a list have changed since it was written: all from ``start`` on, and single ones."""

    start: int = 1 << 40
    places: set[int] = field(default_factory=set)

    def touched(self, count: int, size: int) -> Iterator[int]:
        """Yield the indexes of the pages to write, of those that a list of ``count`` items has.

        The page before ``start`` is one of them, because it may get or lose its next page.
        """
        last = (count + size - 1) // size
        first = min(max(0, self.start - 1) // size, last)
        yield from sorted({page for place in self.places if (page := place // size) < first})
        yield from range(first, last)


_NAMED = ("bodies/", "topics/")
"""Lists called what their newest card says; all others have a name of their own."""


class Shelves:
    """All cards and the lists they stand in."""

    def __init__(self) -> None:
        self.cards: dict[str, Card] = {}
        self.lists: dict[str, list[tuple[str, str]]] = {}

    def title(self, name: str) -> str:
        """Return what a list is called: by its newest card, since a body may be renamed."""
        if name.startswith("years/") or name not in self.lists:
            return f"{name.partition('/')[2]}年"
        newest = self.cards[self.lists[name][-1][1]]
        return newest.issuer if name.startswith("bodies/") else newest.subject

    def put(self, card: Card) -> dict[str, int]:
        """Take a card in or put it in the place of an older one; return the first place it changed in each list.

        Where that changes what the list is called, all of the list has changed.
        """
        old = self.cards.get(card.id)
        before = self._titles(card.lists if old is None else (*card.lists, *old.lists))
        if old is not None and (old.day, old.lists) == (card.day, card.lists):
            self.cards[card.id] = card
            return self._renamed(before)
        moved = self._take(card.id)
        self.cards[card.id] = card
        place = card.place
        for name in card.lists:
            order = self.lists.setdefault(name, [])
            at = bisect_left(order, place)
            order.insert(at, place)
            moved[name] = min(moved.get(name, at), at)
        moved.update(self._renamed(before))
        return moved

    def _titles(self, names: Iterable[str]) -> dict[str, str]:
        """Return what lists are called, of those that their cards give a name."""
        return {name: self.title(name) for name in names if name.startswith(_NAMED) and name in self.lists}

    def _renamed(self, before: Mapping[str, str]) -> dict[str, int]:
        return {name: 0 for name, title in before.items() if name in self.lists and self.title(name) != title}

    def take(self, id: str) -> dict[str, int]:
        """Take a card out of every list; return the first place that changed in each."""
        before = self._titles(self.cards[id].lists if id in self.cards else ())
        return self._take(id) | self._renamed(before)

    def _take(self, id: str) -> dict[str, int]:
        card = self.cards.pop(id, None)
        if card is None:
            return {}
        places = {}
        for name in card.lists:
            order = self.lists[name]
            at = bisect_left(order, card.place)
            del order[at]
            places[name] = at
            if not order:
                del self.lists[name]
        return places

    def at(self, name: str, card: Card) -> int:
        """Return the place of a card in a list."""
        return bisect_left(self.lists[name], card.place)

    def count(self, name: str) -> int:
        """Return how many cards a list has."""
        return len(self.lists.get(name, ()))

    def newest(self, name: str, most: int) -> list[Card]:
        """Return the newest cards of a list, newest first."""
        return [self.cards[id_] for _, id_ in reversed(self.lists.get(name, [])[-most:])]

    def page(self, name: str, index: int, size: int = PAGE) -> list[Card]:
        """Return a page of a list, newest first; page 0 is the oldest."""
        return [self.cards[id_] for _, id_ in reversed(self.lists.get(name, [])[index * size : (index + 1) * size])]

    def below(self, prefix: str) -> list[tuple[str, int]]:
        """Return (list, count) of the lists below a prefix, the largest first."""
        found = [(key, len(order)) for key, order in self.lists.items() if key.startswith(prefix)]
        return sorted(found, key=lambda each: (-each[1], each[0]))
