"""The pages as forms: CSRF, one click or two, hostile words, and steps nobody offered."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from tests.unit.requests.conftest import BODY, Desk
from tests.unit.web.client import Answer, Client

FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}


async def submit(client: Client, path: str, **fields: str) -> Answer:
    return await client.post(path, body=urlencode(fields).encode(), headers=FORM)


def hidden(page: Answer, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text[:500]
    return found[1]


async def signed_in(desk: Desk) -> Client:
    """An officer with a session instead of a key."""
    client = desk.client()
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
