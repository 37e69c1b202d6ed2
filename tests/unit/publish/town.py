"""Publishing with keys and a district's register, for tests of annual reports over HTTP."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import orjson

from services.publish.domain.reports.state import Report
from services.publish.store import BODY, ITEM, REPORT
from shared.bus.decider import Aggregate
from shared.clock import ZONE, Clock
from shared.contracts.canonical import digest
from shared.contracts.envelope import Envelope, decode
from shared.contracts.facts import FACTS, catalog
from shared.security.keys import issue
from shared.security.principals import Principal, PrincipalKind
from shared.store.blobs import Blobs
from shared.store.port import Query
from tests.unit.publish.reports import one, two
from tests.unit.publish.samples import wire
from tests.unit.publish.test_api import Office
from tests.unit.publish.test_site import Answer, call

NOW = dt.datetime(2026, 1, 20, 9, 0, tzinfo=ZONE)
PATH = "/publish/v1/reports/rp:ja-fire:2025"


class Town:
    """Publishing with keys, the register of a district, and everybody's way in."""

    def __init__(self, root: Path) -> None:
        self.office = Office(root, Clock(NOW))
        self.blobs = Blobs(root / "blobs")
        self.keys: dict[str, str] = {}
        self._count = 0
        self.said: list[Envelope] = []
        self.office.store.on_saved(lambda _, owed: self.said.extend(decode(each.value) for each in owed))
        for name, kind, bodies in (
            ("officer", PrincipalKind.OFFICER, {"ja-*"}),
            ("stranger", PrincipalKind.OFFICER, {"cz-*"}),
            ("chief", PrincipalKind.SUPERVISOR, set()),
        ):
            self.keys[name], fact = issue(Principal(kind, name, frozenset(bodies)))
            self.office.ring.apply(fact)

    async def register(self, *bodies: tuple[str, str, str | None]) -> None:
        for body, name, parent in bodies:
            fact = catalog.BodyRegistered(body=body, name=name, parent=parent)
            await self.office.settle(wire(fact, body, 1))

    async def get(self, path: str, **headers: str) -> Answer:
        return await call(self.office.app, path, "GET", b"", host="localhost", **headers)

    async def json(self, path: str, **headers: str) -> Any:
        return orjson.loads((await self.get(path, **headers)).body)

    async def ask(self, who: str, path: str, body: Any = None, version: int | None = None) -> Answer:
        self._count += 1
        headers = {"authorization": f"Bearer {self.keys[who]}", "idempotency_key": f"call-{self._count:04}"}
        if body is None:
            return await self.get(path, **headers)
        if version is not None:
            headers["if_match"] = f'"{version}"'
        told = orjson.dumps(body)
        return await call(
            self.office.app, path, "POST", told, host="localhost", content_type="application/json", **headers
        )

    async def told(self, who: str, path: str) -> Any:
        return orjson.loads((await self.ask(who, path)).body)

    async def step(self, who: str, name: str, body: Any = None, status: int = 200) -> Any:
        read = await self.ask("officer", PATH)
        answer = await self.ask(who, f"{PATH}/{name}", body or {}, int(read.headers["etag"].strip('"')))
        assert answer.status == status, answer.body.decode()
        return orjson.loads(answer.body)

    async def report(self) -> Report:
        id_ = "rp:ja-fire:2025"
        return REPORT.parse((await self.office.store.load(REPORT.kind, [id_]))[id_].state)

    async def count(self, **cells: int) -> None:
        report = await self.report()
        for number, fact in enumerate((one(report), two(report, **cells)), report.edition * 10):
            await self.office.settle(wire(fact, f"tabling-{number}", number))

    async def assert_folds(self) -> None:
        """Folding everything that was said gives exactly what is stored."""
        aggregates: tuple[Aggregate[Any], ...] = (REPORT, BODY, ITEM)
        for aggregate in aggregates:
            for stored in (await self.office.store.select(aggregate.kind, Query())).items:
                state: Any = None
                for each in self.said:
                    if each.subject == stored.id:
                        state = aggregate.evolve(state, FACTS[each.type].model_validate(each.data))
                assert digest(state) == digest(aggregate.parse(stored.state))

    async def publish(self) -> None:
        await self.step("officer", "submit")
        await self.step("chief", "approve")
        await self.step("officer", "publish")
