"""Who takes part in a case, each with a browser of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.looking import opened, sign_in
from tests.unit.requests.conftest import Desk

CITY = "长治市人民政府办公室"


@dataclass
class Cast:
    """Who takes part, each with a browser of their own."""

    desk: Desk
    site: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    async def page(self) -> Page:
        return await opened(self.browser, self.complaints)

    async def staff(self, kind: str, id: str, path: str, *bodies: str) -> Page:
        page = await self.page()
        await sign_in(page, f"{self.site}{path}", str(self.desk.client(kind, id, bodies).key))
        return page

    async def applied(self, name: str, body: str = CITY) -> Page:
        """File an application in the browser; return the page on which it is followed."""
        page = await self.page()
        await page.goto(f"{self.site}/requests/v1/apply")
        await page.get_by_label("向哪个机关申请").select_option(label=body)
        await page.get_by_label("申请人类别").select_option(label="自然人")
        await page.get_by_label("姓名或者名称").fill(name)
        await page.get_by_label("联系方式").fill("13800001234")
        await page.get_by_label("所需信息的名称或者内容描述").fill("2025年城区供热改造项目的资金安排")
        await page.get_by_role("button", name="提交申请").click()
        await expect(page.get_by_role("heading", name="办理进度", level=1)).to_be_visible()
        await self.desk.settle()
        return page


@pytest.fixture
def cast(desk: Desk, site: str, browser: Browser) -> Cast:
    """Everybody, before anything happened."""
    return Cast(desk, site, browser)
