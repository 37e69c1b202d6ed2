"""What people ask of the catalog, as commands: change an attribute, settle a review, tag, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.catalog.commands import (
    ChangeAttribute,
    ChangeReviewed,
    DetermineAttribute,
    KeepAttribute,
    TagDocument,
    WithdrawDocument,
)
from services.catalog.domain import disclosure, reviewing
from services.catalog.domain.state import Document
from services.catalog.store import DOCUMENT
from shared.bus.decider import Aggregate, Context, Target
from shared.contracts.facts.base import Fact
from shared.contracts.facts.catalog import AttributeDetermined


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish about one document, ready to become a command once HTTP has given it a cause."""

    target: Target
    decide: Callable[[Document | None, Context], Sequence[Fact]]
    aggregate: Aggregate[Any] = DOCUMENT


def _about(document_id: str, decide: Callable[[Document | None, Context], Sequence[Fact]]) -> Wish:
    return Wish(Target("", keys=(f"id:{document_id}",)), decide)


def change_attribute(document_id: str, wish: ChangeAttribute, by: str) -> Wish:
    """Change the disclosure attribute (公开属性); ``by`` is who decides it. That settles its open reviews."""

    def decide(state: Document | None, context: Context) -> Sequence[Fact]:
        facts = disclosure.change_attribute(state, wish.attribute, wish.reason, wish.basis, by, context.now)
        return reviewing.settling(state, facts, context.now)

    return _about(document_id, decide)


def tag_document(document_id: str, wish: TagDocument, by: str) -> Wish:
    """Set tags and audience."""
    return _about(document_id, lambda state, _: disclosure.tag(state, wish.tags, wish.audience, by))


def withdraw_document(document_id: str, wish: WithdrawDocument, by: str) -> Wish:
    """Withdraw a document (撤回); nothing is left to review."""

    def decide(state: Document | None, context: Context) -> Sequence[Fact]:
        facts = disclosure.withdraw(state, wish.reason, by, erase=wish.erase)
        return reviewing.settling(state, facts, context.now)

    return _about(document_id, decide)


def keep_attribute(review_id: str, wish: KeepAttribute, by: str) -> Wish:
    """Settle a review by keeping the attribute."""
    return _about(
        reviewing.document_of(review_id),
        lambda state, context: reviewing.keep(state, review_id, wish.reason, by, context.now),
    )


def change_reviewed(review_id: str, wish: ChangeReviewed, by: str) -> Wish:
    """Settle a review by changing the attribute."""
    return _about(
        reviewing.document_of(review_id),
        lambda state, context: reviewing.change(
            state, review_id, wish.attribute, wish.reason, wish.basis, by, context.now
        ),
    )


def determine_attribute(review_id: str, wish: DetermineAttribute, by: str) -> Wish:
    """Answer the inquiry of a case by letter (公函)."""
    document_id = reviewing.document_of(review_id)
    said = AttributeDetermined(
        document_id=document_id,
        attribute=wish.attribute,
        reason=wish.reason,
        basis=wish.basis or None,
        by=by,
        letter=wish.letter,
    )
    return _about(document_id, lambda state, context: reviewing.determine(state, review_id, said, context.now))
