"""Whose word counts about who asks: a configured gateway's and nobody else's."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from shared.wiring import load_settings, server
from tests.unit.web.client import Client

SPOKEN_FOR = {"x-forwarded-for": "203.0.113.7"}


async def who(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the address that rates are counted by."""
    client = Request(scope).client
    response: Response = PlainTextResponse(client.host if client else "")
    await response(scope, receive, send)


async def seen(proxies: list[str], headers: dict[str, str]) -> str:
    config = server(who, "127.0.0.1", 0, proxies).config
    config.load()
    return (await Client(config.loaded_app).get("/", headers=headers)).text


async def test_without_a_configured_gateway_nobody_speaks_for_another() -> None:
    assert await seen([], SPOKEN_FOR) == "127.0.0.1"
    assert await seen(["192.0.2.1"], SPOKEN_FOR) == "127.0.0.1"


@pytest.mark.parametrize("trusted", ["127.0.0.1", "127.0.0.0/8"])
async def test_a_configured_gateway_says_who_asks(trusted: str) -> None:
    assert await seen([trusted], SPOKEN_FOR) == "203.0.113.7"
    assert await seen([trusted], {}) == "127.0.0.1"


async def test_what_the_caller_told_the_gateway_does_not_count() -> None:
    assert await seen(["127.0.0.1"], {"x-forwarded-for": "198.51.100.1, 203.0.113.7"}) == "203.0.113.7"


@pytest.mark.parametrize("given", ["*", "gateway", "10.0.0.0/8, nonsense"])
def test_a_setting_that_is_no_address_does_not_start(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        load_settings(kafka="k:1", trusted_proxies=given)
    assert "GONGKAI_TRUSTED_PROXIES" in capsys.readouterr().err


def test_several_gateways_are_separated_by_commas() -> None:
    assert load_settings(kafka="k:1", trusted_proxies="10.0.0.2, 10.1.0.0/16").proxies == ["10.0.0.2", "10.1.0.0/16"]
