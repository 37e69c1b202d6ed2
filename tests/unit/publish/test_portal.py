"""The portal is a pure function of what was published: however it is cut, crashed or built again."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import feedparser
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.publish.store import load_columns
from services.publish.views.portal.projection import Portal
from services.publish.views.portal.render import Pages, Site
from shared.contracts.facts.base import Attachment, Blob, Fact
from shared.contracts.facts.publish import InterpretationView, ItemPublished
from shared.replay.projection import News, digest_of
from shared.store.blobs import BlobErased
from shared.store.sqlite import SqliteStore
from tests.unit.publish.samples import envelope, published, withdrawn

SITE = Site(name="滨江区政府信息公开平台", base="https://portal.example")
TEXT = """各街道办事处：

一、总体要求
加快推进<b>数字化</b>转型。
（一）目标任务
到2027年完成改造。
第一条　本办法自发布之日起施行。"""


class Texts:
    """Blobs by name."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, content: bytes, mediatype: str = "text/plain") -> Blob:
        name = f"{len(self.kept):064d}"
        self.kept[name] = content
        return Blob(sha256=name, size=len(content), mediatype=mediatype)

    async def get(self, digest: str) -> bytes:
        return self.open(digest).read()

    def open(self, digest: str) -> BinaryIO:
        if digest not in self.kept:
            raise BlobErased(digest)
        return BytesIO(self.kept[digest])


class House:
    def __init__(self, root: Path, texts: Texts | None = None) -> None:
        self.store = SqliteStore(":memory:")
        self.texts = texts or Texts()
        self.root = root
        self.portal = self.fresh()

    def fresh(self) -> Portal:
        self.portal = Portal(self.store, self.texts, Pages(SITE, load_columns()), self.root, "blue")
        return self.portal

    async def hear(self, *news: tuple[Fact, str, int], save: bool = True) -> None:
        rows = await self.portal.apply([News(envelope(fact, id_, n), fact) for fact, id_, n in news])
        if save:
            await self.store.put(rows)

    def read(self, name: str) -> str:
        return (self.root / "blue" / name).read_text("utf-8")

    def everything(self) -> bytes:
        files = [path for path in (self.root / "blue").rglob("*") if path.is_file()]
        return b"\n".join(str(path).encode() + path.read_bytes() for path in files)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def item(id_: str = "dc1", sequence: int = 1, **values: Any) -> tuple[Fact, str, int]:
    fact = published(id_, **values)
    column = load_columns().of(fact.document)
    return fact.model_copy(update={"column": column.code, "column_name": column.name}), id_, sequence


async def test_a_page_shows_every_element_and_escapes_everything(house: House) -> None:
    text = house.texts.put(TEXT.encode())
    file = Attachment(name='申报表"<x>.pdf', blob=house.texts.put(b"%PDF-1.7", "application/pdf"))
    await house.hear(item(title="关于<script>alert(1)</script>的通知", text=text, files=(file,)))
    page = house.read("d/dc1.html")
    for name in ("索引号", "发布机构", "成文日期", "发布日期", "发文字号", "有效性", "公开属性", "主题分类"):
        assert f">{name}</th>" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<h3>一、总体要求</h3>" in page
    assert "<h4>（一）目标任务</h4>" in page
    assert "&lt;b&gt;数字化&lt;/b&gt;" in page
    assert house.read("d/dc1/text.txt") == TEXT
    (attached,) = (house.root / "blue/d/dc1").glob("f1-*.pdf")
    assert attached.read_bytes() == b"%PDF-1.7"
    assert orjson.loads(house.read("d/dc1/data.json"))["facts"]["发文字号"] == "滨府办发〔2026〕3号"


async def test_interpretations_stand_beside_their_document(house: House) -> None:
    text = house.texts.put("要点。".encode())
    view = InterpretationView(interpretation_id="in1", title="一图读懂新措施", issuer="办公室", form="图解", text=text)
    fact, id_, n = item()
    assert isinstance(fact, ItemPublished)
    await house.hear((fact.model_copy(update={"interpretations": (view,)}), id_, n))
    assert "一图读懂新措施" in house.read("d/dc1.html")
    assert "一图读懂新措施" in house.read("index.html")
    assert "d/dc1.html" in house.read("columns/interpretation/index.html")


async def test_withdrawal_leaves_nothing_anywhere_but_the_address(house: House) -> None:
    text = house.texts.put("独一无二的正文内容".encode())
    file = Attachment(name="独特附件.pdf", blob=house.texts.put(b"unique file bytes", "application/pdf"))
    await house.hear(
        item("dc2", title="保留的文件"),
        item(title="独特标题甲乙丙", number="独府发〔2026〕77号", text=text, files=(file,)),
    )
    assert "独特标题甲乙丙".encode() in house.everything()
    await house.hear((withdrawn(), "dc1", 2))
    everything = house.everything()
    for secret in ("独特标题", "独府发", "独一无二", "独特附件", "dc1"):
        assert secret.encode() not in everything
    assert b"unique file bytes" not in everything
    rows = await house.store.rows("portal.blue.gone", ["d/dc1.html"])
    assert rows["d/dc1.html"].data == {"path": "d/dc1.html", "reason": "内容有误", "on": "2026-03-02"}
    assert "保留的文件" in house.read("index.html")


