"""One suite, two adapters: the bus in memory and on a real broker."""

from collections.abc import AsyncIterator

import pytest

from shared.bus.group import Bus
from shared.bus.kafka import KafkaLog
from shared.bus.memory import MemoryLog
from tests.contracts.bus.harness import Bench, bench


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.kafka)])
def adapter(request: pytest.FixtureRequest) -> str:
    """Which adapter this run of a test is about."""
    name: str = request.param
    return name


@pytest.fixture
def prefix(adapter: str, request: pytest.FixtureRequest) -> str:
    """A prefix for topics of this test alone."""
    return request.getfixturevalue("topic_prefix") if adapter == "kafka" else "t"


@pytest.fixture
async def bus(adapter: str, request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    """The adapter, opened and closed around the test."""
    made: Bus = KafkaLog(request.getfixturevalue("kafka")) if adapter == "kafka" else MemoryLog()
    yield made
    await made.close()


@pytest.fixture
async def board(bus: Bus, prefix: str) -> AsyncIterator[Bench]:
    """A topic with its dead letters, a store and a settler."""
    async with bench(bus, prefix) as made:
        yield made
