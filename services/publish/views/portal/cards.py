"""What lists, feeds and the site map know of an item, kept in memory in the order in which lists show it."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

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


@dataclass
class Dirt:
    """Which pages of a list have to be written again: all from ``start`` on, and single ones."""

    start: int = 1 << 40
    pages: set[int] = field(default_factory=set)

    def touched(self, count: int, size: int) -> Iterator[int]:
        """Yield the indexes of the pages to write, of those that a list of ``count`` items has."""
        last = (count + size - 1) // size
        yield from sorted({page for page in self.pages if page < min(self.start, last)})
        yield from range(min(self.start, last), last)


class Shelves:
    """All cards and the lists they stand in."""

    def __init__(self) -> None:
        self.cards: dict[str, Card] = {}
        self.lists: dict[str, list[tuple[str, str]]] = {}

    def title(self, name: str) -> str:
        """Return what a list is called: by its newest card, since a body may be renamed."""
        group, _, code = name.partition("/")
        newest = self.newest(name, 1)
        if group == "years" or not newest:
            return f"{code}年"
        return newest[0].issuer if group == "bodies" else newest[0].subject

    def put(self, card: Card) -> dict[str, int]:
        """Take a card in or put it in the place of an older one; return the first place it changed in each list.

        Where that changes what the list is called, all of the list has changed.
        """
        concerned = {name for name in (*card.lists, *self._lists_of(card.id)) if name in self.lists}
        before = {name: self.title(name) for name in concerned}
        moved = self._put(card)
        return moved | {name: 0 for name in concerned if name in self.lists and self.title(name) != before[name]}

    def _lists_of(self, id: str) -> tuple[str, ...]:
        return self.cards[id].lists if id in self.cards else ()

    def _put(self, card: Card) -> dict[str, int]:
        old = self.cards.get(card.id)
        moved = self._take(card.id) if old is not None and (old.place, old.lists) != (card.place, card.lists) else {}
        fresh = old is None or bool(moved)
        self.cards[card.id] = card
        for name in card.lists:
            order = self.lists.setdefault(name, [])
            if fresh:
                insort(order, card.place)
                at = bisect_left(order, card.place)
                moved[name] = min(moved.get(name, at), at)
        return moved

    def take(self, id: str) -> dict[str, int]:
        """Take a card out of every list; return the first place that changed in each."""
        before = {name: self.title(name) for name in self._lists_of(id)}
        moved = self._take(id)
        return {n: 0 if n in self.lists and self.title(n) != before[n] else at for n, at in moved.items()}

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
