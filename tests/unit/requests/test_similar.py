"""The same or alike: among applications to a body, and among what is public already."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.requests.domain.likeness import likeness, words_of
from services.requests.views import opened
from services.requests.views.opened import find_opened
from shared.contracts.envelope import Envelope
from shared.contracts.facts.publish import ItemPublished, ItemWithdrawn
from shared.replay.projection import News
from tests.unit.requests.conftest import Desk
from tests.unit.requests.test_pages import FORM, hidden, submit
from tests.unit.web.client import Client

SAMPLE = Path(__file__).parents[3] / "shared/contracts/examples/publish.item-published.json"
TITLE, NUMBER = "关于印发2025年夏季有序用电方案的通知", "沪电发〔2025〕12号"


class Portal:
    """Says what is public, as the portal does, to the view of requests."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.view, self.said = desk, opened(desk.store, "blue"), 0

    async def publish(self, item: str, title: str = TITLE, number: str | None = NUMBER) -> None:
        plain = json.loads(SAMPLE.read_text(encoding="utf-8"))
        plain["document"] |= {"title": title, "number": number}
        await self._hear(ItemPublished.model_validate(plain | {"item_id": item, "path": f"/items/{item}.html"}))

    async def withdraw(self, item: str) -> None:
        gone = {"item_id": item, "edition": 2, "path": f"/items/{item}.html", "reason": "撤回"}
        await self._hear(ItemWithdrawn(**gone, withdrawn_on=self.desk.clock.business().date()))

    async def _hear(self, fact: ItemPublished | ItemWithdrawn) -> None:
        self.said += 1
        at = self.desk.clock.business()
        envelope = Envelope(
            f"{fact.item_id}:{self.said}", "/publish", fact.type, fact.item_id, at, {}, sequence=self.said
        )
        await self.desk.store.put(await self.view.apply([News(envelope, fact)]))


@pytest.fixture
async def portal(desk: Desk) -> Portal:
    return Portal(desk)


async def titles(desk: Desk, number: str = "", description: str = "") -> list[str]:
    answer = await Client(desk.app).post_json(
        "/requests/v1/already-public", {"number": number, "description": description}
    )
    assert answer.status == 200, answer.text
    return [each["title"] for each in answer.json["items"]]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("申请公开2025年夏季有序用电方案及其编制依据", "想要2025年夏季有序用电方案和编制依据", True),
        ("申请公開2025年夏季有序用電方案", "请公开2025年夏季有序用电方案", True),
        ("申请公开2025年夏季有序用电方案", "申请公开某小区电梯年检报告", False),
    ],
)
def test_texts_are_compared_by_their_words(one: str, other: str, alike: bool) -> None:
    assert (likeness(words_of(one), words_of(other)) >= 0.5) == alike


def test_texts_without_words_are_like_nothing() -> None:
    assert likeness(words_of("的"), words_of("")) == 0.0


async def test_what_is_public_is_found_by_its_number_in_any_spelling_or_by_its_title(
    desk: Desk, portal: Portal
) -> None:
    await portal.publish("i1")
    await portal.publish("i2", "电梯安全管理办法", None)
    assert await titles(desk, number="滬電發[2025]第012號") == [TITLE]
    assert await titles(desk, description="想要2025年夏季的有序用电方案印发通知") == [TITLE]
    assert await titles(desk, description="小区停车收费标准") == []


async def test_what_left_the_portal_or_got_another_title_is_not_found_any_more(desk: Desk, portal: Portal) -> None:
    await portal.publish("i1")
    await portal.publish("i1", "电梯安全管理办法", None)
    assert await titles(desk, number=NUMBER) == []
    assert await titles(desk, description=TITLE) == []
    assert await titles(desk, description="电梯安全管理办法") == ["电梯安全管理办法"]
    await portal.withdraw("i1")
    assert await titles(desk, description="电梯安全管理办法") == []


async def test_the_address_is_the_one_on_the_portal(desk: Desk, portal: Portal) -> None:
    await portal.publish("i1")
    [found] = await find_opened(desk.store, NUMBER, "")
    assert (found.address, found.exact) == ("/items/i1.html", True)


async def test_before_sending_an_applicant_sees_what_is_public_and_may_send_all_the_same(
    desk: Desk, portal: Portal
) -> None:
    await portal.publish("i1")
    anybody = Client(desk.app)
    page = await anybody.get("/requests/v1/apply", headers=FORM)
    fields = {
        **desk.application(number=NUMBER),
        "form": "电子文件",
        "delivery": "网上获取",
        "once": hidden(page, "once"),
    }
    before = len(desk.said)
    shown = await submit(anybody, "/requests/v1/apply", **fields)
    assert shown.status == 200
    for words in ("可能已经公开", TITLE, 'href="/items/i1.html"', "仍然提交申请", fields["description"]):
        assert words in shown.text
    assert len(desk.said) == before
    again = fields | {"once": hidden(shown, "once"), "anyway": hidden(shown, "anyway")}
    assert (await submit(anybody, "/requests/v1/apply", **again)).status == 303
    await desk.settle()
    assert "request-received" in desk.types()[before:]


async def likes(desk: Desk, case: str) -> list[dict[str, Any]]:
    answer = await desk.client().get(f"/requests/v1/cases/{case}/similar")
    assert answer.status == 200, answer.text
    return list(answer.json["cases"])


async def test_an_officer_sees_the_same_and_the_alike_of_the_body_only(desk: Desk) -> None:
    same = await desk.opened("e1", number="沪电发〔2026〕7号", description="有序用电方案文件")
    alike = await desk.opened(
        "e2", description="想要2025年夏季有序用电方案和编制依据", name="李四", contact="13900005678"
    )
    await desk.opened("e3", description="申请公开某小区电梯年检报告")
    await desk.enter(desk.event("e4", "sq-e4", body="ja-office"), client=desk.client("agency", "jingan", ("ja-*",)))
    case = await desk.opened("e5")
    assert [(each["request_id"], each["same_information"]) for each in await likes(desk, case)] == [(alike, False)]
    numbered = await desk.opened("e6", number="沪电发〔2026〕7号", description="另一种说法的方案", name="王五")
    found = (await likes(desk, numbered))[0]
    assert (found["request_id"], found["same_information"], found["same_applicant"]) == (same, True, False)


async def test_what_is_erased_is_not_found_by_its_words_and_no_word_is_ever_stored(desk: Desk) -> None:
    first = await desk.opened("e1")
    await desk.step(first, "withdraw")
    second = await desk.opened("e2", description="想要2025年夏季有序用电方案和编制依据")
    assert [each["request_id"] for each in await likes(desk, second)] == [first]
    await desk.post(f"/requests/v1/cases/{first}/erasure", desk.client(), '"0"', {"reason": "期限届满"})
    assert await likes(desk, second) == []
    assert "有序用电" not in str([event.data for event in desk.said])


async def test_the_page_of_the_decision_shows_what_is_alike_and_what_is_public(desk: Desk, portal: Portal) -> None:
    await portal.publish("i1", "2025年夏季有序用电方案及其编制依据", None)
    await desk.opened("e1", description="想要2025年夏季有序用电方案和编制依据", name="李四")
    case = await desk.opened("e2")
    page = (await desk.client().get(f"/console/requests/{case}/decide", headers={"accept": "text/html"})).text
    for words in ("可能已经公开", "相同、相近的申请", "内容相近"):
        assert words in page
