"""One run: start, load, faults, rest, evidence, verdict."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.torture import collect
from tests.torture.caller import Caller
from tests.torture.evidence import Evidence, Fault, Violation
from tests.torture.faults import Faults
from tests.torture.invariants import check
from tests.torture.load import CANARIES, Load
from tests.torture.receivers import Receivers
from tests.torture.town import Died, Town

REST_SECONDS = 180.0
Say = Callable[[str], None]


async def run(folder: Path, seed: int, faults: int, rate: float, say: Say) -> dict[str, Any]:
    """Torture a new town; return the report."""
    began = time.monotonic()
    async with Receivers(seed) as receivers, Town(folder, receivers.environment) as town:
        evidence = Evidence(canaries=CANARIES, mirrors=(receivers.mirror,))
        caller = Caller(town, random.Random(f"{seed}-caller"))
        load = Load(caller, seed, rate)
        try:
            hitting = Faults(caller, load, seed, say)
            await hitting.ready()
            await load.prepare()
            if "notify" in town.services:
                await receivers.register(caller)
            say("负载开始")
            evidence.faults = await _under_load(load, hitting, faults)
            say(f"负载结束：受理 {len(caller.accepted)} 件，重试 {caller.repeated} 次")
            await _gather(caller, evidence, say)
            evidence.received = receivers.received()
        except Died as error:  # the rest was never gathered: only what was measured so far can be judged
            evidence = Evidence(faults=evidence.faults, died=[str(error)])
    broken = check(evidence)
    broken += [Violation("UNEXPECTED_ANSWER", "HTTP", text) for text in caller.unexpected]
    about = {"seed": seed, "seconds": round(time.monotonic() - began, 1), "processors": os.cpu_count()}
    return about | {"load_average": os.getloadavg()[0]} | report(evidence, broken, caller, load)


async def _under_load(load: Load, hitting: Faults, faults: int) -> list[Fault]:
    tasks = load.run()
    try:
        return await hitting.run(faults)
    finally:
        load.stop()
        _, late = await asyncio.wait(tasks, timeout=REST_SECONDS)
        for task in late:
            task.cancel()
        for task in tasks:
            await task


async def _gather(caller: Caller, evidence: Evidence, say: Say) -> None:
    town = caller.town
    evidence.summaries = await collect.quiet(caller, REST_SECONDS)
    say("已静止，开始核对")
    await collect.final(caller, evidence)
    evidence.rebuilt = await collect.rebuild(caller, say)
    evidence.exits = await town.end()
    evidence.log = await collect.log(town.kafka.bootstrap)
    await asyncio.to_thread(collect.stores, evidence, caller)
    say(f"日志 {len(evidence.log)} 条，聚合 {len(evidence.folds)} 个")


def report(evidence: Evidence, broken: list[Violation], caller: Caller, load: Load) -> dict[str, Any]:
    """Return the report: what was done, what was measured, what was broken."""
    times: dict[str, Any] = {}
    for name in sorted({fault.target for fault in evidence.faults}):
        for kind in ("SIGKILL", "SIGSTOP"):
            found = [f.judged for f in evidence.faults if (f.target, f.kind) == (name, kind)]
            times |= {f"{name} {kind}": {"count": len(found), "worst": max(found)}} if found else {}
    return {
        "violations": [asdict(each) for each in broken],
        "codes": Counter(each.code for each in broken),
        "recovery": times,
        "faults": [asdict(fault) for fault in evidence.faults],
        "counts": {
            "accepted": len(evidence.accepted),
            "verdicts": Counter(evidence.verdicts.values()),
            "repeated_calls": caller.repeated,
            "cases_decided": load.cases,
            "conversions_approved": load.approved,
            "records": Counter(record.topic for record in evidence.log),
            "webhooks_received": len(evidence.received),
            "webhook_ids": len({each.id for each in evidence.received}),
            "aggregates": len(evidence.folds),
            "projections": {f"{r.service}/{r.projection}": r.after for r in evidence.rebuilt},
        },
    }
