"""Planning a push (推送计划): whom an edition concerns, what each is told by which way, and who is not told twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import Field
from pyroaring import BitMap

from services.notify.domain.bits import pack, unpack
from services.notify.domain.directory import Directory
from services.notify.domain.matching import Matched
from services.notify.domain.profiles import described
from shared.contracts.codes import NotifyCode
from shared.contracts.facts import notify
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.catalog import DocumentView
from shared.contracts.facts.notify import Card, Delivery, PushPlanned, Reason, Relayed
from shared.contracts.problems import Refused

WAVE = 3_000
"""Deliveries one event may carry and stay well below the largest event of the log."""


class Push(Value):
    """All that was said about one document. Settled deliveries are sets of ordinals."""

    push_id: str
    waves: tuple[PushPlanned, ...] = ()
    accepted: str = ""
    closed: str = ""
    uncertain: str = ""
    acknowledged: dict[str, str] = Field(default_factory=dict)
    repeated: tuple[str, ...] = ()
    withdrawn: str | None = None

    def told(self, edition: int) -> tuple[BitMap, set[str]]:
        """Return which enterprises and which partners were told of an edition."""
        waves = [wave for wave in self.waves if wave.document.edition == edition]
        partners = {relay.partner for wave in waves for relay in wave.relays if relay.members}
        partners.update(partner for wave in waves for partner in wave.subscribers)
        return BitMap.union(BitMap(), *(unpack(wave.told) for wave in waves)), partners

    @property
    def deliveries(self) -> int:
        """How many deliveries were planned so far."""
        return sum(len(wave.deliveries) for wave in self.waves)

    def delivery(self, ordinal: int) -> tuple[PushPlanned, Delivery]:
        """Return a delivery with its wave. Raises ``Refused`` DELIVERY_UNKNOWN."""
        for wave in self.waves:
            if 0 <= ordinal - wave.first < len(wave.deliveries):
                return wave, wave.deliveries[ordinal - wave.first]
        raise Refused(NotifyCode.DELIVERY_UNKNOWN)


def push_id_of(document_id: str) -> str:
    """Return the id of a document's push; ids of pushes and documents must not meet."""
    return f"p-{document_id}"


def evolve_push(state: Push | None, fact: Fact) -> Push:
    """Fold a fact into a push."""
    if isinstance(fact, PushPlanned):
        state = state or Push(push_id=fact.push_id)
        return state.model_copy(update={"waves": (*state.waves, fact), "withdrawn": None})
    if state is None:
        raise ValueError(f"a push cannot begin with {type(fact).__name__}")
    match fact:
        case notify.PushDelivered():
            names = ("accepted", "closed", "uncertain")
            update = {name: pack(unpack(getattr(state, name)) | BitMap(getattr(fact, name))) for name in names}
            return state.model_copy(update=update)
        case notify.DeliveryRepeated():
            return state.model_copy(update={"repeated": (*state.repeated, f"{fact.ordinal}:{fact.nonce}")})
        case notify.RelayAcknowledged():
            return state.model_copy(update={"acknowledged": {**state.acknowledged, fact.partner: fact.at.isoformat()}})
        case notify.PushWithdrawn():
            return state.model_copy(update={"withdrawn": fact.reason})
    raise ValueError(f"a push cannot hear {type(fact).__name__}")


def plan_push(state: Push | None, document: DocumentView, directory: Directory, serial: int) -> list[Fact]:
    """Plan who is told of an edition; nobody twice, and a decision for nobody is a decision too."""
    matched = directory.matcher.match(document.audience) if document.audience else Matched(BitMap(), BitMap())
    topical, subscribers = directory.on_topic(document)
    known, known_partners = state.told(document.edition) if state is not None else (BitMap(), set[str]())
    told = BitMap.union(matched.yes, *topical.values()) - known
    partners = {name: why for name, why in subscribers.items() if name not in known_partners}
    heard_of = state is not None and state.withdrawn is None and _has_edition(state, document.edition)
    if heard_of and not told and not partners:
        return []
    direct = told & directory.with_channel()
    relays = _relays(directory, told, direct)
    reasons = _reasons(document, matched, topical, partners, directory)
    plan = PushPlanned(
        push_id=push_id_of(document.document_id),
        serial=serial,
        wave=len(state.waves) + 1 if state else 1,
        kind="policy.revised" if state and _has_earlier(state, document.edition) else "policy.published",
        document=Card(**document.model_dump(include=set(Card.model_fields))),
        audience=document.audience,
        matched=pack(matched.yes & told),
        told=pack(told),
        direct=pack(direct),
        relays=tuple(relays),
        subscribers=tuple(sorted(partners)),
        reasons=tuple(reasons),
        undecided=len(matched.undecided),
        first=state.deliveries if state else 0,
    )
    return list(_waves(plan, list(_deliveries(plan, directory, partners))))


def _has_edition(state: Push, edition: int) -> bool:
    return any(wave.document.edition == edition for wave in state.waves)


def _has_earlier(state: Push, edition: int) -> bool:
    return any(wave.document.edition < edition for wave in state.waves)


