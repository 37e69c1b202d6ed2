"""Search finds whatever stands in a title or number, in either script, and forgets what is withdrawn."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publish.store import load_columns
from services.publish.views.search.projection import Search
from services.publish.views.search.query import Asked, Found, counts, find, marked, snippet
from services.publish.views.search.words import fold
from shared.contracts.facts.base import Fact
from shared.replay.projection import News
from shared.store.sqlite import SqliteStore
from tests.unit.publish.samples import envelope, published, withdrawn
from tests.unit.publish.test_portal import Texts

TITLES = {
    "a": ("关于印发《静安区促进中小企业数字化转型三年行动计划（2024—2026年）》的通知", "静府办发〔2024〕12号"),
    "b": ("上海市靜安區人民政府辦公室關於批復部門預算的函", "沪静府〔2023〕7号"),
    "c": ("行政处罚裁量基准 V2.0 版", "滨府规〔2025〕3号"),
    "d": ("防汛防台专项应急预案", None),
}


class House:
    def __init__(self, root: Path) -> None:
        self.store, self.texts, self.root = SqliteStore(":memory:"), Texts(), root
        self.search = Search(self.store, self.texts, root, "blue")

    async def hear(self, *news: tuple[Fact, str, int]) -> None:
        rows = await self.search.apply([News(envelope(fact, id_, n), fact) for fact, id_, n in news])
        await self.store.put(rows)

    async def put(
        self, id_: str, title: str, number: str | None = None, text: str = "", n: int = 1, **more: Any
    ) -> None:
        blob = self.texts.put(text.encode()) if text else None
        fact = published(id_, title=title, number=number, number_key=None, text=blob, **more)
        column = load_columns().of(fact.document)
        await self.hear((fact.model_copy(update={"column": column.code, "column_name": column.name}), id_, n))

    def find(self, text: str, limit: int = 100, **filters: str) -> Found:
        return find(self.search.shards, Asked(text, filters), 0, limit)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    yield made
    await made.store.close()


@pytest.fixture
async def full(house: House) -> House:
    for id_, (title, number) in TITLES.items():
        await house.put(id_, title, number, text="各单位：请认真贯彻执行。")
    return house


async def test_every_piece_of_a_title_or_number_finds_it_in_both_scripts(full: House) -> None:
    to_traditional = opencc.OpenCC("s2t")
    for id_, (title, number) in TITLES.items():
        for source in filter(None, (title, number)):
            for size in range(1, len(source) + 1):
                for at in range(len(source) - size + 1):
                    piece = source[at : at + size]
                    if piece.strip():
                        assert id_ in full.find(piece).ids, piece
                        assert id_ in full.find(to_traditional.convert(piece)).ids, piece


@pytest.mark.parametrize(
    "typed", ["静府办发[2024]12号", "靜府辦發（2024）12號", "静府办发〔2024〕第012号", " 静府办发 2024 "]
)
async def test_a_number_is_found_however_it_is_typed(full: House, typed: str) -> None:
    assert full.find(typed).ids[0] == "a"


async def test_a_title_comes_before_a_number_before_a_text(house: House) -> None:
    await house.put("text", "通告", text="这里提到滨江规划。" * 30)
    await house.put("number", "通告", number="滨江规划〔2026〕1号")
    await house.put("title", "关于滨江规划的通知")
    assert house.find("滨江规划").ids == ["title", "number", "text"]


async def test_what_is_no_longer_in_force_comes_last(house: House) -> None:
    lapsed = published("old", title="养老服务办法").model_copy(update={"validity": "失效"})
    await house.hear((lapsed, "old", 1))
    await house.put("new", "养老服务办法")
    assert house.find("养老服务").ids == ["new", "old"]


async def test_all_terms_must_be_found_and_otherwise_near_ones_are_said_to_be_near(full: House) -> None:
    assert full.find("静安 数字化").ids == ["a"]
    loose = full.find("中小企业数字化转型行动方案")
    assert loose.loose
    assert "a" in loose.ids
    assert full.find("完全没有的词语甲乙丙").total == 0


async def test_facets_filter_and_count(house: House) -> None:
    await house.put("a", "甲通知", subject="其他")
    await house.put("b", "乙通知", subject="国防")
    assert house.find("通知", topic="国防").ids == ["b"]
    assert counts(house.search.shards, Asked("通知"))["topic"] == {"其他": 1, "国防": 1}
    assert house.find("", topic="其他").ids == ["a"]


async def test_a_newer_edition_is_found_and_the_older_is_not(house: House) -> None:
    await house.put("a", "旧的标题")
    await house.put("a", "新的标题", n=2)
    assert house.find("新的标题").ids == ["a"]
    assert house.find("旧的").total == 0
    assert await house.search.count() == 1


def traces(house: House) -> tuple[bool, bool]:
    """Return whether ids and terms of the withdrawn document are still in the files."""
    files = b"".join(path.read_bytes() for path in house.root.rglob("*") if path.is_file())
    fields = ("title", "number", "text", "words", "title_signs", "number_signs", "signs")
    shards = Search(house.store, house.texts, house.root, "blue").shards.all
    found = [shard.searcher.terms_with_prefix(field, sign) for shard in shards for field in fields for sign in "龘靐齉"]
    return b"id-of-the-gone" in files, any(found)


async def test_withdrawal_leaves_nothing_in_the_files_of_the_index(house: House) -> None:
    await house.put("keep", "保留的文件")
    await house.put("id-of-the-gone", "绝密龘靐标题", number="龘府发〔2026〕1号", text="齉爩正文")
    assert traces(house) == (True, True)
    await house.hear((withdrawn("id-of-the-gone"), "id-of-the-gone", 2))
    assert house.find("龘靐").total == 0
    await house.search.tidy()
    assert traces(house) == (False, False)
    assert house.find("保留").ids == ["keep"]


async def test_a_restart_finds_the_same_and_goes_on_tidying(house: House) -> None:
    await house.put("a", "重启之后")
    await house.put("id-of-the-gone", "撤下龘")
    await house.hear((withdrawn("id-of-the-gone"), "id-of-the-gone", 2))
    again = Search(house.store, house.texts, house.root, "blue")
    assert find(again.shards, Asked("重启"), 0, 10).ids == ["a"]
    await again.tidy()
    assert traces(house) == (False, False)


async def test_paging_shows_every_hit_once(house: House) -> None:
    random.seed(1)
    for n in range(45):
        await house.put(f"i{n:02d}", f"第{n}号通知")
    pages = [find(house.search.shards, Asked("通知"), at, 10) for at in range(0, 50, 10)]
    found = [id_ for page in pages for id_ in page.ids]
    assert len(found) == len(set(found)) == 45
    assert {page.total for page in pages} == {45}


@given(st.text(max_size=60))
async def test_folding_keeps_every_place_and_folds_pieces_alike(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    assert fold(text[3:9]) == folded[3:9]


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=3).filter(str.strip), max_size=3))
async def test_marking_loses_nothing(text: str, terms: list[str]) -> None:
    assert "".join(piece for _, piece in marked(text, [fold(term) for term in terms])) == text


async def test_a_snippet_shows_the_place() -> None:
    pieces = snippet("前" * 300 + "關鍵內容" + "后" * 300, [fold("关键内容")])
    assert (True, "關鍵內容") in pieces
    assert pieces[0] == (False, "…")
