"""Questions to notify's store, directory and ledger; nothing here decides."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from services.notify.domain.bits import unpack
from services.notify.domain.channels import Channel
from services.notify.domain.directory import Directory
from services.notify.domain.explaining import explain
from services.notify.domain.messages import about
from services.notify.domain.profiles import traits_of
from services.notify.domain.pushing import Push, members_of, reasons_for_partner
from services.notify.domain.shelf import Entry, Shelf
from services.notify.domain.state import Enterprise
from services.notify.domain.topics import Subscription
from services.notify.store import (
    CHANNEL,
    ENTERPRISE,
    INBOX,
    JUDGED,
    PUSH,
    SUBSCRIPTION,
    inbox_id,
)
from services.notify.views.everybody import Everybody
from shared.bus.decider import Aggregate
from shared.contracts.codes import NotifyCode
from shared.contracts.facts.base import Receipt
from shared.contracts.facts.notify import PushPlanned
from shared.contracts.problems import Refused
from shared.effects.ledger import Entry as Delivered
from shared.effects.ledger import Ledger
from shared.store.port import Page, Query, Store

KINDS: tuple[Aggregate[Any], ...] = JUDGED


def shown_receipt(receipt: Receipt, aggregate: str | None) -> dict[str, Any]:
    """Return a receipt as its agency reads it."""
    shown = receipt.model_dump(mode="json", exclude={"content", "verdict"})
    return {"state": receipt.verdict, "aggregate": aggregate, **shown}


class Receipts:
    """Answers about receipts (回执查询)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, receipt: str) -> dict[str, Any] | None:
        """Return the newest verdict under a receipt."""
        for aggregate in KINDS:
            id_ = (await self._store.find(aggregate.kind, [f"receipt:{receipt}"])).get(f"receipt:{receipt}")
            if id_ is not None:
                state: Any = aggregate.parse((await self._store.load(aggregate.kind, [id_]))[id_].state)
                found = [r for r in state.receipts if r.receipt == receipt]
                return shown_receipt(found[-1], None if aggregate.kind == "rejection" else id_)
        return None

    async def listed(self, agency: str, state: str | None, after: str | None, limit: int) -> Page[Mapping[str, Any]]:
        """Return a page of an agency's judged receipts: enterprises, then partners, then rejections, newest first."""
        kind, _, cursor = (after or f"{KINDS[0].kind}|").partition("|")
        place = next((n for n, each in enumerate(KINDS) if each.kind == kind), 0)
        aggregate = KINDS[place]
        query = Query(equal={"agency": agency}, order="judged", down=True, after=cursor or None, limit=limit)
        page = await self._store.select(aggregate.kind, query)
        found: list[Mapping[str, Any]] = []
        for stored in page.items:
            parsed: Any = aggregate.parse(stored.state)
            found += [
                shown_receipt(r, None if aggregate.kind == "rejection" else stored.id)
                for r in reversed(parsed.receipts)
                if r.agency == agency and state in (None, r.verdict)
            ]
        follows = f"{KINDS[place + 1].kind}|" if place + 1 < len(KINDS) else None
        return Page(found, f"{aggregate.kind}|{page.next}" if page.next else follows)


