"""Mail boxes: confirmed by the code in a mail, told in plain text, never twice."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from gongkai.ports import free_port
from tests.support.wait import until
from tests.unit.notify.city import City
from tests.unit.notify.conftest import code, view


class Box:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def text(self, place: int) -> str:
        return str(self.mails[place].get_content())


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    made, port = Box(), free_port()
    server = Controller(made, hostname="127.0.0.1", port=port)
    server.start()
    yield made, port
    server.stop()


@pytest.fixture
async def city(tmp_path: Path, box: tuple[Box, int]) -> AsyncIterator[City]:
    async with City(tmp_path, smtp=f"smtp://127.0.0.1:{box[1]}").running() as made:
        await made.hear(made.enterprise(1))
        yield made


async def test_a_mail_box_is_confirmed_and_told_once(city: City, box: tuple[Box, int]) -> None:
    caller = city.as_("enterprise", code(1))
    made = await caller.post_("/endpoints", {"kind": "mail", "address": "office@example.cn"}, expect=201)
    await until(lambda: box[0].mails, what="the confirmation mail")
    link = re.search(r"/notify/v1(/endpoints/\S+)", box[0].text(0))
    assert link is not None

    await caller.call("GET", f"/notify/v1{link[1]}")
    assert city.directory.channels[made["endpoint"]].state == "pending", "opening the page confirms nothing"
    assert (await caller.call("POST", f"/notify/v1{link[1]}")).status == 200
    event = city.document(view())
    await city.hear(event)
    await city.hear(event)
    await until(lambda: len(box[0].mails) == 2, what="the policy")

    assert box[0].mails[1]["subject"] == "【政策推送】关于支持企业技术改造的通知"
    assert "适用范围：区域属于静安区" in box[0].text(1)
    assert "https://gk.example.cn/d/d1.html" in box[0].text(1)


async def test_a_wrong_code_confirms_nothing(city: City) -> None:
    caller = city.as_("enterprise", code(1))
    made = await caller.post_("/endpoints", {"kind": "mail", "address": "office@example.cn"}, expect=201)

    answer = await caller.call("POST", f"/notify/v1/endpoints/{made['endpoint']}/confirmation?code=wrongwrong")

    assert answer.code == "CODE_WRONG"


async def test_the_address_is_in_no_event_and_no_row(city: City, box: tuple[Box, int]) -> None:
    caller = city.as_("enterprise", code(1))
    made = await caller.post_("/endpoints", {"kind": "mail", "address": "zhang.san@example.cn"}, expect=201)
    await until(lambda: box[0].mails, what="the confirmation mail")

    assert made["address"] == "***@example.cn"
    assert not any("zhang.san" in str(event.data) for event in city.said)
    assert not any("zhang.san" in str(effect) for effect in await city.effects())
    await caller.post_(f"/endpoints/{made['endpoint']}", method="DELETE")
    assert city.vault.open_(city.directory.channels[made["endpoint"]].address, made["endpoint"], "address") == (
        "〔已删除〕"
    )


async def test_without_a_mail_relay_no_mail_box_is_taken(tmp_path: Path) -> None:
    async with City(tmp_path).running() as city:
        await city.hear(city.enterprise(1))
        caller = city.as_("enterprise", code(1))

        answer = await caller.post_("/endpoints", {"kind": "mail", "address": "a@example.cn"}, expect=409)

        assert answer["code"] == "MAIL_OFF"
