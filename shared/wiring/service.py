"""A service as a launcher sees it: an HTTP application and the house it stands in."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import uvicorn
import uvloop
from fastapi import FastAPI

from shared.wiring.commons import Platform
from shared.wiring.house import House
from shared.wiring.settings import Settings, load_settings


@dataclass(frozen=True)
class Service:
    """One service, built and not yet started."""

    name: str
    app: FastAPI
    house: House


Build = Callable[[Platform], Awaitable[Service]]


class Server(uvicorn.Server):
    """A uvicorn server that leaves signals to its launcher."""

    def install_signal_handlers(self) -> None:
        """Do nothing."""


def server(app: object, host: str, port: int) -> Server:
    """Return a server for an application; access logs stay off, because a log is no list of who asked what."""
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=host,
        port=port,
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    return Server(config)


async def serve(build: Build, settings: Settings) -> None:
    """Run one service until SIGTERM or SIGINT, then drain it."""
    platform = await Platform.open(settings)
    service = await build(platform)
    await service.house.start()
    http = server(service.app, settings.host, settings.port)
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
