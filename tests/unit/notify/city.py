"""The whole of notify in one test: HTTP in front, the courier behind, real receivers outside."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

from services.notify.api import Deps, router
from services.notify.gateway.sending import Sending, Strongbox
from services.notify.handlers.closing import Closing
from services.notify.handlers.settling import Telling
from services.notify.views.answers import Answers, Receipts
from shared.effects.egress import Egress
from shared.effects.ledger_courier import Courier
from shared.effects.mail import Mailer
from shared.security.keys import KeyRing, issue
from shared.security.principals import Principal, PrincipalKind
from shared.security.sessions import Sessions
from shared.security.vault import Vault
from shared.store.port import Owed, Row
from shared.web.app import create_app
from shared.web.auth import Access
from tests.support.wait import until
from tests.unit.notify.conftest import Desk
from tests.unit.web.client import Answer, Client

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Receiver:
    """A receiver as an enterprise would write it: verifies with an independent library, answers the challenge."""

    def __init__(self) -> None:
        self.secret = ""
        self.got: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.answer: Handle | None = None
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        message = json.loads(body)
        if self.secret:
            Webhook(self.secret).verify(body, dict(request.headers))
        if message["type"] == "endpoint.challenge":
            return web.Response(text=message["data"]["challenge"])
        self.ids.append(request.headers["webhook-id"])
        self.got.append(message)
        return await self.answer(request) if self.answer else web.Response()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Receiver]:
        app = web.Application()
        app.router.add_post("/hook", self.handle)
        runner = web.AppRunner(app, shutdown_timeout=0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        try:
            yield self
        finally:
            await runner.cleanup()

    @property
    def origin(self) -> str:
        return self.url.removesuffix("/hook")


class City(Desk):
    """A desk with HTTP, a courier and keys for everybody; it hears itself as soon as something is saved."""

    def __init__(self, folder: Path, allow: Sequence[str] = (), smtp: str = "") -> None:
        super().__init__()
        self.ring = KeyRing()
        self.vault = Vault(folder / "vault.db", bytes(32))
        self.egress = Egress(allow)

        async def hold(channel: str) -> None:
            await self.courier.pause(channel)

        telling = Telling(lambda: self.dispatcher, hold, self.clock.wire)
        sending = Sending(
            Strongbox(self.directory, self.vault), self.shelf, self.clock.wire, self.egress,
            Mailer(smtp, "gk@example.cn", now=self.clock.business) if smtp else None,
            "https://gk.example.cn", telling.confirmed,
        )  # fmt: skip
        self.courier = Courier(
            self.ledger, sending.purposes(), self.clock, random.Random(1).random, slots=128,
            settled=telling.settled, noticed=telling.noticed,
        )  # fmt: skip
        self.closer = Closing(self.ledger, self.clock.wire)
        answers = Answers(self.store, self.everybody, self.ledger, "https://gk.example.cn")
        self.deps = Deps(
            self.dispatcher, answers, self.vault, self.egress.guard.target, self.courier.pause, self.courier.resume,
            "https://gk.example.cn", bool(smtp),
        )  # fmt: skip
        self.receipts = Receipts(self.store)
        access = Access(self.ring, Sessions(self.ring, secure=False), self.clock)

        async def ready() -> Sequence[str]:
            return []

        self.app = create_app("notify", "政策精准推送", [router(self.deps)], access=access, ready=ready)
        self._saved = asyncio.Event()
        self._echoed = 0
        self.log_is_slow = False
        self._calls = 0

    def wake(self, rows: Sequence[Row]) -> None:
        super().wake(rows)
        self.courier.wake(rows)

    def _hear(self, kind: str, owed: Sequence[Owed]) -> None:
        super()._hear(kind, owed)
        self._saved.set()

    async def hear(self, *events: Any) -> list[Any]:
        """Settle events; the rest follows by itself."""
        before = len(self.said)
        await self.dispatcher.settle([self._record(e) for e in events])
        return self.said[before:]

    async def _pump(self) -> None:
        while True:
            await self._saved.wait()
            self._saved.clear()
            while self._echoed < len(self.said) and not self.log_is_slow:
                start, self._echoed = self._echoed, len(self.said)
                await self.dispatcher.settle([self._record(e) for e in self.said[start : self._echoed]])

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[City]:
        await self.everybody.load(self.store)
        await self.courier.start()
        pump = asyncio.create_task(self._pump())
        try:
            yield self
        finally:
            await self.courier.stop(1.0)
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
            await self.assert_folds()
            await self.egress.close()
            await self.store.close()
            self.vault.close()

    def as_(self, kind: str, id: str, **more: Any) -> Caller:
        token, fact = issue(Principal(PrincipalKind(kind), id, **more))
        self.ring.apply(fact)
        return Caller(self.app, token)

    async def webhook(self, caller: Caller, receiver: Receiver) -> str:
        """Register a webhook and wait until its challenge was answered."""
        made = await caller.post_("/endpoints", {"url": receiver.url}, expect=201)
        receiver.secret = made["secret"]
        endpoint = str(made["endpoint"])
        await self.state_of(endpoint, "active")
        return endpoint

    async def state_of(self, endpoint: str, state: str) -> None:
        """Wait until a channel stands there."""
        await until(lambda: self.directory.channels[endpoint].state == state, what=f"{endpoint} {state}")


class Caller(Client):
    """Somebody with a key; every unsafe call gets an Idempotency-Key of its own."""

    count = 0

    async def post_(
        self, path: str, body: Any = None, *, expect: int = 200, key: str = "", method: str = "POST"
    ) -> Any:
        Caller.count += 1
        headers = {"idempotency-key": key or f"key-{Caller.count:08}", "content-type": "application/json"}
        sent = b"" if body is None else json.dumps(body).encode()
        answer = await self.call(method, f"/notify/v1{path}", body=sent, headers=headers)
        assert answer.status == expect, (answer.status, answer.text)
        return answer.json

    async def get_(self, path: str, *, expect: int = 200) -> Any:
        answer: Answer = await self.get(f"/notify/v1{path}")
        assert answer.status == expect, (answer.status, answer.text)
        return answer.json
