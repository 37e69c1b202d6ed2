"""What is said about deliveries: what came to an end, and which channels are not well."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

from services.notify.handlers.wishes import confirm_channel, note_deliveries, notice_channel
from shared.bus.dispatch import Dispatcher
from shared.contracts.canonical import digest
from shared.contracts.facts import notify
from shared.contracts.problems import Refused
from shared.effects.ledger import Entry, State
from shared.effects.ledger_health import Notice


class Telling:
    """Turns what the courier reports into events, through the dispatcher.

    ``hold`` is called with a channel that its receiver closed for good, so that nothing more is tried there.
    """

    def __init__(
        self, dispatcher: Callable[[], Dispatcher], hold: Callable[[str], Awaitable[None]], wire: Callable[[], float]
    ) -> None:
        self._dispatcher = dispatcher
        self._wire = wire
        self._hold = hold

    async def settled(self, entries: Sequence[Entry]) -> None:
        """Announce what came to an end, one event per push; resends and tests are seen in the ledger only."""
        pushes: defaultdict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for entry in entries:
            push = entry.effect.payload.get("push")
            if push is not None and entry.effect.nonce is None and entry.state in _NAMES:
                pushes[push][_NAMES[entry.state]].append(entry.effect.payload["ordinal"])
        todo = list(pushes.items())
        for start in range(0, len(todo), _TOGETHER):
            await asyncio.gather(*(self._delivered(push, found) for push, found in todo[start : start + _TOGETHER]))
            await asyncio.sleep(_BREATH)

    async def _delivered(self, push: str, found: Mapping[str, list[int]]) -> None:
        values: dict[str, Any] = {name: tuple(sorted(ordinals)) for name, ordinals in found.items()}
        fact = notify.PushDelivered(push_id=push, **values)
        with suppress(Refused):
            await self._dispatcher().execute(note_deliveries(fact).command(f"settled:{digest(fact)}"))

    async def noticed(self, notices: Sequence[Notice]) -> None:
        """Keep how channels are doing."""
        for notice in notices:
            if notice.what == "closed" and notice.status is None:
                continue  # closed by ourselves: the document was withdrawn or the channel deleted
            condition = cast(notify.Condition, notice.what)
            seconds = int(notice.seconds) if notice.seconds is not None else None
            wish = notice_channel(notice.endpoint, condition, seconds, notice.status)
            cause = f"health:{notice.endpoint}:{notice.what}:{self._wire():.3f}"
            with suppress(Refused):
                await self._dispatcher().execute(wish.command(cause))
            if notice.what == "closed":
                await self._hold(notice.endpoint)

    async def confirmed(self, channel_id: str) -> None:
        """A challenge was answered."""
        with suppress(Refused):
            await self._dispatcher().execute(confirm_channel(channel_id).command(f"challenge:{channel_id}"))


_TOGETHER, _BREATH = 10, 0.02
"""Pushes announced in one commit, and seconds until the next ones: the deliveries under way come first."""
_NAMES = {State.ACCEPTED: "accepted", State.CLOSED: "closed", State.UNCERTAIN: "uncertain"}
