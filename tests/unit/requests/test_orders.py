"""Orders of supervision: issued, answered, returned, closed; by those who may, in that order."""

from __future__ import annotations

from typing import Any

from tests.unit.requests.conftest import BODY, Desk
from tests.unit.web.client import Answer, Client

ORDERS = "/requests/v1/orders"


def supervisor(desk: Desk) -> Client:
    return desk.client("supervisor", "office-1", ())


async def issued(desk: Desk, client: Client | None = None, **more: Any) -> Answer:
    wish = {"body": BODY, "measure": "rectify", "reason": "逾期未答复较多", "due_on": "2026-03-31"} | more
    return await desk.post(ORDERS, client or supervisor(desk), "", {k: v for k, v in wish.items() if v is not None})


async def step(desk: Desk, client: Client, order: str, name: str, **wish: Any) -> Answer:
    version = (await client.get(f"{ORDERS}/{order}")).headers.get("etag", '"0"')
    return await desk.post(f"{ORDERS}/{order}/{name}", client, version, wish)


async def test_an_order_to_rectify_runs_from_issue_to_its_end(desk: Desk) -> None:
    case = await desk.opened()
    made = await issued(desk, requests=[case])
    assert (made.status, made.json["stage_label"], made.json["requests"]) == (201, "已下达", [case])
    order, officer, office = made.json["order_id"], desk.client(), supervisor(desk)
    assert (await step(desk, office, order, "close")).code == "ORDER_STAGE"
    answered = await step(desk, officer, order, "answer", measures="已清理积压，增加复核岗位")
    assert (answered.json["stage"], answered.json["late"]) == ("answered", False)
    back = await step(desk, office, order, "return", reason="未说明责任分工", due_on="2026-04-10")
    assert (back.json["stage"], back.json["returned"]) == ("issued", ["未说明责任分工"])
    desk.clock.to("2026-04-13")
    again = await step(desk, officer, order, "answer", measures="已明确责任分工")
    assert (again.json["stage"], again.json["late"]) == ("answered", True)
    closed = await step(desk, office, order, "close")
    assert (closed.json["stage_label"], closed.json["closed_by"]) == ("已销号", "office-1")
    assert (await step(desk, officer, order, "answer", measures="再报")).code == "ORDER_STAGE"
    assert desk.types()[-5:] == ["order-issued", "order-answered", "order-returned", "order-answered", "order-closed"]


async def test_criticism_and_proposals_are_recorded(desk: Desk) -> None:
    criticised = await issued(desk, measure="criticise", due_on=None)
    assert (criticised.json["stage"], criticised.json["measure_label"]) == ("recorded", "通报批评")
    assert (await issued(desk, measure="propose", due_on=None)).code == "ORDER_ADDRESSEE_MISSING"
    proposed = await issued(desk, measure="propose", to="市监察机关")
    assert (proposed.json["stage"], proposed.json["due_on"]) == ("recorded", None)
    recorded = (await supervisor(desk).get(f"{ORDERS}?stage=recorded")).json["items"]
    assert {item["measure"] for item in recorded} == {"criticise", "propose"}


async def test_orders_are_issued_by_supervision_and_answered_by_the_body(desk: Desk) -> None:
    assert (await issued(desk, desk.client())).status == 403
    assert (await issued(desk, due_on="2026-03-01")).code == "DATE_IMPLAUSIBLE"
    assert (await issued(desk, body="nobody")).code == "BODY_UNKNOWN"
    assert (await issued(desk, requests=["r-unknown"])).code == "REQUEST_UNKNOWN"
    order = (await issued(desk)).json["order_id"]
    other = desk.client(id="officer-9", bodies=("ja-office",))
    assert (await step(desk, other, order, "answer", measures="代报")).code == "FORBIDDEN"
    assert (await other.get(f"{ORDERS}/{order}")).code == "FORBIDDEN"
    assert (await other.get(ORDERS)).json["items"] == []
    assert [item["order_id"] for item in (await desk.client().get(ORDERS)).json["items"]] == [order]
    assert (await desk.client().get(f"{ORDERS}/or-none")).code == "ORDER_UNKNOWN"
    wrong = await step(desk, desk.client(), order, "answer", measures=" ")
    assert (wrong.status, "不能为空" in wrong.text) == (422, True)
