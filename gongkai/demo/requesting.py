"""Step 3: two people ask for the same information, a decision is made, the answer becomes public for everyone."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from gongkai.city import event
from gongkai.demo.stage import SENT, Stage
from gongkai.demo.story import eventually, held

NUMBER = "静消改办〔2026〕6号"
BODY = "ja-fire"
OFFICER, CHIEF = "officer-jingan", "chief-jingan"
DUE = "2026-03-30"
"""Twenty working days after Monday 2026-03-02 (条例 Art. 33), the day itself not counted."""
PARTS = {
    "information": "静安区沿街商铺消防设施改造补贴实施方案全文",
    "way": "网上获取",
    "place": "区政府信息公开平台",
    "time": "自答复之日起",
}


class Requesting:
    """Requests by two channels, one decision each, one conversion."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def act(self) -> None:
        """Apply online and by mail, decide both, propose and approve the conversion."""
        stage = self._stage
        await eventually(lambda: _knows(stage), "受理机关已知")
        online = await stage.wish("/requests/v1/applications", _online(), "")
        mail = await asyncio.to_thread(
            stage.client("jingan").call,
            "POST",
            "/requests/v1/intake",
            json.dumps(_mail(), ensure_ascii=False).encode(),
            None,
            kind="application/cloudevents+json",
        )
        posted = mail.must()["accepted"][0]["request_id"]
        stage.notes["requests"] = [online["request_id"], posted]
        stage.notes["follow"] = online["code"]
        await self._step(online["request_id"], "confirm", {})
        for request in stage.notes["requests"]:
            await self._decide(request)
        await self._convert()

    async def _step(self, request: str, name: str, wish: dict[str, Any], who: str = OFFICER) -> Any:
        path = f"/requests/v1/cases/{request}"
        await eventually(lambda: self._offers(request, name), f"案件可以办理 {name}")
        _, version = await self._stage.versioned(path, who)
        return await self._stage.wish(f"{path}/{name}", wish, who, version)

    def _offers(self, request: str, name: str) -> bool:
        found = self._stage.client(OFFICER).get(f"/requests/v1/cases/{request}")
        return found["number"] is not None and any(step["name"] == name for step in found["steps"])

    async def _decide(self, request: str) -> None:
        decision = {
            "code": "A2",
            "article": "《中华人民共和国政府信息公开条例》第三十六条第二项",
            "record": {"number": NUMBER},
            "parts": PARTS,
        }
        await self._step(request, "decide", decision)

    async def _convert(self) -> None:
        stage = self._stage
        review = await eventually(lambda: _review(stage, "proposed"), "决定公开后出现转主动公开审查")
        path = f"/requests/v1/reviews/{review['review_id']}"
        _, version = await stage.versioned(path, CHIEF)
        stage.notes["approved_at"] = time.monotonic()
        await stage.wish(f"{path}/approve", {}, CHIEF, version)
        stage.notes["review"] = review["review_id"]

    async def prove(self) -> dict[str, Any]:
        """The clocks are right, numbers have no gap, the document changed from 依申请公开 to 主动公开."""
        stage = self._stage
        cases = {
            request: await stage.ask(f"/requests/v1/cases/{request}", OFFICER) for request in stage.notes["requests"]
        }
        clocks = [await stage.ask(f"/requests/v1/cases/{request}/clock", OFFICER) for request in cases]
        held(all(c["due"] == DUE for c in clocks), f"两件的答复期限都是 {DUE}", [c["due"] for c in clocks])
        numbers = sorted(c["number"] for c in cases.values())
        held(numbers == ["〔2026〕第1号", "〔2026〕第2号"], "登记编号连续", numbers)
        held(all(c["code"] == "A2" for c in cases.values()), "两件都已作出予以公开的决定")
        document = await eventually(lambda: _converted(stage), "该公文已转为主动公开")
        stage.notes["document"] = document["document_id"]
        found = await stage.ask(f"/catalog/v1/documents/{document['document_id']}", "jingan")
        history = [entry["attribute"] for entry in found["attributes"]]
        held(history == ["依申请公开", "主动公开"], "公开属性留有变更记录", history)
        followed = await stage.ask(f"/requests/v1/applications/{stage.notes['follow']}")
        return {
            "numbers": numbers,
            "due": DUE,
            "document": document["document_id"],
            "attributes": history,
            "applicant_sees": followed["phase_label"],
        }


def _online() -> dict[str, Any]:
    return {
        "body": BODY,
        "category": "np",
        "name": "申请人甲",
        "contact": "13800000000",
        "description": "申请公开沿街商铺消防设施改造补贴的实施方案",
        "number": NUMBER,
    }


def _mail() -> dict[str, Any]:
    wish = {
        **_online(),
        "category": "com",
        "name": "申请人乙",
        "contact": "上海市静安区示例路1号",
        "channel": "registered",
        "submitted_on": "2026-02-27",
        "signed_on": "2026-03-02",
    }
    return event("jingan", "requests.application-submitted", "letter-2026-1", "letter-2026-1", wish, SENT)


def _knows(stage: Stage) -> bool:
    offices = stage.client().get("/requests/v1/bodies")["items"]
    return any(office["body"] == BODY for office in offices)


def _review(stage: Stage, status: str) -> dict[str, Any] | None:
    found = stage.client(OFFICER).get(f"/requests/v1/reviews?status={status}")["items"]
    return next(iter(found), None)


def _converted(stage: Stage) -> dict[str, Any] | None:
    found = stage.client().get("/catalog/v1/documents?body=ja-fire")["items"]
    return next((d for d in found if d["number"] == NUMBER and d["attribute"] == "主动公开"), None)
