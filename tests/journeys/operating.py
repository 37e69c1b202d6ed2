"""An operator's and an agency's hands on a running city."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from gongkai.client import Answer, Client
from gongkai.keys import issue_key
from shared.security.principals import Principal, PrincipalKind
from tests.journeys.conftest import Town
from tests.support.wait import until

OPS = "/catalog/v1/ops"


class Desk:
    """An operator's and an agency's hands."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.key = (town.data / "operator.key").read_text().strip()

    async def call(self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str) -> Answer:
        client = Client(self.town.city.url, key or self.key)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            return await asyncio.to_thread(client.call, method, path, body, given)
        finally:
            client.close()

    async def page(self, path: str, cookie: str) -> Answer:
        """Open a page as a signed-in browser does."""
        client = Client(self.town.city.url)
        try:
            return await asyncio.to_thread(client.call, "GET", path, None, {"Cookie": cookie, "Accept": "text/html"})
        finally:
            client.close()

    async def get(self, path: str) -> Any:
        return (await self.call("GET", OPS + path)).must()

    async def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        return (await self.call("POST", OPS + path, body or {}, key=key, **headers)).must()

    async def person(self, name: str) -> str:
        return await issue_key(self.town.city.platform, Principal(PrincipalKind.OPERATOR, name), by="test")

    async def file(self, number: int) -> str:
        """File a document; return its receipt once it is admitted and the library shows its index number."""
        key = (self.town.data / "keys" / "shanghai.key").read_text().strip()
        issuer = await until(self._issuer, what="a registered body")
        data = {
            "title": f"关于第{number}件事项的通知", "number": f"沪测〔2026〕{number}号", "issuer": issuer,
            "written_on": "2026-02-01", "attribute": "主动公开", "secrecy": "非密",
        }  # fmt: skip
        event = {
            "specversion": "1.0", "id": f"op-{number}", "source": "/shanghai/oa", "type": "feed.document-issued",
            "subject": f"op-{number}", "time": "2026-03-02T09:00:00+08:00", "datacontenttype": "application/json",
            "data": data,
        }  # fmt: skip
        line = json.dumps(event, ensure_ascii=False).encode()
        answer = await self.call("POST", "/feed/v1/events", line, key=key, Content_Type="application/x-ndjson")
        receipt = answer.must()["accepted"][0]["receipt"]

        async def judged() -> bool:
            found = await self.call("GET", f"/feed/v1/receipts/{receipt}", key=key)
            return bool(found.must()["state"] == "admitted")

        async def indexed() -> bool:
            found = (await self.call("GET", "/catalog/v1/documents")).must()["items"]
            return any(each["number"] == data["number"] and each["index_number"] for each in found)

        await until(judged, what="the verdict")
        await until(indexed, what="the index number")
        return str(receipt)

    async def _issuer(self) -> str:
        bodies = (await self.call("GET", "/catalog/v1/bodies")).must()["items"]
        return next((str(each["name"]) for each in bodies if each["body"].startswith("sh-")), "")

    async def plan(self, scope: dict[str, Any], cause: str) -> dict[str, Any]:
        made = await self.post("/replay", scope, Idempotency_Key=cause)
        return await self.reached(made["id"], "planned")

    async def reached(self, plan: str, state: str) -> dict[str, Any]:
        async def there() -> dict[str, Any] | None:
            found: dict[str, Any] = await self.get(f"/replay/{plan}")
            return found if found["state"] in (state, "failed") else None

        found = await until(there, what=f"a plan that is {state}")
        assert found["state"] == state, found
        return dict(found)
