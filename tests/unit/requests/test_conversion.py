"""From one answer to everybody: proposals, demand, reviews, and two persons."""

from __future__ import annotations

from typing import Any

from tests.unit.requests.conftest import BODY, Desk
from tests.unit.web.client import Answer, Client

CONVERSION = "requests.conversion-approved"


async def reviews(desk: Desk, **asked: str) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    items: list[dict[str, Any]] = (await desk.client().get(f"/requests/v1/reviews?{query}")).json["items"]
    return items


async def settle(desk: Desk, review: str, name: str, client: Client, **wish: Any) -> Answer:
    version = (await client.get(f"/requests/v1/reviews/{review}")).headers["etag"]
    return await desk.post(f"/requests/v1/reviews/{review}/{name}", client, version, wish)


async def test_a_disclosing_decision_opens_a_review_in_its_own_write(desk: Desk) -> None:
    case = await desk.opened()
    await desk.decide(case)
    kinds = desk.types()
    assert kinds.index("conversion-proposed") == kinds.index("decision-made") + 1
    [review] = await reviews(desk, status="proposed")
    assert (review["trigger"], review["request_id"], review["proposed_by"]) == ("decision", case, "officer-1")
    assert review["record"]["number"] == "沪电发〔2026〕7号"


async def test_a_refusal_opens_no_review(desk: Desk) -> None:
    await desk.decide(await desk.opened(), "C5")
    assert await reviews(desk) == []


async def test_who_proposed_cannot_approve_and_a_second_officer_can(desk: Desk) -> None:
    case = await desk.opened()
    await desk.decide(case)
    [review] = await reviews(desk)
    id_ = review["review_id"]
    same = await settle(desk, id_, "approve", desk.client())
    assert (same.status, same.code) == (409, "SAME_PERSON")
    second = desk.client(id="officer-2")
    assert (await settle(desk, id_, "approve", second)).json["status"] == "approved"
    [event] = [e for e in desk.said if e.type == CONVERSION]
    assert event.subject == id_
    expected = {"request_id": case, "body": BODY, "number": "沪电发〔2026〕7号", "proposed_by": "officer-1"}
    assert event.data.items() >= (expected | {"approved_by": "officer-2"}).items()
    assert (await settle(desk, id_, "approve", second)).code == "REVIEW_CLOSED"


async def test_a_new_record_carries_its_text_as_a_blob(desk: Desk) -> None:
    case = await desk.opened()
    text = "2025年夏季有序用电方案正文。"
    await desk.decide(case, record={"title": "2025年夏季有序用电方案", "text": text, "written_on": "2025-05-08"})
    [review] = await reviews(desk)
    await settle(desk, review["review_id"], "approve", desk.client(id="officer-2"))
    [event] = [e for e in desk.said if e.type == CONVERSION]
    assert event.data["title"] == "2025年夏季有序用电方案"
    assert event.data["text"]["size"] == len(text.encode())
    assert text not in str(event.data)


def resident(number: int) -> str:
    """A well-formed number of an identity document."""
    digits = f"11010119900307{number:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]


async def known(desk: Desk, person: int, request: str, **data: Any) -> str:
    """Enter a request of a person whose identity the window saw."""
    who = {"name": f"申请人{person}", "contact": f"1380000{person:04}", "identity": resident(person)}
    event = desk.event(request, subject=f"sq-{request}", **(who | data))
    answer = await desk.enter(event, client=desk.client("agency", "shanghai", ("sh-*", "ja-*", "cz-*")))
    assert answer.status == 202, answer.text
    return str(answer.json["accepted"][0]["request_id"])


async def test_three_known_people_asking_for_the_same_open_a_review_with_evidence(desk: Desk) -> None:
    cases = [
        await known(desk, person, f"e{n}", description=f"申请公开：  2025年有序用電方案{'。' * n}")
        for n, person in enumerate((1, 2, 2, 3))
    ]
    [review] = await reviews(desk)
    assert (review["trigger"], review["status"], review["applicants"]) == ("demand", "open", 3)
    assert sorted(review["requests"]) == sorted(cases)
    assert (review["counted"], review["window_days"]) == (4, 365)
    assert desk.types().count("demand-reached") == 1


async def test_two_known_people_reach_it_by_requests_and_one_alone_never_does(desk: Desk) -> None:
    for n in range(5):
        await known(desk, 1, f"e{n}", number="沪电发〔2026〕7号")
    assert await reviews(desk) == []
    for n in range(2):
        await known(desk, 2, f"f{n}", number="沪电发〔2026〕7号")
    [review] = await reviews(desk)
    assert (review["applicants"], review["counted"]) == (2, 5)
    assert review["information"] == "no:沪电发〔2026〕7号"


async def test_requests_outside_the_window_do_not_count(desk: Desk) -> None:
    for n, day in enumerate(("2025-01-06", "2026-03-02", "2026-03-03")):
        desk.clock.to(day)
        await known(desk, n, f"e{n}", document_id="d1")
    assert await reviews(desk) == []
    desk.clock.to("2026-03-04")
    await known(desk, 9, "e9", document_id="d1")
    assert len(await reviews(desk)) == 1


async def test_demand_needs_a_proposal_before_anybody_approves(desk: Desk) -> None:
    for n in range(3):
        await known(desk, n, f"e{n}", document_id="d1")
    [review] = await reviews(desk)
    id_, first, second = review["review_id"], desk.client(), desk.client(id="officer-2")
    assert (await settle(desk, id_, "approve", second)).code == "NOT_PROPOSED"
    wish = {"record": {"document_id": "d1"}, "reason": "多人申请，可以公开"}
    assert (await settle(desk, id_, "propose", first, **wish)).json["status"] == "proposed"
    assert (await settle(desk, id_, "approve", first)).code == "SAME_PERSON"
    assert (await settle(desk, id_, "approve", second)).json["status"] == "approved"


async def test_a_decision_on_asked_for_information_joins_the_review_of_the_demand(desk: Desk) -> None:
    cases = [await known(desk, n, f"e{n}", document_id="d1") for n in range(3)]
    await desk.decide(cases[0], record={"document_id": "d1"})
    [review] = await reviews(desk)
    assert (review["status"], review["proposed_by"], review["applicants"]) == ("proposed", "officer-1", 3)
    await desk.decide(cases[1], client=desk.client(id="officer-2"), record={"document_id": "d1"})
    [review] = await reviews(desk)
    assert review["proposed_by"] == "officer-1"


async def test_a_review_is_held_declined_and_opened_again_by_a_new_decision(desk: Desk) -> None:
    first, second = await desk.opened("e1", document_id="d1"), await desk.opened("e2", document_id="d1")
    await desk.decide(first, record={"document_id": "d1"})
    [review] = await reviews(desk)
    id_, officer = review["review_id"], desk.client(id="officer-2")
    assert (await settle(desk, id_, "hold", officer, reason="等待修订")).json["status"] == "held"
    assert (await settle(desk, id_, "decline", officer, reason="即将废止")).json["settled_reason"] == "即将废止"
    assert (await settle(desk, id_, "approve", officer)).code == "REVIEW_CLOSED"
    await desk.decide(second, record={"document_id": "d1"})
    [review] = await reviews(desk)
    assert (review["status"], review["requests"]) == ("proposed", [first, second])


async def test_declining_needs_a_reason(desk: Desk) -> None:
    await desk.decide(await desk.opened())
    [review] = await reviews(desk)
    answer = await settle(desk, review["review_id"], "decline", desk.client(id="officer-2"), reason=" ")
    assert answer.json["errors"] == [{"code": "INVALID", "pointer": "/reason", "detail": "不能为空"}]
