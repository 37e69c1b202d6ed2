"""Webhooks end to end: registered, proven, signed, delivered once, and nobody waits for a bad one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from shared.effects.port import effect_key
from shared.security.webhooks import verify
from tests.support.wait import until
from tests.unit.notify.city import City, Receiver
from tests.unit.notify.conftest import code, view


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver().serving() as made:
        yield made


@pytest.fixture
async def city(tmp_path: Path, receiver: Receiver) -> AsyncIterator[City]:
    async with City(tmp_path, [receiver.origin]).running() as made:
        yield made


async def test_a_policy_arrives_once_signed_and_with_its_reasons(city: City, receiver: Receiver) -> None:
    await city.hear(city.enterprise(1), city.enterprise(2))
    endpoint = await city.webhook(city.as_("enterprise", code(1)), receiver)

    await city.hear(city.document(view()))
    await until(lambda: receiver.got, what="a webhook")

    (message,) = receiver.got
    assert message["type"] == "policy.published"
    assert message["data"]["reasons"] == ["适用范围：区域属于静安区"]
    assert message["data"]["url"] == "https://gk.example.cn/d/d1.html"
    assert receiver.ids == [effect_key("d1", 1, f"enterprise:{code(1)}", endpoint, "webhook")]
    await until(lambda: any(e.type == "notify.push-delivered" for e in city.said), what="the settlement")
    assert next(e for e in city.said if e.type == "notify.push-delivered").data["accepted"] == [0]


async def test_the_same_news_twice_sends_nothing_twice(city: City, receiver: Receiver) -> None:
    await city.hear(city.enterprise(1))
    caller = city.as_("enterprise", code(1))
    endpoint = await city.webhook(caller, receiver)
    event = city.document(view())
    await city.hear(event)
    await city.hear(event)
    await until(lambda: receiver.got, what="a webhook")

    await caller.post_(f"/endpoints/{endpoint}/test")
    await until(lambda: receiver.got[-1]["type"] == "endpoint.test", what="the test event")
    assert [m["type"] for m in receiver.got] == ["policy.published", "endpoint.test"]


async def test_the_public_key_proves_it_to_a_third_party(city: City, receiver: Receiver) -> None:
    await city.hear(city.enterprise(1))
    caller = city.as_("enterprise", code(1))
    endpoint = await city.webhook(caller, receiver)
    public = (await caller.get_(f"/endpoints/{endpoint}"))["public_key"]
    proven: list[str] = []

    async def check(request: web.Request) -> web.Response:
        proven.append(verify([public], dict(request.headers), await request.read(), now=int(time.time())))
        return web.Response()

    receiver.answer = check
    await city.hear(city.document(view()))

    await until(lambda: proven, what="a proof")


async def test_nothing_is_sent_before_the_challenge_is_answered(tmp_path: Path) -> None:
    async def deaf(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/hook", deaf)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with City(tmp_path, [origin]).running() as city:
        await city.hear(city.enterprise(1))
        caller = city.as_("enterprise", code(1))
        made = await caller.post_("/endpoints", {"url": f"{origin}/hook"}, expect=201)
        await city.hear(city.document(view()))

        async def tried() -> object:
            items = (await caller.get_(f"/endpoints/{made['endpoint']}/deliveries"))["items"]
            return items and items[0]["error"] == "challenge-unanswered"

        await until(tried, what="an unanswered challenge")
        assert city.directory.channels[made["endpoint"]].state == "pending"
        assert [e.purpose for e in await city.effects()] == ["webhook-challenge"]
    await runner.cleanup()


async def test_an_inner_address_is_refused_at_registration(city: City) -> None:
    await city.hear(city.enterprise(1))
    caller = city.as_("enterprise", code(1))

    for url in ("http://169.254.169.254/latest", "https://127.0.0.1/hook", "https://user@example.cn/"):
        await caller.post_("/endpoints", {"url": url}, expect=422)
    assert (await caller.get_("/endpoints"))["items"] == []


async def test_a_paused_endpoint_gets_the_gap_when_it_resumes(city: City, receiver: Receiver) -> None:
    await city.hear(city.enterprise(1))
    caller = city.as_("enterprise", code(1))
    endpoint = await city.webhook(caller, receiver)
    await caller.post_(f"/endpoints/{endpoint}/pause", {"reason": "系统升级"})
    await city.hear(city.document(view()))

    async def waiting() -> object:
        items = (await caller.get_(f"/endpoints/{endpoint}/deliveries"))["items"]
        return [i for i in items if i["purpose"] == "webhook" and i["state"] == "due" and i["attempts"] == 0]

    await until(waiting, what="a delivery that waits")
    assert receiver.got == []
    await caller.post_(f"/endpoints/{endpoint}/resume")

    await until(lambda: receiver.got, what="the gap")
    assert (await caller.get_(f"/endpoints/{endpoint}"))["state"] == "active"


async def test_a_hostile_receiver_delays_nobody(tmp_path: Path) -> None:
    released = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        await released.wait()
        return web.Response()

    async with Receiver().serving() as bad, Receiver().serving() as good:
        bad.answer = hang
        async with City(tmp_path, [bad.origin, good.origin]).running() as city:
            await city.hear(city.enterprise(1), city.enterprise(2))
            await city.webhook(city.as_("enterprise", code(1)), bad)
            await city.webhook(city.as_("enterprise", code(2)), good)

            began = time.monotonic()
            await city.hear(*(city.document(view(f"d{n}")) for n in range(20)))
            await until(lambda: len(good.got) == 20, what="everything at the good one")

            assert time.monotonic() - began < 5
            assert len(bad.got) <= 2
            released.set()
            await until(lambda: len(bad.got) == 20, what="everything at the other one in the end")


async def test_a_member_of_two_parks_is_delivered_through_one(tmp_path: Path) -> None:
    async with (
        Receiver().serving() as first,
        Receiver().serving() as second,
        City(tmp_path, [first.origin, second.origin]).running() as city,
    ):
        await city.hear(city.enterprise(1), city.enterprise(2))
        await city.hear(city.partner("a-park", 1), city.partner("b-park", 1, 2))
        await city.webhook(city.as_("partner", "a-park"), first)
        await city.webhook(city.as_("partner", "b-park"), second)

        await city.hear(city.document(view()))
        await until(lambda: first.got and second.got, what="both parks told")

        members = [r.got[0]["data"]["members"]["credit_codes"] for r in (first, second)]
        assert members == [[code(1)], [code(2)]]


async def test_a_receiver_that_says_gone_is_left_alone(city: City, receiver: Receiver) -> None:
    async def gone(_: web.Request) -> web.Response:
        return web.Response(status=410)

    await city.hear(city.enterprise(1))
    endpoint = await city.webhook(city.as_("enterprise", code(1)), receiver)
    receiver.answer = gone
    await city.hear(city.document(view()))
    await city.state_of(endpoint, "closed")

    await city.hear(city.document(view("d2")))

    assert list(city.directory.with_channel()) == []
    assert len(receiver.got) == 1
