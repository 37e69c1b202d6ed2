"""Cases that go on as others: handed on by a service zone, split into one for each thing asked."""

from __future__ import annotations

from typing import Any

from tests.unit.requests.conftest import BODY, Desk

TWO: dict[str, Any] = {
    "parts": [
        {"description": "2025年夏季有序用电方案"},
        {"description": "方案的编制依据", "number": "沪电发〔2026〕7号"},
    ]
}


async def taken_in_by_zone(desk: Desk) -> str:
    desk.clock.to("2026-03-03")
    return await desk.opened(channel="zone", submitted_on="2026-03-02")


async def test_what_a_zone_took_in_for_the_wrong_body_goes_on_at_the_right_one(desk: Desk) -> None:
    case = await taken_in_by_zone(desk)
    desk.clock.to("2026-03-04")
    moved = await desk.step(case, "transfer", to="ja-office", reason="属于静安区职权")
    assert (moved.json["phase"], moved.json["steps"]) == ("transferred", [])
    [new] = moved.json["continued"]
    other = await desk.case(new)
    assert (other.body, other.place, other.number, other.phase) == (
        "ja-office",
        "jingan",
        "〔2026〕第1号",
        "processing",
    )
    assert (str(other.received_on), str(other.due), other.origin) == ("2026-03-02", "2026-03-30", case)
    first = await desk.case(case)
    assert (first.number, first.open, first.counts, other.counts) == ("〔2026〕第1号", False, False, True)


async def test_the_receiver_reads_who_asked_and_erases_it_for_itself(desk: Desk) -> None:
    case = await taken_in_by_zone(desk)
    [new] = (await desk.step(case, "transfer", to="ja-office", reason="属于静安区职权")).json["continued"]
    jingan = desk.client("officer", "ja-officer", ("ja-office",))
    assert (await jingan.get(f"/requests/v1/cases/{new}")).json["applicant"]["name"] == "陈晓禾"
    erased = await desk.post(f"/requests/v1/cases/{case}/erasure", desk.client(), '"1"', {"reason": "保存期满"})
    assert erased.json["applicant"]["name"] == "〔已删除〕"
    assert (await jingan.get(f"/requests/v1/cases/{new}")).json["applicant"]["name"] == "陈晓禾"


async def test_only_what_a_zone_took_in_and_nobody_handled_is_handed_on(desk: Desk) -> None:
    wish: dict[str, Any] = {"to": "ja-office", "reason": "属于静安区职权"}
    assert (await desk.step(await desk.opened("e0"), "transfer", **wish)).code == "TRANSFER_UNLAWFUL"
    case = await taken_in_by_zone(desk)
    assert (await desk.step(case, "transfer", **(wish | {"to": BODY}))).code == "TRANSFER_TO_SELF"
    assert (await desk.step(case, "transfer", **(wish | {"to": "nobody"}))).code == "BODY_UNKNOWN"
    await desk.step(case, "extend", approved_by="负责人", reason="检索")
    assert (await desk.step(case, "transfer", **wish)).code == "TRANSFER_UNLAWFUL"


async def test_an_applicant_follows_the_case_it_goes_on_as(desk: Desk) -> None:
    case = await taken_in_by_zone(desk)
    [new] = (await desk.step(case, "transfer", to="ja-office", reason="属于静安区职权")).json["continued"]
    followed = (await desk.client().get(f"/requests/v1/applications/{desk.deps.people.access_code(case)}")).json
    assert followed["continued"] == [desk.deps.people.access_code(new)]


async def test_several_things_asked_together_become_a_case_each(desk: Desk) -> None:
    case = await desk.opened()
    desk.clock.to("2026-03-05")
    done = await desk.step(case, "split", **TWO)
    assert done.json["phase"] == "split"
    parts = [await desk.case(each) for each in done.json["continued"]]
    assert [part.number for part in parts] == ["〔2026〕第2号", "〔2026〕第3号"]
    assert {str(part.received_on) for part in parts} == {"2026-03-02"}
    assert [part.information.partition(":")[0] for part in parts] == ["text", "no"]
    assert [part.counts for part in (await desk.case(case), *parts)] == [False, True, True]
    shown = (await desk.client().get(f"/requests/v1/cases/{parts[0].request_id}")).json
    assert shown["applicant"]["description"] == "2025年夏季有序用电方案"
    assert (await desk.decide(parts[0].request_id)).status == 200


async def test_what_was_already_handled_is_not_split(desk: Desk) -> None:
    case = await desk.opened()
    assert (await desk.step(case, "split", parts=TWO["parts"][:1])).status == 422
    wrong = [TWO["parts"][0], {"description": "方案的编制依据", "number": "七号"}]
    assert (await desk.step(case, "split", parts=wrong)).code == "CODE_UNKNOWN"
    await desk.step(case, "extend", approved_by="负责人", reason="检索")
    assert (await desk.step(case, "split", **TWO)).code == "SPLIT_TOO_LATE"
    assert (await desk.decide(case)).status == 200