class Answers:
    """Everything else that is asked."""

    def __init__(self, store: Store, everybody: Everybody, ledger: Ledger, public_url: str) -> None:
        self._store = store
        self._everybody = everybody
        self._ledger = ledger
        self._public_url = public_url

    @property
    def directory(self) -> Directory:
        """Who may be told."""
        return self._everybody.directory

    @property
    def shelf(self) -> Shelf:
        """The inboxes."""
        return self._everybody.shelf

    async def enterprise(self, code: str) -> Enterprise:
        """Return an enterprise. Raises ``Refused`` ENTERPRISE_UNKNOWN."""
        found = (await self._store.load(ENTERPRISE.kind, [code])).get(code)
        state = ENTERPRISE.parse(found.state) if found else None
        if state is None or state.profile is None:
            raise Refused(NotifyCode.ENTERPRISE_UNKNOWN)
        return state

    async def push(self, push_id: str) -> Push:
        """Return a push. Raises ``Refused`` PUSH_UNKNOWN."""
        found = (await self._store.load(PUSH.kind, [push_id])).get(push_id)
        if found is None:
            raise Refused(NotifyCode.PUSH_UNKNOWN)
        return PUSH.parse(found.state)

    async def pushes(self, query: Query) -> Page[Push]:
        """Return a page of pushes, the newest first."""
        asked = Query(order="serial", down=True, after=query.after, limit=query.limit)
        page = await self._store.select(PUSH.kind, asked)
        return Page([PUSH.parse(stored.state) for stored in page.items], page.next)

    async def channel(self, channel_id: str) -> tuple[Channel, int]:
        """Return a channel and its version. Raises ``Refused`` ENDPOINT_UNKNOWN."""
        found = (await self._store.load(CHANNEL.kind, [channel_id])).get(channel_id)
        state = CHANNEL.parse(found.state) if found else None
        if found is None or state is None or state.state == "deleted":
            raise Refused(NotifyCode.ENDPOINT_UNKNOWN)
        return state, found.version

    async def subscriptions(self, kind: str, owner: str) -> list[Subscription]:
        """Return the living subscriptions of an owner."""
        page = await self._store.select(SUBSCRIPTION.kind, Query(equal={"owner": f"{kind}:{owner}"}, limit=500))
        return [s for s in (SUBSCRIPTION.parse(stored.state) for stored in page.items) if not s.ended]

    async def deliveries(self, field: str, value: str, query: Query) -> Page[Delivered]:
        """Return a page of what was or is owed to an ``endpoint``, or by a ``push``."""
        return await self._ledger.page(Query(equal={field: value}, after=query.after, limit=query.limit))

    async def delivery(self, key: str) -> tuple[Delivered, list[Mapping[str, Any]]]:
        """Return one delivery and its attempts. Raises ``Refused`` DELIVERY_UNKNOWN."""
        entry = (await self._ledger.get([key])).get(key)
        if entry is None:
            raise Refused(NotifyCode.DELIVERY_UNKNOWN)
        return entry, await self._ledger.attempts(key)

    async def read(self, kind: str, owner: str) -> set[str]:
        """Return the items an owner has read."""
        id_ = inbox_id(kind, owner)
        found = (await self._store.load(INBOX.kind, [id_])).get(id_)
        return set(INBOX.parse(found.state).read) if found else set()

    def entries(self, kind: str, owner: str, after: int) -> Iterable[Entry]:
        """Return the items in an inbox behind a serial, the oldest first."""
        if kind == "partner":
            return self.shelf.of(None, owner, after)
        number = self.directory.numbers.get(owner)
        return self.shelf.of(number, None, after) if number is not None else ()

    async def item(self, kind: str, owner: str, entry: Entry, read: set[str] | None = None) -> dict[str, Any]:
        """Return an item as its recipient reads it."""
        push = await self.push(entry.push_id)
        wave = next(w for w in push.waves if w.serial == entry.serial and w.wave == entry.wave)
        shown: dict[str, Any] = {
            "item": entry.item,
            "serial": entry.serial,
            "type": wave.kind,
            "document": about(wave.document, self._public_url),
            "summary": wave.document.summary,
            "reasons": self._reasons(wave, kind, owner),
            "read": entry.item in read if read is not None else None,
            "withdrawn": push.withdrawn,
        }
        if kind == "partner":
            relay = next((r for r in wave.relays if r.partner == owner), None)
            shown["members"] = self.directory.codes_of(unpack(relay.members)) if relay else []
            shown["suppressed"] = self.directory.codes_of(unpack(relay.suppressed)) if relay else []
            shown["acknowledged"] = push.acknowledged.get(owner)
        return shown

    def _reasons(self, wave: PushPlanned, kind: str, owner: str) -> list[dict[str, str]]:
        sets = members_of(wave)
        if kind == "enterprise":
            number = self.directory.numbers[owner]
            places = tuple(place for place, members in enumerate(sets) if number in members)
        else:
            places = reasons_for_partner(wave, owner, sets)
        return [wave.reasons[place].model_dump(include={"text", "citation"}) for place in places]

    async def stream(self, kind: str, owner: str, after: int, heartbeat: float) -> AsyncIterator[dict[str, Any] | None]:
        """Yield items as they come, None whenever nothing came for ``heartbeat`` seconds."""
        seen = after
        while True:
            for entry in list(self.entries(kind, owner, seen)):
                seen = entry.serial
                yield await self.item(kind, owner, entry)
            # between the look and the wait nothing is awaited, so no item slips through
            if not await self._everybody.news(heartbeat):
                yield None

    async def explain(self, document_id: str, code: str) -> dict[str, Any]:
        """Return whether and why a document is for an enterprise, by today's profile, and what it was told."""
        enterprise = await self.enterprise(code)
        push = await self.push(f"p-{document_id}")
        profile, number = enterprise.profile, enterprise.number or 0
        last = push.waves[-1]
        told = [wave for wave in push.waves if number in unpack(wave.told)]
        shown: dict[str, Any] = {
            "document": about(last.document, self._public_url),
            "enterprise": code,
            "told": [_way(wave, number) | {"edition": wave.document.edition} for wave in told],
            "reasons": [r for wave in told for r in self._reasons(wave, "enterprise", code)],
            "withdrawn": push.withdrawn,
            "active": profile.active if profile else False,
        }
        audience = next((w.audience for w in reversed(push.waves) if w.audience is not None), None)
        if audience is not None and profile is not None:
            traits = traits_of(profile, enterprise.kinds, self.directory.rules)
            found = explain(audience, traits, self.directory.rules)
            shown["answer"] = found.answer
            shown["clauses"] = [
                {"group": f.group, "text": f.text, "answer": f.answer, "missing": f.missing,
                 "citation": f.clause.citation}
                for f in found.findings
            ]  # fmt: skip
        return shown


def _way(wave: PushPlanned, number: int) -> dict[str, Any]:
    """Return by which way an enterprise is told, and who else would have."""
    through = [r.partner for r in wave.relays if number in unpack(r.members)]
    direct = number in unpack(wave.direct)
    return {
        "way": "direct" if direct else "relay" if through else "inbox",
        "partner": through[0] if through else None,
        "suppressed": [r.partner for r in wave.relays if number in unpack(r.suppressed)],
    }
