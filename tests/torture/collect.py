"""Gathering evidence: verdicts and digests over HTTP, the log from Kafka, the stores from their files."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from tests.torture import folds
from tests.torture.caller import Caller, verdict
from tests.torture.evidence import Evidence, Logged, Rebuilt

OPERATOR = "operator"
AT_ONCE = 8


async def quiet(caller: Caller, seconds: float) -> dict[str, dict[str, Any]]:
    """Wait until nothing lags, nothing is owed and no effect is due, twice in a row; return the last summaries."""
    end, calm, found = time.monotonic() + seconds, 0, {}
    while calm < 2 and time.monotonic() < end:
        found = {name: await _summary(caller, name) for name in caller.town.services}
        calm = 0 if any(map(_moving, found.values())) else calm + 1
        caller.town.check()
        await asyncio.sleep(0.3)
    return found


async def _summary(caller: Caller, name: str) -> dict[str, Any]:
    answer = await caller.sure("GET", [name], f"/{name}/v1/ops", OPERATOR)
    found: dict[str, Any] = caller.expect(answer, f"{name} ops", 200)
    return found


def _moving(summary: dict[str, Any]) -> bool:
    """Say whether something is still going on in a service."""
    effects = summary["effects"]
    waiting = effects.get("due", 0) + effects.get("claimed", 0) + len(summary["consumer"]["held"])
    behind = summary["lag"] + sum(each["lag"] for each in summary["projections"])
    return bool(waiting + behind + summary["relay"]["owed"])


async def final(caller: Caller, evidence: Evidence) -> None:
    """Ask for the verdict on every receipt that was given."""
    evidence.accepted = list(caller.accepted.values())
    waiting = iter(evidence.accepted)

    async def ask() -> None:
        for each in waiting:
            evidence.verdicts[each.receipt] = await verdict(caller, each.agency, each.receipt)

    await asyncio.gather(*(ask() for _ in range(AT_ONCE)))


async def rebuild(caller: Caller, say: Callable[[str], None]) -> list[Rebuilt]:
    """Build every projection of every service from zero and compare it with the live one."""
    found = []
    for service in caller.town.services:
        answer = await caller.sure("GET", [service], f"/{service}/v1/ops/projections", OPERATOR)
        for each in caller.expect(answer, f"{service} projections", 200)["items"]:
            found.append(await _rebuild(caller, service, each["projection"]))
            say(f"重建 {service}/{found[-1].projection}：{found[-1].ended}，{found[-1].items} 项")
    return found


async def _rebuild(caller: Caller, service: str, name: str) -> Rebuilt:
    path = f"/{service}/v1/ops/projections/{name}"
    caller.expect(await caller.sure("POST", [service], f"{path}/rebuild", OPERATOR, {}), path, 202)
    while True:
        last = caller.expect(await caller.sure("GET", [service], path, OPERATOR), path, 200)["rebuild"]
        if last["state"] != "running":
            break
        await asyncio.sleep(0.1)
    before, after = last.get("before", last.get("error", "?")), last.get("after", "")
    return Rebuilt(service, name, last["state"], before, after, last.get("items_after", 0))


async def log(bootstrap: str, prefix: str = "") -> list[Logged]:
    """Read every record of every topic whose name begins with a prefix."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="none")
    await consumer.start()
    try:
        slots = await _slots(bootstrap, prefix)
        ends = await consumer.end_offsets(slots)
        found: list[Logged] = []
        for slot in (slot for slot in slots if ends[slot]):
            consumer.assign([slot])
            consumer.seek(slot, 0)
            while await consumer.position(slot) < ends[slot]:
                for records in (await consumer.getmany(slot, timeout_ms=1000)).values():
                    found += [Logged(r.topic, r.partition, r.offset, (r.key or b"").decode(), r.value) for r in records]
        return found
    finally:
        await consumer.stop()


async def _slots(bootstrap: str, prefix: str) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        names = [name for name in await admin.list_topics() if name.startswith(prefix) and name[:2] != "__"]
        described = await admin.describe_topics(names)
        return [TopicPartition(each["topic"], part["partition"]) for each in described for part in each["partitions"]]
    finally:
        await admin.close()


def stores(evidence: Evidence, caller: Caller) -> None:
    """Fold the log against the stores; the services must have ended."""
    for service in caller.town.services:
        stored = folds.stored_in(caller.town.data / service / "state.db")
        evidence.folds += folds.compare(service, stored, evidence.topic(service))
