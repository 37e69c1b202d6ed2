"""What pushing says: profiles, partners, channels, pushes planned and delivered (政策精准推送). Organisations only.

Sets of enterprises are roaring bitmaps of their numbers, serialised and in base64: a million fit into one event.
"""

from __future__ import annotations

from shared.contracts.facts.notify.channels import (
    ChannelConfirmed,
    ChannelDeleted,
    ChannelKind,
    ChannelNoticed,
    ChannelOpened,
    ChannelPaused,
    ChannelProbed,
    ChannelResumed,
    Condition,
    InboxRead,
    OwnerKind,
    TopicSubscribed,
    TopicUnsubscribed,
)
from shared.contracts.facts.notify.profiles import (
    EnterpriseChanged,
    EnterpriseRegistered,
    FilingJudged,
    LicenceChanged,
    PartnerRegistered,
    Profile,
)
from shared.contracts.facts.notify.pushes import (
    Card,
    Delivery,
    DeliveryRepeated,
    PushDelivered,
    PushPlanned,
    PushWithdrawn,
    Reason,
    RelayAcknowledged,
    Relayed,
    Subscriber,
)

__all__ = [
    "Card",
    "ChannelConfirmed",
    "ChannelDeleted",
    "ChannelKind",
    "ChannelNoticed",
    "ChannelOpened",
    "ChannelPaused",
    "ChannelProbed",
    "ChannelResumed",
    "Condition",
    "Delivery",
    "DeliveryRepeated",
    "EnterpriseChanged",
    "EnterpriseRegistered",
    "FilingJudged",
    "InboxRead",
    "LicenceChanged",
    "OwnerKind",
    "PartnerRegistered",
    "Profile",
    "PushDelivered",
    "PushPlanned",
    "PushWithdrawn",
    "Reason",
    "RelayAcknowledged",
    "Relayed",
    "Subscriber",
    "TopicSubscribed",
    "TopicUnsubscribed",
]
