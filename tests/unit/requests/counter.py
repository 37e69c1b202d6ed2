"""A desk worked step by step from outside an event loop, and what must hold of it whatever was done there."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections import Counter as Count
from collections import defaultdict
from collections.abc import Coroutine, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from services.requests.store import REQUEST
from services.requests.sweeps import Deadlines
from shared.clock import ZONE
from shared.store.port import Query
from tests.unit.requests.conftest import Desk
from tests.unit.requests.oracle import Known
from tests.unit.requests.tallied import assert_tallies
from tests.unit.web.client import Answer, Client

BODIES = {"sh-power": "310000", "ja-office": "310106", "cz-heat": "140400"}
SCOPES = {"handler": "requests.handle", "approver": "requests.approve"}
START = datetime(2025, 11, 17, 9, tzinfo=ZONE)
CASES = "/requests/v1/cases"
T = TypeVar("T")


class Counter:
    """Who enters, applies and handles; every answer is seen before the next call."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._runner = asyncio.Runner()
        self.desk = self._run(self._opened())
        self._clients: dict[str, Client] = {}
        self._calls = 0
        self.sent = (0, "")

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def _opened(self) -> Desk:
        desk = Desk(Path(self._folder.name))
        desk.clock.at = START
        for body, region in BODIES.items():
            await desk.body(body, f"{body}办公室", region)
        return desk

    def _client(self, by: str) -> Client:
        if by not in self._clients:
            bodies = ("sh-water",) if by == "foreigner" else tuple(BODIES)
            scopes = frozenset({SCOPES[by]} if by in SCOPES else ())
            self._clients[by] = (
                self.desk.client("agency", "shanghai", ("sh-*", "cz-*"))
                if by == "agency"
                else self.desk.client("supervisor", "watch", ())
                if by == "watch"
                else self.desk.client("officer", by, bodies, scopes=scopes)
            )
        return self._clients[by]

    def _key(self) -> str:
        self._calls += 1
        return f"any-order-{self._calls}"

    def enter(self, **data: Any) -> str:
        """Enter an application as its agency does; return its case."""
        event = self.desk.event(self._key(), subject=self._key(), **data)
        answer = self._run(self.desk.enter(event, client=self._client("agency")))
        assert answer.status == 202, answer.text
        return str(answer.json["accepted"][0]["request_id"])

    def apply(self, **data: Any) -> tuple[Answer, set[str]]:
        """Apply online; return the answer, and the steps that are offered before the case has its number."""
        return self._run(self._apply(data))

    async def _apply(self, data: dict[str, Any]) -> tuple[Answer, set[str]]:
        client = Client(self.desk.app)
        path = "/requests/v1/applications"
        answer = await client.post_json(path, self.desk.application(**data), idempotency_key=self._key())
        assert answer.status == 201, answer.text
        early = await self._client("clerk").get(f"{CASES}/{answer.json['request_id']}")
        await self.desk.settle()
        followed = await client.get(f"{path}/{answer.json['code']}")
        assert followed.json["number"], followed.text
        return answer, {step["name"] for step in early.json["steps"]}

    def step(self, case: str, name: str, by: str, wish: dict[str, Any], match: str | None = None) -> Answer:
        """Take a step of a case as it was seen, unless ``match`` says otherwise; a refusal changes nothing."""
        return self._run(self._step(case, name, by, wish, match))

    async def _step(self, case: str, name: str, by: str, wish: dict[str, Any], match: str | None) -> Answer:
        seen = await self._client("clerk").get(f"{CASES}/{case}")
        match = seen.headers["etag"] if match is None else match
        self.sent = (int(seen.headers["etag"].strip('"')), self._key())
        answer = await self._post(f"{case}/{name}", by, wish, match, self.sent[1])
        if answer.status != 200:
            after = await self._client("clerk").get(f"{CASES}/{case}")
            assert (after.headers["etag"], after.json) == (seen.headers["etag"], seen.json)
        return answer

    def again(self, path: str, wish: dict[str, Any], by: str, version: int, key: str) -> Answer:
        """Send a call once more; nothing is said twice."""
        before = len(self.desk.said)
        answer = self._run(self._post(path, by, wish, f'"{version}"', key))
        assert len(self.desk.said) == before
        return answer

    async def _post(self, path: str, by: str, wish: dict[str, Any], match: str, key: str) -> Answer:
        headers = {"idempotency_key": key} | ({"if_match": match} if match else {})
        answer = await self._client(by).post_json(f"{CASES}/{path}", wish, **headers)
        await self.desk.settle()
        return answer

    def shown(self, case: str, by: str) -> dict[str, Any]:
        """A case as an officer sees it."""
        found = self._run(self._client(by).get(f"{CASES}/{case}"))
        assert found.status == 200, found.text
        return dict(found.json)

    def sweep(self) -> None:
        """Look at every deadline once, and find nothing to say the second time."""
        desk = self.desk
        sweep = Deadlines(desk.deps.views, desk.dispatcher, desk.clock, desk.law)

        async def twice() -> int:
            await sweep.sweep()
            await desk.settle()
            return await sweep.sweep()

        assert self._run(twice()) == 0

    def end(self, known: Iterable[Known]) -> None:
        """Hold everything that was said, stored and counted together, then close."""
        try:
            self._run(self._held(list(known)))
        finally:
            self._run(self.desk.store.close())
            self.desk.vault.close()
            self._runner.close()
            self._folder.cleanup()

    async def _held(self, known: list[Known]) -> None:
        await self.desk.settle()
        await self.desk.assert_folds()
        await assert_tallies(self.desk.store)
        self._assert_sequences()
        await self._assert_numbers(known)
        for year in range(START.year, self.desk.clock.at.year + 1):
            for body in BODIES:
                await self._assert_year(body, year, [case for case in known if case.body == body])
            watched = await self._client("watch").get(f"/requests/v1/reports/watch?year={year}")
            assert watched.json["sound"], watched.text
        await self.desk.assert_repeats_change_nothing()

    def _assert_sequences(self) -> None:
        seen: dict[str, list[int]] = defaultdict(list)
        for event in self.desk.said:
            seen[event.subject].append(event.sequence or 0)
        assert all(found == list(range(1, len(found) + 1)) for found in seen.values())

    async def _assert_numbers(self, known: list[Known]) -> None:
        """Numbers run from one without a gap for each body and year, and no two cases share one."""
        serials: dict[tuple[str, str], list[int]] = defaultdict(list)
        stored = (await self.desk.store.select(REQUEST.kind, Query(limit=1000))).items
        for case in (REQUEST.parse(each.state) for each in stored):
            year, serial = re.fullmatch(r"〔(\d{4})〕第(\d+)号", case.number or "").groups()  # type: ignore[union-attr]
            serials[case.body, year].append(int(serial))
        assert len(stored) == len(known)
        assert all(sorted(found) == list(range(1, len(found) + 1)) for found in serials.values())

    async def _assert_year(self, body: str, year: int, cases: list[Known]) -> None:
        clerk, asked = self._client("clerk"), f"body={body}&year={year}"
        table = (await clerk.get(f"/requests/v1/reports/table-two?{asked}")).json
        assert (table["holds"], table["violations"]) == (True, [])
        cells = {row["code"]: row["cells"] for row in table["rows"]}
        assert {row: c["sum"] for row, c in cells.items() if c["sum"]} == counted(cases, year)
        for column in cells["r1"]:
            now = {row: cells[row][column] for row in ("r1", "r2", "r3", "r4")}
            assert now["r1"] + now["r2"] == now["r3"] + now["r4"]
        three = (await clerk.get(f"/requests/v1/reports/table-three?{asked}")).json
        assert (three["holds"], three["violations"]) == (True, [])


def counted(cases: list[Known], year: int) -> dict[str, int]:
    """The sums of Table II: received that year, carried over, ended under one row each, still open."""
    found: Count[str] = Count()
    for case in cases:
        if case.received is None or case.received.year > year or case.phase in ("transferred", "split"):
            continue
        ended = case.decisions[0][1] if case.decisions else case.withdrawn
        if ended is not None and ended.year < year:
            continue
        found["r1" if case.received.year == year else "r2"] += 1
        if ended is None or ended.year > year:
            found["r4"] += 1
            continue
        rows = [ROW_OF_CODE.get(code, code) for code, day in case.decisions if day.year == year]
        found[rows[-1] if rows else "F3"] += 1
        found["r3"] += 1
    return dict(found)


ROW_OF_CODE = {"A1": "A", "A2": "A"}
