"""Step 5: portal, search and feeds carry the document, a copy keeps step; a withdrawal leaves nothing."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

import feedparser

from gongkai.city import EXAMPLES, read_rows
from gongkai.client import Answer, Client
from gongkai.demo.requesting import NUMBER
from gongkai.demo.stage import Stage
from gongkai.demo.story import eventually, held

TITLE = "静安区沿街商铺消防设施改造补贴实施方案"
INTERPRETATION = "问答：商铺消防设施改造补贴"
SPELLINGS = ("消防设施", "靜安區沿街", NUMBER, "消改办〔2026", "補貼實施方案")
WITHDRAWN = "静安区关于调整部分停车点位的通告"
LISTS = ("/", "/feed.xml", "/feed.json", "/sitemap-1.xml", "/years/2026/")


class Publishing:
    """The portal."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def act(self) -> None:
        """Feed the converted document's interpretation; withdraw another document."""
        stage = self._stage
        rows = read_rows(EXAMPLES / "jingan" / "interpretations.ndjson")
        await stage.feed("jingan", "feed.interpretation-issued", rows[1:], "title")
        gone = await eventually(lambda: _item(stage, WITHDRAWN), "将撤回的页面先在门户上")
        path = f"/catalog/v1/documents/{gone['id']}"
        _, version = await stage.versioned(path, "jingan")
        await stage.wish(f"{path}/withdrawal", {"reason": "点位图有误，核实后重新发布"}, "jingan", version)
        stage.notes["withdrawn"] = gone

    async def prove(self) -> dict[str, Any]:
        """Read the portal as a visitor, a feed reader, a search and a second site do."""
        stage = self._stage
        item = await eventually(lambda: _item(stage, TITLE), "转换后的公文在门户上")
        page = await eventually(lambda: self._page(item["path"], INTERPRETATION), "公文页面带有解读")
        for word in (TITLE, NUMBER, "静安区消防改造工作办公室", "主动公开", "每处不超过三万元"):
            held(word in page, f"页面写有“{word}”")
        for spelling in SPELLINGS:
            await eventually(partial(self._finds, spelling, item["id"]), f"检索“{spelling}”找到它")
        carried = [p for p in LISTS if TITLE in (await self._text(p)) or item["path"] in (await self._text(p))]
        held(carried == list(LISTS), "首页、订阅源和站点地图都有它", carried)
        entries = feedparser.parse(await self._text("/feed.xml")).entries
        held(any(e.title == TITLE for e in entries), "Atom 由独立的阅读库读出")
        copied = await eventually(lambda: self._copied(item["id"]), "第二站点的副本同步")
        return {
            "page": f"{stage.url}{item['path']}",
            "searches": list(SPELLINGS),
            "lists": carried,
            "feed_entries": len(entries),
            "second_site": copied["id"] if "id" in copied else item["id"],
            "withdrawn": await self._gone(),
        }

    async def _gone(self) -> dict[str, Any]:
        gone = self._stage.notes["withdrawn"]
        answer = await eventually(lambda: self._fetch(gone["path"], 410), "撤回的地址回答 410")
        held(WITHDRAWN not in answer.body.decode(), "410 页面不再出现标题")
        for path in LISTS:
            held(WITHDRAWN not in await self._text(path), f"{path} 中不再出现")
        await eventually(lambda: not self._finds("停车点位", gone["id"]), "检索不再找到")
        await eventually(lambda: self._stage.second.mirror.get(gone["id"]), "第二站点收到撤回")
        return {"path": gone["path"], "status": 410}

    def _fetch(self, path: str, status: int) -> Answer | None:
        answer = self._stage.client().call("GET", path)
        return answer if answer.status == status else None

    def _page(self, path: str, word: str) -> str | None:
        answer = self._fetch(path, 200)
        text = answer.body.decode() if answer else ""
        return text if word in text else None

    async def _text(self, path: str) -> str:
        answer = await asyncio.to_thread(self._stage.client().call, "GET", path)
        return answer.body.decode()

    def _finds(self, query: str, id_: str) -> bool:
        found = self._stage.client().get(f"/publish/v1/search?q={query}")
        return any(item["id"] == id_ for item in found["items"])

    def _copied(self, id_: str) -> dict[str, Any] | None:
        answer = _read(self._stage.second.origin, f"/items/{id_}")
        return answer if answer and TITLE in json.dumps(answer, ensure_ascii=False) else None


def _read(origin: str, path: str) -> dict[str, Any] | None:
    answer = Client(origin).call("GET", path)
    return answer.json if answer.ok else None


def _item(stage: Stage, title: str) -> dict[str, Any] | None:
    found = stage.client().get("/publish/v1/items?limit=200")["items"]
    return next((i for i in found if i["title"] == title), None)
