"""What an officer's day begins with, and the register of a zone, in a real browser."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.cast import Cast, cast
from tests.browser.looking import look
from tests.unit.requests.conftest import BODY

__all__ = ["cast"]


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
