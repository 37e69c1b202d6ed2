"""Publishing's own interface over HTTP, as the public and as an agency see it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.publish.api import Deps, ReportDesk, router
from services.publish.domain.reports.steps import Bureau
from services.publish.handlers import hears
from services.publish.handlers.reports import Reporting
from services.publish.pages.reporting import report_pages
from services.publish.store import load_form
from services.publish.sweeps import ValiditySweep
from services.publish.views.reports.questions import Reports
from shared.bus.dispatch import Dispatcher
from shared.bus.port import Record, TopicSpec
from shared.clock import Clock
from shared.contracts.facts import catalog
from shared.contracts.topics import Topics
from shared.security.keys import KeyRing
from shared.security.sessions import Sessions
from shared.store.blobs import Blobs
from shared.web.app import create_app
from shared.web.auth import Access
from tests.unit.publish.samples import NOW, desk, document, wire
from tests.unit.publish.test_interpretations import interpretation
from tests.unit.publish.test_site import House, call


class Office(House):
    """A house with its dispatcher and its interface."""

    def __init__(self, root: Path, clock: Clock | None = None) -> None:
        super().__init__(root)
        self.clock = clock or Clock(NOW)
        self.dispatcher = Dispatcher(self.store, self.clock, Topics(), hears(desk(), load_form()))
        bureau = Bureau(load_form(), desk().rules, desk().place)
        reports = Reports(self.store, bureau.rules, bureau.form, bureau.place)
        self.desk = ReportDesk(self.dispatcher, self.clock, Blobs(root / "blobs"), Reporting(bureau), reports)
        self.ring = ring = KeyRing()
        access = Access(ring, Sessions(ring, secure=False), self.clock)
        self.app = create_app(
            "publish",
            "发布",
            [report_pages(self.desk), router(Deps(self.questions, self.desk))],
            access=access,
            ready=_ready,
        )

    async def settle(self, *values: bytes) -> None:
        await self.dispatcher.settle([Record("t", 0, n, 0, None, value) for n, value in enumerate(values)])

    async def get(self, path: str) -> tuple[int, dict[str, object]]:
        answer = await call(self.app, path, host="localhost")
        return answer.status, orjson.loads(answer.body)


async def _ready() -> list[str]:
    return []


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    made = Office(tmp_path)
    await made.log.ensure([TopicSpec("publish", 1, 1), TopicSpec("publish.dead", 1, 1)])
    yield made
    await made.store.close()


def archived(**values: Any) -> bytes:
    return wire(catalog.DocumentArchived(document=document(**values)), "dc1", 1)


async def test_an_item_is_read_whole_and_is_410_once_withdrawn(office: Office) -> None:
    assert (await office.get("/publish/v1/items/dc1"))[0] == 404
    await office.settle(archived())
    status, shown = await office.get("/publish/v1/items/dc1")
    assert status == 200
    assert shown["path"] == "d/dc1.html"
    gone = catalog.DocumentWithdrawn(document_id="dc1", edition=1, reason="有误")
    await office.settle(wire(gone, "dc1", 2))
    status, problem = await office.get("/publish/v1/items/dc1")
    assert (status, problem["code"]) == (410, "ITEM_WITHDRAWN")


async def test_an_empty_question_is_refused_and_an_unknown_caller_sees_no_receipts(office: Office) -> None:
    status, problem = await office.get("/publish/v1/search")
    assert (status, problem["code"]) == (422, "QUERY_EMPTY")
    assert (await office.get("/publish/v1/receipts/rc_pe1"))[0] == 401
    assert (await office.get("/publish/v1/interpretations"))[0] == 401


async def test_a_judge_answers_for_every_receipt_it_gave(office: Office) -> None:
    await office.settle(interpretation("e1"), interpretation("e2"), interpretation("e3", document_number=None))
    found = [await office.questions.of(f"rc_pe{n}") for n in (1, 2, 3, 4)]
    assert [each and each["state"] for each in found] == ["admitted", "duplicate", "returned", None]
    listed: list[object] = []
    after: str | None = None
    while True:
        page = await office.questions.listed("binjiang", None, after, 1)
        listed += [each["receipt"] for each in page.items]
        after = page.next
        if after is None:
            break
    assert sorted(map(str, listed)) == ["rc_pe1", "rc_pe2", "rc_pe3"]


async def test_the_sweep_finds_what_a_date_changed_and_says_it_once(office: Office) -> None:
    await office.settle(archived(effective_on="2026-01-01", expires_on="2026-03-02"))
    sweep = ValiditySweep(office.store, office.dispatcher, office.clock, desk())
    assert await sweep.sweep() == 0
    later = ValiditySweep(office.store, office.dispatcher, Clock(NOW.replace(day=3)), desk())
    assert await later.sweep() == 1
    assert await later.sweep() == 0
    _, shown = await office.get("/publish/v1/items/dc1")
    assert shown["validity"] == "失效"
