"""What is public already (已经公开): titles, numbers and addresses of the portal's items, kept from its news."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from services.requests.domain.likeness import words_of
from shared.contracts.envelope import Envelope
from shared.contracts.facts.publish import ItemPublished, ItemWithdrawn
from shared.law.docnumbers import number_key
from shared.replay.projection import RowProjection, gone, table_of
from shared.replay.rebuild import current
from shared.store.port import Query, Row, Store

OPENED = "opened"
ITEMS, WORDS = "items", "words"
ENOUGH = 0.6
"""Which share of the words of a title has to be asked for."""
_EACH, _MOST, _ASKED = 200, 5, 40
"""How many items are looked at for each word, how many are shown, how many words are looked for."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An item of the portal that may be what is asked for; ``exact`` when its number was named."""

    title: str
    number: str
    address: str
    exact: bool = False


def opened_rows(fact: ItemPublished | ItemWithdrawn, envelope: Envelope) -> Iterable[Row]:
    """Fold the portal's news: a row per item, and one per word of its title that leads to it."""
    version = envelope.sequence or 0
    if isinstance(fact, ItemWithdrawn):
        yield gone(ITEMS, fact.item_id, version)
        return
    title, number = fact.document.title, fact.document.number or ""
    data = {"title": title, "number": number, "address": "/" + fact.path.lstrip("/")}
    yield Row(ITEMS, fact.item_id, version, data, {"number": number_key(number) or "" if number else ""})
    for word in sorted(words_of(title)):
        yield Row(WORDS, f"{word}|{fact.item_id}", version, {"item": fact.item_id}, {"word": word})


def opened(store: Store, colour: str) -> RowProjection:
    """Return one colour of what is public."""
    return RowProjection(
        OPENED, ("publish",), (ItemPublished, ItemWithdrawn), (ITEMS, WORDS), opened_rows, store, colour
    )


async def find_opened(store: Store, number: str | None, text: str) -> list[Opened]:
    """Return what is public and may be what is asked for: by its number, else by the words of its title."""
    colour = await current(store, OPENED)
    items, words = (table_of(OPENED, colour, part) for part in (ITEMS, WORDS))
    key = number_key(number) if number else None
    if key is not None:
        page = await store.page(items, Query(equal={"number": key}, limit=_MOST))
        exact = [_opened(row, exact=True) for row in page.items if row.data]
        if exact:
            return exact
    asked = words_of(text)
    hits: Counter[str] = Counter()
    for word in sorted(asked, key=lambda each: (-len(each), each))[:_ASKED]:
        page = await store.page(words, Query(equal={"word": word}, limit=_EACH))
        hits.update(str(row.data["item"]) for row in page.items)
    found = await store.rows(items, [item for item, count in hits.most_common(_EACH) if count > 1])
    return _best(asked, found.values())


def _best(asked: frozenset[str], rows: Iterable[Row]) -> list[Opened]:
    """Return the items most of whose title is asked for, the closest first; a title that has changed since counts."""
    scored = []
    for row in rows:
        words = words_of(str(row.data["title"])) if row.data else frozenset()
        share = len(words & asked) / len(words) if words else 0.0
        if share >= ENOUGH:
            scored.append((-share, -len(words & asked), row.id, row))
    return [_opened(row) for *_, row in sorted(scored, key=lambda each: each[:3])[:_MOST]]


def _opened(row: Row, exact: bool = False) -> Opened:
    return Opened(str(row.data["title"]), str(row.data["number"]), str(row.data["address"]), exact)
