"""What has to leave when an item comes or goes: a copy to every second site (数据同源), a ping to the hub (WebSub).

The ledger keeps references only; what is sent is what is public at the moment of sending. So nothing of a withdrawn
item stays in it, and a copy that is late carries a tombstone rather than old content.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

import orjson

from shared.contracts.envelope import Envelope
from shared.contracts.facts.publish import ItemPublished, ItemWithdrawn
from shared.effects.port import Kind, Outcome, Outgoing
from shared.security.webhooks import Signer
from shared.store.blobs import BlobErased, BlobMissing

MIRROR, HUB = "mirror", "websub"


@dataclass(frozen=True, slots=True)
class Current:
    """An item as it is now: the sequence of its last event, and what is shown, None where it was withdrawn."""

    sequence: int
    shown: ItemPublished | None
    withdrawn: ItemWithdrawn | None


class Parcel(Protocol):
    """What the ledger hands back of an effect when it is to be carried out."""

    @property
    def key(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def endpoint(self) -> str: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Planned:
    """An effect to plan: which edition of which item, where to, what for."""

    item: str
    edition: str
    endpoint: str
    purpose: str
    payload: Mapping[str, Any]


Load = Callable[[str], Awaitable[Current | None]]


class Texts(Protocol):
    """Where texts are."""

    async def get(self, digest: str) -> bytes:
        """Return the content. Raises ``BlobMissing`` or ``BlobErased``."""
        ...


@dataclass(frozen=True, slots=True)
class SecondSite:
    """A site that keeps copies: where it takes them and the secret they are signed with."""

    url: str
    secret: str

    @classmethod
    def parse(cls, text: str) -> tuple[SecondSite, ...]:
        """Read ``url|whsec_…`` entries separated by commas. Raises ``ValueError`` (Chinese text)."""
        sites = []
        for entry in filter(None, (part.strip() for part in text.split(","))):
            url, mark, secret = entry.partition("|")
            if not mark or not url.startswith(("https://", "http://")):
                raise ValueError("第二站点须写成“地址|whsec_密钥”，多个以逗号分隔")
            Signer([secret])
            sites.append(cls(url, secret))
        return tuple(sites)


@dataclass(frozen=True, slots=True)
class Outside:
    """Who has to hear of items: second sites, and the hub of the feeds (empty: none); ``base`` is our address."""

    sites: Sequence[SecondSite] = ()
    hub: str = ""
    base: str = ""

    def effects(self, envelope: Envelope, fact: Any) -> list[Planned]:
        """Return the effects of an item that came, changed or left; the same fact gives the same ids."""
        if not isinstance(fact, ItemPublished | ItemWithdrawn):
            return []
        edition = str(envelope.sequence)
        found = [Planned(fact.item_id, edition, site.url, MIRROR, {"item": fact.item_id}) for site in self.sites]
        if self.hub:
            feeds = [f"{self.base}/feed.xml"]
            if isinstance(fact, ItemPublished):
                feeds.append(f"{self.base}/columns/{fact.column}/feed.xml")
            found += [Planned(feed, envelope.id, self.hub, HUB, {"feed": feed}) for feed in feeds]
        return found


class Copies:
    """Prepares the messages of both purposes.

    Args:
        outside: who hears of items.
        load: an item as it is now.
        blobs: texts.
        wire: wire time in seconds, for signatures.
    """

    def __init__(self, outside: Outside, load: Load, blobs: Texts, wire: Callable[[], float]) -> None:
        self._outside, self._load, self._blobs, self._wire = outside, load, blobs, wire
        self._signers: Mapping[str, Signer] = {site.url: Signer([site.secret]) for site in outside.sites}

    async def to_mirror(self, effect: Parcel, _attempt: int) -> Outgoing | Outcome:
        """Return the signed copy, or tombstone, of an item as it is now."""
        signer, current = self._signers.get(effect.endpoint), await self._load(effect.item)
        if signer is None or current is None:
            return Outcome(Kind.CLOSED, error="site or item is no longer known")
        body = orjson.dumps(await self._message(effect.item, current), option=orjson.OPT_SORT_KEYS)
        headers = {"content-type": "application/json", **signer.headers(effect.key, int(self._wire()), body)}
        return Outgoing(effect.key, effect.endpoint, body, tuple(headers.items()))

    async def to_hub(self, effect: Parcel, _attempt: int) -> Outgoing | Outcome:
        """Return the ping of a feed (WebSub §7)."""
        body = urlencode({"hub.mode": "publish", "hub.url": effect.payload["feed"]}).encode()
        headers = (("content-type", "application/x-www-form-urlencoded"), ("webhook-id", effect.key))
        return Outgoing(effect.key, effect.endpoint, body, headers)

    async def _message(self, item: str, current: Current) -> dict[str, Any]:
        if current.shown is None:
            gone = current.withdrawn
            on = gone.withdrawn_on.isoformat() if gone is not None else None
            return {"type": ItemWithdrawn.type, "item_id": item, "sequence": current.sequence, "withdrawn_on": on}
        shown = current.shown
        return {
            "type": ItemPublished.type,
            "item_id": item,
            "sequence": current.sequence,
            "url": f"{self._outside.base}/{shown.path}",
            "item": shown.model_dump(mode="json", exclude_defaults=True, exclude={"basis"}),
            "text": await self._text(shown),
        }

    async def _text(self, shown: ItemPublished) -> str | None:
        blob = shown.document.text
        if blob is None:
            return None
        try:
            return (await self._blobs.get(blob.sha256)).decode("utf-8", "replace")
        except (BlobErased, BlobMissing):
            return None
