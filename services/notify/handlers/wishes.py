"""What may be ordered of notify: each wish names its aggregate, its target and its decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.notify.domain import channels, following, pushing, topics
from services.notify.store import CHANNEL, INBOX, PUSH, SUBSCRIPTION, inbox_id
from shared.bus.decider import Aggregate, Command, Context, Target
from shared.contracts.facts import notify
from shared.contracts.facts.base import Fact


@dataclass(frozen=True)
class Wish:
    """Something to order; ``command`` gives it a cause."""

    aggregate: Aggregate[Any]
    target: Target
    decide: Callable[[Any, Context], Sequence[Fact]]

    def command(self, cause: str) -> Command:
        """Return the command of a cause inside the house."""
        return Command(self.aggregate, self.target, self.decide, cause)


def _on_channel(channel_id: str, decide: Callable[[channels.Channel | None], list[Fact]]) -> Wish:
    return Wish(CHANNEL, Target("", (f"id:{channel_id}",)), lambda state, _: decide(state))


def open_channel(opened: notify.ChannelOpened) -> Wish:
    """Register a channel."""
    return Wish(CHANNEL, Target(opened.channel_id), lambda state, _: [] if state else channels.open_channel(opened))


def challenge_channel(channel_id: str) -> Wish:
    """Send the challenge once more."""
    return _on_channel(channel_id, lambda state: channels.probe(state, "challenge"))


def try_channel(channel_id: str) -> Wish:
    """Send a test event."""
    return _on_channel(channel_id, lambda state: channels.probe(state, "test"))


def confirm_channel(channel_id: str) -> Wish:
    """Take a channel into use."""
    return _on_channel(channel_id, channels.confirm)


def pause_channel(channel_id: str, by: str, reason: str) -> Wish:
    """Pause a channel."""
    return _on_channel(channel_id, lambda state: channels.pause(state, by, reason))


def resume_channel(channel_id: str, by: str) -> Wish:
    """Let a channel be tried again."""
    return _on_channel(channel_id, lambda state: channels.resume(state, by))


def delete_channel(channel_id: str, by: str) -> Wish:
    """Delete a channel."""
    return _on_channel(channel_id, lambda state: channels.delete(state, by))


def notice_channel(channel_id: str, condition: notify.Condition, seconds: int | None, status: int | None) -> Wish:
    """Keep how deliveries to a channel are going."""
    return _on_channel(channel_id, lambda state: channels.notice(state, condition, seconds, status))


def subscribe(wish: notify.TopicSubscribed) -> Wish:
    """Begin a subscription."""
    target = Target(wish.subscription_id)
    return Wish(SUBSCRIPTION, target, lambda state, _: [] if state else topics.subscribe(wish))


def unsubscribe(subscription_id: str, kind: str, owner: str) -> Wish:
    """End a subscription."""
    target = Target("", (f"id:{subscription_id}",))
    return Wish(SUBSCRIPTION, target, lambda state, _: topics.unsubscribe(state, kind, owner))


def read_items(kind: notify.OwnerKind, owner: str, items: Sequence[str]) -> Wish:
    """Mark items of an inbox as read."""
    return Wish(INBOX, Target(inbox_id(kind, owner)), lambda state, _: topics.read(state, kind, owner, items))


def _on_push(push_id: str, decide: Callable[[pushing.Push | None, Context], list[Fact]]) -> Wish:
    return Wish(PUSH, Target("", (f"id:{push_id}",)), decide)


def note_deliveries(settled: notify.PushDelivered) -> Wish:
    """Keep which deliveries came to an end."""
    return _on_push(settled.push_id, lambda state, _: following.deliver(state, settled))


def repeat_delivery(wish: notify.DeliveryRepeated) -> Wish:
    """Send one delivery again."""
    return _on_push(wish.push_id, lambda state, _: following.repeat(state, wish))


def acknowledge_relay(push_id: str, partner: str, reached: int | None) -> Wish:
    """Note that a partner passed a policy on."""
    return _on_push(push_id, lambda state, context: following.acknowledge(state, partner, reached, context.now))
