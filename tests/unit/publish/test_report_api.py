"""An annual report over HTTP: open, tables, submit, return, submit, approve, publish, correct, compare; a district."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from services.publish.api.acts import make
from services.publish.domain.reports.showing import show_report
from services.publish.store import ITEM
from services.publish.views.portal.documents import files_of
from shared.bus.port import TopicSpec
from shared.contracts.facts.publish import ItemPublished, ReportPublished
from tests.unit.publish.reports import TEXTS, longgang, shown
from tests.unit.publish.samples import desk, wire
from tests.unit.publish.town import NOW, PATH, Town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    made = Town(tmp_path)
    await made.office.log.ensure([TopicSpec("publish", 1, 1), TopicSpec("publish.dead", 1, 1)])
    await made.register(
        ("ja-office", "上海市静安区人民政府办公室", None),
        ("ja-fire", "静安区消防改造工作办公室", "ja-office"),
        ("ja-digital", "静安区数字化推进办公室", "ja-office"),
    )
    yield made
    await made.assert_folds()
    await made.office.store.close()


async def test_a_report_goes_from_its_opening_to_a_correction(town: Town) -> None:
    opened = await town.ask("officer", "/publish/v1/reports", {"body": "ja-fire", "year": 2025})
    assert (opened.status, opened.headers["location"]) == (201, PATH)
    assert orjson.loads(opened.body)["due_on"] == "2026-01-31"
    refused = await town.step("officer", "submit", status=409)
    assert {each["code"] for each in refused["errors"]} == {"REPORT_TABLE_MISSING", "REPORT_SECTION_EMPTY"}
    await town.count()
    await town.step("officer", "text", {"sections": TEXTS, "work_points": [{"item": "重点领域", "progress": "完成"}]})
    await town.step("officer", "submit")
    await town.step("chief", "return", {"reason": "请补充"})
    await town.step("officer", "submit")
    await town.step("chief", "approve")
    published = await town.step("officer", "publish")
    assert (published["status_label"], published["published_on"]) == ("已公开", "2026-01-20")
    assert published["path"] == "/d/rp-ja-fire-2025.html"
    await town.step("officer", "correct", {"note": "补计一件"})
    await town.count(**{**longgang(), "r1_np": 59, "A_np": 3})
    await town.publish()
    again = await town.json("/publish/v1/reports/public?body=ja-fire&year=2025")
    assert (again["number"], again["note"]) == (2, "补计一件")
    changed = {each["label"]: (each["before"], each["after"]) for each in again["changes"]}
    assert changed["表二 （一）予以公开 自然人"] == (2, 3)
    first = await town.json("/publish/v1/reports/public?body=ja-fire&year=2025&number=1")
    assert (first["number"], first["tables"]["II"]["A"]["np"], first["changes"]) == (1, 2, [])
    steps = [each["what"] for each in (await town.told("chief", PATH))["history"]]
    assert steps == ["开始编制", "提交", "退回", "提交", "批准", "公开", "更正：补计一件", "提交", "批准", "公开"]


async def test_a_published_report_is_shown_as_an_item_with_its_files(town: Town) -> None:
    await town.ask("officer", "/publish/v1/reports", {"body": "ja-fire", "year": 2025})
    await town.count()
    await town.step("officer", "text", {"sections": TEXTS})
    await town.publish()
    fact = (await town.report()).shown
    assert fact is not None
    said = {"report_id": fact.report_id, "edition": 1, "report": fact, "published_at": NOW, "by": "officer"}
    await town.office.settle(wire(ReportPublished(**said), fact.report_id, 9))
    item = ITEM.parse((await town.office.store.load(ITEM.kind, ["rp-ja-fire-2025"]))["rp-ja-fire-2025"].state)
    assert item.shown is not None
    assert [file.name.rpartition(".")[2] for file in item.shown.document.files] == ["docx", "csv"]
    for file in item.shown.document.files:
        assert len(await town.blobs.get(file.blob.sha256)) == file.blob.size


async def test_who_may_not_is_told_so(town: Town) -> None:
    assert (await town.ask("stranger", "/publish/v1/reports", {"body": "ja-fire", "year": 2025})).status == 403
    await town.ask("officer", "/publish/v1/reports", {"body": "ja-fire", "year": 2025})
    assert (await town.ask("stranger", PATH)).status == 403
    assert (await town.ask("officer", f"{PATH}/approve", {}, 1)).status == 403
    assert (await town.ask("chief", f"{PATH}/submit", {}, 1)).status == 403
    assert (await town.get("/publish/v1/reports/public?body=ja-fire&year=2025")).status == 404
    assert (await town.get(PATH)).status == 401


async def test_who_is_late_is_listed_with_the_day_it_was_due(town: Town) -> None:
    await town.ask("officer", "/publish/v1/reports", {"body": "ja-fire", "year": 2024})
    items = (await town.told("chief", "/publish/v1/reports/late?year=2024"))["items"]
    told = {each["body"]: (each["due_on"], each["overdue"], each["status"]) for each in items}
    assert told["ja-fire"] == ("2025-01-31", True, "drafting")
    assert told["ja-digital"] == ("2025-01-31", True, None)
    this = (await town.told("chief", "/publish/v1/reports/late?year=2025"))["items"]
    assert {each["overdue"] for each in this} == {False}


async def test_a_district_adds_up_and_names_who_is_missing(town: Town) -> None:
    await town.ask("officer", "/publish/v1/reports", {"body": "ja-fire", "year": 2025})
    await town.count()
    await town.step("officer", "text", {"sections": TEXTS})
    await town.publish()
    found = await town.json("/publish/v1/reports/rollup?body=ja-office&year=2025")
    assert [each["body"] for each in found["units"]] == ["ja-fire"]
    assert [each["body"] for each in found["missing"]] == ["ja-office", "ja-digital"]
    assert (found["tables"]["II"]["r1"]["sum"], found["findings"]) == (66, [])
    page = await town.get("/publish/v1/reports/rollup.html?body=ja-office&year=2025")
    assert page.status == 200
    assert "/d/rp-ja-fire-2025.html" in page.body.decode()
    assert "尚未公开的机关（2）" in page.body.decode()


async def test_the_console_shows_a_draft_its_checks_and_the_next_steps(town: Town) -> None:
    await town.ask("officer", "/publish/v1/reports", {"body": "ja-fire", "year": 2025})
    await town.count()
    listed = (await town.ask("officer", "/console/reports?year=2025")).body.decode()
    assert "静安区消防改造工作办公室" in listed
    assert "未编制" in listed
    page = (await town.ask("officer", "/console/reports/rp:ja-fire:2025")).body.decode()
    for told in (
        "“一、总体情况”还没有内容",
        "表一：行政处罚“本年处理决定数量”未报送",
        "提交主管部门",
        "重新取数",
        "<svg",
    ):
        assert told in page
    assert "批准" not in page
    assert "<script>" not in page.replace('<script src="', "")


async def test_the_portal_shows_the_report_with_its_tables_and_charts_and_hands_out_its_files(town: Town) -> None:
    await town.ask("officer", "/publish/v1/reports", {"body": "ja-fire", "year": 2025})
    await town.count()
    await town.step("officer", "text", {"sections": {**TEXTS, "overview": "全年<script>alert(1)</script>214条。"}})
    await town.publish()
    said = ReportPublished(
        report_id="rp:ja-fire:2025", edition=1, report=shown(await town.report()), published_at=NOW, by="officer"
    )
    (item,) = show_report(None, said, desk())
    assert isinstance(item, ItemPublished)
    text, files = item.document.text, item.document.files
    assert text is not None
    contents = {blob.sha256: await town.blobs.get(blob.sha256) for blob in (text, *(file.blob for file in files))}
    made = dict(files_of(item, contents, town.office.pages))
    page = made["d/rp-ja-fire-2025.html"].decode()
    assert "政府信息公开工作年度报告" in page
    assert '<svg class="chart" role="img"' in page
    assert "一、本年新收政府信息公开申请数量</th><td>58</td>" in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert [path.rpartition(".")[2] for path in made if "/f" in path] == ["docx", "csv"]


async def test_files_made_twice_are_kept_once(town: Town) -> None:
    await town.ask("officer", "/publish/v1/reports", {"body": "ja-fire", "year": 2025})
    await town.count()
    report = await town.report()
    assert await make(town.office.desk, report) == await make(town.office.desk, report)
