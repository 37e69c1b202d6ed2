"""The pages as forms: CSRF, one click or two, hostile words, and steps nobody offered."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from services.requests.domain.steps import STEPS, StepName
from services.requests.handlers import STEP_ACTS
from services.requests.pages.fields import FIELDS
from tests.unit.requests.conftest import BODY, Desk
from tests.unit.web.client import Answer, Client

FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}


async def submit(client: Client, path: str, **fields: str) -> Answer:
    return await client.post(path, body=urlencode(fields).encode(), headers=FORM)


def hidden(page: Answer, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text[:500]
    return found[1]


async def signed_in(desk: Desk, id: str = "officer-1", bodies: tuple[str, ...] = (BODY,)) -> Client:
    """An officer with a session instead of a key."""
    client = desk.client("officer", id, bodies)
    key, client.key = client.key, None
    assert (await submit(client, "/console/login", key=str(key))).status == 303
    return client


async def test_a_form_without_its_token_is_refused(desk: Desk) -> None:
    case, officer = await desk.opened(), await signed_in(desk)
    page = await officer.get(f"/console/requests/{case}")
    fields = {"once": hidden(page, "once"), "version": hidden(page, "version")}
    assert (await submit(officer, f"/console/requests/{case}/withdraw", **fields)).status == 403
    assert (await desk.case(case)).open


async def test_two_clicks_on_one_form_are_one_step(desk: Desk) -> None:
    case, officer = await desk.opened(), await signed_in(desk)
    page = await officer.get(f"/console/requests/{case}")
    fields = {name: hidden(page, name) for name in ("csrf", "once", "version")}
    fields |= {"kind": "other_agency", "party": "乙局"}
    for _ in range(2):
        assert (await submit(officer, f"/console/requests/{case}/consult", **fields)).status == 303
    assert len((await desk.case(case)).consultations) == 1


async def test_a_step_that_is_not_offered_is_refused_with_its_rule_and_an_unknown_one_is_none(desk: Desk) -> None:
    case, officer = await desk.opened(), await signed_in(desk)
    page = await officer.get(f"/console/requests/{case}")
    assert f"/console/requests/{case}/serve" not in page.text
    fields = {name: hidden(page, name) for name in ("csrf", "once", "version")}
    refused = await submit(officer, f"/console/requests/{case}/serve", **fields, way="当面")
    assert refused.status == 409
    assert "条例第33条" in refused.text
    assert (await submit(officer, f"/console/requests/{case}/explode", **fields)).status == 404


async def test_hostile_words_are_shown_as_words(desk: Desk) -> None:
    case = await desk.opened(name="<script>alert(1)</script>", description='"><img src=x onerror=alert(1)>')
    page = await (await signed_in(desk)).get(f"/console/requests/{case}")
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "&lt;script&gt;" in page.text


async def test_an_application_sent_twice_is_one_case(desk: Desk) -> None:
    public = desk.client()
    public.key = None
    page = await public.get("/requests/v1/apply", headers={"accept": "text/html"})
    fields = desk.application() | {"once": hidden(page, "once")}
    first = await submit(public, "/requests/v1/apply", **fields)
    again = await submit(public, "/requests/v1/apply", **fields)
    assert (first.status, first.headers["location"]) == (303, again.headers["location"])
    assert desk.types().count("request-received") == 1
    await desk.settle()
    followed = await public.get(first.headers["location"].partition("?")[0])
    assert "〔2026〕第1号" in followed.text
    assert followed.headers["referrer-policy"] == "no-referrer"


async def test_an_unknown_body_is_said_on_the_form_that_keeps_what_was_typed(desk: Desk) -> None:
    public = desk.client()
    public.key = None
    fields = desk.application(body="nobody") | {"once": "x" * 24}
    answer = await submit(public, "/requests/v1/apply", **fields)
    assert answer.status == 422
    assert "发文机关名录中没有这个机关" in answer.text
    assert 'value="陈晓禾"' in answer.text


async def test_the_report_opens_for_an_officer_whose_key_names_bodies_by_prefix(desk: Desk) -> None:
    officer = desk.client(id="officer-2", bodies=(f"{BODY[:-1]}*",))
    page = await officer.get("/console/requests/report", headers={"accept": "text/html"})
    assert page.status == 200
    assert "年报表二" in page.text


@pytest.mark.parametrize("name", [name for name in STEPS if name not in ("decide", "draft")])
def test_the_form_of_a_step_asks_for_what_the_step_needs_and_for_nothing_else(name: StepName) -> None:
    known = STEP_ACTS[name][0].model_fields
    asked = {field.name: field.required for field in FIELDS[name]}
    assert asked.keys() <= known.keys()
    assert {field for field, about in known.items() if about.is_required()} == {
        f for f, needed in asked.items() if needed
    }


async def test_a_draft_is_written_and_approved_on_pages(desk: Desk) -> None:
    await desk.body("cz-water", "长治市水务局", "140400")
    agency = desk.client("agency", "changzhi", ("cz-*",))
    entered = await desk.enter(desk.event("e1", "s1", "changzhi", body="cz-water"), client=agency)
    case = entered.json["accepted"][0]["request_id"]
    clerk, chief = await signed_in(desk, "cz-clerk", ("cz-water",)), await signed_in(desk, "cz-chief", ("cz-water",))
    page = await clerk.get(f"/console/requests/{case}/decide?code=D2")
    assert "提出办理意见" in page.text
    fields = {name: hidden(page, name) for name in ("csrf", "once", "version")}
    fields |= {"code": "D2", "article": "条例第38条", "part-reason": "没有现成信息"}
    assert (await submit(clerk, f"/console/requests/{case}/decide", **fields)).status == 303
    own, others = await clerk.get(f"/console/requests/{case}"), await chief.get(f"/console/requests/{case}")
    assert "没有现成信息" in others.text
    assert f"/console/requests/{case}/approve" in others.text
    assert f"/console/requests/{case}/approve" not in own.text
    fields = {name: hidden(others, name) for name in ("csrf", "once", "version")}
    assert (await submit(chief, f"/console/requests/{case}/approve", **fields)).status == 303
    assert "〔2026〕第1号-告" in (await chief.get(f"/console/requests/{case}")).text


async def test_an_application_is_split_line_by_line(desk: Desk) -> None:
    case, officer = await desk.opened(), await signed_in(desk)
    page = await officer.get(f"/console/requests/{case}")
    fields = {name: hidden(page, name) for name in ("csrf", "once", "version")}
    fields |= {"parts": "2025年夏季有序用电方案\r\n\r\n方案的编制依据\r\n"}
    assert (await submit(officer, f"/console/requests/{case}/split", **fields)).status == 303
    await desk.settle()
    assert len((await desk.case(case)).continued) == 2
    assert "办理记录" in (await officer.get(f"/console/requests/{case}")).text
    followed = await officer.get(f"/requests/v1/follow/{desk.deps.people.access_code(case)}")
    assert followed.text.count("的办理进度</a>") == 2


async def test_what_was_noted_on_a_case_is_shown_on_its_page(desk: Desk) -> None:
    case, officer = await desk.opened(document_id="d1"), await signed_in(desk)
    await desk.step(case, "ask-reason", count=42)
    await desk.step(case, "give-reason", text="研究需要")
    await desk.step(case, "judge-reason", reasonable=True, why="理由成立")
    await desk.step(case, "inquire-attribute", unit="规划科")
    await desk.step(case, "tag-case", tag="novel", note="首次遇到")
    await desk.step(case, "note-contact", means="phone", summary="希望尽快答复")
    await desk.decide(case)
    await desk.step(case, "send", way="邮寄", carrier="ems", tracking="EA123456789CN")
    await desk.step(case, "return-mail", reason="查无此人")
    await desk.step(case, "file-remedy", kind="suit", organ="上海市静安区人民法院")
    shown = (await officer.get(f"/console/requests/{case}")).text
    words = (
        "研究需要",
        "理由成立",
        "规划科",
        "首次遇到",
        "希望尽快答复",
        "EA123456789CN",
        "重新送达",
        "未经复议直接起诉",
    )
    assert [word for word in words if word not in shown] == []
