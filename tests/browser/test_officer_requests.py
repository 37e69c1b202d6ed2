"""An applicant applies and an officer decides, in a real browser; a second officer approves the conversion."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from tests.browser.looking import look, opened, sign_in
from tests.unit.requests.conftest import Desk


async def signed_in(browser: Browser, desk: Desk, site: str, id: str, complaints: list[str]) -> Page:
    """A page of an officer who signed in with a key."""
    page = await opened(browser, complaints)
    await sign_in(page, f"{site}/console/requests", str(desk.client(id=id).key))
    await expect(page.get_by_role("heading", name="今日待办")).to_be_visible()
    return page


async def apply(page: Page, site: str) -> None:
    """Fill the form in, first wrongly, then right."""
    await page.goto(f"{site}/requests/v1/apply")
    await page.get_by_label("向哪个机关申请").select_option(label="上海市电力保障局")
    await page.get_by_label("申请人类别").select_option(label="自然人")
    await page.get_by_label("姓名或者名称").fill("陈晓禾")
    await page.get_by_label("联系方式").fill("随便")
    await page.get_by_label("所需信息的名称或者内容描述").fill("2025年夏季有序用电方案及其编制依据")
    await page.get_by_role("button", name="提交申请").click()
    await expect(page.get_by_role("alert")).to_contain_text("联系方式：应为电话号码、电子邮箱或者详细通信地址")
    await expect(page.get_by_label("姓名或者名称")).to_have_value("陈晓禾")
    await look(page, "apply-refused")
    await page.get_by_label("联系方式").fill("13800001234")
    await page.get_by_role("button", name="提交申请").click()
    await expect(page.get_by_role("heading", name="办理进度")).to_be_visible()


async def confirm(officer: Page) -> None:
    """Open the one case and confirm it; nothing but the lawful steps is offered."""
    await officer.get_by_role("link", name="〔2026〕第1号").click()
    await expect(officer.get_by_text("陈晓禾")).to_be_visible()
    summaries = officer.locator("section[aria-labelledby=steps] summary")
    offered = [text.split()[0] for text in await summaries.all_text_contents()]
    assert (offered[0], offered[1][:4]) == ("确认收到申请", "其他步骤")
    await summaries.first.click()
    await officer.get_by_role("button", name="确认收到申请").click()
    await expect(officer.get_by_text("剩 20 个工作日")).to_be_visible()
    await look(officer, "case")


async def decide(officer: Page) -> None:
    """Disclose, first without saying what, then with its number."""
    await officer.get_by_role("link", name="作出处理决定").click()
    await officer.get_by_label("处理决定", exact=True).select_option("A2")
    await officer.get_by_role("button", name="选定").click()
    for label in ("所提供的信息 （必填）", "获取方式 （必填）", "获取地点或者网址 （必填）", "获取时间 （必填）"):
        await officer.get_by_label(label).fill("见附件，网上获取。")
    await officer.get_by_role("button", name="作出决定").click()
    await expect(officer.get_by_role("alert")).to_contain_text("公开的决定须写明公文编号、发文字号")
    await look(officer, "decide-refused")
    await officer.get_by_label("发文字号").fill("沪电发〔2026〕7号")
    await officer.get_by_role("button", name="作出决定").click()
    await expect(officer.get_by_text("〔2026〕第1号-告")).to_be_visible()
    await look(officer, "decided")


async def test_an_application_is_made_decided_and_converted_in_the_browser(
    desk: Desk, site: str, browser: Browser
) -> None:
    problems: list[str] = []
    applicant = await opened(browser, problems)
    await apply(applicant, site)
    await look(applicant, "follow")
    await desk.settle()

    officer = await signed_in(browser, desk, site, "officer-1", problems)
    await look(officer, "cases")
    await confirm(officer)
    await decide(officer)
    await desk.settle()
    await officer.goto(f"{site}/console/requests/reviews")
    await expect(officer.get_by_text("须由另一名工作人员批准")).to_be_visible()

    second = await signed_in(browser, desk, site, "officer-2", problems)
    await second.get_by_role("link", name="转主动公开审查").click()
    await look(second, "reviews")
    await second.get_by_role("button", name="批准转换").click()
    await expect(second.get_by_text("没有待办的审查")).to_be_visible()
    assert desk.types()[-1] == "conversion-approved"
    await applicant.reload()
    await expect(applicant.get_by_text("（一）予以公开")).to_be_visible()
    await look(applicant, "followed")
    assert problems == []


async def test_an_officer_sees_the_clock_the_table_and_no_other_bodys_case(
    desk: Desk, site: str, browser: Browser
) -> None:
    problems: list[str] = []
    case = await desk.opened("e1")
    both = desk.client("agency", "shanghai", ("sh-*", "ja-*"))
    answer = await desk.enter(desk.event("e2", "s2", body="ja-office"), client=both)
    foreign = answer.json["accepted"][0]["request_id"]
    officer = await signed_in(browser, desk, site, "officer-1", problems)
    await officer.goto(f"{site}/console/requests/{case}/clock")
    await expect(officer.get_by_role("row", name="2026年3月30日")).to_contain_text("20")
    await look(officer, "clock")
    await officer.goto(f"{site}/console/requests/report?year=2026")
    await expect(officer.get_by_text("勾稽关系全部成立")).to_have_count(2)
    await look(officer, "report")
    refused = await officer.goto(f"{site}/console/requests/{foreign}")
    assert refused is not None
    assert refused.status == 403
