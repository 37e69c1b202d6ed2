"""Policies over the catalog's documents: what becomes public is pushed, what no longer is, is taken back."""

from __future__ import annotations

from collections.abc import Sequence

from services.notify.domain.directory import Directory
from services.notify.domain.following import withdraw_push
from services.notify.domain.pushing import Push, plan_push, push_id_of
from services.notify.domain.shelf import Shelf
from services.notify.store import PUSH
from shared.bus.decider import Context, Heard, Policy, Target
from shared.contracts.facts import catalog
from shared.contracts.facts.base import Fact

PUBLIC = "主动公开"
Disclosed = catalog.DocumentArchived | catalog.DocumentRevised | catalog.DocumentTagged | catalog.AttributeChanged


class Pushing:
    """The policies of pushing, over everybody who may be told."""

    def __init__(self, directory: Directory, shelf: Shelf) -> None:
        self._directory = directory
        self._shelf = shelf

    def when_document_disclosed_plan_push(self, state: Push | None, fact: Disclosed, _: Context) -> Sequence[Fact]:
        """Tell whom a public document concerns; one that is public no longer is taken back."""
        document = fact.document
        if document.attribute != PUBLIC:
            return withdraw_push(state, document.document_id, f"公开属性变更为{document.attribute}")
        return plan_push(state, document, self._directory, self._shelf.draw())

    def policies(self) -> dict[str, tuple[Policy, ...]]:
        """Return who hears the catalog."""
        disclosed = Policy(
            "when_document_disclosed_plan_push", PUSH, _of_document, self.when_document_disclosed_plan_push
        )
        heard = (catalog.DocumentArchived, catalog.DocumentRevised, catalog.DocumentTagged, catalog.AttributeChanged)
        withdrawn = Policy(
            "when_document_withdrawn_withdraw_push", PUSH, _of_withdrawn, when_document_withdrawn_withdraw_push
        )
        table: dict[str, tuple[Policy, ...]] = {fact.type: (disclosed,) for fact in heard}
        return {**table, catalog.DocumentWithdrawn.type: (withdrawn,)}


def _of_document(heard: Heard) -> Target:
    return Target(push_id_of(heard.fact.document.document_id))


def _of_withdrawn(heard: Heard) -> Target:
    return Target(push_id_of(heard.fact.document_id))


def when_document_withdrawn_withdraw_push(
    state: Push | None, fact: catalog.DocumentWithdrawn, _: Context
) -> Sequence[Fact]:
    """Nothing more leaves about a withdrawn document."""
    return withdraw_push(state, fact.document_id, fact.reason)
