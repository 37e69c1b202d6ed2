"""What the derived streams rely on Faust for: nothing is lost, whatever ends, and nothing unreadable is passed over."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

import pytest

from gongkai.child import spawn
from shared.bus.kafka import KafkaLog
from shared.bus.port import Draft, TopicSpec
from shared.bus.streams import counts
from shared.store.sqlite import SqliteStore
from tests.support.wait import until

AGENCIES = ("甲", "乙", "丙")


def draft(number: int, agency: str = "", hour: int = 9) -> Draft:
    """Return the record of a reported event."""
    agency = agency or AGENCIES[number % 3]
    event = {
        "specversion": "1.0", "id": f"e{number}", "source": f"/{agency}", "type": "feed.document-issued",
        "subject": f"s{number}", "time": "2026-03-02T08:00:00+08:00", "agency": agency, "data": {},
        "receivedat": f"2026-03-02T{hour:02}:{number % 60:02}:00+08:00",
    }  # fmt: skip
    return Draft(f"{agency}|s{number}", json.dumps(event, ensure_ascii=False).encode())


@dataclass
class Counting:
    """The streams process of the catalog, as it is started in production."""

    kafka: str
    prefix: str
    data: Path
    log: KafkaLog
    running: list[Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        env = {
            **os.environ,
            "GONGKAI_KAFKA": self.kafka,
            "GONGKAI_DATA": str(self.data),
            "GONGKAI_TOPIC_PREFIX": self.prefix,
        }
        argv = [sys.executable, "-m", "services.catalog", "streams"]
        self.running.append(spawn(argv, self.data / "streams.log", env))

    def kill(self) -> None:
        for child in self.running:
            child.kill()
            child.wait()
        self.running.clear()

    async def say(self, drafts: Sequence[Draft]) -> None:
        await self.log.append(f"{self.prefix}feed", drafts)

    async def counted(self) -> dict[str, int]:
        store = SqliteStore(self.data / "catalog" / "streams.db", lock="test.lock")
        try:
            return await counts(store)
        finally:
            await store.close()

    async def reaches(self, total: int) -> dict[str, int]:
        async def there() -> dict[str, int]:
            found = await self.counted()
            assert sum(found.values()) <= total
            return found if sum(found.values()) == total else {}

        try:
            return await until(there, seconds=60, what=f"{total} events counted")
        except AssertionError as error:
            said = (self.data / "streams.log").read_text(encoding="utf-8", errors="replace")[-3000:]
            raise AssertionError(f"{await self.counted()}\n{said}") from error


@pytest.fixture
async def counting(kafka: str, topic_prefix: str, tmp_path: Path) -> AsyncIterator[Counting]:
    log = KafkaLog(kafka)
    await log.ensure([TopicSpec(f"{topic_prefix}feed", 4, 1), TopicSpec(f"{topic_prefix}feed.dead", 4, 1)])
    made = Counting(kafka, topic_prefix, tmp_path, log)
    yield made
    made.kill()
    await log.close()


async def test_every_event_counts_once_though_the_process_is_killed_again_and_again(counting: Counting) -> None:
    total = 0
    for _ in range(3):
        await counting.say([draft(number) for number in range(total, total + 400)])
        total += 400
        counting.start()
        before = sum((await counting.counted()).values())

        async def begun(before: int = before) -> bool:
            return sum((await counting.counted()).values()) > before

        await until(begun, seconds=60, what="the first counts")
        counting.kill()
    counting.start()
    found = await counting.reaches(total)
    assert found == {f"2026-03-02T09|{agency}": total // 3 for agency in AGENCIES}


async def test_an_event_that_comes_twice_counts_once_and_the_hour_is_its_own(counting: Counting) -> None:
    await counting.say([draft(1, "甲", 9), draft(1, "甲", 9), draft(2, "甲", 23), draft(2, "乙", 23)])
    counting.start()
    assert await counting.reaches(3) == {"2026-03-02T09|甲": 1, "2026-03-02T23|甲": 1, "2026-03-02T23|乙": 1}


async def test_what_cannot_be_read_is_left_to_its_judge_and_the_rest_counts(counting: Counting) -> None:
    await counting.say([draft(0), Draft("甲|s0", b"\xff"), draft(3)])
    counting.start()
    await counting.reaches(2)
    slots = await counting.log.bounds(f"{counting.prefix}feed.dead")
    assert sum(end - first for first, end in slots.values()) == 0, "the judge writes the one dead letter"


async def test_without_its_file_everything_is_counted_again_from_zero(counting: Counting) -> None:
    await counting.say([draft(number) for number in range(30)])
    counting.start()
    first = await counting.reaches(30)
    counting.kill()
    for path in (counting.data / "catalog").glob("streams.db*"):
        path.unlink()
    counting.start()
    assert await counting.reaches(30) == first
