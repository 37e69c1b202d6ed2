"""A clerk files, corrects and uploads in a real browser."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import openpyxl
import pytest
from playwright.async_api import Page, async_playwright, expect

from gongkai import launcher
from gongkai.launcher import City
from tests.browser.looking import listen, look
from tests.journeys.conftest import Town, settled

LETTER = """上海市供水管理处文件
沪供水〔2026〕8号

上海市供水管理处关于做好冬季供水保障工作的通知

各供水企业：
请做好管网防冻和应急抢修准备，保证居民用水。

上海市供水管理处
2026年1月12日
（此件公开发布）
"""


@pytest.fixture
async def town(kafka: str, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.setattr(launcher, "SERVICES", ("catalog",))
    monkeypatch.setenv("GONGKAI_KAFKA", kafka)
    async with City(tmp_path / "var", 0, topic_prefix=topic_prefix) as city:
        yield await settled(city, tmp_path / "var")


@pytest.fixture
async def page(chromium: str, town: Town) -> AsyncIterator[Page]:
    """A page of the clerk of the city, signed in; ends with no script error."""
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        found = await browser.new_page(base_url=town.city.url, locale="zh-CN")
        found.set_default_timeout(8_000)
        listen(found, errors)
        await found.goto("/console/filings")
        await found.get_by_label("访问密钥").fill((town.data / "keys" / "shanghai.key").read_text().strip())
        await found.get_by_role("button", name="登录").click()
        await expect(found.get_by_role("heading", name="我的报送")).to_be_visible()
        yield found
        await browser.close()
    assert errors == []


async def upload(page: Page, text: str, name: str = "winter.txt") -> None:
    file = {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
    await page.get_by_label("上传文件").set_input_files(file)  # type: ignore[arg-type]


async def test_a_file_proposes_its_metadata_and_the_clerk_completes_it(page: Page) -> None:
    await expect(page.get_by_text("没有符合条件的报送")).to_be_visible()
    await page.get_by_role("link", name="新增报送").first.click()
    await upload(page, LETTER)
    await page.get_by_role("button", name="从文件识别要素").click()
    await expect(page.get_by_label("标题")).to_have_value("上海市供水管理处关于做好冬季供水保障工作的通知")
    await expect(page.get_by_label("成文日期")).to_have_value("2026-01-12")
    await expect(page.locator("#number-seen")).to_contain_text("明示")
    await expect(page.locator("#number-seen q")).to_have_text("沪供水〔2026〕8号")
    await expect(page.get_by_label("密级")).to_have_value("")
    await look(page, "clerk-proposed")
    await page.get_by_role("button", name="提交报送").click()
    await expect(page.get_by_role("alert")).to_contain_text("缺少密级标注")
    await page.get_by_label("密级").select_option("非密")
    await page.get_by_role("button", name="提交报送").click()
    await expect(page.get_by_text("审核通过，公文已入库")).to_be_visible()
    await page.get_by_role("link", name="查看公文").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("已入库")
    await expect(page.get_by_text("报送时认定")).to_be_visible()
    await look(page, "clerk-filing")


async def test_a_returned_document_is_corrected_from_what_was_filed(page: Page) -> None:
    await page.goto("/console/filings/new")
    await page.get_by_label("标题").fill("关于冬季管网巡查的通知")
    await page.get_by_label("发文机关", exact=False).first.fill("上海市供水管理处")
    await page.get_by_label("密级").select_option("非密")
    await page.get_by_label("正文文字").fill("各供水企业：请加强巡查。")
    await page.get_by_role("button", name="提交报送").click()
    await expect(page.get_by_text("公文已备案，但还不能入库")).to_be_visible()
    for word in ("该文种应有发文字号", "缺少成文日期", "未认定公开属性", "由发文机关认定公开属性"):
        await expect(page.get_by_text(word).first).to_be_visible()
    await look(page, "clerk-returned")
    await page.get_by_role("link", name="补正并重新报送").click()
    await expect(page.get_by_label("标题")).to_have_value("关于冬季管网巡查的通知")
    await page.get_by_label("发文字号").fill("沪供水〔2026〕9号")
    await page.get_by_label("成文日期").fill("2026-01-13")
    await page.get_by_label("公开属性").select_option("主动公开")
    await page.get_by_role("button", name="提交报送").click()
    await expect(page.get_by_text("审核通过，公文已入库")).to_be_visible()
    await page.goto("/console/filings")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("tbody tr")).to_contain_text("已入库")


async def test_a_document_with_a_printed_grade_is_not_kept(page: Page, town: Town) -> None:
    await page.goto("/console/filings/new")
    await upload(page, "机密★5年\n" + LETTER)
    await page.get_by_role("button", name="提交报送").click()
    await expect(page.get_by_role("alert")).to_contain_text("印有密级“机密”")
    assert list(town.city.services["catalog"].house.blobs.digests()) == []


async def test_a_table_is_filled_from_the_template_and_its_errors_name_row_and_column(page: Page) -> None:
    await page.goto("/console/filings/table")
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="下载模板").click()
    template = await (await downloading.value).path()
    book = openpyxl.load_workbook(io.BytesIO(template.read_bytes()))
    sheet = book.worksheets[0]
    places = {str(cell.value).rstrip("*"): number for number, cell in enumerate(sheet[1], 1)}
    for line, (number, day, attribute) in enumerate(
        [(1, "2026-01-05", "主动公开"), (2, "2026-02-30", "主动公开"), (3, "2026-01-07", None)], 3
    ):
        row: dict[str, str | None] = {
            "标题": f"关于第{number}项的通知",
            "发文字号": f"沪供水〔2026〕{number}号",
            "成文日期": day,
        }
        row |= {"发文机关": "上海市供水管理处", "公开属性": attribute, "密级": "非密"}
        for header, value in row.items():
            sheet.cell(line, places[header], value)
    out = io.BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = {"name": "list.xlsx", "mimeType": kind, "buffer": out.getvalue()}
    await page.get_by_label("填好的表格").set_input_files(file)  # type: ignore[arg-type]
    await page.get_by_role("button", name="上传并报送").click()
    await expect(page.get_by_role("status")).to_contain_text("已受理 2 行，1 处有误")
    await expect(page.get_by_role("row").filter(has_text="DATE_INVALID")).to_contain_text("成文日期")
    await look(page, "clerk-table")
    await page.get_by_role("link", name="查看结果").last.click()
    await expect(page.get_by_text("未认定公开属性")).to_be_visible()
    await page.goto("/console/filings")
    await expect(page.locator("tbody tr")).to_have_count(2)
    await look(page, "clerk")
    await page.get_by_role("navigation", name="按结果筛选").get_by_role("link", name="退回").click()
    await expect(page.locator("tbody tr")).to_have_count(1)


async def test_another_agency_sees_nothing_of_it(page: Page, town: Town, tmp_path: Path) -> None:
    letter = tmp_path / "winter.txt"
    letter.write_text(LETTER, encoding="utf-8")
    _, (file,) = await town.told(letter, "--set", "secrecy=非密")
    event = file["events"][0]
    await page.goto(f"/console/filings/{event['document']}")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("已入库")
    await page.get_by_role("button", name="退出").click()
    await page.get_by_label("访问密钥").fill((town.data / "keys" / "jingan.key").read_text().strip())
    await page.get_by_role("button", name="登录").click()
    for address in (event["document"], f"receipts/{event['receipt']}", f"new?document={event['document']}"):
        answer = await page.goto(f"/console/filings/{address}")
        assert answer is not None
        if address.startswith("new"):
            await expect(page.get_by_label("标题")).to_have_value("")
        else:
            assert answer.status == 404
