"""From what was decided to what has to leave: rows of the ledger, made from the events themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from services.notify.domain.directory import Directory
from services.notify.domain.messages import policy_message
from shared.bus.decider import Heard, Plan
from shared.contracts.facts import notify
from shared.effects.ledger import Effect, Ledger
from shared.store.port import Row

WITHDRAWALS = "withdrawals"
"""Table of documents whose due deliveries are to be closed."""


class Owing:
    """Plans effects; ``wire`` is wire time in seconds."""

    def __init__(self, directory: Directory, ledger: Ledger, wire: Callable[[], float], public_url: str) -> None:
        self._directory = directory
        self._ledger = ledger
        self._wire = wire
        self._public_url = public_url

    def plans(
        self, wake: Callable[[Sequence[Row]], None], close: Callable[[Sequence[Row]], None]
    ) -> dict[str, tuple[Plan, ...]]:
        """Return who hears notify's own topic; ``wake`` gets due effects, ``close`` withdrawals."""
        return {
            notify.PushPlanned.type: (
                Plan("when_push_planned_owe_deliveries", self.when_push_planned, wake, at_once=True),
            ),
            notify.DeliveryRepeated.type: (
                Plan("when_delivery_repeated_owe_it_again", self.when_delivery_repeated, wake),
            ),
            notify.ChannelProbed.type: (Plan("when_channel_probed_owe_message", self.when_channel_probed, wake),),
            notify.PushWithdrawn.type: (Plan("when_push_withdrawn_close_due", when_push_withdrawn, close),),
        }

    def when_push_planned(self, heard: Heard) -> Sequence[Row]:
        """Owe every delivery of a plan."""
        return self._ledger.rows(self._effects(heard, heard.fact), self._wire())

    def when_delivery_repeated(self, heard: Heard) -> Sequence[Row]:
        """Owe one delivery again, under an id of its own."""
        fact: notify.DeliveryRepeated = heard.fact
        effect = Effect(
            item=fact.item,
            edition=fact.edition,
            recipient=fact.recipient,
            endpoint=fact.channel_id,
            purpose=fact.kind,
            payload={"push": fact.push_id, "ordinal": fact.ordinal, "message": fact.message},
            index={"item": fact.item, "push": fact.push_id},
            nonce=fact.nonce,
            person=fact.person,
            reason=fact.reason,
        )
        return self._ledger.rows([effect], self._wire())

    def _effects(self, heard: Heard, plan: notify.PushPlanned) -> Iterator[Effect]:
        at = heard.envelope.time
        for place, delivery in enumerate(plan.deliveries):
            # a partner told of more members later gets a second message; an enterprise gets an edition once
            later = delivery.owner_kind == "partner" and plan.wave > 1
            edition = plan.document.edition
            yield Effect(
                item=plan.document.document_id,
                edition=f"{edition}.{plan.wave}" if later else edition,
                recipient=f"{delivery.owner_kind}:{delivery.owner}",
                endpoint=delivery.channel_id,
                purpose=delivery.kind,
                payload={
                    "push": plan.push_id,
                    "ordinal": plan.first + place,
                    "message": policy_message(plan, delivery, at, self._public_url, self._directory),
                },
                index={"item": plan.document.document_id, "push": plan.push_id},
            )

    def when_channel_probed(self, heard: Heard) -> Sequence[Row]:
        """Owe a challenge or a test event."""
        fact: notify.ChannelProbed = heard.fact
        effect = Effect(
            item=fact.channel_id,
            edition=fact.round,
            recipient=f"{fact.owner_kind}:{fact.owner}",
            endpoint=fact.channel_id,
            purpose=f"{fact.kind}-{fact.purpose}",
            payload={"timestamp": heard.envelope.time.isoformat()},
            index={"item": fact.channel_id},
        )
        return self._ledger.rows([effect], self._wire())


def when_push_withdrawn(heard: Heard) -> Sequence[Row]:
    """Note down a document whose deliveries must not leave any more."""
    fact: notify.PushWithdrawn = heard.fact
    return [Row(WITHDRAWALS, heard.envelope.id, 1, {"item": fact.document_id})]
