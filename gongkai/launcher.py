"""Everything in one process on one origin: broker, four services, Faust streams in children (``gongkai up``)."""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from gongkai.keys import first_operator_key
from gongkai.localkafka import LocalKafka
from gongkai.streaming import StreamsChild
from shared.wiring import Platform, Server, Service, Settings, load_settings, server

SERVICES = ("catalog", "requests", "notify", "publish")
STREAMING = ("catalog", "requests")
"""The services that count beside their work."""
VERSION = "1"
"""Of the layout under the data folder; another one refuses to start rather than guess."""


class Origin:
    """One origin for all services: the path says whose it is, the portal has the rest."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the call to the service that owns its path."""
        await self._apps[owner_of(scope.get("path", "/"))](scope, receive, send)


def owner_of(path: str) -> str:
    """Return which service answers a path (interfaces: one origin)."""
    first, _, rest = path.lstrip("/").partition("/")
    if first == "console":
        second = rest.partition("/")[0]
        if second == "reports":
            return "publish"
        return second if second in SERVICES else "catalog"
    if first in ("feed", "openapi.json", "asyncapi.json"):
        return "catalog"
    return first if first in SERVICES and rest.startswith("v1") else "publish"


class City:
    """The whole platform in this process.

    Args:
        settings: where data lies and on which port to listen; ``kafka`` empty starts a broker of our own.
    """

    def __init__(self, data: Path, port: int, *, streams: bool = False, **given: Any) -> None:
        self._data, self._port, self._streams, self._given = data, port, streams, given
        self._stack = AsyncExitStack()
        self.services: dict[str, Service] = {}
        self.platform: Platform
        self.settings: Settings
        self.http: Server
        self.kafka: LocalKafka | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{self.settings.host}:{self.port}"

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.http.servers[0].sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _start(self) -> None:
        check_version(self._data)
        if "kafka" not in self._given:
            self._given["kafka"] = os.environ.get("GONGKAI_KAFKA") or await self._broker()
        self.settings = load_settings(data=self._data, port=self._port, **self._given)
        self.platform = await Platform.open(self.settings)
        self._stack.push_async_callback(self.platform.close)
        await first_operator_key(self.platform)
        for name in SERVICES:
            build = importlib.import_module(f"services.{name}.app").build
            self.services[name] = await build(self.platform)
        for service in self.services.values():
            self._stack.push_async_callback(service.house.stop)
            await service.house.start()
        for name in STREAMING if self._streams else ():
            child = StreamsChild(self.settings, name)
            self._stack.push_async_callback(child.stop)
            child.start()
        await self._listen()

    async def _broker(self) -> str:
        self.kafka = LocalKafka(self._data / "kafka")
        await self.kafka.start()
        self._stack.push_async_callback(self.kafka.stop)
        return self.kafka.bootstrap

    async def _listen(self) -> None:
        apps: dict[str, FastAPI] = {name: service.app for name, service in self.services.items()}
        self.http = server(Origin(apps), self.settings.host, self._port, self.settings.proxies)
        task = asyncio.create_task(self.http.serve())
        self._stack.push_async_callback(self._hang_up, task)
        while not self.http.started:
            if task.done():
                task.result()
                raise OSError(f"端口 {self._port} 无法监听")
            await asyncio.sleep(0.01)

    async def _hang_up(self, task: asyncio.Task[None]) -> None:
        self.http.should_exit = True
        await task

    async def run(self) -> None:
        """Serve until the HTTP server is told to stop."""
        while not self.http.should_exit:
            await asyncio.sleep(0.1)


def check_version(data: Path) -> None:
    """Refuse a data folder of another layout; mark a new one."""
    data.mkdir(parents=True, exist_ok=True)
    mark = data / "VERSION"
    if not mark.exists():
        mark.write_text(VERSION, encoding="ascii")
    elif (found := mark.read_text(encoding="ascii").strip()) != VERSION:
        raise SystemExit(f"数据目录的版本是 {found}，本程序只认识 {VERSION}：请先迁移或另选目录")
