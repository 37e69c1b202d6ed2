"""A service as a launcher sees it: an HTTP application and the house it stands in."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import uvicorn
import uvloop
from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry

from shared.web.app import create_app
from shared.web.console import operators_router
from shared.web.descriptions import description_router
from shared.web.feed import DiskGuard, Door, FeedDeps, Verdicts, feed_router
from shared.web.ops import ops_router
from shared.web.ops.measures import gauges
from shared.web.pages import console_router
from shared.wiring.commons import Platform
from shared.wiring.house import House
from shared.wiring.settings import Settings, load_settings
from shared.wiring.verdicts import Judging


@dataclass(frozen=True)
class Service:
    """One service, built and not yet started."""

    name: str
    app: FastAPI
    house: House


def service_app(house: House, title: str, routers: Sequence[APIRouter], judge: Verdicts | None = None) -> Service:
    """Put HTTP in front of a house: the service's routers, the feed's door, the console's sign-in.

    ``title`` is the service's Chinese name; ``judge`` answers about the receipts the service gives.
    """
    platform = house.platform
    if judge is not None:
        platform.judges[house.name] = Judging(judge, house.store)
    registry = CollectorRegistry()
    feed = FeedDeps(
        platform.log,
        platform.topics,
        platform.clock,
        platform.receipts,
        house.blobs,
        platform.judges,
        DiskGuard(platform.settings.data, platform.settings.disk_floor),
        buckets=platform.buckets,
        registry=registry,
    )
    door = Door(feed)
    operations = house.operate(title)
    platform.operations[house.name] = operations
    operators = [ops_router(operations, platform.operations), operators_router(operations, platform.operations)]
    app = create_app(
        house.name,
        title,
        [feed_router(door), *operators, *routers, console_router(), description_router(platform.apps)],
        access=platform.access,
        ready=house.ready,
        registry=registry,
        measure=gauges(registry, operations).refresh,
    )
    platform.apps[house.name] = app
    app.state.door = door  # for pages that report: what they let in passes the same checks
    return Service(house.name, app, house)


Build = Callable[[Platform], Awaitable[Service]]


class Server(uvicorn.Server):
    """A uvicorn server that leaves signals to its launcher."""

    def install_signal_handlers(self) -> None:
        """Do nothing."""


def server(app: object, host: str, port: int, proxies: Sequence[str] = ()) -> Server:
    """Return a server for an application; access logs stay off, because a log is no list of who asked what.

    ``proxies`` are the gateways that may say for whom they ask (``X-Forwarded-For``); nobody else is believed, not
    even on this machine, because rates are counted by address.
    """
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=host,
        port=port,
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=5,
    )
    return Server(config)


async def serve(build: Build, settings: Settings) -> None:
    """Run one service until SIGTERM or SIGINT, then drain it."""
    platform = await Platform.open(settings)
    service = await build(platform)
    await service.house.start()
    http = server(service.app, settings.host, settings.port, settings.proxies)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: setattr(http, "should_exit", True))
    try:
        await http.serve()
    finally:
        await service.house.stop()
        await platform.close()


def main(build: Build) -> None:
    """Entry of ``python -m services.<name>``."""
    uvloop.run(serve(build, load_settings()))
