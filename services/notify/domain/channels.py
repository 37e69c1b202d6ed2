"""Channels (推送渠道): webhooks and mail boxes. Nothing is sent before the owner has proven to read them."""

from __future__ import annotations

from typing import Any, Literal

from shared.contracts.codes import NotifyCode
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.notify import (
    ChannelConfirmed,
    ChannelDeleted,
    ChannelKind,
    ChannelNoticed,
    ChannelOpened,
    ChannelPaused,
    ChannelProbed,
    ChannelResumed,
    Condition,
    OwnerKind,
)
from shared.contracts.problems import Refused
from shared.contracts.sealed import Sealed

ChannelState = Literal["pending", "active", "degraded", "paused", "closed", "deleted"]
_AFTER: dict[str, ChannelState] = {
    "degraded": "degraded",
    "paused": "paused",
    "recovered": "active",
    "closed": "closed",
}
EVENTS = ("policy.published", "policy.revised")


class Channel(Value):
    """A webhook or mail box. ``rounds`` counts challenges and tests, so that each has an id of its own."""

    channel_id: str
    kind: ChannelKind
    owner_kind: OwnerKind
    owner: str
    shown: str
    address: Sealed
    secrets: Sealed
    public_key: str = ""
    events: tuple[str, ...] = ()
    state: ChannelState = "pending"
    rounds: int = 0
    condition: Condition | None = None
    reason: str = ""

    @property
    def owed(self) -> bool:
        """Whether what concerns its owner is owed to it; a paused one is owed the gap."""
        return self.state in ("active", "degraded", "paused")

    def wants(self, event: str) -> bool:
        """Whether it asked for events of this kind."""
        return self.owed and (not self.events or event in self.events)


def evolve_channel(state: Channel | None, fact: Fact) -> Channel:
    """Fold a fact into a channel."""
    if isinstance(fact, ChannelOpened):
        return Channel(**fact.model_dump())
    if state is None:
        raise ValueError(f"a channel cannot begin with {type(fact).__name__}")
    return state.model_copy(update=_changes(state, fact))


def _changes(state: Channel, fact: Fact) -> dict[str, Any]:
    match fact:
        case ChannelProbed():
            return {"rounds": fact.round}
        case ChannelConfirmed():
            return {"state": "active"}
        case ChannelPaused():
            return {"state": "paused", "reason": fact.reason}
        case ChannelResumed():
            return {"state": "active", "reason": "", "condition": None}
        case ChannelNoticed():
            return {"condition": fact.condition, "state": _AFTER.get(fact.condition, state.state)}
        case ChannelDeleted():
            return {"state": "deleted"}
    raise ValueError(f"a channel cannot hear {type(fact).__name__}")


def alive(state: Channel | None) -> Channel:
    """Return a channel that exists. Raises ``Refused`` ENDPOINT_UNKNOWN."""
    if state is None or state.state == "deleted":
        raise Refused(NotifyCode.ENDPOINT_UNKNOWN)
    return state


def open_channel(opened: ChannelOpened) -> list[Fact]:
    """Register a channel and ask its owner to prove it."""
    return [opened, _probe(Channel(**opened.model_dump()), "challenge")]


def probe(state: Channel | None, purpose: Literal["challenge", "test"]) -> list[Fact]:
    """Ask once more for the proof, or send a test event. Raises ``Refused`` ENDPOINT_STATE."""
    channel = alive(state)
    fitting = ("pending",) if purpose == "challenge" else ("active", "degraded")
    if channel.state not in fitting:
        raise Refused(NotifyCode.ENDPOINT_STATE)
    return [_probe(channel, purpose)]


def _probe(channel: Channel, purpose: Literal["challenge", "test"]) -> Fact:
    about = channel.model_dump(include={"channel_id", "owner_kind", "owner", "kind"})
    return ChannelProbed(**about, purpose=purpose, round=channel.rounds + 1)


def confirm(state: Channel | None) -> list[Fact]:
    """The owner has proven to read the channel; again changes nothing."""
    channel = alive(state)
    return [ChannelConfirmed(channel_id=channel.channel_id)] if channel.state == "pending" else []


def pause(state: Channel | None, by: str, reason: str) -> list[Fact]:
    """Pause a channel. Raises ``Refused`` ENDPOINT_STATE unless it is in use."""
    channel = alive(state)
    if channel.state not in ("active", "degraded"):
        raise Refused(NotifyCode.ENDPOINT_STATE)
    return [ChannelPaused(channel_id=channel.channel_id, by=by, reason=reason)]


def resume(state: Channel | None, by: str) -> list[Fact]:
    """Let a paused or closed channel be tried again. Raises ``Refused`` ENDPOINT_STATE."""
    channel = alive(state)
    if channel.state not in ("paused", "closed"):
        raise Refused(NotifyCode.ENDPOINT_STATE)
    return [ChannelResumed(channel_id=channel.channel_id, by=by)]


def notice(state: Channel | None, condition: Condition, seconds: int | None, status: int | None) -> list[Fact]:
    """Keep how deliveries are going; what is known already, or about a channel that is gone, says nothing."""
    if state is None or not state.owed:
        return []
    known = state.condition == condition and condition != "failing"
    if known or (condition == "recovered" and state.state == "active" and state.condition is None):
        return []
    return [ChannelNoticed(channel_id=state.channel_id, condition=condition, seconds=seconds, status=status)]


def delete(state: Channel | None, by: str) -> list[Fact]:
    """Delete a channel."""
    return [ChannelDeleted(channel_id=alive(state).channel_id, by=by)]
