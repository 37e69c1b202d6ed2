"""Calling like a patient client: whatever was not answered is asked again with the same ids, at another door."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.torture.evidence import Accepted
from tests.torture.town import Town

AGAIN = frozenset((429, 502, 503, 504))
DOORS = ("/feed/v1/events", "/requests/v1/intake")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    json: Any
    version: str = ""


class Unexpected(Exception):
    """An answer no fault explains."""


class Caller:
    """Sends, repeats, and keeps what was accepted; ``stopped`` ends the making of new calls, never of old ones."""

    def __init__(self, town: Town, dice: random.Random, pause: float = 0.2) -> None:
        """``pause`` is how long it waits before it asks again, in seconds, give or take a half."""
        self.town, self._dice, self._pause = town, dice, pause
        self.accepted: dict[str, Accepted] = {}
        self.repeated = 0
        self.unexpected: list[str] = []
        self.stopped = asyncio.Event()

    async def call(
        self, method: str, service: str, path: str, who: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer | None:
        """Ask once; None where nothing came back or the service asked to come again."""
        sent = dict(headers or {}) | {"Authorization": f"Bearer {self.town.keys[who]}"}
        url = self.town.services[service].url + path
        data = body if isinstance(body, bytes | None) else json.dumps(body, ensure_ascii=False).encode()
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        try:
            async with self.town.http.request(method, url, data=data, headers=sent) as response:
                text = await response.read()
                if response.status in AGAIN:
                    return None
                return Answer(response.status, json.loads(text or b"null"), response.headers.get("ETag", ""))
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None

    async def sure(
        self, method: str, services: Sequence[str], path: str, who: str, body: Any = None, **more: str
    ) -> Answer:
        """Ask until there is an answer, at one service after the other. ``more`` are headers."""
        turn = self._dice.randrange(len(services))
        while True:
            answer = await self.call(method, services[turn % len(services)], path, who, body, more)
            if answer is not None:
                return answer
            turn += 1
            self.repeated += 1
            await asyncio.sleep(self._pause * self._dice.uniform(0.5, 1.5))

    async def file(
        self, agency: str, events: Sequence[Mapping[str, Any]], services: Sequence[str], path: str = DOORS[0]
    ) -> list[dict[str, Any]]:
        """File events until a door has answered for each; return what it accepted."""
        body = "\n".join(json.dumps(event, ensure_ascii=False) for event in events).encode()
        more = {"Content-Type": "application/x-ndjson"}
        answer = await self.sure("POST", services, path, agency, body, **more)
        if answer.status != 202 or answer.json["rejected"]:
            self.unexpected.append(f"{path} {answer.status}: {json.dumps(answer.json, ensure_ascii=False)[:400]}")
        found: list[dict[str, Any]] = (answer.json or {}).get("accepted", [])
        for each in found:
            taken = Accepted(each["source"], each["id"], each["receipt"], agency, path == DOORS[0])
            self.accepted[each["receipt"]] = taken
        return found

    def expect(self, answer: Answer, what: str, *statuses: int) -> Any:
        """Return the JSON of an answer with one of these statuses; note down any other and raise ``Unexpected``."""
        if answer.status not in statuses:
            text = f"{what} {answer.status}: {json.dumps(answer.json, ensure_ascii=False)[:400]}"
            self.unexpected.append(text)
            raise Unexpected(text)
        return answer.json

    def hurried(self) -> Caller:
        """Return a caller that asks again at once, to measure with; what it files counts here."""
        found = Caller(self.town, self._dice, 0.02)
        found.accepted, found.unexpected, found.stopped = self.accepted, self.unexpected, self.stopped
        return found


async def verdict(caller: Caller, agency: str, receipt: str) -> str:
    """Return the state of a receipt as its judge tells it; the letter after ``rc_`` names the judge."""
    judge = {"c": "catalog", "n": "notify", "p": "publish", "r": "requests"}[receipt[3]]
    path = f"/requests/v1/receipts/{receipt}" if judge == "requests" else f"/feed/v1/receipts/{receipt}"
    answer = await caller.sure("GET", [judge], path, agency)
    return str(answer.json["state"]) if answer.status == 200 else f"HTTP {answer.status}"
