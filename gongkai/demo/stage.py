"""Where the demo plays: a city on its own data folder, receivers outside, a client for everybody in it."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from gongkai.city import ensure_key, event, key_in, seed, send
from gongkai.client import Client
from gongkai.demo.crowd import Crowd, crowd
from gongkai.demo.receivers import MailBox, Receivers, SecondSite
from gongkai.demo.story import eventually, held
from gongkai.launcher import City
from gongkai.ports import free_port
from shared.clock import ZONE
from shared.security.principals import Principal, PrincipalKind

START = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
"""The demo's first moment: no 2027 calendar is published, so deadlines of late 2026 would be provisional."""
SENT = "2026-03-02T09:00:00+08:00"


class Stage:
    """Everything the steps act on. Enter it to start the city; ``say`` hears what goes on."""

    def __init__(self, data: Path, port: int, size: int) -> None:
        self.data, self._port = data, port or free_port()
        self.crowd: Crowd = crowd(size)
        self.receivers, self.mail = Receivers(), MailBox()
        self.second = SecondSite(data / "second-site")
        self.city: City
        self.notes: dict[str, Any] = {}
        self._stack = AsyncExitStack()
        self._clients: dict[str, Client] = {}

    async def __aenter__(self) -> Self:
        try:
            for outside in (self.receivers, self.mail, self.second):
                self._stack.push_async_callback(outside.stop)
                await outside.start()
            self.city = await self._stack.enter_async_context(
                City(
                    self.data,
                    self._port,
                    now=START,
                    public_url=f"http://127.0.0.1:{self._port}",
                    egress_allow=f"{self.receivers.origin},{self.second.origin}",
                    mirrors=f"{self.second.origin}/|{self.second.secret}",
                    smtp=f"smtp://127.0.0.1:{self.mail.port}",
                )
            )
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self.receivers.release()
        for client in self._clients.values():
            client.close()
        await self._stack.aclose()

    @property
    def url(self) -> str:
        """The one origin."""
        return self.city.url

    def client(self, name: str = "") -> Client:
        """Return a caller: nobody, ``operator``, or whoever has a key under the name. Raises ``KeyError``."""
        if not name:
            return self._clients.setdefault("", Client(self.url))
        path = self.data / "operator.key" if name == "operator" else self.data / "keys" / f"{name}.key"
        if not path.exists():
            raise KeyError(f"没有 {name} 的密钥")
        return self._clients.setdefault(name, Client(self.url, path.read_text(encoding="ascii").strip()))

    async def ask(self, path: str, who: str = "") -> Any:
        """Return the JSON at a path."""
        return await asyncio.to_thread(self.client(who).get, path)

    async def wish(self, path: str, body: Any, who: str, version: int | None = None) -> Any:
        """Post a command with its Idempotency-Key; with ``version`` under If-Match."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return await asyncio.to_thread(self.client(who).post, path, body, **headers)

    async def versioned(self, path: str, who: str) -> tuple[Any, int]:
        """Return the JSON at a path and its version."""
        answer = await asyncio.to_thread(self.client(who).call, "GET", path)
        return answer.must(), int(answer.headers["etag"].strip('"'))

    async def introduce(self, kind: PrincipalKind, name: str) -> None:
        """Give an enterprise or partner its key."""
        await ensure_key(self.city, Principal(kind, name))

    async def feed(self, agency: str, type_: str, rows: list[dict[str, Any]], named: str) -> list[dict[str, Any]]:
        """Report rows; return what was accepted. ``named`` is the field that names a row's subject."""
        accepted: list[dict[str, Any]] = []
        for start in range(0, len(rows), 500):
            events = [
                event(agency, type_, f"{type_}-{start + i}-{row[named]}"[:120], str(row[named])[:100], row, SENT)
                for i, row in enumerate(rows[start : start + 500])
            ]
            answer = await asyncio.to_thread(send, self.client(agency), events)
            held(not answer["rejected"], f"{agency} 的 {type_} 全部被接收", answer["rejected"][:3])
            accepted += answer["accepted"]
        return accepted

    async def verdict(self, agency: str, receipt: str) -> dict[str, Any]:
        """Wait for the verdict on a receipt."""

        def judged() -> dict[str, Any] | None:
            found: dict[str, Any] = self.client(agency).get(f"/feed/v1/receipts/{receipt}")
            return found if found["state"] != "accepted" else None

        found = await eventually(judged, f"回执 {receipt} 有结论")
        return found or {}

    async def seed(self) -> None:
        """Issue the keys of the example city and register its bodies."""
        await seed(self.city)


def fresh(data: Path) -> Path:
    """Return an empty folder for the demo."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    return data


__all__ = ["SENT", "START", "Stage", "fresh", "key_in"]
