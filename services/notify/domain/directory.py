"""Everybody who may be told, in memory, folded from the facts the store is folded from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pyroaring import BitMap

from services.notify.domain.channels import Channel, evolve_channel
from services.notify.domain.matching import Matcher
from services.notify.domain.profiles import LICENCES, traits_of
from services.notify.domain.state import Enterprise, Partner
from services.notify.domain.topics import Subscription, evolve_subscription, why
from shared.contracts.facts import notify
from shared.contracts.facts.base import Fact
from shared.contracts.facts.catalog import DocumentView
from shared.contracts.facts.notify import Profile
from shared.law.rules import Rules

Owner = tuple[str, str]
_CHANNEL = (
    notify.ChannelOpened, notify.ChannelProbed, notify.ChannelConfirmed, notify.ChannelPaused, notify.ChannelResumed,
    notify.ChannelNoticed, notify.ChannelDeleted,
)  # fmt: skip


class Directory:
    """Enterprises by number, the index over their profiles, partners, channels and subscriptions."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.matcher = Matcher(rules)
        self.numbers: dict[str, int] = {}
        self.codes: dict[int, str] = {}
        self.partners: dict[str, Partner] = {}
        self.channels: dict[str, Channel] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self._owned: defaultdict[Owner, dict[str, None]] = defaultdict(dict)
        self._kinds: dict[int, tuple[str, ...]] = {}
        self._waiting: dict[str, tuple[str, ...]] = {}
        self._members: dict[str, tuple[BitMap, int]] = {}
        self._last = 0

    def draw(self) -> int:
        """Return a number no enterprise has."""
        self._last += 1
        return self._last

    def take_enterprise(self, code: str, state: Enterprise) -> None:
        """Enter an enterprise as stored."""
        if state.kinds:
            self._waiting[code] = state.kinds
        if state.number is not None and state.profile is not None:
            self._register(code, state.number)
            self._enter(state.profile, fresh=True)

    def take_partner(self, state: Partner) -> None:
        """Enter a partner as stored."""
        if state.name:
            self.partners[state.partner] = state
            self._members.pop(state.partner, None)

    def take_channel(self, state: Channel) -> None:
        """Enter a channel as stored."""
        self.channels[state.channel_id] = state
        owned = self._owned[state.owner_kind, state.owner]
        if state.state == "deleted":
            owned.pop(state.channel_id, None)
        else:
            owned[state.channel_id] = None

    def take_subscription(self, state: Subscription) -> None:
        """Enter a subscription as stored."""
        if state.ended:
            self.subscriptions.pop(state.subscription_id, None)
        else:
            self.subscriptions[state.subscription_id] = state

    def hear(self, fact: Fact) -> None:
        """Fold a fact of notify; hearing it again changes nothing, as long as facts of one subject come in order."""
        match fact:
            case notify.EnterpriseRegistered():
                self._register(fact.profile.credit_code, fact.number)
                self._enter(fact.profile)
            case notify.EnterpriseChanged():
                self._enter(fact.profile)
            case notify.LicenceChanged():
                self._licences(fact)
            case notify.PartnerRegistered():
                self.take_partner(Partner(**fact.model_dump()))
            case notify.TopicSubscribed():
                self.take_subscription(evolve_subscription(None, fact))
            case notify.TopicUnsubscribed():
                self.subscriptions.pop(fact.subscription_id, None)
            case _ if isinstance(fact, _CHANNEL):
                self._channel(fact)

    def _register(self, code: str, number: int) -> None:
        self.numbers[code] = number
        self.codes[number] = code
        self._last = max(self._last, number)
        if code in self._waiting:
            self._kinds[number] = self._waiting.pop(code)

    def _enter(self, profile: Profile, *, fresh: bool = False) -> None:
        number = self.numbers[profile.credit_code]
        if profile.active:
            self.matcher.put(number, traits_of(profile, self._kinds.get(number, ()), self.rules), fresh=fresh)
        else:
            self.matcher.remove(number)

    def _licences(self, fact: notify.LicenceChanged) -> None:
        number = self.numbers.get(fact.credit_code)
        if number is None:
            self._waiting[fact.credit_code] = fact.kinds
            return
        self._kinds[number] = fact.kinds
        if number in self.matcher.everyone:
            self.matcher.set_values(number, LICENCES, fact.kinds)

    def _channel(self, fact: Any) -> None:
        known = self.channels.get(fact.channel_id)
        if known is not None or isinstance(fact, notify.ChannelOpened):
            self.take_channel(evolve_channel(known, fact))

    def channels_of(self, kind: str, owner: str) -> Iterator[Channel]:
        """Yield the channels of an owner that are not deleted."""
        for name in self._owned.get((kind, owner), ()):
            yield self.channels[name]

    def with_channel(self) -> BitMap:
        """Return the enterprises with a channel of their own: an address in use, or a subscription to their inbox."""
        owners = {c.owner for c in self.channels.values() if c.owner_kind == "enterprise" and c.owed}
        owners |= {s.owner for s in self.subscriptions.values() if s.owner_kind == "enterprise"}
        return BitMap(sorted(self.numbers[owner] for owner in owners if owner in self.numbers))

    def members(self, partner: str) -> BitMap:
        """Return the registered members of a partner."""
        known = self._members.get(partner)
        if known is None or known[1] != len(self.numbers):
            found = BitMap(
                sorted(self.numbers[code] for code in self.partners[partner].members if code in self.numbers)
            )
            known = self._members[partner] = found, len(self.numbers)
        return known[0]

    def codes_of(self, numbers: BitMap, limit: int | None = None) -> list[str]:
        """Return the credit codes behind numbers, in the order of the numbers."""
        chosen = numbers if limit is None else numbers[:limit]
        return [self.codes[number] for number in chosen]

    def on_topic(self, document: DocumentView) -> tuple[dict[str, BitMap], dict[str, list[str]]]:
        """Return whose topics a document is on: reason → enterprises, and partner → reasons."""
        enterprises: dict[str, BitMap] = {}
        partners: dict[str, list[str]] = {}
        for each in self.subscriptions.values():
            for reason in why(each, document):
                if each.owner_kind == "partner":
                    partners.setdefault(each.owner, []).append(reason)
                elif (number := self.numbers.get(each.owner)) is not None and number in self.matcher.everyone:
                    enterprises.setdefault(reason, BitMap()).add(number)
        return enterprises, partners
