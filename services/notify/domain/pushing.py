"""Planning a push (推送计划): whom an edition concerns, what each is told by which way, and who is not told twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import Field
from pyroaring import BitMap

from services.notify.domain.bits import pack, unpack
from services.notify.domain.directory import Directory
from services.notify.domain.matching import Matched
from services.notify.domain.profiles import described
from shared.contracts.facts import notify
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.catalog import DocumentView
from shared.contracts.facts.notify import Card, Delivery, PushPlanned, Reason, Relayed, Subscriber

PART = 3_000
"""Deliveries one event may carry and stay well below the largest event of the log."""
DETAILED = 200_000
"""Up to so many memberships a plan says which of several alternatives holds for whom; beyond, that one does."""


class Push(Value):
    """All that was said about one document, but for the single deliveries: those are in the ledger, here counted.

    Settled deliveries are sets of ordinals.
    """

    push_id: str
    waves: tuple[PushPlanned, ...] = ()
    planned: int = 0
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
        partners.update(each.partner for wave in waves for each in wave.subscribers)
        return BitMap.union(BitMap(), *(unpack(wave.told) for wave in waves)), partners


def push_id_of(document_id: str) -> str:
    """Return the id of a document's push; ids of pushes and documents must not meet."""
    return f"p-{document_id}"


def evolve_push(state: Push | None, fact: Fact) -> Push:
    """Fold a fact into a push."""
    if isinstance(fact, PushPlanned):
        state = state or Push(push_id=fact.push_id)
        update: dict[str, Any] = {"withdrawn": None, "planned": state.planned + len(fact.deliveries)}
        if fact.part == 0:
            update["waves"] = (*state.waves, fact.model_copy(update={"deliveries": ()}))
        return state.model_copy(update=update)
    if state is None:
        raise ValueError(f"a push cannot begin with {type(fact).__name__}")
    match fact:
        case notify.PushDelivered():
            names = ("accepted", "closed", "uncertain")
            settled = {name: pack(unpack(getattr(state, name)) | BitMap(getattr(fact, name))) for name in names}
            return state.model_copy(update=settled)
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
    reasons = list(_reasons(document, matched, topical, partners, directory))
    plan = PushPlanned(
        push_id=push_id_of(document.document_id),
        serial=serial,
        wave=len(state.waves) + 1 if state else 1,
        kind="policy.revised" if state and _has_earlier(state, document.edition) else "policy.published",
        document=Card(**document.model_dump(include=set(Card.model_fields))),
        audience=document.audience,
        told=pack(told),
        topical=pack(told - matched.yes),
        direct=pack(direct),
        relays=tuple(relays),
        subscribers=_subscribers(partners, reasons),
        reasons=tuple(reasons),
        undecided=len(matched.undecided),
        first=state.planned if state else 0,
    )
    return list(_parts(plan, list(_deliveries(plan, directory))))


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
        ways = list(zip(audience.any, matched.any, strict=True))
        if sum(len(members) for _, members in ways) > DETAILED:
            words = "；或".join(described(clause, directory.rules) for clause in audience.any)
            yield Reason(text=f"适用范围，符合其一：{words}"[:2000])
            ways = []
        for clause, members in ways:
            if members:
                text = f"适用范围：{described(clause, directory.rules)}"
                yield Reason(text=text, citation=clause.citation, members=pack(members))
    for text in sorted({*topical, *(text for texts in partners.values() for text in texts)}):
        yield Reason(text=text, members=pack(topical.get(text, BitMap())) or _NOBODY)


_ZERO = BitMap([0])
_NOBODY = pack(_ZERO)
"""Members of a reason that only partners have: no enterprise has the number 0, and empty would mean everybody."""


def members_of(plan: PushPlanned) -> list[BitMap]:
    """Return for each reason of a plan the enterprises it holds for."""
    audience = unpack(plan.told) - unpack(plan.topical)
    return [(unpack(reason.members) if reason.members else audience) - _ZERO for reason in plan.reasons]


def _subscribers(partners: dict[str, list[str]], reasons: Sequence[Reason]) -> tuple[Subscriber, ...]:
    places = {reason.text: place for place, reason in enumerate(reasons)}
    return tuple(
        Subscriber(partner=name, reasons=tuple(places[text] for text in dict.fromkeys(partners[name])))
        for name in sorted(partners)
    )


def reasons_for_partner(plan: PushPlanned, partner: str, sets: Sequence[BitMap]) -> tuple[int, ...]:
    """Return why a partner is told: its own topics, and what holds for members it is to reach."""
    own = {place for each in plan.subscribers if each.partner == partner for place in each.reasons}
    concerned = unpack(next((relay.members for relay in plan.relays if relay.partner == partner), ""))
    return tuple(place for place, members in enumerate(sets) if place in own or members & concerned)


def _deliveries(plan: PushPlanned, directory: Directory) -> Iterator[Delivery]:
    sets = members_of(plan)
    for number in unpack(plan.direct):
        why = tuple(place for place, members in enumerate(sets) if number in members)
        yield from _owed(directory, plan, "enterprise", directory.codes[number], "", why)
    members = {relay.partner: relay.members for relay in plan.relays if relay.members}
    for partner in sorted({*members, *(each.partner for each in plan.subscribers)}):
        why = reasons_for_partner(plan, partner, sets)
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


def _parts(plan: PushPlanned, deliveries: Sequence[Delivery]) -> Iterator[PushPlanned]:
    """Cut a large plan into events; the later ones only add deliveries."""
    yield plan.model_copy(update={"deliveries": tuple(deliveries[:PART])})
    bare = {"told": "", "topical": "", "direct": "", "relays": (), "subscribers": (), "undecided": 0}
    for part, start in enumerate(range(PART, len(deliveries), PART), 1):
        chunk = {"deliveries": tuple(deliveries[start : start + PART]), "first": plan.first + start, "part": part}
        yield plan.model_copy(update=bare | chunk)
