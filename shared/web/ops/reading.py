"""Topics over HTTP: what there is, and records exactly as they lie in the log."""

from __future__ import annotations

import base64
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import Query as Asked
from starlette.responses import Response

from shared.bus.group import DEAD
from shared.bus.port import Record, Slot
from shared.contracts.codes import OpsCode
from shared.contracts.problems import Refused
from shared.contracts.topics import OWNERS
from shared.replay.operations import Operations
from shared.web.asking import shown
from shared.web.routes import Router

_BYTES = 4_000_000


def topics(router: Router, ops: Operations) -> None:
    """Add the routes about topics."""
    names = [name for owner in OWNERS for name in (ops.topics.of(owner), ops.topics.dead(owner))]

    @router.get("/topics")
    async def every() -> Response:
        """Every topic with the first and the end offset of its partitions."""
        found = []
        for name in names:
            bounds = await ops.log.bounds(name)
            slots = [{"partition": s.partition, "first": low, "end": high} for s, (low, high) in sorted(bounds.items())]
            records = sum(high - low for low, high in bounds.values())
            found.append({"topic": name, "owner": ops.topics.owner(name), "dead": name.endswith(DEAD),
                          "records": records, "partitions": slots})  # fmt: skip
        return shown({"items": found})

    @router.get("/topics/{topic}/records")
    async def records(
        topic: str,
        partition: Annotated[int, Asked(ge=0)],
        offset: Annotated[int, Asked(ge=0)],
        limit: Annotated[int, Asked(ge=1, le=1000)] = 100,
    ) -> Response:
        """Records of one partition from an offset on; fewer than asked where they are large. ``end`` is its end."""
        bounds = await ops.log.bounds(topic) if topic in names else {}
        slot = Slot(topic, partition)
        if slot not in bounds:
            raise Refused(OpsCode.TOPIC_UNKNOWN)
        first, end = bounds[slot]
        found = await _read(ops, slot, max(offset, first), min(max(offset, first) + limit, end))
        return shown({"items": [as_json(record) for record in found], "first": first, "end": end})


async def _read(ops: Operations, slot: Slot, start: int, until: int) -> list[Record]:
    found: list[Record] = []
    size = 0
    if start >= until:
        return found
    async with aclosing(ops.log.read({slot: start}, {slot: until})) as batches:
        async for batch in batches:
            for record in batch:
                found.append(record)
                size += len(record.value or b"")
                if size > _BYTES:
                    return found
    return found


def as_json(record: Record) -> dict[str, Any]:
    """Return a record so that nothing of it is lost: value and headers in base64."""
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": record.key,
        "value": None if record.value is None else base64.b64encode(record.value).decode(),
        "headers": [[name, base64.b64encode(value).decode()] for name, value in record.headers],
    }
