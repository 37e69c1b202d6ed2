"""Who is told, by which way, how often: decided by messages, seen in messages."""

from __future__ import annotations

from services.notify.domain.bits import unpack
from shared.contracts.facts.audience import Expression
from tests.unit.notify.conftest import Desk, code, view


async def test_a_public_document_goes_to_whom_it_concerns(desk: Desk) -> None:
    await desk.hear(desk.enterprise(1), desk.enterprise(2, region="310101"), desk.enterprise(3, region=None))

    await desk.hear(desk.document(view()))

    plan = desk.plans()[0]
    assert list(unpack(plan.told)) == [1]
    assert plan.undecided == 1
    assert [reason.text for reason in plan.reasons] == ["适用范围：区域属于静安区"]


async def test_a_decision_for_nobody_is_said_too(desk: Desk) -> None:
    said = await desk.hear(desk.document(view()))

    assert [e.type for e in said] == ["notify.push-planned"]
    assert said[0].causationid == "d1:1"
    assert desk.plans()[0].told == ""


async def test_the_same_news_twice_plans_once(desk: Desk) -> None:
    await desk.hear(desk.enterprise(1))
    event = desk.document(view())
    await desk.hear(event, event)
    await desk.hear(event)

    assert len(desk.plans()) == 1


async def test_what_is_not_public_is_not_pushed_until_it_becomes_so(desk: Desk) -> None:
    await desk.hear(desk.enterprise(1))
    assert await desk.hear(desk.document(view(attribute="依申请公开"))) == []

    await desk.hear(desk.document(view(), "attribute-changed", before="依申请公开", after="主动公开"))

    assert list(unpack(desk.plans()[0].told)) == [1]


async def test_a_wider_audience_tells_only_who_was_not_told(desk: Desk) -> None:
    await desk.hear(desk.enterprise(1), desk.enterprise(2, region="310101"))
    await desk.hear(desk.document(view()))
    wide = Expression.model_validate({"all": [{"dimension": "region", "any_of": ["310000"]}]})

    await desk.hear(desk.document(view(audience=wide), "document-tagged"))
    await desk.hear(desk.document(view(audience=wide), "document-revised", changed=["subject"]))

    assert [list(unpack(plan.told)) for plan in desk.plans()] == [[1], [2]]


async def test_a_new_edition_is_told_to_everybody_once(desk: Desk) -> None:
    await desk.hear(desk.enterprise(1))
    await desk.hear(desk.document(view()))
    await desk.hear(desk.document(view(edition=2), "document-revised", changed=["title"]))

    assert [(plan.kind, plan.document.edition) for plan in desk.plans()] == [
        ("policy.published", 1),
        ("policy.revised", 2),
    ]


async def test_a_member_of_two_parks_is_reached_once_and_the_other_park_listed(desk: Desk) -> None:
    await desk.hear(*(desk.enterprise(n) for n in (1, 2, 3)))
    await desk.hear(desk.partner("b-park", 1, 2), desk.partner("a-park", 2, 3))

    await desk.hear(desk.document(view()))

    relays = {relay.partner: relay for relay in desk.plans()[0].relays}
    assert list(unpack(relays["a-park"].members)) == [2, 3]
    assert list(unpack(relays["b-park"].members)) == [1]
    assert list(unpack(relays["b-park"].suppressed)) == [2]


async def test_withdrawing_a_document_takes_the_push_back(desk: Desk) -> None:
    await desk.hear(desk.enterprise(1))
    await desk.hear(desk.document(view()))

    said = await desk.hear(desk.document(view(), "document-withdrawn", document_id="d1", edition=1, reason="内容有误"))

    assert [e.type for e in said] == ["notify.push-withdrawn"]
    assert "p-d1" in desk.shelf.withdrawn
    assert desk.closing[0].data == {"item": "d1"}


async def test_an_inactive_enterprise_is_told_nothing(desk: Desk) -> None:
    await desk.hear(desk.enterprise(1))
    await desk.hear(desk.enterprise(1, "closed", active=False))

    await desk.hear(desk.document(view()))

    assert desk.plans()[0].told == ""
    assert desk.directory.numbers == {code(1): 1}
