"""What is kept in memory comes back from the store after a restart, and from the log in a copy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.notify.domain.directory import Directory
from services.notify.domain.shelf import Shelf
from services.notify.views.everybody import Everybody
from services.notify.views.rehearsal import rehearse
from shared.bus.memory import MemoryLog
from shared.bus.port import Draft, TopicSpec
from shared.contracts.envelope import encode
from shared.contracts.facts.audience import Expression
from tests.support.wait import until
from tests.unit.notify.city import City
from tests.unit.notify.conftest import code, view


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[City]:
    async with City(tmp_path).running() as made:
        await made.hear(*(made.enterprise(n) for n in (1, 2, 3)), made.enterprise(4, region="310101"))
        yield made


async def test_a_restart_knows_everybody_and_every_inbox_again(city: City) -> None:
    await city.hear(city.partner("a-park", 1))
    await city.as_("enterprise", code(2)).post_("/subscriptions", {"keywords": ["改造"]}, expect=201)
    await city.hear(city.feed("licence-changed", "l1", credit_code=code(1), licence="x", kind="食品经营许可"))
    await city.hear(city.document(view()))
    everyone = Expression.model_validate({"all": [{"dimension": "region", "any_of": ["310000"]}]})
    licensed = Expression.model_validate({"all": [{"dimension": "证照", "any_of": ["食品经营许可"]}]})

    again = Everybody(Directory(city.directory.rules), Shelf())
    await again.load(city.store)

    for expression in (everyone, licensed):
        assert rehearse(expression, again.directory) == rehearse(expression, city.directory)
    assert list(again.shelf.of(1, None)) == list(city.shelf.of(1, None))
    assert again.directory.draw() == city.directory.draw()


async def test_a_copy_of_the_service_learns_from_the_log_what_this_one_said(city: City) -> None:
    log = MemoryLog()
    await log.ensure([TopicSpec("notify", 2, 1)])
    copy = Everybody(Directory(city.directory.rules), Shelf())
    start = {slot: end for slot, (_, end) in (await log.bounds("notify")).items()}
    task = asyncio.create_task(copy.follow(log, start))
    await city.hear(city.document(view()))

    await log.append("notify", [Draft(e.subject, encode(e)) for e in (*city.said, *city.said)])

    await until(lambda: len(list(copy.shelf.of(1, None))) == 1, what="the copy's inbox")
    assert copy.directory.numbers == city.directory.numbers
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
