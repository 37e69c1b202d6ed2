"""Keeps the directory and the inboxes in step with the store: read once at the start, then told of every save."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from services.notify.domain.directory import Directory
from services.notify.domain.shelf import Shelf
from services.notify.store import CHANNEL, ENTERPRISE, PARTNER, PUSH, SUBSCRIPTION
from shared.bus.decider import Aggregate
from shared.bus.port import Log, Slot
from shared.contracts.envelope import Envelope, decode
from shared.contracts.facts import FACTS, notify
from shared.contracts.problems import Unavailable
from shared.store.port import Owed, Query, Store

_PAGE = 1000
_AGAIN = 0.2
_FOLDED = (
    notify.EnterpriseRegistered, notify.EnterpriseChanged, notify.LicenceChanged, notify.PartnerRegistered,
    notify.ChannelOpened, notify.ChannelProbed, notify.ChannelConfirmed, notify.ChannelPaused, notify.ChannelResumed,
    notify.ChannelNoticed, notify.ChannelDeleted, notify.TopicSubscribed, notify.TopicUnsubscribed,
    notify.PushPlanned, notify.PushWithdrawn,
)  # fmt: skip
_HEARD = frozenset(fact.type for fact in _FOLDED)


class Everybody:
    """The directory and the shelf, kept up to date; and who waits for news in an inbox."""

    def __init__(self, directory: Directory, shelf: Shelf) -> None:
        self.directory = directory
        self.shelf = shelf
        self._at: dict[str, int] = {}
        self._waiting: set[asyncio.Event] = set()

    async def load(self, store: Store) -> None:
        """Read what is stored, and hear of every save from now on."""
        store.on_saved(self.hear_saved)
        directory = self.directory
        takers: tuple[tuple[Aggregate[Any], Callable[[str, Any], None]], ...] = (
            (ENTERPRISE, directory.take_enterprise),
            (PARTNER, lambda _, state: directory.take_partner(state)),
            (CHANNEL, lambda _, state: directory.take_channel(state)),
            (SUBSCRIPTION, lambda _, state: directory.take_subscription(state)),
            (PUSH, lambda _, state: self.shelf.take(state)),
        )
        for aggregate, take in takers:
            after: str | None = None
            while True:
                page = await store.select(aggregate.kind, Query(after=after, limit=_PAGE))
                for stored in page.items:
                    self._at[stored.id] = stored.sequence
                    take(stored.id, aggregate.parse(stored.state))
                after = page.next
                if after is None:
                    break

    async def follow(self, log: Log, start: Mapping[Slot, int]) -> None:
        """Hear what copies of this service say, where there are any; a log that is away only delays it."""
        at = dict(start)
        while True:
            with suppress(Unavailable):
                async for records in log.read(at):
                    for record in records:
                        self.hear(decode(record.value))
                        at[Slot(record.topic, record.partition)] = record.offset + 1
            await asyncio.sleep(_AGAIN)

    def hear_saved(self, _: str, owed: Sequence[Owed]) -> None:
        """Hear events the moment they are durable."""
        for each in owed:
            self.hear(decode(each.value))

    def hear(self, event: Envelope) -> None:
        """Fold an event, unless it is known or no business of ours."""
        sequence = event.sequence or 0
        if event.type not in _HEARD or sequence <= self._at.get(event.subject, 0):
            return
        self._at[event.subject] = sequence
        fact = FACTS[event.type].model_validate(event.data)
        if isinstance(fact, notify.PushPlanned):
            if self.shelf.add(fact) is not None:
                self.ring()
        elif isinstance(fact, notify.PushWithdrawn):
            self.shelf.withdrawn.add(fact.push_id)
            self.ring()
        else:
            self.directory.hear(fact)

    def ring(self) -> None:
        """Wake everybody who waits for news."""
        for event in self._waiting:
            event.set()

    async def news(self, timeout: float) -> bool:
        """Wait until an inbox may have changed; return False after ``timeout`` seconds without."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            await asyncio.wait_for(event.wait(), timeout)
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(event)
        return True
