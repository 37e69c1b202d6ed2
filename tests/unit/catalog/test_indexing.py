"""Index numbers (索引号): without gaps, in the order of publication, once for ever."""

from __future__ import annotations

from typing import Any

from services.catalog.commands import ChangeAttribute
from services.catalog.handlers import change_attribute
from services.catalog.store import DOCUMENT, INDEX_REGISTER
from shared.bus.decider import Command
from shared.contracts.envelope import Envelope
from shared.store.port import Query
from tests.unit.catalog.conftest import Desk


async def settle(desk: Desk, *events: Envelope) -> list[Envelope]:
    """Let the catalog hear events, and what it says of them, until it says no more."""
    said: list[Envelope] = []
    news = await desk.hear(*events)
    while news:
        said += news
        news = await desk.hear(*news)
    return said


def file(desk: Desk, number: int, *, body: str = "示例市发展改革委", **data: Any) -> Envelope:
    given = {
        "title": f"关于第{number}件事项的通知", "number": f"示发改〔2026〕{number}号", "issuer": body,
        "written_on": "2026-02-01", "attribute": "主动公开", "secrecy": "非密", **data,
    }  # fmt: skip
    return desk.event("feed.document-issued", f"doc-{number}", f"doc-{number}", **given)


def body(desk: Desk, code: str = "sh-drc", name: str = "示例市发展改革委", event: str = "b1", **more: Any) -> Envelope:
    return desk.event("feed.body-registered", code, event, body=code, name=name, **more)


async def numbers(desk: Desk) -> dict[str, str | None]:
    """Title of every admitted document -> its index number."""
    page = await desk.store.select(DOCUMENT.kind, Query(limit=500))
    states = [DOCUMENT.parse(each.state) for each in page.items]
    return {state.title: state.view.index_number for state in states if state.view is not None}


async def test_public_documents_are_numbered_in_their_order_under_the_organisation_code(desk: Desk) -> None:
    await settle(desk, body(desk, organisation_code="00001434-9"))
    for number in (1, 2, 3):
        await settle(desk, file(desk, number))
    assert list((await numbers(desk)).values()).count(None) == 0
    found = await numbers(desk)
    assert [found[f"关于第{n}件事项的通知"] for n in (1, 2, 3)] == [
        "000014349/2026-00001", "000014349/2026-00002", "000014349/2026-00003",
    ]  # fmt: skip


async def test_a_body_without_an_organisation_code_is_named_by_its_own(desk: Desk) -> None:
    await settle(desk, body(desk))
    await settle(desk, file(desk, 1))
    assert set((await numbers(desk)).values()) == {"sh-drc/2026-00001"}


async def test_what_is_not_public_has_none_and_gets_the_next_one_when_it_becomes_public(desk: Desk) -> None:
    await settle(desk, body(desk))
    await settle(desk, file(desk, 1, attribute="依申请公开", attribute_reason="X16a"))
    await settle(desk, file(desk, 2))
    found = await numbers(desk)
    assert found == {"关于第1件事项的通知": None, "关于第2件事项的通知": "sh-drc/2026-00001"}
    page = await desk.store.select(DOCUMENT.kind, Query(limit=500))
    (hidden,) = [DOCUMENT.parse(d.state) for d in page.items if DOCUMENT.parse(d.state).title == "关于第1件事项的通知"]
    wish = change_attribute(
        hidden.document_id, ChangeAttribute(attribute="主动公开", reason="不再适用", basis="条例第十九条"), "o1"
    )
    outcome = await desk.dispatcher.execute(Command(wish.aggregate, wish.target, wish.decide, "http:o1:key-1"))
    await settle_own(desk, list(outcome.events))
    assert (await numbers(desk))["关于第1件事项的通知"] == "sh-drc/2026-00002"


async def settle_own(desk: Desk, news: list[Envelope]) -> None:
    while news:
        news = await desk.hear(*news)


async def test_a_number_stays_whatever_becomes_of_document_and_body(desk: Desk) -> None:
    await settle(desk, body(desk))
    await settle(desk, file(desk, 1, revision=1))
    await settle(desk, body(desk, event="b2", organisation_code="000014349"))
    again = desk.event(
        "feed.document-issued", "doc-1", "doc-1b", title="关于第1件事项的通知", number="示发改〔2026〕1号",
        issuer="示例市发展改革委", written_on="2026-02-01", attribute="主动公开", secrecy="非密", summary="新",
        revision=2, index_number="别处/2026-9",
    )  # fmt: skip
    said = await settle(desk, again)
    assert "catalog.document-revised" in {event.type for event in said}
    assert set((await numbers(desk)).values()) == {"sh-drc/2026-00001"}


async def test_a_number_from_elsewhere_is_kept_as_it_is_and_takes_none_of_ours(desk: Desk) -> None:
    await settle(desk, body(desk))
    await settle(desk, file(desk, 1, index_number="11341702486344515H/202110-00013"))
    await settle(desk, file(desk, 2))
    assert sorted(map(str, (await numbers(desk)).values())) == [
        "11341702486344515H/202110-00013", "sh-drc/2026-00001",
    ]  # fmt: skip


async def test_news_heard_twice_hand_out_no_second_number(desk: Desk) -> None:
    await settle(desk, body(desk))
    said = await settle(desk, file(desk, 1))
    for _ in range(2):
        assert await desk.hear(*said) == []
    (register,) = (await desk.store.select(INDEX_REGISTER.kind, Query())).items
    assert list(INDEX_REGISTER.parse(register.state).serials.values()) == [1]
