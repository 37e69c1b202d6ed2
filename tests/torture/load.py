"""The mixed load: agencies that file, citizens who ask, officers who decide and approve."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import Iterator
from typing import Any

from tests.torture.caller import DOORS, Answer, Caller, Unexpected, verdict
from tests.torture.making import BODIES, Maker, registrations
from tests.torture.town import AGENCIES, ENTERPRISES, OFFICERS

CANARIES = ("欧阳青禾", "13900017788", "关于青禾路拓宽工程补偿的材料")
PARTS = dict.fromkeys(("information", "way", "place", "time"), "已依法写明。")


class Load:
    """Everybody who uses the platform, until told to stop."""

    def __init__(self, caller: Caller, seed: int, rate: float) -> None:
        """``rate`` is filed events per second, of all agencies together."""
        self._caller, self._dice = caller, random.Random(f"{seed}-load")
        self._services = tuple(caller.town.services)
        self._pause = 10 * len(AGENCIES) / rate
        self._makers = {agency: Maker(agency, random.Random(f"{seed}-{agency}"), self._services) for agency in AGENCIES}
        self._probes = Maker("north", self._dice, self._services)
        self._serial = itertools.count(1)
        self.cases = self.approved = 0

    async def prepare(self) -> None:
        """Register the bodies, and the enterprises that will have webhooks, and wait for the verdicts."""
        agency = AGENCIES[0]
        events = [self._probes.event("feed.body-registered", data["body"], data) for data in registrations()]
        if "notify" in self._services:
            events += [self._probes.profile(number, 50) for number in range(ENTERPRISES)]
        for event in events:
            event["source"] = f"/{agency}/register"
        for each in await self._caller.file(agency, events, ["catalog"]):
            while await verdict(self._caller, agency, each["receipt"]) == "accepted":
                await asyncio.sleep(0.05)

    def run(self) -> list[asyncio.Task[None]]:
        """Start everybody; each ends at its own end of work once ``caller.stopped`` is set."""
        tasks = [asyncio.create_task(self._agency(name)) for name in AGENCIES]
        return [*tasks, *(asyncio.create_task(self._citizen()) for _ in range(2))]

    def stop(self) -> None:
        """Begin nothing new."""
        self._caller.stopped.set()

    async def _agency(self, name: str) -> None:
        while not self._caller.stopped.is_set():
            await self._caller.file(name, self._makers[name].batch(10), self._services)
            await self._rest(self._pause)

    async def _citizen(self) -> None:
        while not self._caller.stopped.is_set():
            with contextlib.suppress(Unexpected):
                await self._case()
            await self._rest(0.5)

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._caller.stopped.wait(), self._dice.uniform(0.5, 1.5) * seconds)

    def application(self) -> dict[str, Any]:
        """An application made at a counter, for a person who exists nowhere else."""
        serial = next(self._serial)
        event = self._probes.event(
            "requests.application-submitted",
            f"sq-{serial}",
            {
                "body": BODIES[serial % len(BODIES)],
                "category": "np",
                "name": CANARIES[0],
                "contact": CANARIES[1],
                "description": f"{CANARIES[2]}第{serial}卷",
                "channel": "counter",
                "submitted_on": "2026-03-02",
            },
        )
        return event | {"source": "/north/window"}

    async def enter(self) -> str:
        """Enter an application; return the case."""
        taken = await self._caller.file("north", [self.application()], ["requests"], DOORS[1])
        if not taken:
            raise Unexpected
        return str(taken[0]["request_id"])

    async def case(self, request_id: str) -> Answer:
        """Return a case as an officer sees it."""
        return await self._caller.sure("GET", ["requests"], f"/requests/v1/cases/{request_id}", OFFICERS[0])

    async def _case(self) -> None:
        """One application, its decision, and the approval that makes the answer public for everybody."""
        case = await self.enter()
        while (seen := await self.case(case)).json.get("number") is None:
            await asyncio.sleep(0.1)
        title = f"第{case}号材料"
        wish = {
            "code": "A2",
            "parts": PARTS,
            "article": "条例第36条",
            "record": {"title": title, "text": f"{title}全文。", "written_on": "2025-05-08"},
        }
        await self._act(f"/requests/v1/cases/{case}/decide", OFFICERS[0], wish, seen)
        self.cases += 1
        review = await self._review_of(case, str(seen.json["body"]))
        path = f"/requests/v1/reviews/{review}"
        seen = await self._caller.sure("GET", ["requests"], path, OFFICERS[1])
        await self._act(f"{path}/approve", OFFICERS[1], {}, seen)
        self.approved += 1

    async def _review_of(self, case: str, body: str) -> str:
        path = f"/requests/v1/reviews?body={body}&status=proposed&limit=200"
        while True:
            answer = await self._caller.sure("GET", ["requests"], path, OFFICERS[1])
            for each in self._caller.expect(answer, path, 200)["items"]:
                if each["request_id"] == case:
                    return str(each["review_id"])
            await asyncio.sleep(0.1)

    async def _act(self, path: str, who: str, wish: dict[str, Any], seen: Answer) -> None:
        more = {"Idempotency-Key": f"torture-{next(self._serial):08d}", "If-Match": seen.version}
        answer = await self._caller.sure("POST", ["requests"], path, who, wish, **more)
        self._caller.expect(answer, path, 200)

    def probes(self, service: str) -> Iterator[dict[str, Any]]:
        """Yield events that one service judges."""
        maker = {"catalog": self._probes.document, "publish": self._probes.interpretation}.get(
            service, self._probes.enterprise
        )
        while True:
            yield maker() | {"source": "/north/probe"}
