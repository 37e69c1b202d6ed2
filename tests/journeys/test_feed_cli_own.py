"""Tables and documents of our own making, on the real broker."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from docx import Document
from fpdf import FPDF

from gongkai import launcher
from gongkai.feeding.bar import Bar
from gongkai.launcher import City
from gongkai.verbs import feed as verb
from services.catalog.views import Views
from tests.journeys.conftest import Town, settled
from tests.support.wait import until

LETTER = """上海市供水管理处文件
沪供水〔2026〕8号

上海市供水管理处关于做好冬季供水保障工作的通知

各供水企业：
请做好管网防冻和应急抢修准备。

上海市供水管理处
2026年1月12日
（此件公开发布）
"""
OPEN = ("--set", "secrecy=非密")


def letter(folder: Path, text: str = LETTER) -> Path:
    path = folder / "winter.txt"
    path.write_text(text, encoding="utf-8")
    return path


async def test_a_document_says_itself_all_but_its_secrecy(town: Town, tmp_path: Path) -> None:
    status, (file,) = await town.told(letter(tmp_path), *OPEN)
    assert (status, file["errors"], file["events"][0]["state"]) == (0, [], "admitted")
    found = await Views(town.city.services["catalog"].house.store).document(file["events"][0]["document"])
    assert found is not None
    view = found[0].view
    assert view is not None
    assert view.number == "沪供水〔2026〕8号"
    assert (view.attribute, view.attribute_basis) == ("主动公开", "（此件公开发布）")
    assert [each.name for each in view.files] == ["winter.txt"]


async def test_the_same_document_again_is_the_same_receipt(town: Town, tmp_path: Path) -> None:
    receipts = [(await town.told(letter(tmp_path), *OPEN))[1][0]["events"][0]["receipt"] for _ in range(2)]
    assert receipts[0] == receipts[1]


async def test_a_document_from_the_word_processor_is_read_as_well(town: Town, tmp_path: Path) -> None:
    document = Document()
    for line in LETTER.splitlines():
        document.add_paragraph(line)
    document.save(str(tmp_path / "winter.docx"))
    status, (file,) = await town.told(tmp_path / "winter.docx", *OPEN)
    assert (status, file["events"][0]["state"]) == (0, "admitted")


async def test_a_scan_is_refused_with_a_reason(town: Town, tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.output(str(tmp_path / "scan.pdf"))
    status, (file,) = await town.told(tmp_path / "scan.pdf", *OPEN)
    assert (status, [error["code"] for error in file["errors"]]) == (1, ["NO_TEXT"])


async def test_a_document_with_a_printed_grade_is_not_even_uploaded(town: Town, tmp_path: Path) -> None:
    status, (file,) = await town.told(letter(tmp_path, "秘密★5年\n" + LETTER), *OPEN)
    assert (status, [error["code"] for error in file["errors"]]) == (1, ["CLASSIFIED"])
    assert list(town.city.services["catalog"].house.blobs.digests()) == []


async def test_a_person_at_the_terminal_sees_every_field_and_answers(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verb, "at_terminal", lambda: True)
    undated = LETTER.replace("2026年1月12日\n", "").replace("（此件公开发布）\n", "")
    answers = "2026年1月32日\n2026-01-12\n主动公开\ny\ny\n"
    status, out, errors = await town.feed(letter(tmp_path, undated), keyboard=answers)
    assert status == 0, errors
    for word in ("明示", "缺失", "沪供水〔2026〕8号", "不是有效的日期", "已入库"):
        assert word in out


async def test_without_a_terminal_nobody_confirms(town: Town, tmp_path: Path) -> None:
    status, _, errors = await town.feed(letter(tmp_path))
    assert status == 2
    assert "--yes" in errors


async def test_a_table_is_fed_row_by_row_and_errors_name_line_and_column(town: Town, tmp_path: Path) -> None:
    table = tmp_path / "list.csv"
    table.write_text(
        "标题,发文字号,发文机关,成文日期,公开属性,密级\n"
        "关于甲的通知,沪供水〔2026〕1号,上海市供水管理处,2026-01-05,主动公开,非密\n"
        "关于乙的通知,沪供水〔2026〕2号,上海市供水管理处,2026-13-05,主动公开,非密\n"
        "关于丙的通知,沪供水〔2026〕3号,上海市供水管理处,2026-01-07,主动公开,\n"
        "关于丁的通知,沪供水〔2026〕4号,上海市供水管理处,2026-01-08,,非密\n"
        "关于戊的通知,静府办〔2026〕9号,上海市静安区人民政府办公室,2026-01-08,主动公开,非密\n",
        encoding="utf-8",
    )
    status, (file,) = await town.told(table)
    assert status == 1
    assert [(e["line"], e["column"], e["code"]) for e in file["errors"]] == [
        (3, "成文日期", "DATE_INVALID"),
        (4, "", "SECRECY_MISSING"),
    ]
    told = [(e["line"], e["state"], [d["code"] for d in e["defects"]]) for e in file["events"]]
    assert told == [
        (2, "admitted", []),
        (5, "returned", ["ATTRIBUTE_MISSING"]),
        (6, "rejected", ["BODY_NOT_YOURS"]),
    ]
    _, out, _ = await town.feed(table)
    for word in ("已入库", "退回", "拒收", "合计 3 件", "错误 2"):
        assert word in out


async def test_a_wrong_key_is_told_in_one_line(town: Town, tmp_path: Path) -> None:
    status, out, _ = await town.feed(letter(tmp_path), "--yes", *OPEN, "--key", "gk_wrong")
    assert status == 1
    assert "密钥无效" in out


@pytest.mark.slow
async def test_a_broker_that_goes_away_only_delays_the_feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "SERVICES", ("catalog",))
    monkeypatch.delenv("GONGKAI_KAFKA", raising=False)
    paused = threading.Event()
    monkeypatch.setattr(Bar, "pause", lambda *_: paused.set())
    async with City(tmp_path / "var", 0) as city:
        town = await settled(city, tmp_path / "var")
        assert city.kafka is not None
        await city.kafka.stop()
        feeding = asyncio.create_task(town.told(letter(tmp_path), *OPEN))
        await until(paused.is_set, seconds=40, what="the door says that the log is away")
        await city.kafka.start()
        status, (file,) = await feeding
    assert (status, file["errors"], file["events"][0]["state"]) == (0, [], "admitted")
