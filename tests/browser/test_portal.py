"""The portal in a real Chromium: it renders, it can be searched in both scripts, and the policy is never broken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, Page, Request, async_playwright

from services.publish.store import load_columns
from shared.bus.port import TopicSpec
from shared.contracts.facts.base import Attachment, Blob, Fact
from shared.contracts.facts.publish import InterpretationView
from tests.browser.looking import faults
from tests.support.wait import until
from tests.unit.publish.samples import published, withdrawn
from tests.unit.publish.test_site import House

TEXT = """各街道办事处，区政府各部门：

《滨江区促进中小企业数字化转型的若干措施》已经区政府常务会议审议通过，现印发给你们，请认真贯彻执行。

一、总体要求
坚持需求牵引、分类施策，用三年时间推动全区规模以上工业中小企业完成一轮数字化改造，带动小微企业广泛应用云服务。
二、支持内容
（一）诊断服务补贴
对首次接受数字化诊断的企业，按照实际费用的百分之五十给予补贴，单个企业最高不超过五万元。
（二）改造项目奖励
对通过验收的改造项目，按照设备、软件投入的百分之二十给予奖励，单个项目最高不超过一百万元。
三、申报程序
企业在政务服务平台提交申请，区经济主管部门自受理之日起十五个工作日内完成审核并公示结果。
四、附则
本措施自2026年4月1日起施行，有效期至2028年12月31日。
"""
THEMES = (
    ("关于印发2026年政务公开工作要点的通知", "综合政务"),
    ("关于公布行政许可事项清单的公告", "综合政务"),
    ("2025年财政决算和2026年财政预算草案的报告", "财政、金融、审计"),
    ("关于加强养老服务机构食品安全监督检查的通知", "民政、扶贫、救灾"),
    ("关于城市更新专项规划的批复", "城乡建设、环境保护"),
    ("防汛防台专项应急预案", "市场监管、安全生产监管"),
    ("关于促进高校毕业生就业若干措施的意见", "劳动、人事、监察"),
)
BODIES = (("bj-office", "滨江区人民政府办公室"), ("bj-fin", "滨江区财政局"), ("bj-mkt", "滨江区市场监督管理局"))


@dataclass
class Visit:
    """A page and everything it complained about."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    async def go(self, address: str) -> int:
        answer = await self.page.goto(f"{self.base}{address}")
        assert answer is not None
        return answer.status


@asynccontextmanager
async def serving(house: House) -> AsyncIterator[str]:
    server = uvicorn.Server(uvicorn.Config(house.site, port=0, lifespan="off", log_level="error"))
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started, what="the portal listens")
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    await made.log.ensure([TopicSpec("publish", 2, 1), TopicSpec("publish.dead", 1, 1)])
    await made.hear(*_items(made.texts.put))
    yield made
    await made.store.close()


@pytest.fixture
async def visit(house: House, chromium: str) -> AsyncIterator[Visit]:
    async with serving(house) as base, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        made = Visit(await _page(browser), base)
        made.page.on("console", lambda message: made.complaints.append(message.text))
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on("requestfailed", lambda request: made.complaints.extend(_failure(request)))
        yield made
        await browser.close()


def _failure(request: Request) -> list[str]:
    aborted = "ERR_ABORTED" in (request.failure or "")  # the reader had moved on
    return [] if aborted else [f"{request.url}: {request.failure}"]


async def _page(browser: Browser) -> Page:
    return await (await browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})).new_page()


def _items(put: object) -> list[tuple[Fact, str, int]]:
    assert callable(put)
    columns = load_columns()
    text: Blob = put(TEXT.encode())
    file = Attachment(name="申报表.pdf", blob=put(b"%PDF-1.7 " + b"x" * 90_000, "application/pdf"))
    news: list[tuple[Fact, str, int]] = []
    for n in range(130):
        title, subject = THEMES[n % len(THEMES)]
        body, issuer = BODIES[n % len(BODIES)]
        fact = published(
            f"dc{n:04d}",
            title=f"{issuer}{title}",
            number=f"滨府办发〔{2020 + n % 7}〕{n + 1}号",
            body=body,
            issuer=issuer,
            subject=subject,
            text=text,
            published_on=date(2020 + n % 7, 1, 1) + timedelta(days=n % 50),
        ).model_copy(update={"validity": ("现行有效", "未标注", "失效")[n % 3]})
        column = columns.of(fact.document)
        news.append((fact.model_copy(update={"column": column.code, "column_name": column.name}), f"dc{n:04d}", 1))
    view = InterpretationView(
        interpretation_id="in1",
        title="一图读懂：中小企业数字化转型有哪些支持",
        issuer="滨江区人民政府办公室",
        form="图解",
        published_on=date(2026, 2, 27),
        text=put("一、为什么出台\n推动企业降本增效。\n二、谁可以申报\n注册在本区的中小企业。".encode()),
    )
    main = published(
        "dcmain",
        title="滨江区人民政府办公室关于印发《滨江区促进中小企业数字化转型的若干措施》的通知",
        text=text,
        files=(file,),
        effective_on=date(2026, 4, 1),
        expires_on=date(2028, 12, 31),
        keywords=("中小企业", "数字化转型"),
    )
    shown = {"validity": "尚未施行", "expires_on": date(2028, 12, 31), "interpretations": (view,)}
    return [*news, (main.model_copy(update=shown), "dcmain", 1)]


