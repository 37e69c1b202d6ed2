"""Steps 1 and 2: the city is fed, documents pass the gates or are returned, a classified one never enters."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

from gongkai.city import EXAMPLES, event, read_rows
from gongkai.demo.stage import SENT, Stage
from gongkai.demo.story import eventually, held
from gongkai.demo.subscribing import subscribe
from gongkai.launcher import SERVICES

AGENCIES = ("shanghai", "jingan", "changzhi")
RETURNED = {
    "静安区关于规范户外招牌设置的通知": ["NUMBER_MISSING"],
    "静安区关于做好节后安全检查的通知": ["ATTRIBUTE_MISSING"],
}


class Opening:
    """Step 1: services run, keys are issued, examples are fed."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def act(self) -> None:
        """Issue keys, register bodies, feed enterprises and partners."""
        stage = self._stage
        await stage.seed()
        await stage.feed("shanghai", "feed.enterprise-registered", stage.crowd.enterprises, "credit_code")
        stage.notes["partners"] = await stage.feed("jingan", "feed.partner-registered", stage.crowd.partners, "partner")
        await eventually(lambda: _registered(stage), "企业和合作方登记完毕", 3)
        await subscribe(stage)

    async def prove(self) -> dict[str, Any]:
        """Every service is ready, three agencies have keys, bodies, enterprises and partners are registered."""
        stage = self._stage
        for name in SERVICES:
            path = f"/{name}/v1/health/ready"
            await eventually(partial(stage.client("").get, path), f"{name} 就绪")
        keys = [name for name in AGENCIES if stage.client(name).url == stage.url]
        bodies = await eventually(lambda: _all_bodies(stage), "发文机关进入名录")
        counted = await eventually(lambda: _registered(stage), "企业和合作方登记完毕")
        held("cast" in stage.notes, "订阅者的渠道都已登记")
        return {"services": list(SERVICES), "keys": keys, "bodies": len(bodies), **counted}


def _all_bodies(stage: Stage) -> list[Any] | None:
    found: list[Any] = stage.client().get("/catalog/v1/bodies?limit=200")["items"]
    wanted = sum(len(read_rows(EXAMPLES / agency / "bodies.ndjson")) for agency in AGENCIES)
    return found if len(found) == wanted else None


def _count(stage: Stage) -> dict[str, int]:
    found: dict[str, int] = stage.client("operator").get("/notify/v1/ops")["aggregates"]
    return {"enterprises": found.get("enterprise", 0), "partners": found.get("partner", 0)}


def _registered(stage: Stage) -> dict[str, int] | None:
    found = _count(stage)
    wanted = {"enterprises": len(stage.crowd.enterprises), "partners": len(stage.crowd.partners)}
    return found if found == wanted else None


class Filing:
    """Step 2: the gates."""

    def __init__(self, stage: Stage, examples: Path = EXAMPLES) -> None:
        self._stage, self._examples = stage, examples

    async def act(self) -> None:
        """Feed the documents and interpretations of three agencies, and try a classified one."""
        stage = self._stage
        for agency in AGENCIES:
            rows = read_rows(self._examples / agency / "documents.ndjson")
            accepted = await stage.feed(agency, "feed.document-issued", rows, "title")
            stage.notes[f"receipts:{agency}"] = [
                {"receipt": a["receipt"], "title": row["title"]} for a, row in zip(accepted, rows, strict=True)
            ]
        rows = read_rows(self._examples / "jingan" / "interpretations.ndjson")
        stage.notes["interpretations"] = await stage.feed("jingan", "feed.interpretation-issued", rows[:1], "title")
        [secret] = read_rows(self._examples / "shanghai" / "classified.ndjson")
        wire = event("shanghai", "feed.document-issued", "classified-1", "oa-secret", secret, SENT)
        stage.notes["secret"] = await asyncio.to_thread(
            stage.client("shanghai").call, "POST", "/feed/v1/events", wire, None, kind="application/cloudevents+json"
        )

    async def prove(self) -> dict[str, Any]:
        """Verdicts are as expected; what was returned is in no list; the classified one is nowhere."""
        stage = self._stage
        admitted, returned = [], {}
        for agency in AGENCIES:
            for filed in stage.notes[f"receipts:{agency}"]:
                told = await stage.verdict(agency, filed["receipt"])
                if told["state"] == "admitted":
                    admitted.append(filed["title"])
                else:
                    returned[filed["title"]] = [d["code"] for d in told["defects"]]
        held(returned == RETURNED, "缺文号、缺公开属性的两件被退回", returned)
        answer = stage.notes["secret"]
        codes = [e["code"] for r in answer.json["rejected"] for e in r["errors"]]
        held(answer.status == 422 and codes == ["CLASSIFIED"], "涉密公文在入口被拒", (answer.status, codes))
        public = {d["title"] for d in (await stage.ask("/catalog/v1/documents?limit=200"))["items"]}
        held(not public & set(RETURNED), "退回的公文不在库中", public & set(RETURNED))
        held(all("重点目标" not in title for title in public), "涉密公文不在库中")
        return {"admitted": len(admitted), "returned": returned, "classified": codes, "public": len(public)}
