"""What people ask of the catalog, as commands: change an attribute, tag, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.catalog.commands import ChangeAttribute, TagDocument, WithdrawDocument
from services.catalog.domain import disclosure
from services.catalog.domain.state import Document
from services.catalog.store import DOCUMENT
from shared.bus.decider import Aggregate, Context, Target
from shared.contracts.facts.base import Fact


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish about one document, ready to become a command once HTTP has given it a cause."""

    target: Target
    decide: Callable[[Document | None, Context], Sequence[Fact]]
    aggregate: Aggregate[Any] = DOCUMENT


def _about(document_id: str, decide: Callable[[Document | None], Sequence[Fact]]) -> Wish:
    return Wish(Target("", keys=(f"id:{document_id}",)), lambda state, _: decide(state))


def change_attribute(document_id: str, wish: ChangeAttribute, by: str) -> Wish:
    """Change the disclosure attribute (公开属性); ``by`` is who decides it."""
    return _about(
        document_id, lambda state: disclosure.change_attribute(state, wish.attribute, wish.reason, wish.basis, by)
    )


def tag_document(document_id: str, wish: TagDocument, by: str) -> Wish:
    """Set tags and audience."""
    return _about(document_id, lambda state: disclosure.tag(state, wish.tags, wish.audience, by))


def withdraw_document(document_id: str, wish: WithdrawDocument, by: str) -> Wish:
    """Withdraw a document (撤回)."""
    return _about(document_id, lambda state: disclosure.withdraw(state, wish.reason, by, erase=wish.erase))
