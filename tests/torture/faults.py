"""Seeded faults: SIGKILL and SIGSTOP over the services and the broker, each until what it hit serves again."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable

from tests.torture.caller import Caller, verdict
from tests.torture.evidence import Fault
from tests.torture.load import Load
from tests.torture.town import OFFICERS

BROKER = "broker"
SERVICE_LIMIT, BROKER_LIMIT = 3.0, 10.0
GIVEN_UP = 60.0


def plan(count: int, targets: list[str], dice: random.Random) -> list[tuple[str, str]]:
    """Return (target, kind) of every fault: each target as often as the others, two kills to one freeze."""
    kinds = ("SIGKILL", "SIGKILL", "SIGSTOP")
    found = [(targets[n % len(targets)], kinds[n // len(targets) % 3]) for n in range(count)]
    dice.shuffle(found)
    return found


class Faults:
    """Hits the town while it works, and measures."""

    def __init__(self, caller: Caller, load: Load, seed: int, say: Callable[[str], None]) -> None:
        self._town, self._load, self._say = caller.town, load, say
        self._caller = caller.hurried()
        self._dice = random.Random(f"{seed}-faults")
        self._probes = {name: load.probes(name) for name in caller.town.services}

    async def run(self, count: int) -> list[Fault]:
        """Cause the faults one after the other. Raises ``Died`` where a process ends that nobody hit."""
        found = []
        for number, (target, kind) in enumerate(plan(count, [*self._town.services, BROKER], self._dice), 1):
            await asyncio.sleep(self._dice.uniform(0.2, 1.5))  # the moment of a fault is part of its seed
            self._town.check()
            found.append(await self._one(number, target, kind))
            self._say(
                f"{number:3}/{count} {kind} {target}: 就绪 {found[-1].ready:.2f} 秒，裁定 {found[-1].judged:.2f} 秒"
            )
        return found

    async def _one(self, number: int, target: str, kind: str) -> Fault:
        held = self._dice.uniform(1, 4) if kind == "SIGSTOP" else 0.0
        hit = self._town.services if target == BROKER else {target: self._town.services[target]}
        began = await (self._freeze(target, held) if held else self._kill(target))
        times = await asyncio.gather(*(self.serves(name, began) for name in hit))
        limit = BROKER_LIMIT if target == BROKER else SERVICE_LIMIT
        ready, judged = (max(each) for each in zip(*times, strict=True))
        return Fault(number, target, kind, round(held, 2), round(ready, 3), round(judged, 3), limit)

    async def _kill(self, target: str) -> float:
        began = time.monotonic()
        if target == BROKER:
            self._town.kafka.kill()
            await self._town.kafka.start()
        else:
            await self._town.services[target].kill()
            self._town.restart(target)
        return began

    async def _freeze(self, target: str, seconds: float) -> float:
        self._signal(target, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self._signal(target, signal.SIGCONT)
        return time.monotonic()

    def _signal(self, target: str, number: signal.Signals) -> None:
        if target != BROKER:
            self._town.services[target].signal(number)
        elif self._town.kafka.pid is not None:
            os.kill(self._town.kafka.pid, number)

    async def ready(self) -> None:
        """Wait until every service is ready."""
        for name in self._town.services:
            await asyncio.wait_for(self._ready(name), GIVEN_UP)

    async def serves(self, name: str, began: float) -> tuple[float, float]:
        """Wait until a service is ready and has judged an event that it took in since; return both times."""
        ready = await _timed(began, lambda: self._ready(name))
        judged = await _timed(began, lambda: self._judges(name))
        return ready, judged

    async def _ready(self, name: str) -> None:
        process, path = self._town.services[name], f"/{name}/v1/health/ready"
        while True:
            answer = await self._caller.call("GET", name, path, OFFICERS[0])
            if answer is not None and answer.status == 200:
                return
            process.check()
            await asyncio.sleep(0.02)

    async def _judges(self, name: str) -> None:
        """A number from the register for requests, whose intake answers at once; a verdict for everybody else."""
        if name == "requests":
            case = await self._load.enter()
            while (await self._load.case(case)).json.get("number") is None:
                await asyncio.sleep(0.02)
            return
        [taken] = await self._caller.file("north", [next(self._probes[name])], [name])
        while await verdict(self._caller, "north", taken["receipt"]) == "accepted":
            await asyncio.sleep(0.02)


async def _timed(began: float, wait: Callable[[], Awaitable[None]]) -> float:
    try:
        await asyncio.wait_for(wait(), GIVEN_UP)
    except TimeoutError:
        return GIVEN_UP + time.monotonic() - began
    return time.monotonic() - began