def _relays(directory: Directory, told: BitMap, direct: BitMap) -> Iterator[Relayed]:
    """Through a partner only who has no channel of its own, and each through the first of its partners by id."""
    left = told - direct
    for partner in sorted(directory.partners):
        members = directory.members(partner) & told
        if members:
            through = members & left
            left -= through
            yield Relayed(partner=partner, members=pack(through), suppressed=pack(members - through))


def _reasons(
    document: DocumentView,
    matched: Matched,
    topical: dict[str, BitMap],
    partners: dict[str, list[str]],
    directory: Directory,
) -> Iterator[Reason]:
    audience = document.audience
    if audience is not None:
        for clause in audience.all:
            yield Reason(text=f"适用范围：{described(clause, directory.rules)}", citation=clause.citation)
        for clause, members in zip(audience.any, matched.any, strict=False):
            if members:
                text = f"适用范围：{described(clause, directory.rules)}"
                yield Reason(text=text, citation=clause.citation, members=pack(members))
    words = {text for texts in partners.values() for text in texts}
    for text in sorted({*topical, *words}):
        yield Reason(text=text, members=pack(topical.get(text, BitMap())) or _NOBODY)


_NOBODY = pack(BitMap([0]))
"""Members of a reason that only partners have: no enterprise has the number 0, and empty would mean everybody."""


def reasons_for(plan: PushPlanned, number: int) -> tuple[int, ...]:
    """Return which reasons of a plan hold for an enterprise."""
    by_audience = number in unpack(plan.matched)
    return tuple(
        place
        for place, reason in enumerate(plan.reasons)
        if (number in unpack(reason.members) if reason.members else by_audience)
    )


def _deliveries(plan: PushPlanned, directory: Directory, partners: dict[str, list[str]]) -> Iterator[Delivery]:
    sets = [unpack(reason.members) if reason.members else unpack(plan.matched) for reason in plan.reasons]
    places = {reason.text: place for place, reason in enumerate(plan.reasons)}
    for number in unpack(plan.direct):
        why = tuple(place for place, members in enumerate(sets) if number in members)
        yield from _owed(directory, plan, "enterprise", directory.codes[number], "", why)
    members = {relay.partner: relay.members for relay in plan.relays if relay.members}
    for partner in sorted({*members, *partners}):
        why = tuple(places[text] for text in partners.get(partner, ()))
        concerned = unpack(members.get(partner, ""))
        why += tuple(place for place, those in enumerate(sets) if place not in why and those & concerned)
        yield from _owed(directory, plan, "partner", partner, members.get(partner, ""), why)


def _owed(
    directory: Directory,
    plan: PushPlanned,
    kind: notify.OwnerKind,
    owner: str,
    members: str,
    why: tuple[int, ...],
) -> Iterator[Delivery]:
    for channel in directory.channels_of(kind, owner):
        if channel.wants(plan.kind):
            yield Delivery(
                owner_kind=kind, owner=owner, channel_id=channel.channel_id, kind=channel.kind,
                members=members, reasons=why,
            )  # fmt: skip


def _waves(plan: PushPlanned, deliveries: Sequence[Delivery]) -> Iterator[PushPlanned]:
    """Cut a large plan into events; the later ones only add deliveries."""
    yield plan.model_copy(update={"deliveries": tuple(deliveries[:WAVE])})
    bare = {"matched": "", "told": "", "direct": "", "relays": (), "subscribers": (), "undecided": 0}
    for start in range(WAVE, len(deliveries), WAVE):
        chunk = {"deliveries": tuple(deliveries[start : start + WAVE]), "first": plan.first + start}
        yield plan.model_copy(update=bare | chunk | {"wave": plan.wave + start // WAVE})


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


def repeat(state: Push | None, ordinal: int, nonce: str, person: str, reason: str) -> list[Fact]:
    """Order one delivery to be sent again. Raises ``Refused`` PUSH_UNKNOWN or DELIVERY_UNKNOWN."""
    if state is None:
        raise Refused(NotifyCode.PUSH_UNKNOWN)
    wave, delivery = state.delivery(ordinal)
    if f"{ordinal}:{nonce}" in state.repeated:
        return []
    bare = {"matched": "", "told": "", "direct": "", "relays": (), "subscribers": (), "undecided": 0}
    alone = wave.model_copy(update={**bare, "deliveries": (delivery,), "first": ordinal})
    return [
        notify.DeliveryRepeated(
            push_id=state.push_id, ordinal=ordinal, nonce=nonce, person=person, reason=reason, wave=alone
        )
    ]


def acknowledge(state: Push | None, partner: str, reached: int | None, now: datetime) -> list[Fact]:
    """A partner has passed a policy on. Raises ``Refused`` where it was not asked to."""
    if state is None:
        raise Refused(NotifyCode.PUSH_UNKNOWN)
    if not any(relay.partner == partner and relay.members for wave in state.waves for relay in wave.relays):
        raise Refused(NotifyCode.NOT_RELAYED)
    if partner in state.acknowledged:
        return []
    return [notify.RelayAcknowledged(push_id=state.push_id, partner=partner, reached=reached, at=now)]
