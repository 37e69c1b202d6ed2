"""Policies that give every public document its index number (索引号)."""

from __future__ import annotations

from collections.abc import Sequence

from services.catalog.domain.indexing import IndexRegister, assign_index, enter_index, index_register_id, wants_index
from services.catalog.domain.state import Document
from services.catalog.store import BODY, DOCUMENT, INDEX_REGISTER
from shared.bus.decider import Context, Heard, Policy, Target
from shared.bus.dispatch import time_of
from shared.contracts.facts import catalog
from shared.contracts.facts.base import Fact
from shared.law.workdays import legal_date

Disclosed = catalog.DocumentArchived | catalog.AttributeChanged


def when_document_disclosed_assign_index(
    state: IndexRegister | None, fact: Disclosed, context: Context
) -> Sequence[Fact]:
    """The register of the body and of the year in which a document became public hands out the next number."""
    issuer = context.other(BODY, f"id:{fact.document.body}")
    return assign_index(state, fact.document, issuer, legal_date(context.now).year)


def when_index_assigned_enter_number(state: Document | None, fact: catalog.IndexAssigned, _: Context) -> Sequence[Fact]:
    """A document carries the number its register handed out for it."""
    return enter_index(state, fact.index_number)


def _register(heard: Heard) -> Target | None:
    view = heard.fact.document
    if not wants_index(view):
        return None
    year = legal_date(time_of(heard.envelope)).year
    return Target(index_register_id(view.body, year), reads=((BODY, f"id:{view.body}"),))


ASSIGN = Policy("when_document_disclosed_assign_index", INDEX_REGISTER, _register, when_document_disclosed_assign_index)
ENTER = Policy(
    "when_index_assigned_enter_number",
    DOCUMENT,
    lambda heard: Target("", keys=(f"id:{heard.fact.document_id}",)),
    when_index_assigned_enter_number,
)
