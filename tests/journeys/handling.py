"""An agency's and its officers' hands on the requests of a running city, on days the journey names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gongkai import launcher
from gongkai.city import event
from gongkai.client import Answer, Client
from gongkai.keys import issue_key, keep
from gongkai.launcher import City
from shared.clock import Clock
from shared.security.principals import Principal, PrincipalKind
from tests.journeys.conftest import Town, settled
from tests.support.wait import until

V1 = "/requests/v1"


class Office:
    """Whoever handles requests: every call over HTTP, every consequence over the broker."""

    def __init__(self, town: Town, patch: pytest.MonkeyPatch) -> None:
        self.town, self._patch = town, patch
        self._calls = 0

    def on(self, day: str, hour: int = 10) -> None:
        """Let it be another day."""
        now = datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00")
        self._patch.setattr(Clock, "business", lambda _: now)

    async def call(
        self, method: str, path: str, body: Any = None, *, who: str, kind: str = "", **headers: str
    ) -> Answer:
        """Call as somebody whose key is kept under the name."""
        key = (self.town.data / "keys" / f"{who}.key").read_text(encoding="ascii").strip()
        client = Client(self.town.city.url, key)
        try:
            return await asyncio.to_thread(client.call, method, path, body, headers, kind=kind)
        finally:
            client.close()

    async def get(self, path: str, who: str) -> Any:
        """Return the JSON at a path."""
        return (await self.call("GET", V1 + path, who=who)).must()

    async def entered(self, agency: str, **data: Any) -> str:
        """Enter an application; return its case once it has its number."""
        self._calls += 1
        whole = {"category": "np", "contact": "13800001234", "description": "2025年供热改造方案及其依据"} | data
        sent = f"{data['submitted_on']}T09:00:00+08:00"
        told = event(agency, "requests.application-submitted", f"e-{self._calls}", f"sq-{self._calls}", whole, sent)
        batch = "application/cloudevents-batch+json"

        async def taken() -> str:
            answer = await self.call("POST", f"{V1}/intake", [told], who=agency, kind=batch)
            assert answer.status == 202 or b"BODY_UNKNOWN" in answer.body, answer.body.decode()
            return str(answer.json["accepted"][0]["request_id"]) if answer.status == 202 else ""

        case = await until(taken, 20, what="the body is known")
        await until(lambda: self._numbered(case, f"officer-{agency}"), 20, what="the case has its number")
        return str(case)

    async def _numbered(self, case: str, who: str) -> bool:
        return bool((await self.get(f"/cases/{case}", who))["number"])

    async def step(self, case: str, name: str, who: str, /, **wish: Any) -> dict[str, Any]:
        """Take a step as the case stands; return the case, or the problem."""
        self._calls += 1
        seen = await self.call("GET", f"{V1}/cases/{case}", who=who)
        headers = {"If-Match": seen.headers["etag"], "Idempotency-Key": f"journey-{self._calls}"}
        answer = await self.call("POST", f"{V1}/cases/{case}/{name}", wish, who=who, **headers)
        assert answer.status < 500, answer.body.decode()
        return dict(answer.json)

    async def rows(self, table: str, body: str, year: int, who: str) -> dict[str, Any]:
        """Return what of Table ``two`` is not zero, or the one row of Table ``three``."""
        found = await self.get(f"/reports/table-{table}?body={body}&year={year}", who)
        assert found["holds"], found["violations"]
        if table == "two":
            return {row["code"]: row["cells"]["sum"] for row in found["rows"] if row["cells"]["sum"]}
        return dict(found)


@asynccontextmanager
async def opened(
    kafka: str, prefix: str, data: Path, patch: pytest.MonkeyPatch, *services: str
) -> AsyncIterator[Office]:
    """The example city, with officers of every agency."""
    patch.setattr(launcher, "SERVICES", services)
    patch.setenv("GONGKAI_KAFKA", kafka)
    for name in ("GONGKAI_URL", "GONGKAI_KEY", "GONGKAI_DATA"):
        patch.delenv(name, raising=False)
    async with City(data, 0, topic_prefix=prefix) as city:
        town = await settled(city, data)
        staff = {"officer-changzhi": ("cz-*",), "chief-changzhi": ("cz-*",)}
        for name, bodies in staff.items():
            officer = Principal(PrincipalKind.OFFICER, name, bodies=frozenset(bodies))
            keep(data / "keys" / f"{name}.key", await issue_key(city.platform, officer, by="test"))
        chief = Principal(PrincipalKind.SUPERVISOR, "chief")
        keep(data / "keys" / "chief.key", await issue_key(city.platform, chief, by="test"))
        yield Office(town, patch)
