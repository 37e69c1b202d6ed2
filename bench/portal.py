"""How many pages a second does publishing serve, compared with a server that answers the same number of bytes?"""

from __future__ import annotations

import asyncio

import aiohttp

from bench import samples
from bench.figures import Result, alternate, compared
from bench.reader import CONNECTIONS, read
from bench.town import Place, Town, event_of
from shared.bus.port import Draft
from shared.contracts.envelope import encode
from shared.contracts.facts.base import Blob
from shared.store.blobs import Blobs
from shared.wiring import Platform

_ITEMS = 500
_PATIENCE = 120.0


async def run(town: Town) -> list[Result]:
    """Read the pages of 500 documents from the running service; it has rendered them itself."""
    rounds, seconds = (3, 3.0) if town.quick else (7, 5.0)
    place = town.place()
    async with town.platform(place) as platform:
        await _publish(platform, place)
    paths = [f"/d/d{number:08d}.html" for number in range(_ITEMS)]
    async with town.running(place, "services.publish", "/publish/v1/health/live") as ours:
        async with aiohttp.ClientSession() as session, asyncio.timeout(_PATIENCE):
            for path in paths:
                while not await _shown(session, ours + path):
                    await asyncio.sleep(0.1)
        _, size = await read(ours, paths, 1.0)
        body = await _size_of(ours + paths[0])
        async with town.running(place, "bench.bare", "/", BODY=str(body)) as theirs:
            await read(theirs, paths, 1.0)

            async def subject() -> float:
                return (await read(ours, paths, seconds))[0]

            async def peer() -> float:
                return (await read(theirs, paths, seconds))[0]

            found = await alternate(rounds, subject, peer)
    more = {"page_bytes": size, "connections": CONNECTIONS, "pages": _ITEMS}
    return [compared("portal", "pages/s", "bare uvicorn, as many bytes", 0.4, found, **more)]


async def _publish(platform: Platform, place: Place) -> None:
    blobs = Blobs(place.data / "blobs")
    drafts = []
    for number in range(_ITEMS):
        text = samples.text_of(number, 1500).replace("，", "\n\n").encode()
        blob = Blob(sha256=await blobs.put(text), size=len(text), mediatype="text/plain")
        item = samples.item_of(number, text=blob)
        drafts.append(Draft(item.item_id, encode(event_of(item, item.item_id, 1, "publish"))))
    await platform.log.append(platform.topics.of("publish"), drafts)


async def _shown(session: aiohttp.ClientSession, address: str) -> bool:
    async with session.get(address) as response:
        return response.status == 200


async def _size_of(address: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(address, headers={"accept-encoding": ""}) as response:
        return len(await response.read())
