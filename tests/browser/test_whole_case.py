"""An applicant, two officers and supervision take a case from its form to the figures, in a real browser."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.browser.cast import CITY, Cast, cast
from tests.browser.looking import look

__all__ = ["cast"]


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


async def begun(officer: Page) -> None:
    """Find the case by its number, confirm and accept it, and ask for a correction; a slip keeps what was typed."""
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


async def approved(cast: Cast) -> None:
    """Somebody else approves the draft, finds the case among those to be served, and serves it."""
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


async def read(applicant: Page) -> None:
    """The applicant reads the decision and how the days were counted, proposes to publish, and keeps the proof."""
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
    async with applicant.expect_download() as bundle:
        await applicant.get_by_role("link", name="下载证据包").click()
    assert (await bundle.value).suggested_filename.endswith(".zip")


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
    await begun(officer)
    await correct_online(cast, applicant)
    await officer.reload()
    await step(officer, "consult", kind="third_party", party="某供热有限公司")
    await look(officer, "officer-case-consulting")
    await applicant.reload()
    await expect(applicant.get_by_text("正在征求第三方或者其他机关的意见")).to_be_visible()
    await step(officer, "end-consultation", outcome="agreed")
    await draft(officer)
    await approved(cast)
    await read(applicant)
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
