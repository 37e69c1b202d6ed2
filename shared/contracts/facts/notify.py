"""What pushing says: profiles, partners, channels, pushes planned and delivered (政策精准推送). Organisations only.

Sets of enterprises are roaring bitmaps of their numbers, serialised and in base64: a million fit into one event.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.contracts.facts.audience import Expression
from shared.contracts.facts.base import Fact, Judgement, Value
from shared.contracts.sealed import Sealed

OwnerKind = Literal["enterprise", "partner"]
ChannelKind = Literal["webhook", "mail"]
Condition = Literal["failing", "alarming", "degraded", "paused", "recovered", "closed"]


class FilingJudged(Judgement):
    """The verdict on a reported enterprise, partner or licence; ``content`` is the digest of what was reported."""

    type: ClassVar[str] = "notify.filing-judged"

    content: str = ""


class Profile(Value):
    """An enterprise as policies are matched against it (企业画像).

    ``region`` is a present division, ``industry`` a code of GB/T 4754-2017 with its letter (``C13``), ``size`` the
    class computed after 工信部联企业〔2011〕300号; ``revenue`` and ``assets`` are in 10,000 yuan (万元).
    """

    credit_code: str
    name: str
    region: str | None = None
    industry: str | None = None
    size: str | None = None
    employees: int | None = None
    revenue: int | None = None
    assets: int | None = None
    registered_on: date | None = None
    tags: tuple[str, ...] = ()
    as_of: date | None = None
    active: bool = True


class EnterpriseRegistered(Fact):
    """An enterprise is known; ``number`` is its place in every bitmap, for ever."""

    type: ClassVar[str] = "notify.enterprise-registered"

    number: int
    profile: Profile
    agency: str = ""


class EnterpriseChanged(Fact):
    """An enterprise's profile changed; ``changed`` names the fields."""

    type: ClassVar[str] = "notify.enterprise-changed"

    profile: Profile
    changed: tuple[str, ...]
    agency: str = ""


class LicenceChanged(Fact):
    """A licence (证照) of an enterprise changed; ``kinds`` are all kinds of which it now holds a valid one."""

    type: ClassVar[str] = "notify.licence-changed"

    credit_code: str
    licence: str
    kind: str
    status: Literal["valid", "suspended", "revoked", "expired"]
    valid_from: date | None = None
    valid_to: date | None = None
    kinds: tuple[str, ...] = ()


class PartnerRegistered(Fact):
    """A park or association (园区、行业协会) is known, or its members changed."""

    type: ClassVar[str] = "notify.partner-registered"

    partner: str
    name: str
    kind: Literal["park", "association"]
    region: str | None = None
    members: tuple[str, ...] = ()
    agency: str = ""


class ChannelOpened(Fact):
    """A webhook or mail box was registered; nothing is sent there before its owner has proven to read it.

    ``address`` (URL or mail address) and ``secrets`` are sealed under the channel's own key; ``shown`` is what lists
    may show of the address. ``events`` are the kinds wanted, all where empty.
    """

    type: ClassVar[str] = "notify.channel-opened"

    channel_id: str
    kind: ChannelKind
    owner_kind: OwnerKind
    owner: str
    shown: str
    address: Sealed
    secrets: Sealed
    public_key: str = ""
    events: tuple[str, ...] = ()


class ChannelProbed(Fact):
    """The challenge or a test event is to be sent; ``round`` tells them apart."""

    type: ClassVar[str] = "notify.channel-probed"

    channel_id: str
    owner_kind: OwnerKind
    owner: str
    kind: ChannelKind
    purpose: Literal["challenge", "test"]
    round: int


class ChannelConfirmed(Fact):
    """The challenge was answered: the channel is in use."""

    type: ClassVar[str] = "notify.channel-confirmed"

    channel_id: str


class ChannelPaused(Fact):
    """A person paused the channel; what is due waits."""

    type: ClassVar[str] = "notify.channel-paused"

    channel_id: str
    by: str
    reason: str = ""


class ChannelResumed(Fact):
    """The channel is tried again; what waited is due now."""

    type: ClassVar[str] = "notify.channel-resumed"

    channel_id: str
    by: str


class ChannelNoticed(Fact):
    """How deliveries to the channel are going changed; ``seconds`` is how long it has failed."""

    type: ClassVar[str] = "notify.channel-noticed"

    channel_id: str
    condition: Condition
    seconds: int | None = None
    status: int | None = None


class ChannelDeleted(Fact):
    """The channel is gone and its secrets destroyed."""

    type: ClassVar[str] = "notify.channel-deleted"

    channel_id: str
    by: str


class TopicSubscribed(Fact):
    """Somebody wants what is published on a topic (主题订阅): any one of the criteria is enough."""

    type: ClassVar[str] = "notify.topic-subscribed"

    subscription_id: str
    owner_kind: OwnerKind
    owner: str
    subjects: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


class TopicUnsubscribed(Fact):
    """A subscription ended."""

    type: ClassVar[str] = "notify.topic-unsubscribed"

    subscription_id: str


class InboxRead(Fact):
    """A recipient has read items of its inbox."""

    type: ClassVar[str] = "notify.inbox-read"

    owner_kind: OwnerKind
    owner: str
    items: tuple[str, ...]


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

    ``members`` are the enterprises it holds for; empty for all that the audience matched.
    """

    text: str
    citation: str = ""
    members: str = ""


class Relayed(Value):
    """What reaches enterprises through a partner; ``suppressed`` are its members who get it another way."""

    partner: str
    members: str = ""
    suppressed: str = ""


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

    ``matched`` are those whom the audience matched, ``told`` all newly told: ``direct`` on a channel of their own, the
    members in ``relays`` through a partner, the rest by looking into their inbox. ``undecided`` counts enterprises for
    which a field is missing (待补充). ``subscribers`` are partners told for themselves. A large plan comes as several
    waves; only the first one has more than deliveries. ``first`` is the ordinal of the first delivery of this wave.
    """

    type: ClassVar[str] = "notify.push-planned"

    push_id: str
    serial: int
    wave: int
    kind: Literal["policy.published", "policy.revised"]
    document: Card
    audience: Expression | None = None
    matched: str = ""
    told: str = ""
    direct: str = ""
    relays: tuple[Relayed, ...] = ()
    subscribers: tuple[str, ...] = ()
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
    """A person ordered one delivery to be sent again (重发)."""

    type: ClassVar[str] = "notify.delivery-repeated"

    push_id: str
    ordinal: int
    nonce: str
    person: str
    reason: str
    wave: PushPlanned


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