async def test_the_pages_render_without_a_complaint(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> None:
    shots = tmp_path_factory.mktemp("shots")
    addresses = ("/", "/columns/policy/", "/columns/statutory/", "/columns/budget/", "/d/dcmain.html", "/apply.html")
    for number, address in enumerate(
        (*addresses, "/topics/", "/years/2026/", "/bodies/", "/columns/policy/p1.html", "/search?q=转型")
    ):
        assert await visit.go(address) == 200
        assert await visit.page.locator("h1").count() == 1
        assert await visit.page.locator("main").is_visible()
        wide = await visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, f"{address} is wider than the window"
        await visit.page.screenshot(path=shots / f"{number}.png", full_page=True)
        assert await faults(visit.page) == [], address
    assert visit.complaints == []


async def test_a_document_page_has_every_element_and_its_interpretation(visit: Visit) -> None:
    await visit.go("/d/dcmain.html")
    facts = await visit.page.locator("table.facts").inner_text()
    for name in (
        "索引号",
        "发布机构",
        "成文日期",
        "发布日期",
        "发文字号",
        "有效性",
        "公开属性",
        "主题分类",
        "有效期至",
    ):
        assert name in facts
    await visit.page.get_by_role("link", name="查看解读").click()
    assert visit.page.url.endswith("#jiedu")
    assert await visit.page.get_by_role("heading", name="一图读懂").is_visible()
    async with visit.page.expect_download() as download:
        await visit.page.get_by_role("link", name="申报表.pdf").click()
    assert (await download.value).suggested_filename.endswith(".pdf")


async def test_search_works_in_both_scripts_from_the_home_page(visit: Visit) -> None:
    first = visit.page.locator(".hits .card-title a").first
    for typed in ("数字化转型的若干", "數字化轉型的若幹", "滨府办发[2026]3号"):
        await visit.go("/")
        await visit.page.locator("#q2").fill(typed)
        await visit.page.locator("#q2").press("Enter")
        assert "数字化转型的若干措施" in await first.inner_text(), typed
    assert await visit.page.locator("mark").count() > 0
    await first.click()
    assert visit.page.url.endswith("/d/dcmain.html")
    assert visit.complaints == []


async def test_facets_narrow_a_search(visit: Visit) -> None:
    await visit.go("/search?q=滨江区")
    before = await visit.page.locator("p.count").inner_text()
    await visit.page.get_by_role("link", name="财政预决算").click()
    assert await visit.page.locator("p.count").inner_text() != before
    assert await visit.page.locator(".facets [aria-current]").inner_text() == "财政预决算"


async def test_lists_can_be_read_from_the_newest_to_the_oldest(visit: Visit) -> None:
    await visit.go("/columns/statutory/")
    seen: set[str] = set()
    while True:
        links = visit.page.locator("main .card-title a")
        seen |= {str(await links.nth(n).get_attribute("href")) for n in range(await links.count())}
        older = visit.page.locator(".pager a[rel=next]")
        if not await older.count():
            break
        await older.click()
    assert len(seen) == 131


async def test_a_withdrawn_page_says_so(visit: Visit, house: House) -> None:
    await house.hear((withdrawn("dcmain"), "dcmain", 2))
    assert await visit.go("/d/dcmain.html") == 410
    assert await visit.page.get_by_role("heading", name="该信息已撤下").is_visible()
    await visit.go("/")
    assert "数字化" not in await visit.page.locator("body").inner_text()


async def test_pages_are_usable_by_keyboard_and_on_a_telephone(visit: Visit) -> None:
    await visit.page.set_viewport_size({"width": 390, "height": 800})
    for address in ("/", "/d/dcmain.html", "/columns/statutory/", "/search?q=滨江", "/apply.html"):
        await visit.go(address)
        wide = await visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{address} is wider than a telephone"
        await visit.page.keyboard.press("Tab")
        assert await visit.page.evaluate("document.activeElement.textContent") == "跳到正文"
        unnamed = "[...document.querySelectorAll('input')].filter(e => !e.labels.length).length"
        assert await visit.page.evaluate(unnamed) == 0
    assert visit.complaints == []
