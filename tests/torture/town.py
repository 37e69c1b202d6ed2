"""The system under torture: one broker and four services, each a process of its own that dies with this one."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

import aiohttp

from gongkai.child import spawn
from gongkai.keys import issue_key
from gongkai.localkafka import LocalKafka
from gongkai.ports import free_port
from shared.contracts.facts import FACTS
from shared.security.principals import Principal, PrincipalKind
from shared.wiring import Platform, load_settings

SERVICES = ("catalog", "requests", "notify", "publish")
BEGINNING = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
AGENCIES = ("north", "south", "east", "west")
OFFICERS = ("officer-1", "officer-2")
ENTERPRISES = 5
_TYPES = frozenset({name for name in FACTS if name.startswith("feed.")} | {"requests.application-submitted"})


class Died(Exception):
    """A process ended by itself; the text names it and ends with its log."""


class Process:
    """One service: started, killed, frozen and thawed on one port."""

    def __init__(self, name: str, folder: Path, env: Mapping[str, str]) -> None:
        self.name, self.port = name, free_port()
        self.log = folder / "logs" / f"{name}.log"
        self._env = dict(env) | {"GONGKAI_PORT": str(self.port)}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, now: datetime) -> None:
        """Start it at a business time, so that a restart does not turn the clock back."""
        # Compiled once for the whole run, as an image has its bytecode: what is timed is the service, not the compiler.
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env |= {**self._env, "GONGKAI_NOW": now.isoformat(), "PYTHONPYCACHEPREFIX": str(self.log.parent / "bytecode")}
        self._process = spawn([sys.executable, "-m", f"services.{self.name}"], self.log, env)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    async def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)
            self._process = None

    async def end(self, seconds: float = 20.0) -> int:
        """Ask it to stop; return its exit status, or -9 where it had to be killed after ``seconds``."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        try:
            return await asyncio.to_thread(self._process.wait, seconds)
        except subprocess.TimeoutExpired:
            await self.kill()
            return -9
        finally:
            self._process = None

    def check(self) -> None:
        """Raise ``Died`` where it ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            raise Died(f"{self.name} ended by itself with {self._process.returncode}: {self.tail()}")

    def tail(self, size: int = 2000) -> str:
        """Return the end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-size:] if self.log.exists() else ""


class Town:
    """Broker, services and the keys of everybody who calls them."""

    def __init__(self, folder: Path, outside: Mapping[str, str] | None = None) -> None:
        """``outside`` is the part of the services' environment that names the receivers of the harness."""
        self.folder, self.data = folder, folder / "var"
        self.kafka = LocalKafka(folder / "kafka", heap_mb=256)
        self.keys: dict[str, str] = {}
        self.services: dict[str, Process] = {}
        self.http: aiohttp.ClientSession
        self._outside = dict(outside or {})
        self._began = time.monotonic()
        self._stack = AsyncExitStack()

    @property
    def now(self) -> datetime:
        """Business time: it began with the town and runs on through every restart."""
        return BEGINNING + timedelta(seconds=time.monotonic() - self._began)

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
        self._stack.callback(self.kafka.kill)
        await self.kafka.start()
        timeout = aiohttp.ClientTimeout(total=20)
        self.http = await self._stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        await self._issue_keys()
        env = {
            "GONGKAI_KAFKA": self.kafka.bootstrap,
            "GONGKAI_DATA": str(self.data),
            **self._outside,
        }
        for name in SERVICES:
            self.services[name] = process = Process(name, self.folder, env)
            self._stack.push_async_callback(process.kill)
            process.start(self.now)

    async def _issue_keys(self) -> None:
        settings = load_settings(data=self.data, kafka=self.kafka.bootstrap, now=BEGINNING)
        self.data.mkdir(parents=True, exist_ok=True)
        platform = await Platform.open(settings)
        try:
            for principal in _principals():
                self.keys[principal.id] = await issue_key(platform, principal, by="torture")
        finally:
            await platform.close()

    def restart(self, name: str) -> None:
        """Start a service that was killed."""
        self.services[name].start(self.now)

    def check(self) -> None:
        """Raise ``Died`` where a process ended by itself."""
        for process in self.services.values():
            process.check()

    async def end(self) -> dict[str, int]:
        """Stop all services in order; return their exit statuses."""
        names = list(self.services)
        ended = await asyncio.gather(*(self.services[name].end() for name in names))
        return dict(zip(names, ended, strict=True))


def enterprise(number: int) -> str:
    """Return the credit code (统一社会信用代码) of the n-th enterprise that has a key and a webhook."""
    return credit_code(number)


def credit_code(number: int) -> str:
    """Return a valid unified social credit code (GB 32100-2015) of Shanghai; equal numbers give equal codes."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    organisation = f"{number:08d}"
    total = sum(int(c) * w for c, w in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    check = "0123456789X0"[(11 - total % 11) % 11]
    if check == "X":
        return credit_code(number + 50_000_000)
    body = f"91310106{organisation}{check}"
    weighed = sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + alphabet[(31 - weighed % 31) % 31]


def _principals() -> list[Principal]:
    found = [
        Principal(PrincipalKind.AGENCY, name, bodies=frozenset({"tt-*"}), source=f"/{name}", types=_TYPES)
        for name in AGENCIES
    ]
    found += [Principal(PrincipalKind.OFFICER, name, bodies=frozenset({"tt-*"})) for name in OFFICERS]
    found += [Principal(PrincipalKind.ENTERPRISE, enterprise(n)) for n in range(ENTERPRISES)]
    return [*found, Principal(PrincipalKind.OPERATOR, "operator")]
