"""What happens to a push after it was planned: delivered, sent again, passed on, withdrawn."""

from __future__ import annotations

from datetime import datetime

from services.notify.domain.bits import unpack
from services.notify.domain.pushing import Push
from shared.contracts.codes import NotifyCode
from shared.contracts.facts import notify
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Refused


def withdraw_push(state: Push | None, document_id: str, reason: str) -> list[Fact]:
    """Nothing more leaves about a document that is no longer public."""
    if state is None or state.withdrawn is not None:
        return []
    return [notify.PushWithdrawn(push_id=state.push_id, document_id=document_id, reason=reason)]


def deliver(state: Push | None, settled: notify.PushDelivered) -> list[Fact]:
    """Keep what came to an end, each ordinal once."""
    if state is None:
        return []
    fresh = {
        name: tuple(n for n in getattr(settled, name) if n not in unpack(getattr(state, name)))
        for name in ("accepted", "closed", "uncertain")
    }
    return [notify.PushDelivered(push_id=state.push_id, **fresh)] if any(fresh.values()) else []


def repeat(state: Push | None, wish: notify.DeliveryRepeated) -> list[Fact]:
    """Order one delivery to be sent again. Raises ``Refused`` PUSH_UNKNOWN."""
    if state is None:
        raise Refused(NotifyCode.PUSH_UNKNOWN)
    return [] if f"{wish.ordinal}:{wish.nonce}" in state.repeated else [wish]


def acknowledge(state: Push | None, partner: str, reached: int | None, now: datetime) -> list[Fact]:
    """A partner has passed a policy on. Raises ``Refused`` where it was not asked to."""
    if state is None:
        raise Refused(NotifyCode.PUSH_UNKNOWN)
    if not any(relay.partner == partner and relay.members for wave in state.waves for relay in wave.relays):
        raise Refused(NotifyCode.NOT_RELAYED)
    if partner in state.acknowledged:
        return []
    return [notify.RelayAcknowledged(push_id=state.push_id, partner=partner, reached=reached, at=now)]
