"""Staff pages: signing in, the CSRF guard, and pages for what goes wrong."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import pytest
from fastapi import Form
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.facts.ops import KeyRevoked
from shared.security.principals import Principal
from shared.web.auth import allow
from shared.web.pages import asset, console_router, render
from shared.web.routes import Router
from shared.web.templating import day, moment
from tests.unit.web.client import Answer, Client
from tests.unit.web.conftest import Desk

HTML = {"accept": "text/html,application/xhtml+xml"}
FORM = HTML | {"content-type": "application/x-www-form-urlencoded"}


def board(folder: Path) -> Router:
    (folder / "board.html").write_text(
        '{% extends "base.html" %}{% block title %}案卷{% endblock %}'
        '{% block content %}<h1>{{ name }}</h1><form method="post">{{ csrf_field() }}</form>{% endblock %}'
    )
    router = Router(include_in_schema=False)

    @router.get("/console/board")
    async def show(request: Request, _: Annotated[Principal, allow("officer")], name: str = "看板") -> Response:
        return render(request, "board.html", {"name": name}, folder)

    @router.post("/console/board")
    async def change(_: Annotated[Principal, allow("officer")], title: Annotated[str, Form()]) -> str:
        return title

    return router


@pytest.fixture
def client(desk: Desk, tmp_path: Path) -> Client:
    return Client(desk.app(console_router(), board(tmp_path)))


async def submit(client: Client, target: str, headers: dict[str, str] | None = None, **fields: str) -> Answer:
    return await client.post(target, body=urlencode(fields).encode(), headers=FORM | (headers or {}))


async def sign_in(client: Client, desk: Desk, kind: str = "officer") -> Answer:
    return await submit(client, "/console/login", key=desk.key(kind, "o1"), next="/console/board")


def csrf_in(answer: Answer) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', answer.text)
    assert found is not None
    return found[1]


async def test_a_browser_without_a_session_is_led_to_the_login_and_back(client: Client, desk: Desk) -> None:
    answer = await client.get("/console/board", headers=HTML)
    assert (answer.status, answer.headers["location"]) == (303, "/console/login?next=/console/board")
    form = await client.get(answer.headers["location"], headers=HTML)
    assert form.status == 200
    assert 'value="/console/board"' in form.text
    entered = await sign_in(client, desk)
    assert (entered.status, entered.headers["location"]) == (303, "/console/board")
    assert all(word in entered.headers["set-cookie"] for word in ("HttpOnly", "SameSite=Strict"))
    shown = await client.get("/console/board", headers=HTML)
    assert shown.status == 200
    assert "工作人员 o1" in shown.text


async def test_an_api_client_gets_a_problem_and_not_a_redirect(client: Client) -> None:
    assert (await client.get("/console/board")).code == "UNAUTHENTICATED"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_signing_in_leads_nowhere_else(client: Client, desk: Desk, target: str) -> None:
    answer = await submit(client, "/console/login", key=desk.key(), next=target)
    assert answer.headers["location"] == "/console/"


async def test_a_wrong_key_opens_no_session_and_guessing_is_slowed_down(client: Client) -> None:
    answers = [await submit(client, "/console/login", key="gk_wrong") for _ in range(12)]
    assert answers[0].status == 401
    assert "密钥无效" in answers[0].text
    assert answers[-1].status == 429
    assert client.cookies == {}


async def test_a_form_without_its_token_changes_nothing(client: Client, desk: Desk) -> None:
    await sign_in(client, desk)
    page = await client.get("/console/board", headers=HTML)
    token = csrf_in(page)
    assert (await submit(client, "/console/board", title="新")).status == 403
    assert (await submit(client, "/console/board", title="新", csrf="x" * 43)).status == 403
    foreign = await submit(client, "/console/board", {"sec-fetch-site": "cross-site"}, title="新", csrf=token)
    assert foreign.status == 403
    assert (await submit(client, "/console/board", title="新", csrf=token)).json == "新"
    assert (await submit(client, "/console/board", {"x-csrf-token": token}, title="新")).json == "新"


async def test_signing_out_and_a_revoked_key_end_the_session(client: Client, desk: Desk) -> None:
    await sign_in(client, desk)
    token = csrf_in(await client.get("/console/board", headers=HTML))
    before = dict(client.cookies)
    assert (await submit(client, "/console/logout", csrf=token)).status == 303
    client.cookies = before
    assert (await client.get("/console/board", headers=HTML)).status == 303
    await sign_in(client, desk)
    for key_id in list(desk.ring.principals()):
        desk.ring.apply(KeyRevoked(key_id=key_id, person="p", reason="r"))
    assert (await client.get("/console/board", headers=HTML)).status == 303


async def test_the_wrong_kind_of_caller_reads_why_on_a_page(client: Client, desk: Desk) -> None:
    await sign_in(client, desk, "operator")
    answer = await client.get("/console/board", headers=HTML)
    assert answer.status == 403
    assert "FORBIDDEN" in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert (await client.get("/nowhere", headers=HTML)).text.startswith("<!doctype html>")


async def test_values_are_escaped_and_pages_allow_only_their_own_scripts(client: Client, desk: Desk) -> None:
    await sign_in(client, desk)
    answer = await client.get("/console/board?name=%3Cscript%3Ealert(1)%3C/script%3E", headers=HTML)
    assert "&lt;script&gt;" in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "style=" not in answer.text


async def test_static_files_are_named_by_their_content_and_cached_for_ever(client: Client) -> None:
    for name, kind in (("gongkai.css", "text/css"), ("htmx.min.js", "text/javascript")):
        answer = await client.get(asset(name))
        assert (answer.status, answer.headers["content-type"].split(";")[0]) == (200, kind)
        assert "immutable" in answer.headers["cache-control"]
    assert (await client.get("/console/static/000000000000/gongkai.css")).code == "NOT_FOUND"
    assert (await client.get("/console/static/0/..%2f..%2fapp.py")).status == 404


def test_times_and_dates_are_printed_for_beijing() -> None:
    assert moment(datetime(2026, 3, 1, 16, 30, tzinfo=UTC)) == "2026-03-02 00:30:00 +08:00"
    assert moment("2026-03-02T09:00:00+08:00") == "2026-03-02 09:00:00 +08:00"
    assert day(date(2026, 3, 2)) == "2026年3月2日"
    assert day("2026-03-02") == "2026年3月2日"
    assert (moment(None), day("")) == ("—", "—")
