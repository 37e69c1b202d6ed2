"""Requests put together: adapters made, policies bound, HTTP in front."""

from __future__ import annotations

import asyncio
from functools import partial

from services.requests.api import Deps, router
from services.requests.evidence import History, Places, catching_up
from services.requests.handlers import hears
from services.requests.handlers.calendars import Recounts
from services.requests.pages import pages
from services.requests.sweeps import Archivist, Deadlines, Hotspots, Tabler, stillness
from services.requests.views import Counting, Views, caseload, opened
from shared.security.keyfiles import load_key
from shared.security.vault import Vault
from shared.wiring import House, Platform, Service, service_app
from shared.wiring.streams import shown_counts


async def build(platform: Platform) -> Service:
    """Return the service of requests, not yet started."""
    house = House("requests", platform)
    vault = open_vault(platform)
    house.closers.append(partial(asyncio.to_thread, vault.close))
    dispatcher = house.listen(("catalog", "requests", "publish"), hears(platform.law))
    views = Views(house.store)
    house.project(partial(caseload, house.store))
    house.project(partial(opened, house.store))
    counting = house.project(partial(Counting, house.store))
    places = house.project(partial(Places, house.store))
    house.tasks.append(Tabler(house.store, dispatcher, stillness(counting), platform.rules).run)
    house.tasks.append(Deadlines(views, dispatcher, platform.clock, platform.law).run)
    house.tasks.append(Recounts(house.store, dispatcher, platform.clock, platform.law, house.relay.room).run)
    heat = shown_counts(house)
    house.tasks.append(Hotspots(heat, house.store, dispatcher, platform.clock, platform.law).run)
    deps = Deps(
        dispatcher=dispatcher,
        store=house.store,
        law=platform.law,
        clock=platform.clock,
        blobs=house.blobs,
        vault=vault,
        receipts=platform.receipts,
        histories=History(platform.log, platform.topics, house.store, catching_up(places)),
        buckets=platform.buckets,
        notice_font=platform.settings.notice_font,
        log=platform.log,
        topics=platform.topics,
        heat=heat,
    )
    house.closers.append(deps.tried.close)
    house.tasks.append(Archivist(house.store, dispatcher, deps.bundles, house.blobs, platform.law).run)
    return service_app(house, "依申请公开", [router(deps), *pages(deps)], views)


def open_vault(platform: Platform) -> Vault:
    """Open the vault of the applicants' keys; its master key lies elsewhere (embedded: drawn once beside the data)."""
    settings = platform.settings
    kek = load_key(settings.kek_file or settings.data / "kek.key", create=settings.loopback)
    folder = settings.data / "requests"
    folder.mkdir(parents=True, exist_ok=True)
    return Vault(folder / "vault.db", kek)
