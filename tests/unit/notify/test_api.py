"""Inboxes, streams, subscriptions, explanations and rehearsals, as their callers see them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.notify.api import inbox as inbox_api
from shared.contracts.facts.audience import Expression
from tests.support.wait import until
from tests.unit.notify.city import City
from tests.unit.notify.conftest import code, view


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[City]:
    async with City(tmp_path).running() as made:
        await made.hear(*(made.enterprise(n) for n in (1, 2, 3)), made.enterprise(4, region="310101"))
        yield made


async def test_an_inbox_counts_what_is_unread_and_pages_by_serial(city: City) -> None:
    await city.hear(*(city.document(view(f"d{n}")) for n in range(3)))
    caller = city.as_("enterprise", code(1))

    first = await caller.get_("/inbox?limit=2")
    rest = await caller.get_(f"/inbox?after={first['next']}")
    await caller.post_("/inbox/read", {"items": [first["items"][0]["item"]]})
    again = await caller.get_("/inbox")

    assert [i["document"]["document_id"] for i in (*first["items"], *rest["items"])] == ["d0", "d1", "d2"]
    assert (first["unread"], again["unread"]) == (3, 2)
    assert [i["read"] for i in again["items"]] == [True, False, False]
    assert first["items"][0]["reasons"][0]["text"] == "适用范围：区域属于静安区"


async def test_a_withdrawn_document_is_marked_and_no_longer_unread(city: City) -> None:
    await city.hear(city.document(view()))
    await city.hear(city.document(view(), "document-withdrawn", document_id="d1", edition=1, reason="内容有误"))

    inbox = await city.as_("enterprise", code(1)).get_("/inbox")

    assert (inbox["items"][0]["withdrawn"], inbox["unread"]) == ("内容有误", 0)


async def test_an_item_of_somebody_else_cannot_be_read(city: City) -> None:
    await city.hear(city.document(view()))
    caller = city.as_("enterprise", code(4))

    assert (await caller.get_("/inbox"))["items"] == []
    await caller.get_("/inbox/items/p-d1.1", expect=404)
    await caller.post_("/inbox/read", {"items": ["p-d1.1"]}, expect=404)


async def test_nobody_without_a_report_of_theirs_gets_in(city: City) -> None:
    await city.as_("enterprise", code(99)).get_("/inbox", expect=404)
    await city.as_("officer", "o1").get_("/inbox", expect=403)


async def test_a_stream_resumes_behind_the_last_event_and_lives_on(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_api, "HEARTBEAT", 0.05)
    await city.hear(city.document(view("d0")), city.document(view("d1")))
    first = city.plans()[0].serial
    revoked = False

    async def valid() -> bool:
        return not revoked

    events = inbox_api._events(city.deps, "enterprise", code(1), first, valid)

    got: list[Any] = []

    async def listen() -> None:
        async for event in events:
            got.append(event)  # noqa: PERF401 -- seen while it grows

    task = asyncio.create_task(listen())
    await until(lambda: any(e.comment == "ping" for e in got), what="a heartbeat")
    await city.hear(city.document(view("d2")))
    await until(lambda: sum(e.data is not None for e in got) == 2, what="the second item")
    revoked = True
    await task

    items = [json.loads(e.data) for e in got if e.data is not None]
    assert [i["document"]["document_id"] for i in items] == ["d1", "d2"]
    assert [e.id for e in got if e.data is not None] == [str(i["serial"]) for i in items]


async def test_a_subscriber_is_told_what_its_profile_alone_would_not_bring(city: City) -> None:
    caller = city.as_("enterprise", code(4))
    made = await caller.post_("/subscriptions", {"keywords": ["技术改造"], "bodies": ["sh-industry"]}, expect=201)
    await city.hear(city.document(view()))

    item = (await caller.get_("/inbox"))["items"][0]
    await caller.post_(f"/subscriptions/{made['subscription_id']}", method="DELETE")
    await city.hear(city.document(view("d2")))

    assert [r["text"] for r in item["reasons"]] == ["订阅了上海市工业促进局的文件", "订阅了关键词“技术改造”"]
    assert (await caller.get_("/inbox"))["total"] == 1
    assert (await caller.get_("/subscriptions"))["items"] == []


async def test_an_item_comes_once_however_many_ways_it_matched(city: City) -> None:
    caller = city.as_("enterprise", code(1))
    await caller.post_("/subscriptions", {"keywords": ["技术改造"]}, expect=201)
    await caller.post_("/subscriptions", {"bodies": ["sh-industry"]}, expect=201)
    await city.hear(city.document(view()))

    inbox = await caller.get_("/inbox")

    assert inbox["total"] == 1
    assert len(inbox["items"][0]["reasons"]) == 3


async def test_an_empty_subscription_is_refused(city: City) -> None:
    answer = await city.as_("enterprise", code(1)).post_("/subscriptions", {}, expect=422)

    assert answer["code"] == "SUBSCRIPTION_EMPTY"


async def test_a_partner_sees_its_members_and_acknowledges(city: City) -> None:
    await city.hear(city.partner("a-park", 1, 2), city.partner("b-park", 2))
    await city.hear(city.document(view()))
    partner = city.as_("partner", "a-park")

    item = (await partner.get_("/inbox"))["items"][0]
    await partner.post_(f"/inbox/items/{item['item']}/acknowledgement", {"reached": 2})

    assert item["members"] == [code(1), code(2)]
    assert (await partner.get_(f"/inbox/items/{item['item']}"))["acknowledged"] is not None
    assert (await city.as_("partner", "b-park").get_("/inbox"))["items"] == []
    push = await city.as_("supervisor", "s1").get_("/pushes/d1")
    assert [(r["partner"], r["members"], r["suppressed"]) for r in push["waves"][0]["relays"]] == [
        ("a-park", 2, 0),
        ("b-park", 0, 1),
    ]


async def test_an_explanation_says_why_and_why_not(city: City) -> None:
    await city.hear(city.enterprise(5, region=None))
    audience = Expression.model_validate({"all": [{"dimension": "region", "any_of": ["310106"], "citation": "第二条"}]})
    await city.hear(city.document(view(audience=audience)))
    staff = city.as_("supervisor", "s1")

    answers = [(await staff.get_(f"/explain?document=d1&enterprise={code(n)}")) for n in (1, 4, 5)]

    assert [a["answer"] for a in answers] == ["符合", "不符合", "待补充"]
    assert answers[0]["told"][0]["way"] == "inbox"
    assert answers[0]["clauses"][0]["citation"] == "第二条"
    assert answers[2]["clauses"][0]["missing"] == "区域"


async def test_an_enterprise_asks_only_about_itself(city: City) -> None:
    caller = city.as_("enterprise", code(1))

    await caller.get_(f"/enterprises/{code(1)}")
    await caller.get_(f"/enterprises/{code(2)}", expect=403)
    await caller.get_(f"/explain?document=d1&enterprise={code(2)}", expect=403)


async def test_a_rehearsal_predicts_exactly_whom_the_push_tells(city: City) -> None:
    await city.hear(city.partner("a-park", 1, 4), city.enterprise(6, region=None))
    expression = {"all": [{"dimension": "region", "any_of": ["310106"]}]}
    officer = city.as_("officer", "o1", bodies=frozenset({"sh-*"}))

    expected = await officer.post_("/match", {"expression": expression})
    await city.hear(city.document(view(audience=Expression.model_validate(expression))))
    push = await officer.get_("/pushes/p-d1")

    assert expected["total"] == push["told"] == 3
    assert expected["undecided"] == push["waves"][0]["undecided"] == 1
    assert expected["districts"] == push["districts"] == [{"value": "310106", "label": "静安区", "count": 3}]
    assert expected["ways"] == {"direct": 0, "relay": {"a-park": 1}, "inbox": 2}


async def test_a_rehearsal_names_codes_that_do_not_exist(city: City) -> None:
    officer = city.as_("officer", "o1")

    answer = await officer.post_(
        "/match", {"expression": {"all": [{"dimension": "region", "any_of": ["310106", "999999"]}]}}, expect=422
    )

    assert answer["errors"][0]["pointer"] == "/expression/all/0/any_of"


async def test_an_officer_sees_the_pushes_of_its_bodies_only(city: City) -> None:
    await city.hear(city.document(view()))

    await city.as_("officer", "o1", bodies=frozenset({"ja-*"})).get_("/pushes/p-d1", expect=403)
    await city.as_("officer", "o2", bodies=frozenset({"sh-*"})).get_("/pushes/p-unknown", expect=404)
    assert len((await city.as_("operator", "op").get_("/pushes"))["items"]) == 1


async def test_receipts_are_found_and_listed_across_kinds(city: City) -> None:
    await city.hear(city.partner("a-park", 1), city.enterprise(9, credit_code="1"))

    found = await city.receipts.of(city.enterprise(1).receipt or "")
    listed: list[Any] = []
    after: str | None = None
    while True:
        page = await city.receipts.listed("data", None, after, 2)
        listed += page.items
        after = page.next
        if after is None:
            break

    assert found is not None
    assert (found["state"], found["aggregate"]) == ("admitted", code(1))
    assert sorted(r["state"] for r in listed) == ["admitted"] * 5 + ["rejected"]
