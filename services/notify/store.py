"""How the aggregates of pushing are stored, found and listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.notify.domain.channels import Channel, evolve_channel
from services.notify.domain.pushing import Push, evolve_push
from services.notify.domain.state import (
    Enterprise,
    Partner,
    Rejection,
    evolve_enterprise,
    evolve_partner,
    evolve_rejection,
)
from services.notify.domain.topics import Inbox, Subscription, evolve_inbox, evolve_subscription
from shared.bus.decider import Aggregate
from shared.contracts.codes import NotifyCode
from shared.contracts.facts.base import Receipt
from shared.store.port import Scalar


def _receipt_keys(receipts: tuple[Receipt, ...]) -> Iterator[str]:
    for r in receipts:
        yield f"receipt:{r.receipt}"
        if all(d.code != NotifyCode.ID_REUSED.name for d in r.defects):
            yield f"event:{r.source}|{r.event}"


def _judged(receipts: tuple[Receipt, ...]) -> dict[str, Scalar]:
    last = receipts[-1] if receipts else None
    return {"agency": last.agency if last else "", "judged": last.judged_at.isoformat() if last else ""}


def _enterprise_keys(state: Enterprise) -> Iterator[str]:
    yield from _receipt_keys(state.receipts)
    if state.number is not None:
        yield f"number:{state.number}"


def _enterprise_index(state: Enterprise) -> Mapping[str, Scalar]:
    profile = state.profile
    about = {"region": profile.region, "industry": profile.industry, "size": profile.size} if profile else {}
    return {**_judged(state.receipts), **about}


def _push_index(state: Push) -> Mapping[str, Scalar]:
    last = state.waves[-1]
    return {"body": last.document.body, "serial": last.serial}


ENTERPRISE = Aggregate(
    "enterprise", "notify", Enterprise, evolve_enterprise, _enterprise_keys, _enterprise_index, remembers=False
)
PARTNER = Aggregate(
    "partner",
    "notify",
    Partner,
    evolve_partner,
    lambda s: _receipt_keys(s.receipts),
    lambda s: {**_judged(s.receipts), "name": s.name},
    remembers=False,
)
REJECTION = Aggregate(
    "rejection",
    "notify",
    Rejection,
    evolve_rejection,
    lambda s: _receipt_keys(s.receipts),
    lambda s: _judged(s.receipts),
    remembers=False,
)
CHANNEL = Aggregate(
    "channel", "notify", Channel, evolve_channel, index=lambda s: {"owner": f"{s.owner_kind}:{s.owner}"}
)
SUBSCRIPTION = Aggregate(
    "subscription", "notify", Subscription, evolve_subscription, index=lambda s: {"owner": f"{s.owner_kind}:{s.owner}"}
)
INBOX = Aggregate("inbox", "notify", Inbox, evolve_inbox)
PUSH = Aggregate("push", "notify", Push, evolve_push, index=_push_index)
JUDGED = (ENTERPRISE, PARTNER, REJECTION)
AGGREGATES = (*JUDGED, CHANNEL, SUBSCRIPTION, INBOX, PUSH)


def partner_id(partner: str) -> str:
    """Return the id of a partner's aggregate; an association's own credit code must not meet its enterprise's."""
    return f"pt-{partner}"


def inbox_id(kind: str, owner: str) -> str:
    """Return the id of a recipient's inbox."""
    return f"ib-{kind}-{owner}"
