"""The demo's receivers: webhooks checked by an independent library, a hanging one, a mail box, a second site."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiohttp import web
from aiosmtpd.controller import UnthreadedController
from standardwebhooks import Webhook, WebhookVerificationError

from gongkai.ports import free_port
from services.publish.gateway.mirror import Mirror
from shared.security.webhooks import new_secret
from shared.wiring import server


@dataclass
class Endpoint:
    """One subscriber's receiver; ``secret`` is known once the endpoint is registered."""

    name: str
    secret: str = ""
    hostile: bool = False
    got: dict[str, dict[str, Any]] = field(default_factory=dict)
    repeats: int = 0
    forged: int = 0
    challenged: int = 0
    at: dict[str, float] = field(default_factory=dict)


class Receivers:
    """All receivers of the demo on one loopback port; ``origin`` is what the egress guard must be told."""

    def __init__(self) -> None:
        self.port = free_port()
        self.endpoints: dict[str, Endpoint] = {}
        self._runner: web.AppRunner | None = None
        self._hanging = asyncio.Event()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    def add(self, name: str, *, hostile: bool = False) -> str:
        """Open a receiver; return its address."""
        self.endpoints[name] = Endpoint(name, hostile=hostile)
        return f"{self.origin}/{name}"

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_post("/{name}", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, shutdown_timeout=0.2).start()

    def release(self) -> None:
        """Let hanging callers go, so that nobody waits for their time-out at the end."""
        self._hanging.set()

    async def stop(self) -> None:
        """Let go, of hanging callers too."""
        self.release()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        endpoint = self.endpoints.get(request.match_info["name"])
        if endpoint is None:
            return web.Response(status=404)
        body = await request.read()
        told = json.loads(body)
        if told.get("type") == "endpoint.challenge":
            endpoint.challenged += 1
            return web.json_response({"challenge": told["data"]["challenge"]})
        if endpoint.hostile:
            await self._hanging.wait()
            return web.Response(status=500)
        return self._keep(endpoint, request, body, told)

    def _keep(self, endpoint: Endpoint, request: web.Request, body: bytes, told: dict[str, Any]) -> web.Response:
        try:
            Webhook(endpoint.secret).verify(body, dict(request.headers))
        except (WebhookVerificationError, ValueError):
            endpoint.forged += 1
            return web.Response(status=401)
        id_ = request.headers["webhook-id"]
        endpoint.repeats += id_ in endpoint.got
        endpoint.got[id_] = told
        endpoint.at.setdefault(id_, time.monotonic())
        return web.Response(status=204)


class MailBox:
    """A mail server on loopback that keeps what it is given."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mails: list[bytes] = []
        self._controller: UnthreadedController | None = None

    def plain(self) -> list[str]:
        """Return subject and text of every mail, decoded."""
        return [_decoded(mail) for mail in self.mails]

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        """Keep one mail (the name is the library's)."""
        self.mails.append(envelope.content)
        return "250 OK"

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        controller = UnthreadedController(self, hostname="127.0.0.1", port=self.port, loop=loop)
        controller.server_coro = controller._create_server()
        controller.server = await controller.server_coro
        self._controller = controller

    async def stop(self) -> None:
        """Let go."""
        if self._controller is not None and self._controller.server is not None:
            self._controller.server.close()


def _decoded(mail: bytes) -> str:
    message = message_from_bytes(mail, policy=policy.default)
    body = message.get_body(("plain",))
    return f"{message['subject']}\n{body.get_content() if body is not None else ''}"


class SecondSite:
    """A second site that keeps copies in step (数据同源)."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.secret = new_secret()
        self.mirror = Mirror(folder, self.secret, time.time)
        self._http = server(self.mirror, "127.0.0.1", self.port)
        self._task: asyncio.Task[None] | None = None

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen."""
        self._task = asyncio.create_task(self._http.serve())
        while not self._http.started and not self._task.done():
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Let go."""
        self._http.should_exit = True
        if self._task is not None:
            await self._task
