"""What publishing does when it hears of something; every policy is pure, the dispatcher loads and saves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from services.publish.domain.item import Desk, Item, attach, hear_document, hear_withdrawal, review_validity
from services.publish.domain.reports.form import Form
from services.publish.domain.reports.steps import Bureau
from services.publish.domain.shelf import Filing, Rejection, Shelf, issuer_key, offer, reject, shelve, speaks_for
from services.publish.handlers.reports import report_hears
from services.publish.store import ITEM, REJECTION, SHELF
from shared.bus.decider import Command, Context, Heard, Hears, Plan, Policy, Reads, Target, new_id
from shared.contracts.envelope import Envelope
from shared.contracts.facts import catalog, feed, publish
from shared.contracts.facts.base import Fact
from shared.law.docnumbers import number_key


@dataclass(frozen=True, eq=False)
class ItemPolicies:
    """What becomes of items; ``desk`` is the law and the columns."""

    desk: Desk

    def document(self, name: str) -> Policy:
        """Build the policy for a fact that carries the whole document."""
        return Policy(name, ITEM, _document_target, self._hear_document)

    def withdrawal(self) -> Policy:
        """Build the policy for a withdrawn document."""
        return Policy("when_document_withdrawn_take_item_down", ITEM, _withdrawal_target, _hear_withdrawal)

    def interpretation(self, name: str, target: Callable[[Heard], Target | None]) -> Policy:
        """Build a policy that shows an interpretation beside its document."""
        return Policy(name, ITEM, target, self._attach)

    def _hear_document(self, state: Item | None, fact: catalog.DocumentArchived, context: Context) -> Sequence[Fact]:
        return hear_document(state, fact.document, _sequence(context), context.now, self.desk)

    def _attach(
        self,
        state: Item | None,
        fact: publish.InterpretationFiled | publish.InterpretationLinked,
        context: Context,
    ) -> Sequence[Fact]:
        if isinstance(fact, publish.InterpretationFiled):
            filed_for = state.shown if state is not None else None
            if filed_for is None or not speaks_for(fact.agency, fact.bodies, filed_for):
                return ()
        return attach(state, fact.interpretation, context.now, self.desk)


def hears(desk: Desk, form: Form, plans: Sequence[Plan] = ()) -> Hears:
    """Return who hears what; ``plans`` (second sites, hubs) hear of items coming and going."""
    items = ItemPolicies(desk)
    return {
        **report_hears(desk, Bureau(form, desk.rules, desk.place)),
        catalog.DocumentArchived.type: (items.document("when_document_archived_publish_item"),),
        catalog.DocumentRevised.type: (items.document("when_document_revised_renew_item"),),
        catalog.AttributeChanged.type: (items.document("when_attribute_changed_show_or_hide_item"),),
        catalog.DocumentTagged.type: (items.document("when_document_tagged_renew_item"),),
        catalog.DocumentIndexed.type: (items.document("when_document_indexed_renew_item"),),
        catalog.DocumentWithdrawn.type: (items.withdrawal(),),
        feed.InterpretationIssued.type: (
            Policy("when_interpretation_issued_shelve", SHELF, _shelf_target, _shelve),
            Policy("when_interpretation_issued_reject", REJECTION, _rejection_target, _reject),
        ),
        publish.InterpretationFiled.type: (items.interpretation("when_interpretation_filed_attach", _filed_target),),
        publish.InterpretationLinked.type: (
            items.interpretation("when_interpretation_linked_attach", lambda heard: Target(heard.fact.item_id)),
        ),
        publish.ItemPublished.type: (
            Policy("when_item_published_offer_by_id", SHELF, _offer_by_id, _offer),
            Policy("when_item_published_offer_by_number", SHELF, _offer_by_number, _offer),
            *plans,
        ),
        publish.ItemWithdrawn.type: tuple(plans),
    }


def review_item_validity(desk: Desk, item_id: str, due: str, today: date) -> Command:
    """Build the sweep's command for an item whose validity a date has changed; ``due`` is its index value."""
    return Command(
        ITEM,
        Target("", keys=(f"id:{item_id}",)),
        lambda state, _: review_validity(state, today, desk),
        cause=f"sweep:validity:{item_id}:{due}",
    )