async def test_a_newer_edition_takes_away_the_files_of_the_older(house: House) -> None:
    file = Attachment(name="旧.pdf", blob=house.texts.put(b"old", "application/pdf"))
    await house.hear(item(files=(file,)))
    await house.hear(item(sequence=2, title="新标题", column="财政预决算"))
    assert not list((house.root / "blue/d/dc1").glob("f1-*"))
    assert "dc1" not in house.read("columns/policy/index.html")
    assert "新标题" in house.read("columns/budget/index.html")


async def test_an_erased_text_is_said_to_be_erased(house: House) -> None:
    text = house.texts.put(b"gone")
    house.texts.kept.clear()
    await house.hear(item(text=text))
    assert "〔已删除〕" in house.read("d/dc1.html")


async def test_feeds_are_valid_and_name_their_limit(house: House) -> None:
    await house.hear(*(item(f"dc{n:03d}", title=f"第{n}号公告 <&>") for n in range(60)))
    feed = feedparser.parse((house.root / "blue/feed.xml").read_bytes())
    assert not feed.bozo
    assert len(feed.entries) == 50
    assert feed.entries[0].title == "第59号公告 <&>"
    assert feed.entries[0].link == "https://portal.example/d/dc059.html"
    assert "50" in feed.feed.subtitle
    data = orjson.loads(house.read("columns/policy/feed.json"))
    assert data["version"] == "https://jsonfeed.org/version/1.1"
    assert len(data["items"]) == 50
    assert data["feed_url"] == "https://portal.example/columns/policy/feed.json"


async def test_the_site_map_names_every_item_once_and_shrinks(house: House) -> None:
    await house.hear(*(item(f"dc{n:03d}") for n in range(20)))
    await house.hear((withdrawn("dc003"), "dc003", 2))
    found = [node.text for node in ET.fromstring(house.read("sitemap-1.xml")).iter() if node.tag.endswith("loc")]
    assert len(found) == len(set(found)) == 19
    assert "https://portal.example/d/dc003.html" not in found
    assert "sitemap-1.xml" in house.read("sitemap.xml")


async def test_every_item_is_on_exactly_one_page_of_its_lists(house: House) -> None:
    start = date(2026, 1, 1)
    news = [item(f"dc{n:03d}", published_on=start + timedelta(days=(n * 37) % 200)) for n in range(173)]
    for n in range(0, len(news), 11):
        await house.hear(*news[n : n + 11])
    pages = sorted((house.root / "blue/years/2026").glob("p*.html"))
    assert len(pages) == 4
    text = "".join(page.read_text("utf-8") for page in pages)
    assert all(text.count(f'<a href="/d/dc{n:03d}.html">') == 1 for n in range(173))


async def test_no_page_links_to_a_file_that_is_not_there(house: House) -> None:
    text = house.texts.put(TEXT.encode())
    await house.hear(*(item(f"dc{n:03d}", text=text, published_on=date(2020 + n % 5, 1, 1)) for n in range(120)))
    root = house.root / "blue"
    for page in root.rglob("*.html"):
        for address in re.findall(r'(?:href|src)="/([^"#?]*)', page.read_text("utf-8")):
            if address.startswith(("search", "requests")):
                continue
            target = root / address / "index.html" if address.endswith("/") or not address else root / address
            assert target.is_file(), f"{page.name} -> {address}"


NEWS = st.lists(
    st.tuples(st.integers(0, 70), st.booleans(), st.integers(0, 3), st.integers(0, 400)), min_size=1, max_size=120
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NEWS, st.integers(1, 40), st.integers(0, 5))
async def test_batches_crashes_and_restarts_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, news: list[tuple[int, bool, int, int]], size: int, crash: int
) -> None:
    log = _log(news)
    whole = House(tmp_path_factory.mktemp("whole"))
    await whole.hear(*log)
    cut = House(tmp_path_factory.mktemp("cut"))
    for number, at in enumerate(range(0, len(log), size)):
        batch = log[at : at + size]
        if number % 6 == crash:
            await cut.hear(*batch, save=False)
            cut.fresh()
        await cut.hear(*batch)
    assert [line async for line in cut.portal.export()] == [line async for line in whole.portal.export()]
    assert await digest_of(cut.portal) == await digest_of(whole.portal)
    assert await cut.portal.count() == await whole.portal.count()


def _log(news: Sequence[tuple[int, bool, int, int]]) -> list[tuple[Fact, str, int]]:
    sequences: dict[str, int] = {}
    log: list[tuple[Fact, str, int]] = []
    for number, leaves, kind, days in news:
        id_ = f"dc{number:02d}"
        sequences[id_] = sequences.get(id_, 0) + 1
        if leaves and sequences[id_] > 1:
            log.append((withdrawn(id_), id_, sequences[id_]))
            continue
        log.append(
            item(
                id_,
                sequences[id_],
                title=["关于预算的报告", "关于规划的通知", "公告", "年度计划"][kind],
                issuer=f"机关{kind % 2}",
                body="bj-office",
                subject=["财政、金融、审计", "其他", None, "其他"][kind],
                published_on=date(2025, 6, 1) + timedelta(days=days),
            )
        )
    return log
