"""Dead letters (死信) as people look at them: grouped by cause, shown byte for byte, ordered about by key."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Sequence
from typing import Any

from shared.bus.deadletters import DeadLetter, State, fates, letters
from shared.bus.group import DEAD
from shared.bus.port import Log, Slot
from shared.contracts.codes import WebCode
from shared.contracts.problems import Refused
from shared.store.port import Store

_VARIABLE = re.compile(r"[0-9a-f]{8,}|\d+|'[^']*'|「[^」]*」")


class DeadLetters:
    """The dead letters of one service.

    Args:
        log: where they lie.
        store: the service's own, which knows what became of them.
        topics: the topics it hears.
        consumers: the names its consumer and its projections bury under.
    """

    def __init__(self, log: Log, store: Store, topics: Sequence[str], consumers: Collection[str]) -> None:
        self._log, self._store = log, store
        self._topics, self._consumers = tuple(topics), frozenset(consumers)

    async def all(self) -> list[tuple[DeadLetter, State]]:
        """Return every dead letter with its fate, oldest first; a full read, because they ought to be few."""
        found: list[DeadLetter] = []
        for topic in self._topics:
            found += [each async for each in letters(self._log, topic) if each.consumer in self._consumers]
        found.sort(key=lambda each: (each.buried_ms, each.slot, each.place))
        return list(zip(found, await fates(self._store, found), strict=True))

    async def groups(self, state: State | None = "waiting") -> list[dict[str, Any]]:
        """Return the dead letters in this state by cause, the most frequent cause first.

        A cause is consumer, code and the error without its numbers and names; letters that only wait behind another
        one count with it as ``behind``.
        """
        found: dict[str, dict[str, Any]] = {}
        causes: dict[tuple[str, str, str], str] = {}
        for letter, fate in await self.all():
            if state is not None and fate != state:
                continue
            key = (letter.consumer, letter.record.topic, letter.key)
            name = causes.get(key, cause_of(letter)) if letter.behind is not None else cause_of(letter)
            causes[key] = name
            group = found.setdefault(name, _group(name, letter))
            group["behind" if letter.behind is not None else "count"] += 1
            group["last_ms"] = letter.buried_ms
            group["keys"].setdefault("|".join(key), _short(letter, fate))
        for group in found.values():
            group["keys"] = list(group["keys"].values())
        return sorted(found.values(), key=lambda each: (-each["count"], each["first_ms"]))

    async def show(self, topic: str, partition: int, place: int) -> dict[str, Any]:
        """Return one dead letter with its original bytes. Raises ``Refused`` NOT_FOUND."""
        slot = Slot(topic + DEAD, partition)
        bounds = await self._log.bounds(slot.topic) if topic in self._topics else {}
        first, end = bounds.get(slot, (0, 0))
        if not first <= place < end:
            raise Refused(WebCode.NOT_FOUND)
        async for letter in letters(self._log, topic, {slot: place}):
            if letter.place == place and letter.consumer in self._consumers:
                (fate,) = await fates(self._store, [letter])
                return _long(letter, fate)
            if letter.place > place:
                break
        raise Refused(WebCode.NOT_FOUND)

    async def of_key(self, consumer: str, topic: str, key: str) -> list[DeadLetter]:
        """Return what still waits of one key, in order."""
        return [
            letter
            for letter, fate in await self.all()
            if fate == "waiting" and (letter.consumer, letter.record.topic, letter.key) == (consumer, topic, key)
        ]


def cause_of(letter: DeadLetter) -> str:
    """Return the name letters of one cause share: 12 hex digits."""
    text = "|".join((letter.consumer, letter.code, _VARIABLE.sub("#", letter.error)))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _group(name: str, letter: DeadLetter) -> dict[str, Any]:
    return {
        "cause": name,
        "consumer": letter.consumer,
        "topic": letter.record.topic,
        "code": letter.code,
        "error": letter.error,
        "count": 0,
        "behind": 0,
        "first_ms": letter.buried_ms,
        "last_ms": letter.buried_ms,
        "keys": {},
    }


def _short(letter: DeadLetter, fate: State) -> dict[str, Any]:
    return {
        "consumer": letter.consumer,
        "topic": letter.record.topic,
        "key": letter.key,
        "partition": letter.slot.partition,
        "place": letter.place,
        "code": letter.code,
        "error": letter.error,
        "buried_ms": letter.buried_ms,
        "state": fate,
    }


def _long(letter: DeadLetter, fate: State) -> dict[str, Any]:
    value = letter.record.value or b""
    return {
        **_short(letter, fate),
        "tries": letter.tries,
        "version": letter.version,
        "behind": letter.behind,
        "original": {
            "topic": letter.record.topic,
            "partition": letter.record.partition,
            "offset": letter.record.offset,
            "timestamp": letter.record.timestamp,
            "key": letter.record.key,
            "text": value.decode("utf-8", "replace"),
            "base64": base64.b64encode(value).decode(),
        },
    }