def shelf_id(name: str) -> str:
    """Return the id of a shelf from its name."""
    return new_id("sh", f"shelf:{name}")


def _sequence(context: Context) -> int:
    return (context.envelope.sequence if context.envelope is not None else None) or 0


def _document_target(heard: Heard) -> Target:
    return Target(heard.fact.document.document_id)


def _withdrawal_target(heard: Heard) -> Target:
    return Target(heard.fact.document_id)


def _hear_withdrawal(state: Item | None, fact: catalog.DocumentWithdrawn, context: Context) -> Sequence[Fact]:
    return hear_withdrawal(state, fact, _sequence(context), context.now)


def _filing(envelope: Envelope, fact: feed.InterpretationIssued, context: Context | None = None) -> Filing:
    return Filing(
        receipt=envelope.receipt or f"rc_{envelope.id}",
        source=envelope.source,
        event=envelope.id,
        agency=envelope.agency or "",
        bodies=tuple((envelope.agencybodies or "").split()),
        fact=fact,
        now=context.now if context is not None else envelope.time,
    )


def _event_key(filing: Filing) -> str:
    return f"event:{filing.source}|{filing.event}"


def _item_key(filing: Filing) -> str:
    if filing.fact.document_id:
        return f"id:{filing.fact.document_id}"
    return f"number:{issuer_key(filing.fact.issuer)}|{filing.number}"


def _reads(filing: Filing) -> Reads:
    return ((ITEM, _item_key(filing)), (REJECTION, _event_key(filing)), (SHELF, _event_key(filing)))


def _shelf_target(heard: Heard) -> Target | None:
    filing = _filing(heard.envelope, heard.fact)
    if not filing.shelf:
        return None
    return Target(shelf_id(filing.shelf), keys=(_event_key(filing),), reads=_reads(filing))


def _shelve(state: Shelf | None, fact: feed.InterpretationIssued, context: Context) -> Sequence[Fact]:
    if context.envelope is None:
        return ()
    filing = _filing(context.envelope, fact, context)
    item = context.other(ITEM, _item_key(filing))
    elsewhere = context.other(REJECTION, _event_key(filing))
    return shelve(state, filing, context.id, elsewhere, item.shown if item is not None else None)


def _rejection_target(heard: Heard) -> Target:
    filing = _filing(heard.envelope, heard.fact)
    return Target(f"rj{filing.receipt[-38:]}", reads=_reads(filing))


def _reject(state: Rejection | None, fact: feed.InterpretationIssued, context: Context) -> Sequence[Fact]:
    if context.envelope is None or state is not None:
        return ()
    filing = _filing(context.envelope, fact, context)
    item = context.other(ITEM, _item_key(filing))
    shelf = context.other(SHELF, _event_key(filing))
    known = context.other(REJECTION, _event_key(filing))
    return reject((shelf,), known, item.shown if item is not None else None, filing)


def _filed_target(heard: Heard) -> Target:
    fact: publish.InterpretationFiled = heard.fact
    if fact.document_id:
        return Target("", keys=(f"id:{fact.document_id}",))
    return Target("", keys=(f"number:{issuer_key(fact.issuer)}|{fact.number_key}",))


def _offer_by_id(heard: Heard) -> Target:
    return Target("", keys=(f"id:{shelf_id(f'id|{heard.fact.item_id}')}",))


def _offer_by_number(heard: Heard) -> Target | None:
    document = heard.fact.document
    number = number_key(document.number) if document.number else None
    if number is None:
        return None
    return Target("", keys=(f"id:{shelf_id(f'number|{issuer_key(document.issuer)}|{number}')}",))


def _offer(state: Shelf | None, fact: publish.ItemPublished, _: Context) -> Sequence[Fact]:
    return offer(state, fact)
