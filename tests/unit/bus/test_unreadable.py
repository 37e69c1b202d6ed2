"""Who buries what cannot be read: one mistake of a reporting system is one dead letter."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from shared.bus.decider import Aggregate, Policy, Target
from shared.bus.dispatch import Dispatcher
from shared.bus.port import Poison, Record
from shared.clock import Clock
from shared.contracts.facts import FACTS
from shared.contracts.problems import Undecodable
from shared.contracts.topics import Topics
from shared.store.sqlite import SqliteStore

HEARD = {
    "catalog": ("feed.document-issued", "feed.body-registered", "requests.conversion-approved"),
    "publish": ("feed.interpretation-issued", "catalog.document-archived"),
    "notify": ("feed.enterprise-registered", "feed.partner-registered", "feed.licence-changed"),
}
HEAD = '"specversion":"1.0","id":"e1","source":"/a","subject":"s","time":"2026-03-02T09:00:00+08:00"'


WRONG = '{"title":1,"name":1,"body":1,"credit_code":1,"partner":1}'


class Nothing(BaseModel):
    """A state of these tests."""


def dispatcher(service: str) -> Dispatcher:
    def never(*_: Any) -> Any:
        raise AssertionError

    def target(_: Any) -> Target:
        return Target("never")

    policy = Policy("never", Aggregate("thing", service, Nothing, never), target, never)
    topics = Topics("p.")
    return Dispatcher(SqliteStore(":memory:"), Clock(), topics, dict.fromkeys(HEARD[service], (policy,)))


async def buriers(value: bytes, topic: str = "p.feed") -> list[str]:
    """Return the services that would bury a record."""
    found: list[tuple[str, type[Exception]]] = []
    for service in HEARD:
        try:
            await dispatcher(service).settle([Record(topic, 0, 0, 0, "k", value)])
        except Poison as poison:
            found.append((service, type(poison.error)))
    assert {error for _, error in found} <= {Undecodable}
    return [service for service, _ in found]


@pytest.mark.parametrize("type_", [type_ for types in HEARD.values() for type_ in types if type_.startswith("feed.")])
async def test_an_event_that_breaks_its_contract_is_buried_by_its_judge_alone(type_: str) -> None:
    judge: str = getattr(FACTS[type_], "judge", "")
    assert await buriers(f'{{{HEAD},"type":"{type_}","data":{WRONG}}}'.encode()) == [judge]
    assert await buriers(f'{{"type":"{type_}","data":[]}}'.encode()) == [judge]


@pytest.mark.parametrize("value", [b"", b"\xff\xfe", b"{", b"[]", b'{"type":7}', b'{"type":"feed.unheard-of"}'])
async def test_what_has_no_type_of_ours_is_buried_by_the_catalog_alone(value: bytes) -> None:
    assert await buriers(value) == ["catalog"]


async def test_on_the_topic_of_a_service_everybody_who_cannot_read_buries_for_itself() -> None:
    assert await buriers(b"{", "p.catalog") == list(HEARD)
