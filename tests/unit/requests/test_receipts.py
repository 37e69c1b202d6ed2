"""The receipt of a case's deadline over HTTP, and the periods in which its decision can be challenged."""

from __future__ import annotations

from typing import Any

from services.requests.domain.folding import evolve_request
from services.requests.views.showing import clock_receipt
from shared.contracts.canonical import canonical
from shared.contracts.facts import FACTS
from tests.unit.requests.conftest import RULES, Desk


async def _worked(desk: Desk) -> str:
    """A case in which a third party was asked and the answer period extended."""
    case = await desk.opened()
    await desk.step(case, "consult", kind="third_party", party="某公司", arrived_on="2026-03-02")
    desk.clock.to("2026-03-10")
    await desk.step(case, "end-consultation", consultation=1, outcome="agreed")
    await desk.step(case, "extend", approved_by="办公室负责人", reason="内容较多", days=5)
    return case


async def test_each_day_says_which_letter_or_approval_it_was_spent_on(desk: Desk) -> None:
    lines = {line["date"]: line for line in (await desk.clock_of(await _worked(desk)))["lines"]}
    paused = [day for day, line in lines.items() if line["kind"] == "paused"]
    assert (paused[0], paused[-1], len(paused)) == ("2026-03-03", "2026-03-10", 6)
    assert {lines[day]["note"] for day in paused} == {"第1号征求意见函"}
    extended = [line for line in lines.values() if line["kind"] == "extended"]
    assert len(extended) == 5
    assert {line["note"] for line in extended} == {"办公室负责人批准延长"}
    assert lines["2026-04-06"]["note"] == "清明节"
    assert lines["2026-03-02"]["note"] == "收到申请之日"


async def test_the_receipt_of_a_replayed_case_is_equal_byte_for_byte(desk: Desk) -> None:
    case = await _worked(desk)
    state: Any = None
    for event in desk.said:
        if event.subject == case:
            state = evolve_request(state, FACTS[event.type].model_validate(event.data))
    now = desk.clock.business()
    assert canonical(clock_receipt(state, RULES, now)) == canonical(await desk.clock_of(case))


async def test_a_served_decision_says_until_when_it_can_be_challenged(desk: Desk) -> None:
    case = await desk.opened()
    officer, path = desk.client(), f"/requests/v1/cases/{case}/remedy-deadlines"
    assert (await officer.get(path)).json["items"] == []
    await desk.decide(case, "D2")
    assert (await officer.get(path)).json == {"served_on": None, "items": [], "next": None}
    await desk.step(case, "serve", way="当面")
    found = (await officer.get(path)).json
    assert found["served_on"] == "2026-03-02"
    assert [(each["code"], each["until"]) for each in found["items"]] == [("C14", "2026-05-06"), ("C15", "2026-09-02")]
    assert all(each["article"] and each["expiry"] and not each["provisional"] for each in found["items"])
    untold = (await officer.get(f"{path}?told=false")).json["items"]
    assert [(each["code"], each["until"], each["provisional"]) for each in untold] == [
        ("C14U", "2027-03-02", True),
        ("C15U", "2027-03-02", True),
    ]


async def test_a_refusal_goes_to_reconsideration_first(desk: Desk) -> None:
    case = await desk.opened()
    await desk.decide(case, "C1", grounds=["X14a"])
    await desk.step(case, "serve", way="当面")
    path = f"/requests/v1/cases/{case}/remedy-deadlines?reconsidered_on=2026-04-17&copied_on=2026-04-30"
    found = (await desk.client().get(path)).json["items"]
    assert [(each["code"], each["until"]) for each in found] == [
        ("C14", "2026-05-06"),
        ("C15R", "2026-05-06"),
        ("C16", "2026-05-11"),
    ]
