"""The heat of what is asked, counted by the streams process: from zero it comes out the same table."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

import pytest

from gongkai.child import spawn
from services.requests.streams import heat
from shared.bus.kafka import KafkaLog
from shared.bus.port import Draft, TopicSpec
from shared.bus.streams import counts
from shared.contracts.envelope import decode
from shared.store.sqlite import SqliteStore
from tests.support.wait import until

BODIES = ("sh-power", "ja-office", "cz-office")


def received(number: int) -> Draft:
    """Return the record of an application: some days, bodies and subjects, now and then one that was split."""
    day = f"2026-03-{1 + number % 4:02}"
    sealed = {"key": f"r{number}", "nonce": "AA==", "box": "AA=="}
    data = {
        "request_id": f"r{number}", "body": BODIES[number % 3], "place": "shanghai", "channel": "online",
        "category": "np", "applicant": f"ps_{number}", "information": "doc:d1", "name": sealed, "contact": sealed,
        "description": sealed, "form": "电子文件", "delivery": "网上获取", "submitted_on": day,
        "entered_at": f"{day}T23:30:00+08:00", "region": "310000", "subjects": ["04", "10"][: number % 3],
        "origin": "r0" if number % 10 == 9 else "",
    }  # fmt: skip
    event = {
        "specversion": "1.0", "id": f"r{number}:1", "source": "/requests", "type": "requests.request-received",
        "subject": f"r{number}", "time": f"{day}T23:30:00+08:00", "sequence": 1, "data": data,
    }  # fmt: skip
    return Draft(f"r{number}", json.dumps(event, ensure_ascii=False).encode())


@dataclass
class Heating:
    """The streams process of requests, as it is started in production."""

    env: dict[str, str]
    data: Path
    running: list[Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        argv = [sys.executable, "-m", "services.requests", "streams"]
        self.running.append(spawn(argv, self.data / "streams.log", self.env))

    def kill(self) -> None:
        for child in self.running:
            child.kill()
            child.wait()
        self.running.clear()

    async def table(self) -> dict[str, int]:
        store = SqliteStore(self.data / "requests" / "streams.db", lock="test.lock")
        try:
            return await counts(store)
        finally:
            await store.close()


@pytest.fixture
async def heating(kafka: str, topic_prefix: str, tmp_path: Path) -> AsyncIterator[Heating]:
    topic = f"{topic_prefix}requests"
    log = KafkaLog(kafka)
    await log.ensure([TopicSpec(topic, 4, 1), TopicSpec(f"{topic}.dead", 4, 1)])
    await log.append(topic, [received(number) for number in (*range(200), *range(20))])
    await log.close()
    env = {"GONGKAI_KAFKA": kafka, "GONGKAI_DATA": str(tmp_path), "GONGKAI_TOPIC_PREFIX": topic_prefix}
    made = Heating({**os.environ, **env}, tmp_path)
    yield made
    made.kill()


async def test_heat_counts_each_application_once_and_from_zero_the_same_again(heating: Heating) -> None:
    marks = {mark for number in range(200) for mark in heat(decode(received(number).value))}
    expected = dict(Counter(bucket for bucket, _ in marks))
    assert {bucket.split("|")[1] for bucket in expected} == {"agency", "region", "subject"}

    async def counted() -> bool:
        return await heating.table() == expected

    heating.start()
    await until(counted, seconds=60, what="the heat of 200 applications")
    heating.kill()
    for path in (heating.data / "requests").glob("streams.db*"):
        path.unlink()
    heating.start()
    await until(counted, seconds=60, what="the same table from zero")
