"""A catalog with reviews: HTTP in front, a clock moved by hand, the rows of reviews kept up to date."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.catalog.api import Deps, router
from services.catalog.domain.state import Document
from services.catalog.handlers import hears
from services.catalog.pages import pages
from services.catalog.store import DOCUMENT
from services.catalog.sweeps import ReviewSweep
from services.catalog.views import Views, library, reviews
from shared.bus.dispatch import Dispatcher
from shared.clock import Clock
from shared.contracts.envelope import Envelope
from shared.contracts.facts import FACTS
from shared.contracts.topics import Topics
from shared.law.book import Lawbook
from shared.replay.projection import News
from shared.security.keys import KeyRing, issue
from shared.security.principals import Principal, PrincipalKind
from shared.security.sessions import Sessions
from shared.web.app import create_app
from shared.web.auth import Access
from shared.web.pages import console_router
from tests.unit.catalog.conftest import FIGURES, NOW, RULES, Desk
from tests.unit.web.client import Answer, Client

BODY = "sh-power"
REVIEWS = "/catalog/v1/attribute-reviews"
CLOSED = {"attribute": "依申请公开", "attribute_reason": "X16a", "attribute_basis": "条例第16条"}


class Hands(Clock):
    """A clock moved by hand."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self.at = NOW

    def business(self) -> datetime:
        return self.at

    def to(self, day: str) -> None:
        self.at = datetime.fromisoformat(f"{day}T10:00:00+08:00")


async def no_wait() -> None:
    """There is always room."""


class Reviewing:
    """Reviews the documents of a desk."""

    def __init__(self, desk: Desk, place: str = "changzhi") -> None:
        self.desk, self.clock = desk, Hands()
        dispatcher = Dispatcher(desk.store, self.clock, Topics(), hears(desk.policies, FIGURES, lambda _: None))
        self.dispatcher = desk.dispatcher = dispatcher
        self.sweep = ReviewSweep(desk.store, dispatcher, self.clock, Lawbook(RULES), place, no_wait)
        self.ring = KeyRing()
        self._shown = self._once = 0
        self._views = (library(desk.store, "blue"), reviews(desk.store, "blue"))
        deps = Deps(dispatcher, desk.store, RULES, place)

        async def ready() -> Sequence[str]:
            return []

        access = Access(self.ring, Sessions(self.ring, secure=False), Clock())
        routers = [router(deps), *pages(Views(desk.store), RULES, dispatcher), console_router()]
        self.app = create_app("catalog", "公文目录", routers, access=access, ready=ready)

    def client(self, kind: str = "officer", id: str = "officer-1", bodies: tuple[str, ...] = (BODY,)) -> Client:
        """A caller with a key of its own."""
        more: dict[str, Any] = {}
        if kind == "agency":
            more = {"source": f"/{id}", "types": frozenset({"feed.document-issued"})}
        token, fact = issue(Principal(PrincipalKind(kind), id, frozenset(bodies), **more))
        self.ring.apply(fact)
        return Client(self.app, token)

    async def filed(self, event: str, **data: Any) -> str:
        """File a document; return its id."""
        number = {"number": f"沪电发〔2026〕{len(self.desk.said) + 1}号", "title": f"关于{event}的通知"}
        said = await self.desk.hear(self.desk.document(event, subject=event, **{**CLOSED, **number, **data}))
        assert said[-1].data["verdict"] == "admitted", said[-1].data
        return said[-1].subject

    def news(self, type_: str, subject: str, sequence: int, **data: Any) -> Envelope:
        """What requests said."""
        at = self.clock.business()
        return Envelope(f"{subject}:{sequence}", "/requests", type_, subject, at, data, sequence=sequence)

    async def document(self, document_id: str) -> Document:
        """The document as stored."""
        stored = (await self.desk.store.load(DOCUMENT.kind, [document_id]))[document_id]
        return DOCUMENT.parse(stored.state)

    def said(self, name: str) -> list[dict[str, Any]]:
        """The data of every fact of a name, as their models read them."""
        return [
            FACTS[e.type].model_validate(e.data).model_dump(mode="json")
            for e in self.desk.said
            if e.type == f"catalog.{name}"
        ]

    def causes(self) -> list[str]:
        """Why reviews were opened, in order."""
        return [each["cause"] for each in self.said("attribute-review-due")]

    async def settle(self) -> None:
        """Bring the projections up to date."""
        events, self._shown = self.desk.said[self._shown :], len(self.desk.said)
        for view in self._views:
            news = [News(e, FACTS[e.type].model_validate(e.data)) for e in events if e.type in view.hears]
            await self.desk.store.put(await view.apply(news))

    async def post(
        self, client: Client, review_id: str, name: str, *, version: int | None = None, once: str = "", **body: Any
    ) -> Answer:
        """Settle a review over HTTP under the version the document has now."""
        self._once += 1
        document_id = review_id.split(":")[1]
        stored = (await self.desk.store.load(DOCUMENT.kind, [document_id])).get(document_id)
        known = version if version is not None else stored.version if stored else 0
        headers = {
            "content-type": "application/json",
            "idempotency-key": once or f"settle-{self._once:06}",
            "if-match": f'"{known}"',
        }
        raw = json.dumps(body).encode()
        answer = await client.call("POST", f"{REVIEWS}/{review_id}/{name}", body=raw, headers=headers)
        await self.settle()
        return answer

    async def get(self, client: Client, query: str) -> Any:
        """The JSON of a list or of the figures."""
        await self.settle()
        answer = await client.get(f"{REVIEWS}{query}")
        assert answer.status == 200, answer.text
        return answer.json
