"""What becomes of deliveries: retried, closed, sent again, cut into parts; each settles once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from services.notify.domain import pushing
from shared.store.port import Query
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


def _settled(city: City) -> list[int]:
    return sorted(n for e in city.said for n in e.data.get("accepted", ()))


async def test_a_withdrawn_document_is_not_retried(city: City, receiver: Receiver) -> None:
    async def broken(_: web.Request) -> web.Response:
        return web.Response(status=503, headers={"retry-after": "3600"})

    await city.hear(city.enterprise(1))
    caller = city.as_("enterprise", code(1))
    endpoint = await city.webhook(caller, receiver)
    receiver.answer = broken
    await city.hear(city.document(view()))

    async def state(wanted: str) -> bool:
        items = (await caller.get_(f"/endpoints/{endpoint}/deliveries"))["items"]
        return any(i["purpose"] == "webhook" and i["attempts"] == 1 and i["state"] == wanted for i in items)

    await until(lambda: state("due"), what="a retry that waits")
    await city.hear(city.document(view(), "document-withdrawn", document_id="d1", edition=1, reason="内容有误"))
    await until(lambda: city.closing, what="the withdrawal noted")
    await city.closer.sweep()

    assert await state("closed")


async def test_a_deliberate_resend_has_an_id_of_its_own_and_says_so(city: City, receiver: Receiver) -> None:
    await city.hear(city.enterprise(1))
    await city.webhook(city.as_("enterprise", code(1)), receiver)
    await city.hear(city.document(view()))
    await until(lambda: receiver.got, what="a webhook")
    officer = city.as_("officer", "o1", bodies=frozenset({"sh-*"}))

    for _ in range(2):
        await officer.post_(
            f"/deliveries/{receiver.ids[0]}/resend", {"reason": "企业称未收到"}, expect=202, key="again-0001"
        )
    await until(lambda: len(receiver.got) == 2, what="the resend")

    listed = (await officer.get_("/pushes/p-d1/deliveries"))["items"]
    assert {d["id"]: d["resend"] is not None for d in listed} == dict(zip(receiver.ids, [False, True], strict=True))
    assert receiver.got[1]["data"]["resend_of"] == receiver.ids[0]
    assert receiver.ids[1] != receiver.ids[0]


async def test_a_plan_is_delivered_before_the_log_brings_it_back_and_only_once(city: City, receiver: Receiver) -> None:
    await city.hear(city.enterprise(1))
    caller = city.as_("enterprise", code(1))
    endpoint = await city.webhook(caller, receiver)
    city.log_is_slow = True
    await city.hear(city.document(view()))
    await until(lambda: receiver.got, what="a webhook before the log")
    city.log_is_slow = False

    await caller.post_(f"/endpoints/{endpoint}/test")
    await until(lambda: receiver.got[-1]["type"] == "endpoint.test", what="the test event")

    assert [m["type"] for m in receiver.got] == ["policy.published", "endpoint.test"]


async def test_a_large_plan_comes_in_parts_and_every_delivery_settles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "PART", 2)
    async with Receiver().serving() as receiver, City(tmp_path, [receiver.origin]).running() as city:
        await city.hear(*(city.enterprise(n) for n in range(1, 6)))
        for n in range(1, 6):
            await city.webhook(city.as_("enterprise", code(n)), receiver)
        receiver.secret = ""
        await city.hear(city.document(view()))
        await until(lambda: len(receiver.got) == 5, what="all five")

        await until(lambda: _settled(city) == [0, 1, 2, 3, 4], what="all settled")
        assert [plan.part for plan in city.plans()] == [0, 1, 2]
        assert len((await city.push()).waves) == 1
        assert (await city.push()).planned == 5


async def test_what_waits_for_a_deleted_endpoint_is_closed_and_its_key_cannot_be_used_again(
    city: City, receiver: Receiver
) -> None:
    await city.hear(city.enterprise(1))
    caller = city.as_("enterprise", code(1))
    made = await caller.post_("/endpoints", {"url": receiver.url}, expect=201, key="register-1")
    receiver.secret = made["secret"]
    endpoint = made["endpoint"]
    await city.state_of(endpoint, "active")
    await caller.post_(f"/endpoints/{endpoint}/pause", {"reason": "停用"})
    await city.hear(city.document(view()))
    await until(city.effects, what="the plan")

    await caller.post_(f"/endpoints/{endpoint}", method="DELETE")

    async def closed() -> bool:
        page = await city.ledger.page(Query(equal={"endpoint": endpoint, "state": "closed"}))
        return [entry.error for entry in page.items] == ["endpoint-gone"]

    await until(closed, what="the delivery closed")
    assert receiver.got == []
    await caller.post_("/endpoints", {"url": receiver.url}, expect=404, key="register-1")


async def test_registering_again_under_one_key_is_one_endpoint_and_shows_no_secret(
    city: City, receiver: Receiver
) -> None:
    await city.hear(city.enterprise(1))
    caller = city.as_("enterprise", code(1))
    first = await caller.post_("/endpoints", {"url": receiver.url}, expect=201, key="register-1")
    again = await caller.post_("/endpoints", {"url": receiver.url}, expect=201, key="register-1")

    assert again["endpoint"] == first["endpoint"]
    assert "secret" not in again
    assert len((await caller.get_("/endpoints"))["items"]) == 1
