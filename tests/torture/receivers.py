"""Receivers of webhooks and a second site: they fail now and then, and keep everything that reaches them."""

from __future__ import annotations

import asyncio
import base64
import json
import random
from contextlib import AsyncExitStack
from typing import Any, Self

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from gongkai.ports import free_port
from tests.torture.caller import Caller
from tests.torture.evidence import Received
from tests.torture.town import ENTERPRISES, enterprise

MIRROR = "mirror"
LOST = 599
"""Noted as the answer where the connection was dropped after the message had been read."""


class Receivers:
    """One listener for all enterprises; a message fails at most once, so that the load comes to rest."""

    def __init__(self, seed: int) -> None:
        self.port = free_port()
        self.channels: dict[str, str] = {}
        self._dice = random.Random(f"{seed}-receivers")
        self.mirror = f"{self.address}/hook/{MIRROR}"
        self.channels[MIRROR] = self.mirror
        self._secrets = {MIRROR: "whsec_" + base64.b64encode(self._dice.randbytes(32)).decode()}
        self._failed: set[str] = set()
        self._kept: list[tuple[str, dict[str, str], bytes, int]] = []
        self._signed: list[bool] = []
        self._stack = AsyncExitStack()

    @property
    def address(self) -> str:
        """Scheme, host and port, as the guard's exception names them."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What services must be told: the guard's exception, and the second site with its secret."""
        return {"GONGKAI_EGRESS_ALLOW": self.address, "GONGKAI_MIRRORS": f"{self.mirror}|{self._secrets[MIRROR]}"}

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/hook/{number}", self._take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def register(self, caller: Caller) -> None:
        """Open a webhook for every enterprise and wait until its challenge was answered."""
        for number in range(ENTERPRISES):
            who, wish = enterprise(number), {"url": f"{self.address}/hook/{number}"}
            more = {"Idempotency-Key": f"webhook-{number:04}"}
            answer = await caller.sure("POST", ["notify"], "/notify/v1/endpoints", who, wish, **more)
            opened = caller.expect(answer, "endpoints", 201)
            self.channels[str(number)] = opened["endpoint"]
            self._secrets[str(number)] = opened["secret"]
            path = f"/notify/v1/endpoints/{opened['endpoint']}"
            while (await caller.sure("GET", ["notify"], path, who)).json["state"] != "active":
                await asyncio.sleep(0.05)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        number, body = request.match_info["number"], await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        message = json.loads(body)
        challenge = message["type"] == "endpoint.challenge"
        status = 200 if challenge else self._status(headers["webhook-id"])
        self._kept.append((number, headers, body, status))
        self._signed.append(challenge or self._verifies(number, headers, body))
        if status == LOST:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(_answer(message), status=status if status != LOST else 503)

    def _status(self, id_: str) -> int:
        if id_ in self._failed or self._dice.random() < 0.9:
            return 204
        self._failed.add(id_)
        return self._dice.choice((503, 500, LOST))

    def _verifies(self, number: str, headers: dict[str, str], body: bytes) -> bool:
        try:
            Webhook(self._secrets[number]).verify(body, headers)
        except (WebhookVerificationError, ValueError):
            return False
        return True

    def received(self) -> list[Received]:
        """Return everything that arrived, by channel."""
        return [
            Received(self.channels.get(number, number), headers["webhook-id"], body, signed, status)
            for (number, headers, body, status), signed in zip(self._kept, self._signed, strict=True)
        ]


def _answer(message: dict[str, Any]) -> dict[str, Any]:
    return {"challenge": message["data"]["challenge"]} if message["type"] == "endpoint.challenge" else {}
