"""The item (公开条目): a document on the public portal, from its admission as 主动公开 until it leaves.

Nothing here looks at offsets: a document's own sequence (``basis``) and edition tell late news from new news, and what
has left the portal keeps them, so that an older edition heard afterwards brings nothing back.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from services.publish.domain.columns import Columns
from services.publish.domain.validity import standing
from shared.contracts.facts.base import Fact
from shared.contracts.facts.catalog import DocumentView, DocumentWithdrawn
from shared.contracts.facts.publish import InterpretationView, ItemPublished, ItemWithdrawn
from shared.law.rules import Rules

PUBLIC = "主动公开"


@dataclass(frozen=True, eq=False)
class Desk:
    """What publishing decides by besides state and news: the law, the place it applies in, the columns."""

    rules: Rules
    columns: Columns
    place: str = "national"


class Item(BaseModel):
    """State of an item: what is shown now, or the tombstone (墓碑) that is left of it."""

    model_config = ConfigDict(frozen=True)

    shown: ItemPublished | None = None
    tombstone: ItemWithdrawn | None = None

    @property
    def basis(self) -> int:
        """Sequence of the newest event of the catalog that is accounted for."""
        last = self.shown or self.tombstone
        return last.basis if last is not None else 0

    @property
    def edition(self) -> int:
        """Newest edition that is accounted for."""
        last = self.shown or self.tombstone
        return last.edition if last is not None else 0


def evolve_item(state: Item | None, fact: Fact) -> Item:
    """Fold a fact into the item: it is shown as a whole or not at all."""
    if isinstance(fact, ItemPublished):
        return Item(shown=fact)
    if isinstance(fact, ItemWithdrawn):
        return Item(tombstone=fact)
    raise TypeError(f"not a fact of an item: {fact.type}")


def path_of(item_id: str) -> str:
    """Return the address of an item below the portal's root; it never changes while the id does not."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", item_id):
        return f"d/{item_id}.html"
    return f"d/x-{hashlib.sha256(item_id.encode()).hexdigest()[:24]}.html"


def hear_document(
    state: Item | None, document: DocumentView, sequence: int, now: datetime, desk: Desk
) -> Sequence[Fact]:
    """Decide what the newest known form of an admitted document means for the portal.

    Args:
        state: the item so far.
        document: the document as the catalog has it now.
        sequence: of the catalog's event; late news is recognised by it.
        now: aware business time of that event.
        desk: law and columns.
    """
    state = state or Item()
    if _is_late(state, document.edition, sequence):
        return ()
    if document.attribute != PUBLIC:
        if state.shown is None:
            return ()
        reason = f"公开属性由主动公开变更为{document.attribute}"
        return (_withdrawn(state.shown, document.edition, reason, now.date(), basis=sequence),)
    first = state.shown.first_published_at if state.shown is not None else now
    kept = state.shown.interpretations if state.shown is not None else ()
    fact = _published(document, kept, first, now.date(), desk, sequence)
    if state.shown is not None and _same(fact, state.shown):
        return ()
    return (fact,)


def hear_withdrawal(state: Item | None, fact: DocumentWithdrawn, sequence: int, now: datetime) -> Sequence[Fact]:
    """Decide on the withdrawal of a document (撤回); also for one never shown, so that a late edition stays away."""
    state = state or Item()
    if sequence <= state.basis or (state.tombstone is not None and state.tombstone.final):
        return ()
    edition = max(fact.edition, state.edition)
    if state.shown is not None:
        reason = _without_content(fact.reason, state.shown.document)
        return (_withdrawn(state.shown, edition, reason, now.date(), final=True, basis=sequence),)
    path = state.tombstone.path if state.tombstone is not None else path_of(fact.document_id)
    return (
        ItemWithdrawn(
            item_id=fact.document_id,
            edition=edition,
            path=path,
            reason=fact.reason,
            withdrawn_on=now.date(),
            final=True,
            basis=sequence,
        ),
    )


def attach(state: Item | None, interpretation: InterpretationView, now: datetime, desk: Desk) -> Sequence[Fact]:
    """Show an interpretation beside its document; nothing where the document is not public or already has it."""
    if state is None or state.shown is None:
        return ()
    shown = state.shown
    others = {each.interpretation_id: each for each in shown.interpretations}
    known = others.get(interpretation.interpretation_id)
    if known is not None and known.edition >= interpretation.edition:
        return ()
    others[interpretation.interpretation_id] = interpretation
    ordered = sorted(others.values(), key=lambda each: (each.published_on or date.max, each.interpretation_id))
    fact = _published(shown.document, tuple(ordered), shown.first_published_at, now.date(), desk, shown.basis)
    return (fact,)


def review_validity(state: Item | None, today: date, desk: Desk) -> Sequence[Fact]:
    """Say an item anew when a date has changed its validity; what the sweep asks."""
    if state is None or state.shown is None:
        return ()
    shown = state.shown
    if shown.validity_until is None or shown.validity_until >= today:
        return ()
    return (_published(shown.document, shown.interpretations, shown.first_published_at, today, desk, shown.basis),)


def _is_late(state: Item, edition: int, sequence: int) -> bool:
    if sequence <= state.basis or edition < state.edition:
        return True
    return state.tombstone is not None and state.tombstone.final and edition <= state.tombstone.edition


def _without_content(reason: str, document: DocumentView) -> str:
    """Take title and number out of a reason: it outlives them on the page that answers 410."""
    for text in (document.title, document.number, document.number_key):
        if text:
            reason = reason.replace(text, "该信息")
    return reason


def _same(new: ItemPublished, old: ItemPublished) -> bool:
    return new.model_copy(update={"basis": old.basis}) == old


def _published(
    document: DocumentView,
    interpretations: tuple[InterpretationView, ...],
    first: datetime,
    today: date,
    desk: Desk,
    basis: int,
) -> ItemPublished:
    column = desk.columns.of(document)
    known = standing(document, today, desk.rules, desk.place)
    return ItemPublished(
        item_id=document.document_id,
        edition=document.edition,
        path=path_of(document.document_id),
        column=column.code,
        column_name=column.name,
        validity=known.validity,
        validity_until=known.until,
        expires_on=known.expires_on,
        document=document,
        interpretations=interpretations,
        first_published_at=first,
        basis=basis,
    )


def _withdrawn(
    shown: ItemPublished, edition: int, reason: str, day: date, *, final: bool = False, basis: int
) -> ItemWithdrawn:
    return ItemWithdrawn(
        item_id=shown.item_id,
        edition=edition,
        path=shown.path,
        reason=reason,
        withdrawn_on=day,
        final=final,
        basis=basis,
    )
