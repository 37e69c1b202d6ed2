"""The clerk's reviews as a page: what is due, one click or two, what is refused, who may see it."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from tests.unit.catalog.conftest import Desk
from tests.unit.catalog.reviewing import BODY, Reviewing
from tests.unit.web.client import Answer, Client

PAGE = "/console/filings/reviews"
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}


@pytest.fixture
def city(desk: Desk) -> Reviewing:
    return Reviewing(desk)


async def submit(client: Client, path: str, **fields: str) -> Answer:
    return await client.post(path, body=urlencode(fields).encode(), headers=FORM)


async def signed_in(
    city: Reviewing, kind: str = "agency", id: str = "shanghai", bodies: tuple[str, ...] = (BODY,)
) -> Client:
    client = city.client(kind, id, bodies)
    key, client.key = client.key, None
    assert (await submit(client, "/console/login", key=str(key))).status == 303
    return client


def fields_of(page: Answer, action: str) -> dict[str, str]:
    """The hidden fields of the form with an action."""
    form = page.text.partition(f'action="{action}"')[2].partition("</form>")[0]
    assert form, page.text[:2000]
    return dict(re.findall(r'name="(csrf|once|version|body)" value="([^"]*)"', form))


async def test_a_clerk_keeps_an_attribute_with_one_click_or_two(city: Reviewing) -> None:
    document = await city.filed("夏季供水")
    await city.sweep.sweep()
    clerk = await signed_in(city)
    page = await clerk.get(PAGE)
    assert page.status == 200
    assert "关于夏季供水的通知" in page.text
    assert "2026年12月31日前" in page.text
    action = re.findall(r'action="([^"]*/keep)"', page.text)[0]
    assert action.startswith(f"{PAGE}/ar:{document}:")
    fields = fields_of(page, action)
    for _ in range(2):
        assert (await submit(clerk, action, **fields, reason="情况没有变化")).status == 303
    assert (await city.document(document)).reviews == ()
    assert len(city.said("attribute-reviewed")) == 2
    assert "没有待办的审查" in (await clerk.get(PAGE)).text


async def test_what_is_missing_or_out_of_date_is_told_on_the_page(city: Reviewing) -> None:
    await city.filed("a")
    await city.sweep.sweep()
    clerk = await signed_in(city, "officer", "officer-1")
    page = await clerk.get(PAGE)
    [action] = re.findall(r'action="([^"]*/change)"', page.text)
    fields = fields_of(page, action)
    empty = await submit(clerk, action, **fields)
    assert (empty.status, "请填写或核对：公开属性、理由" in empty.text) == (422, True)
    same = await submit(clerk, action, **fields, attribute="依申请公开", reason="x")
    assert (same.status, "公开属性没有变化" in same.text) == (409, True)
    stale = await submit(clerk, action, **{**fields, "version": "1"}, attribute="主动公开", reason="x")
    assert (stale.status, "这份公文已有变化" in stale.text) == (412, True)
    assert (await submit(clerk, action, **{**fields, "csrf": ""}, reason="x")).status == 403
    assert (await submit(clerk, action.replace("/change", "/burn"), **fields)).status == 404


async def test_an_inquiry_is_answered_by_letter_on_the_page(city: Reviewing) -> None:
    document = await city.filed("a", attribute=None, backlog=True)
    data = {"request_id": "rq1", "body": BODY, "document_id": document, "unit": "调度处", "inquired_on": "2026-03-02"}
    await city.desk.hear(city.news("requests.attribute-inquired", "rq1", 1, **data))
    clerk = await signed_in(city)
    page = await clerk.get(PAGE)
    assert "调度处" in page.text
    action = f"{PAGE}/ar:{document}:inquiry:rq1/determine"
    letter = {"attribute": "不予公开", "reason": "X16b", "basis": "条例第16条", "letter": "沪电函〔2026〕3号"}
    assert (await submit(clerk, action, **fields_of(page, action), **letter)).status == 303
    found = await city.document(document)
    assert (found.view.attribute if found.view else "", found.attributes[-1].letter) == (
        "不予公开",
        "沪电函〔2026〕3号",
    )
    assert "公函 沪电函〔2026〕3号" in (await clerk.get(f"/console/filings/{document}")).text


async def test_a_clerk_of_another_body_sees_none_of_it_and_settles_nothing(city: Reviewing) -> None:
    document = await city.filed("a")
    await city.sweep.sweep()
    own = await (await signed_in(city)).get(PAGE)
    [action] = re.findall(r'action="([^"]*/keep)"', own.text)
    foreign = await signed_in(city, "agency", "jingan", ("ja-office", "ja-fire"))
    page = await foreign.get(PAGE)
    assert "没有待办的审查" in page.text
    assert (await foreign.get(f"{PAGE}?body={BODY}")).status == 403
    csrf = re.findall(r'name="csrf" value="([^"]*)"', page.text)[0]
    fields = {"csrf": csrf, "once": "0123456789", "version": "3", "reason": "不变"}
    assert (await submit(foreign, action, **fields)).status == 404
    assert len((await city.document(document)).reviews) == 2
