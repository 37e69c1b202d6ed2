"""What is said of pushes: planned, delivered, passed on, withdrawn (推送)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.contracts.facts.audience import Expression
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.notify.channels import ChannelKind, OwnerKind


class Card(Value):
    """What a recipient is told of a document."""

    document_id: str
    edition: int
    title: str
    number: str | None = None
    body: str
    issuer: str
    subject: str | None = None
    written_on: date
    summary: str | None = None


class Reason(Value):
    """Why somebody is told: the clause or criterion in words, with its citation.

    ``members`` are the enterprises it holds for; empty for all whom the audience matched.
    """

    text: str
    citation: str = ""
    members: str = ""


class Relayed(Value):
    """What reaches enterprises through a partner; ``suppressed`` are its members who get it another way."""

    partner: str
    members: str = ""
    suppressed: str = ""


class Subscriber(Value):
    """A partner that is told for itself; ``reasons`` are places in the plan's list."""

    partner: str
    reasons: tuple[int, ...] = ()


class Delivery(Value):
    """One message owed to one channel; its place in the push is its ordinal."""

    owner_kind: OwnerKind
    owner: str
    channel_id: str
    kind: ChannelKind
    members: str = ""
    reasons: tuple[int, ...] = ()


class PushPlanned(Fact):
    """Who is told of an edition of a document, how and why (推送计划); also when that is nobody.

    ``told`` are all enterprises newly told, ``topical`` those among them whom only a subscription brought: ``direct``
    on a channel of their own, the members in ``relays`` through a partner, the rest by looking into their inbox.
    ``undecided`` counts enterprises for which a field is missing (待补充). ``first`` is the ordinal of the first
    delivery here; the deliveries of a large plan come in several parts, of which only part 0 says all the rest.
    """

    type: ClassVar[str] = "notify.push-planned"

    push_id: str
    serial: int
    wave: int
    part: int = 0
    kind: Literal["policy.published", "policy.revised"]
    document: Card
    audience: Expression | None = None
    told: str = ""
    topical: str = ""
    direct: str = ""
    relays: tuple[Relayed, ...] = ()
    subscribers: tuple[Subscriber, ...] = ()
    reasons: tuple[Reason, ...] = ()
    undecided: int = 0
    deliveries: tuple[Delivery, ...] = ()
    first: int = 0


class PushDelivered(Fact):
    """Deliveries came to an end since the last such event, by ordinal; from these the ledger can be restored."""

    type: ClassVar[str] = "notify.push-delivered"

    push_id: str
    accepted: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()
    uncertain: tuple[int, ...] = ()


class DeliveryRepeated(Fact):
    """A person ordered one delivery to be sent again (重发): the same message, under an id of its own."""

    type: ClassVar[str] = "notify.delivery-repeated"

    push_id: str
    ordinal: int
    nonce: str
    person: str
    reason: str
    item: str
    edition: str
    recipient: str
    channel_id: str
    kind: ChannelKind
    message: dict[str, object]


class RelayAcknowledged(Fact):
    """A partner says it has passed the policy on to its members (接力回执)."""

    type: ClassVar[str] = "notify.relay-acknowledged"

    push_id: str
    partner: str
    reached: int | None = None
    at: datetime


class PushWithdrawn(Fact):
    """The document is no longer public: inboxes show it as withdrawn, what is due is not sent."""

    type: ClassVar[str] = "notify.push-withdrawn"

    push_id: str
    document_id: str
    reason: str
