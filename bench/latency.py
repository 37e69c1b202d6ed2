"""How long after the ``202`` does the webhook arrive? Three endpoints a document, through two services and the log."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
from aiohttp import web

from bench import samples
from bench.figures import Result, percentile, rounded, spread
from bench.town import Town, agency, keys, post
from gongkai.ports import free_port
from shared.security.principals import Principal, PrincipalKind

ENDPOINTS = 3
_REGION = samples.REGIONS[0]
_RATES = (20, 100)
_GOALS = ((20, 0.5, 15.0), (20, 0.99, 80.0), (100, 0.99, 100.0))
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """One run: milliseconds per arrival, and the slowest of the fsyncs made beside it."""

    waits: Sequence[float]
    fsync: float


@dataclass
class Receiver:
    """The enterprises' side: answers the challenge, notes when a document's webhook came."""

    arrived: dict[str, list[float]] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Listen until the end of the block; yields the origin."""
        app = web.Application()
        app.router.add_post("/{name}", self._hear)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        port = free_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            await runner.cleanup()

    async def _hear(self, request: web.Request) -> web.Response:
        now = time.perf_counter()
        message = await request.json()
        if message["type"] == "endpoint.challenge":
            return web.json_response({"challenge": message["data"]["challenge"]})
        self.arrived.setdefault(message["data"]["number"], []).append(now)
        self.news.set()
        return web.Response()


async def run(town: Town) -> list[Result]:
    """Report single documents at a steady rate; count from the answer at the agency to each arrival."""
    rounds, seconds = (1, 10.0) if town.quick else (3, 60.0)
    place, receiver = town.place(), Receiver()
    async with receiver.serving() as origin, town.platform(place) as platform:
        feeder = (await keys(platform, agency(), 1))[0]
        owners = [Principal(PrincipalKind.ENTERPRISE, samples.credit_code(n)) for n in range(ENDPOINTS)]
        tokens = [(await keys(platform, owner, 1))[0] for owner in owners]
        allowed = {"EGRESS_ALLOW": origin}
        async with (
            town.running(place, "services.catalog", "/catalog/v1/health/ready") as feed,
            town.running(place, "services.notify", "/notify/v1/health/ready", **allowed) as notify,
            aiohttp.ClientSession() as session,
        ):
            sender = _Sender(session, feed, feeder, receiver, place.data)
            await sender.report([*samples.body_events(), *map(_enterprise, owners)])
            await asyncio.gather(*(_open_channel(session, notify, token, origin) for token in tokens))
            await sender.steady(_RATES[0], 3.0)
            found = {rate: [await sender.steady(rate, seconds) for _ in range(rounds)] for rate in _RATES}
    return [_result(found[rate], rate, share, goal) for rate, share, goal in _GOALS]


def _result(runs: Sequence[Run], rate: int, share: float, goal: float) -> Result:
    values = [percentile(each.waits, share) for each in runs]
    more = {
        "endpoints": ENDPOINTS,
        "arrivals": sum(len(each.waits) for each in runs),
        "worst_ms": rounded(max(max(each.waits) for each in runs)),
        "slowest_fsync_ms": rounded(max(each.fsync for each in runs)),
    }
    name = f"latency {rate}/s p{share * 100:g}"
    return Result(
        name, median(values), "ms", "goal", goal, 1.0, least=False, rounds=len(runs), spread=spread(values), more=more
    )


def _enterprise(owner: Principal) -> dict[str, Any]:
    data = {"credit_code": owner.id, "name": f"示例企业{owner.id[-4:]}", "region": _REGION}
    return samples.event("feed.enterprise-registered", f"ent-{owner.id}", owner.id, data)


async def _open_channel(session: aiohttp.ClientSession, notify: str, token: str, origin: str) -> None:
    """Register a webhook as soon as the enterprise is known, and wait until its challenge was answered."""
    headers = {"authorization": f"Bearer {token}", "idempotency-key": f"bench-{token[-20:]}"}
    url = f"{notify}/notify/v1/endpoints"
    async with asyncio.timeout(_PATIENCE):
        while True:
            async with session.post(url, json={"url": f"{origin}/{token[3:12]}"}, headers=headers) as response:
                answer = await response.text()
                if response.status == 201:
                    break
            if "ENTERPRISE_UNKNOWN" not in answer:
                raise RuntimeError(answer)
            await asyncio.sleep(0.1)
        while True:
            async with session.get(url, headers=headers) as response:
                if (await response.json())["items"][0]["state"] not in ("unproven", "opened", "pending"):
                    return
            await asyncio.sleep(0.05)


class _Sender:
    """An agency that reports one document at a time."""

    def __init__(self, session: aiohttp.ClientSession, feed: str, key: str, receiver: Receiver, folder: Path) -> None:
        self._session, self._feed, self._key = session, feed, key
        self._receiver, self._folder = receiver, folder
        self._next = 0

    async def report(self, events: list[dict[str, Any]]) -> float:
        """Report events in one call; return when they were accepted."""
        answer = await post(self._session, self._feed, self._key, b"\n".join(samples.lines(events)))
        accepted = time.perf_counter()
        if answer["rejected"]:
            raise RuntimeError(str(answer["rejected"]))
        return accepted

    async def steady(self, rate: int, seconds: float) -> Run:
        """Report at a rate, whatever the answers take; wait for every webhook."""
        start = time.perf_counter()
        over = asyncio.Event()
        beside = asyncio.create_task(_fsyncs(self._folder / "beside", over))
        tasks = []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, start + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(self._document()))
        accepted = dict(await asyncio.gather(*tasks))
        await self._all_arrived(accepted)
        over.set()
        arrived = self._receiver.arrived
        # The answer and the webhook race to this process: one that wins has waited no time at all.
        waits = [max(0.0, at - accepted[number]) * 1000 for number in accepted for at in arrived[number]]
        return Run(waits, await beside)

    async def _document(self) -> tuple[str, float]:
        event = samples.document_event(self._next)
        self._next += 1
        event["data"]["audience"] = {"all": [{"dimension": "region", "any_of": [_REGION]}]}
        return event["data"]["number"], await self.report([event])

    async def _all_arrived(self, accepted: dict[str, float]) -> None:
        receiver = self._receiver
        async with asyncio.timeout(_PATIENCE):
            while any(len(receiver.arrived.get(number, ())) < ENDPOINTS for number in accepted):
                receiver.news.clear()
                await receiver.news.wait()


async def _fsyncs(path: Path, over: asyncio.Event) -> float:
    """Write and fsync a page four times a second; return the milliseconds of the slowest."""
    slowest = 0.0
    while not over.is_set():
        slowest = max(slowest, await asyncio.to_thread(_fsync, path))
        await asyncio.sleep(0.25)
    return slowest


def _fsync(path: Path) -> float:
    with path.open("ab") as file:
        file.write(bytes(4096))
        file.flush()
        start = time.perf_counter()
        os.fsync(file.fileno())
        return (time.perf_counter() - start) * 1000
