"""What the questions are asked of: a real broker, services as processes of their own, keys, a folder on a real disk."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from subprocess import Popen
from typing import Any, Self

import aiohttp

from bench.samples import AGENCY, NOW
from gongkai.child import spawn
from gongkai.localkafka import LocalKafka
from gongkai.ports import free_port
from shared.bus.port import Draft
from shared.contracts.envelope import Envelope, encode
from shared.contracts.facts.base import Fact
from shared.security.keys import issue
from shared.security.principals import Principal, PrincipalKind
from shared.wiring import Platform, Settings, load_settings

ROOT = Path(__file__).parents[1]
_START_SECONDS = 60.0
FEED_TYPES = frozenset(
    {"feed.document-issued", "feed.body-registered", "feed.enterprise-registered", "feed.partner-registered"}
)


def _var() -> Path:
    """Return a folder on a real disk: in memory an fsync would cost nothing."""
    folder = ROOT / "var"
    folder.mkdir(exist_ok=True)
    return folder


@dataclass(frozen=True)
class Place:
    """Topics and a data folder nobody else uses: every round gets its own."""

    bootstrap: str
    data: Path
    prefix: str

    def settings(self, **more: Any) -> Settings:
        """Return the settings of a process in this place."""
        return load_settings(kafka=self.bootstrap, data=self.data, topic_prefix=self.prefix, **more)

    def environment(self, **more: str) -> dict[str, str]:
        """Return the same as the environment of a child process."""
        own = {
            "KAFKA": self.bootstrap,
            "DATA": str(self.data),
            "TOPIC_PREFIX": self.prefix,
            **more,
        }
        return {**os.environ, "PYTHONPATH": str(ROOT), **{f"GONGKAI_{name}": value for name, value in own.items()}}


@dataclass
class Town:
    """A broker and a folder; ``async with``."""

    quick: bool
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="bench-", dir=_var())))
    _numbers: Any = field(default_factory=count)

    async def __aenter__(self) -> Self:
        self.kafka = LocalKafka(self.folder / "kafka", say=lambda line: print(line, file=sys.stderr))
        await self.kafka.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kafka.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def place(self) -> Place:
        """Return a place of its own."""
        number = next(self._numbers)
        data = self.folder / f"place-{number}"
        data.mkdir(parents=True)
        return Place(self.kafka.bootstrap, data, f"b{number}.")

    @asynccontextmanager
    async def platform(self, place: Place) -> AsyncIterator[Platform]:
        """Open the platform of a place in this process: it makes the topics and issues keys."""
        platform = await Platform.open(place.settings())
        try:
            yield platform
        finally:
            await platform.close()

    @asynccontextmanager
    async def working(self, place: Place, module: str, **more: str) -> AsyncIterator[Popen[bytes]]:
        """Run ``python -m module`` as a process of its own until the end of the block."""
        argv = [sys.executable, "-m", module]
        child = spawn(argv, place.data / f"{module}.log", place.environment(**more))
        try:
            yield child
        finally:
            child.terminate()
            await asyncio.to_thread(_end, child)

    @asynccontextmanager
    async def running(self, place: Place, module: str, ready: str, **more: str) -> AsyncIterator[str]:
        """Run a service until the end of the block and wait until ``ready`` answers; yields its address."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        async with self.working(place, module, PORT=str(port), **more) as child:
            await _answers(child, url + ready, place.data / f"{module}.log")
            yield url


async def _answers(child: Popen[bytes], url: str, log: Path) -> None:
    async with aiohttp.ClientSession() as session:
        async with asyncio.timeout(_START_SECONDS):
            while not await _answer(session, url):
                if child.poll() is not None:
                    raise RuntimeError(await asyncio.to_thread(_tail, log))
                await asyncio.sleep(0.05)


async def _answer(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-4000:]


def _end(child: Popen[bytes]) -> None:
    try:
        child.wait(12)
    except Exception:  # noqa: BLE001 -- whatever kept it: it must not outlive its round
        child.kill()
        child.wait()


def agency(bodies: Sequence[str] = ("bench*",)) -> Principal:
    """Return the agency that reports in every question."""
    return Principal(PrincipalKind.AGENCY, AGENCY, bodies=frozenset(bodies), source=f"/{AGENCY}", types=FEED_TYPES)


async def keys(platform: Platform, principal: Principal, number: int) -> list[str]:
    """Issue many keys at once: one key admits 200 events a second, in bursts of 2,000."""
    issued = [issue(principal, by="bench") for _ in range(number)]
    now = platform.clock.business()
    drafts = []
    for index, (_, fact) in enumerate(issued):
        event = Envelope(f"ops-{fact.key_id}-{index}", "/ops", fact.type, fact.key_id, now, fact.wire())
        drafts.append(Draft(fact.key_id, encode(event)))
    await platform.log.append(platform.topics.of("ops"), drafts)
    return [token for token, _ in issued]


async def post(session: aiohttp.ClientSession, url: str, key: str, body: bytes) -> Mapping[str, Any]:
    """Report a batch of NDJSON; return the answer. Raises ``RuntimeError`` for anything but 202."""
    headers = {"authorization": f"Bearer {key}", "content-type": "application/x-ndjson"}
    async with session.post(url + "/feed/v1/events", data=body, headers=headers) as response:
        if response.status != 202:
            raise RuntimeError(f"{response.status}: {(await response.text())[:1000]}")
        answer: Mapping[str, Any] = await response.json()
        return answer


def event_of(fact: Fact, subject: str, sequence: int, owner: str) -> Envelope:
    """Return a fact as the event of a service."""
    return Envelope(
        f"{subject}:{sequence}",
        f"/{owner}",
        fact.type,
        subject,
        NOW,
        fact.wire(),
        sequence=sequence,
        causationid=f"cause-{subject}",
        correlationid=f"cause-{subject}",
    )
