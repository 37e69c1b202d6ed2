"""An operator at the console, in a real Chromium, over a running city."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from shared.bus.port import Draft
from tests.browser.looking import listen, look
from tests.journeys.conftest import Town, town
from tests.journeys.operating import Desk
from tests.support.wait import until

__all__ = ["town"]


@pytest.fixture
async def desk(town: Town) -> Desk:
    return Desk(town)


@pytest.fixture
async def page(desk: Desk, chromium: str) -> AsyncIterator[Page]:
    """A signed-in operator's page; whatever the browser complains about fails the test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await browser.new_page()
        complaints: list[str] = []
        await page.route("**/favicon.ico", lambda route: route.fulfill(status=204))  # the portal's, which is not here
        listen(page, complaints)
        await page.goto(f"{desk.town.city.url}/console/")
        await page.get_by_label("访问密钥").fill(desk.key)
        await page.get_by_role("button", name="登录").click()
        await expect(page.get_by_role("heading", name="运行总览")).to_be_visible()
        yield page
        await browser.close()
        assert complaints == []


async def test_the_overview_shows_every_service_and_leads_to_its_pages(desk: Desk, page: Page) -> None:
    await desk.file(1)
    await page.reload()
    await expect(page.get_by_text("正常")).to_be_visible()
    await expect(page.get_by_role("rowheader", name="library")).to_be_visible()
    await look(page, "console-overview")
    for name in ("死信", "回放", "追溯", "报送速率", "密钥", "服务"):
        await page.get_by_role("navigation", name="主导航").get_by_role("link", name=name, exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.get_by_role("button", name="重建 library").click()
    await expect(page.get_by_role("status")).to_have_text("已开始重建 library")

    async def switched() -> bool:
        await page.reload()
        return "已切换" in await page.inner_text("main")

    await until(switched, what="the rebuild's end")
    await look(page, "console-service")


async def test_a_dead_letter_is_tried_and_then_discarded(desk: Desk, page: Page) -> None:
    platform = desk.town.city.platform
    await platform.log.append(platform.topics.of("feed"), [Draft("k1", "不是事件".encode())])

    async def buried() -> bool:
        return bool((await desk.get("/dead"))["items"])

    await until(buried, what="the dead letter")
    await page.goto(f"{desk.town.city.url}/console/catalog/ops/dead")
    await look(page, "console-dead")
    await page.get_by_role("link", name="k1").click()
    await expect(page.get_by_label("原始内容")).to_have_text("不是事件")
    await page.get_by_role("button", name="试运行").click()
    await expect(page.get_by_role("status")).to_contain_text("1 条中 1 条仍不能通过")
    await look(page, "console-letter")
    await page.get_by_label("理由").fill("试验数据")
    await page.get_by_role("button", name="放弃").click()
    await expect(page.get_by_role("status")).to_contain_text("已下达放弃")

    async def gone() -> bool:
        return not await buried()

    await until(gone, what="the order carried out")


async def test_a_replay_is_planned_and_a_receipt_traced(desk: Desk, page: Page) -> None:
    receipt = await desk.file(1)
    await page.goto(f"{desk.town.city.url}/console/catalog/ops/replay")
    await page.get_by_role("button", name="推演").click()
    await expect(page.get_by_text("与现状完全一致，不需要执行。")).to_be_visible()
    await look(page, "console-replay")
    await page.get_by_role("link", name="追溯").click()
    await page.get_by_label("事件、公文、申请、推送的编号或回执").fill(receipt)
    await page.get_by_role("button", name="追溯").click()
    await expect(page.get_by_text("feed.document-issued")).to_be_visible()
    await expect(page.get_by_text("catalog.document-archived")).to_be_visible()
    await look(page, "console-trace")


async def test_a_key_is_shown_once_and_can_be_revoked(desk: Desk, page: Page) -> None:
    await page.goto(f"{desk.town.city.url}/console/catalog/ops/keys")
    await page.get_by_label("类别").select_option("operator")
    await page.get_by_label("主体编号").fill("night-shift")
    await page.get_by_role("button", name="签发密钥").click()
    secret = await page.locator("#secret").inner_text()
    assert (await desk.call("GET", "/catalog/v1/ops", key=secret)).status == 200
    await look(page, "console-keys")
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name="night-shift"))
    await row.get_by_role("textbox").fill("离岗")
    await row.get_by_role("button", name="吊销").click()
    await expect(page.get_by_role("status")).to_have_text("密钥已吊销")
    assert secret not in await page.content()
    assert (await desk.call("GET", "/catalog/v1/ops", key=secret)).status == 401
