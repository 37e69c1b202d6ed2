"""What is said of channels, subscriptions and inboxes (推送渠道、主题订阅、收件箱)."""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.contracts.facts.base import Fact
from shared.contracts.sealed import Sealed

OwnerKind = Literal["enterprise", "partner"]
ChannelKind = Literal["webhook", "mail"]
Condition = Literal["failing", "alarming", "degraded", "paused", "recovered", "closed"]


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
