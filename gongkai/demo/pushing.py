"""Step 4: the change is pushed to exactly whom it concerns, once, with reasons; a hostile endpoint delays nobody."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from gongkai.demo.publishing import TITLE
from gongkai.demo.stage import Stage
from gongkai.demo.story import eventually, held
from gongkai.demo.subscribing import Cast
from gongkai.ports import free_port

SOON_SECONDS = 10.0


class Pushing:
    """The push of the converted document."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def act(self) -> None:
        """Try a forbidden address, ask for a test event, read an inbox."""
        stage, parts = self._stage, self._parts
        first = parts.healthy[0]
        stage.notes["forbidden"] = await asyncio.to_thread(
            stage.client(first).call,
            "POST",
            "/notify/v1/endpoints",
            {"kind": "webhook", "url": f"http://127.0.0.1:{free_port()}/"},
            {"Idempotency-Key": "forbidden-endpoint"},
        )
        [endpoint] = (await stage.ask("/notify/v1/endpoints", first))["items"]
        await stage.wish(f"/notify/v1/endpoints/{endpoint['endpoint']}/test", {}, first)
        item = await eventually(lambda: self._inbox(first), "收件箱里有这件政策")
        await stage.wish("/notify/v1/inbox/read", {"items": [item["item"]]}, first)

    async def prove(self) -> dict[str, Any]:
        """Compare what receivers got with an independent reading of the audience."""
        stage, parts = self._stage, self._parts
        for code in parts.healthy:
            await eventually(partial(self._got, code), f"{code} 的接收端收到推送")
        for name, endpoint in stage.receivers.endpoints.items():
            held(endpoint.forged == 0, f"{name} 收到的签名全部可独立验证", endpoint.forged)
        counts = {code: len(self._got(code)) for code in parts.healthy}
        held(set(counts.values()) == {1}, "每家恰好一次", counts)
        held(all(d["reasons"] for d in self._got(parts.healthy[0])), "每件附有理由")
        held(not any(self._got(code) for code in parts.strangers), "无关企业没有收到")
        late = max(self._seconds(code) for code in parts.healthy)
        held(late < SOON_SECONDS, f"悬挂的接收端不拖累别人（{SOON_SECONDS:g} 秒内送达）", late)
        await eventually(lambda: any(TITLE in mail for mail in self._mails()), "邮箱收到推送")
        told = stage.notes["forbidden"]
        held(told.status == 422, "指向内部地址的登记被拒", (told.status, told.body[:200]))
        await eventually(lambda: self._tests(parts.healthy[0]), "测试事件送达")
        read = await asyncio.to_thread(self._inbox, parts.healthy[0])
        held(read and read["read"], "已读标记生效", read)
        return {
            "concerned": len(parts.concerned),
            "webhooks": len(parts.healthy),
            "slowest_seconds": round(late, 3),
            "reasons": self._got(parts.healthy[0])[0]["reasons"],
            "forbidden": told.json["code"],
            **await self._relays(),
        }

    async def _relays(self) -> dict[str, Any]:
        """Members without a channel of their own got it through one partner each, never through two."""
        stage, parts = self._stage, self._parts
        through: dict[str, list[str]] = {}
        names = [partner["partner"] for partner in stage.crowd.partners]
        await eventually(lambda: any(self._got(name) for name in names), "协作方收到接力件")
        for name in names:
            for data in self._got(name):
                for code in data["members"]["credit_codes"]:
                    through.setdefault(code, []).append(name)
        held(
            set(through) == set(parts.relayed),
            "接力覆盖的正是没有自有渠道的成员",
            len(set(through) ^ set(parts.relayed)),
        )
        held(all(len(names) == 1 for names in through.values()), "同属两家协作方的企业只经一家", through)
        push = await stage.ask(f"/notify/v1/pushes/{stage.notes['document']}", "operator")
        return {"relayed": len(through), "members_of_two": len(parts.twice), "push": push["push"]}

    @property
    def _parts(self) -> Cast:
        found: Cast = self._stage.notes["cast"]
        return found

    def _got(self, name: str) -> list[dict[str, Any]]:
        got = self._stage.receivers.endpoints[name].got.values()
        return [t["data"] for t in got if t["data"].get("document_id") == self._stage.notes["document"]]

    def _tests(self, name: str) -> list[Any]:
        got = self._stage.receivers.endpoints[name].got.values()
        return [told for told in got if told["type"] == "endpoint.test"]

    def _seconds(self, name: str) -> float:
        endpoint = self._stage.receivers.endpoints[name]
        ids = [i for i, t in endpoint.got.items() if t["data"].get("document_id") == self._stage.notes["document"]]
        return min(endpoint.at[i] for i in ids) - float(self._stage.notes["approved_at"])

    def _inbox(self, name: str) -> dict[str, Any] | None:
        items = self._stage.client(name).get("/notify/v1/inbox?limit=200")["items"]
        return next((i for i in items if i["document"]["document_id"] == self._stage.notes["document"]), None)

    def _mails(self) -> list[str]:
        return self._stage.mail.plain()
