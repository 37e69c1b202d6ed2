"""An applicant, two officers and supervision take a case from its form to the figures, in a real browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.looking import look, opened, sign_in
from tests.unit.requests.conftest import BODY, Desk

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
    return Cast(desk, site, browser)


async def step(page: Page, name: str, **fields: str) -> None:
    """Take one of the steps the page of a case offers."""
    others = page.locator("details.others")
    if await others.count() and await others.locator(f"form[action$='/{name}']").count():
        await others.locator("> summary").click()
    form = page.locator(f"form[action$='/{name}']")
    await page.locator("details").filter(has=form).last.locator("> summary").click()
    for label, value in fields.items():
        control = form.locator(f"[name={label}]")
        if await control.evaluate("each => each.tagName") == "SELECT":
            await control.select_option(value)
        else:
            await control.fill(value)
    await form.locator("button").click()


async def correct_online(cast: Cast, applicant: Page) -> None:
    """The applicant reads what is missing and says it; a slip keeps what was typed."""
    await applicant.reload()
    await expect(applicant.get_by_text("等待您办理")).to_be_visible()
    await look(applicant, "applicant-awaited")
    await applicant.get_by_role("link", name="查看要求并补正").click()
    await expect(applicant.get_by_text("请写明供热片区")).to_be_visible()
    wording = applicant.get_by_label("补正后的申请内容")
    await expect(wording).to_have_value("2025年城区供热改造项目的资金安排")
    await wording.fill("太短")
    await applicant.get_by_role("button", name="提交补正").click()
    await expect(applicant.get_by_role("alert")).to_contain_text("补正后的申请内容：至少 5 个字")
    await expect(wording).to_have_value("太短")
    await look(applicant, "applicant-correct-refused")
    await wording.fill("2025年潞州区东片供热改造项目的资金安排")
    await applicant.get_by_role("button", name="提交补正").click()
    await expect(applicant.get_by_text("答复期限自收到补正之日起重新计算")).to_be_visible()
    await cast.desk.settle()


async def draft(officer: Page) -> None:
    """Propose to disclose a part."""
    await officer.get_by_role("link", name="提出办理意见").click()
    await look(officer, "officer-decide-choose")
    await officer.get_by_label("处理决定", exact=True).select_option("A2")
    await officer.get_by_role("button", name="选定").click()
    for area in await officer.locator("textarea[name^=part-]").all():
        await area.fill("见附件，网上获取。")
    await officer.get_by_role("button", name="提出办理意见").click()
    await expect(officer.get_by_role("alert")).to_contain_text("公开的决定须写明公文编号、发文字号")
    await look(officer, "officer-decide-refused")
    await officer.get_by_label("发文字号").fill("长政办发〔2025〕7号")
    await officer.get_by_role("button", name="提出办理意见").click()
    await expect(officer.get_by_role("heading", name="办理意见（待批准）")).to_be_visible()


async def test_a_case_goes_from_the_form_to_the_figures(cast: Cast) -> None:
    visitor = await cast.page()
    await visitor.goto(f"{cast.site}/requests/v1/apply")
    await look(visitor, "applicant-form")
    await visitor.get_by_role("button", name="提交申请").click()
    await expect(visitor.get_by_role("alert")).to_contain_text("姓名或者名称：没有填写")
    await look(visitor, "applicant-form-refused")

    applicant = await cast.applied("申请人甲")
    await look(applicant, "applicant-follow-fresh")
    officer = await cast.staff("officer", "officer-1", "/console/requests", "cz-office")
    await look(officer, "officer-todo-waiting")
    await officer.get_by_role("textbox", name="登记号").fill("1")
    await officer.get_by_role("button", name="查找").click()
    await look(officer, "officer-case-fresh")
    await step(officer, "confirm")
    await step(officer, "accept", identity_seen="true")
    await step(officer, "notify-correction", text="请写明供热片区。", days="500")
    await expect(officer.get_by_role("alert")).to_contain_text("补正期限（工作日）：应不大于 60")
    await expect(officer.locator("#notify-correction-text")).to_have_value("请写明供热片区。")
    await look(officer, "officer-case-refused")
    await officer.locator("#notify-correction-days").fill("10")
    await officer.get_by_role("button", name="告知补正").click()
    await expect(officer.locator("h1")).to_contain_text("待申请人补正")

    await correct_online(cast, applicant)
    await officer.reload()
    await step(officer, "consult", kind="third_party", party="某供热有限公司")
    await look(officer, "officer-case-consulting")
    await applicant.reload()
    await expect(applicant.get_by_text("正在征求第三方或者其他机关的意见")).to_be_visible()
    await step(officer, "end-consultation", outcome="agreed")
    await draft(officer)

    leader = await cast.staff("officer", "officer-2", "/console/requests", "cz-office")
    await leader.get_by_role("link", name="〔2026〕第1号").click()
    await look(leader, "officer-approve")
    await step(leader, "approve")
    await expect(leader.get_by_role("heading", name="处理决定")).to_be_visible()
    await cast.desk.settle()
    await leader.goto(f"{cast.site}/console/requests")
    await expect(leader.get_by_role("heading", name="已作出决定，待送达")).to_be_visible()
    await leader.get_by_role("link", name="〔2026〕第1号").click()
    await step(leader, "serve", way="电子送达")
    await look(leader, "officer-case-served")

    await applicant.reload()
    await expect(applicant.get_by_text("告知书已送达，办理结束")).to_be_visible()
    await look(applicant, "applicant-served")
    async with applicant.expect_download() as kept:
        await applicant.get_by_role("link", name=re.compile("第 1 份 DOCX")).last.click()
    assert (await kept.value).suggested_filename.endswith(".docx")
    await applicant.get_by_role("link", name="期限如何计算").click()
    await look(applicant, "applicant-clock")
    await applicant.get_by_role("link", name="返回办理进度").click()
    await applicant.get_by_role("link", name="建议转为主动公开").click()
    await look(applicant, "applicant-suggest")
    await applicant.get_by_label("建议公开的理由").fill("供热改造关系沿线住户，宜向社会公开。")
    await applicant.get_by_role("button", name="提交建议").click()
    await expect(applicant.get_by_text("建议已提交")).to_be_visible()
    async with applicant.expect_download() as kept:
        await applicant.get_by_role("link", name="下载证据包").click()
    assert (await kept.value).suggested_filename.endswith(".zip")
    await figures(cast)
    assert cast.complaints == []


async def figures(cast: Cast) -> None:
    """Supervision sees the case counted, goes down to it, and orders the body to put something right."""
    watcher = await cast.staff("supervisor", "supervisor-1", "/console/requests/supervision")
    await expect(watcher.get_by_role("rowheader", name=CITY)).to_be_visible()
    await look(watcher, "supervisor-figures")
    await watcher.get_by_role("row", name=CITY).get_by_role("link").first.click()
    await expect(watcher.get_by_role("rowheader", name="〔2026〕第1号")).to_be_visible()
    await look(watcher, "supervisor-cases")
    await watcher.get_by_role("link", name="监督文书").click()
    await watcher.get_by_role("link", name="下达监督文书").click()
    await watcher.get_by_label("机关").select_option(label=CITY)
    await watcher.get_by_label("事由").fill("补正告知未写明需要补正的事项")
    await watcher.get_by_role("button", name="下达").click()
    await expect(watcher.get_by_role("alert")).to_contain_text("整改期限")
    await look(watcher, "supervisor-order-refused")
    await watcher.get_by_label("整改期限").fill("2026-03-20")
    await watcher.get_by_role("button", name="下达").click()
    await expect(watcher.locator("h1")).to_contain_text("已下达")
    order = watcher.url
    officer = await cast.staff("officer", "officer-1", "/console/requests/orders", "cz-office")
    await look(officer, "officer-orders")
    await officer.goto(order)
    await officer.get_by_label("整改情况").fill("已修订补正告知书的样式")
    await officer.get_by_role("button", name="报送整改情况").click()
    await watcher.reload()
    await look(watcher, "supervisor-order-answered")
    await watcher.get_by_role("button", name="复核销号").click()
    await expect(watcher.locator("h1")).to_contain_text("已销号")
    await watcher.goto(f"{cast.site}/console/requests/orders")
    await look(watcher, "supervisor-orders")


async def test_an_applicant_finds_the_case_again_explains_and_withdraws(cast: Cast) -> None:
    applicant = await cast.applied("申请人乙", "上海市电力保障局")
    code = await applicant.locator(".notice.good code").inner_text()
    await applicant.goto(f"{cast.site}/requests/v1/follow")
    await applicant.get_by_label("查询码").fill("错的")
    await applicant.get_by_role("button", name="查询").click()
    await expect(applicant.get_by_role("alert")).to_contain_text("查询码")
    await look(applicant, "applicant-code-refused")
    await applicant.get_by_label("查询码").fill(f" {code} ")
    await applicant.get_by_role("button", name="查询").click()
    await expect(applicant.get_by_role("heading", name="办理进度", level=1)).to_be_visible()

    case = code.partition(".")[0]
    await cast.desk.step(case, "confirm")
    await cast.desk.step(case, "ask-reason", count=60)
    await applicant.reload()
    await applicant.get_by_role("link", name="说明理由", exact=True).click()
    await look(applicant, "applicant-reason")
    await applicant.get_by_label("理由").fill("为编写地方志收集历年资料。")
    await applicant.get_by_role("button", name="提交理由").click()
    await expect(applicant.get_by_text("理由已提交。")).to_be_visible()
    await applicant.get_by_role("link", name="撤回申请").click()
    await look(applicant, "applicant-withdraw")
    await applicant.get_by_role("button", name="确认撤回申请").click()
    await expect(applicant.get_by_text("申请已撤回，办理终止。")).to_be_visible()
    await look(applicant, "applicant-withdrawn")
    assert (await cast.desk.case(case)).timeline[-1].by == "applicant"
    refused = await applicant.goto(f"{cast.site}/requests/v1/follow/{code}/withdraw")
    assert refused is not None
    assert refused.status == 409
    await look(applicant, "applicant-too-late")
    await cast.desk.settle()
    assert cast.complaints == []


async def test_the_list_of_the_day_is_sorted_by_the_working_days_left(cast: Cast) -> None:
    desk = cast.desk
    for number, day in enumerate(("2026-03-02", "2026-03-09", "2026-03-11", "2026-03-13", "2026-04-01"), 1):
        desk.clock.to(day)
        await desk.opened(f"e{number}")
    await desk.opened("e6", channel="fax")
    desk.clock.to("2026-04-07")
    officer = await cast.staff("officer", "officer-1", "/console/requests", BODY)
    heads = await officer.locator("main h2").all_inner_texts()
    assert [head.partition("（")[0] for head in heads] == [
        "逾期",
        "今天到期",
        "剩 1 至 3 个工作日",
        "剩 4 至 5 个工作日",
        "剩 5 个工作日以上",
        "等待申请人、第三方或者确认，不计算答复期限",
    ]
    await look(officer, "officer-todo")
    await officer.get_by_label("环节").select_option(label="待确认收到")
    await officer.get_by_role("button", name="查看").click()
    await expect(officer.locator("tbody tr")).to_have_count(1)
    await officer.get_by_role("textbox", name="登记号").fill("2026-77")
    await officer.get_by_role("button", name="查找").click()
    await expect(officer.get_by_text("没有登记号为“2026-77”的申请")).to_be_visible()
    await look(officer, "officer-todo-missed")
    await officer.get_by_role("textbox", name="登记号").fill("2026-3")
    await officer.get_by_role("button", name="查找").click()
    await expect(officer.locator("h1")).to_contain_text("〔2026〕第3号")
    assert cast.complaints == []


async def test_a_zone_notes_who_came_and_answers_an_opinion(cast: Cast) -> None:
    officer = await cast.staff("officer", "officer-1", "/console/requests/visits", BODY)
    await officer.get_by_label("来访目的").select_option(label="提出意见")
    await officer.get_by_label("事项").fill("公示栏更新")
    await officer.get_by_role("button", name="登记", exact=True).click()
    await expect(officer.get_by_role("alert")).to_contain_text("意见")
    await expect(officer.get_by_label("事项")).to_have_value("公示栏更新")
    await look(officer, "officer-visits-refused")
    await officer.get_by_label("意见").fill("公示栏应当每周更新")
    await officer.get_by_role("button", name="登记", exact=True).click()
    await expect(officer.get_by_text("待答复")).to_be_visible()
    await look(officer, "officer-visits")
    await officer.get_by_role("link", name="公示栏更新").click()
    await look(officer, "officer-visit")
    await officer.get_by_label("答复").fill("已安排每周一更新。")
    await officer.get_by_role("button", name="答复意见").click()
    await expect(officer.get_by_text("已安排每周一更新。")).to_be_visible()
    assert cast.complaints == []
