"""The library of wordings: shipped first, then editions that a second person approved; decisions say what they used."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.requests.conftest import RULES, Desk
from tests.unit.requests.test_pages import hidden, signed_in, submit
from tests.unit.web.client import Answer, Client

PATH = "/requests/v1/wordings"
EDITION = {"text": "该信息为〔讨论记录〕，依法不予公开。", "article": "条例第16条第二款"}


async def post(desk: Desk, name: str, client: Client, **wish: Any) -> Answer:
    return await desk.post(f"{PATH}/C6/reason/{name}", client, '"1"', wish)


async def wording(desk: Desk, part: str = "reason") -> dict[str, Any]:
    items = (await desk.client().get(f"{PATH}/C6")).json["items"]
    return next(each for each in items if each["part"] == part)


def test_every_shipped_wording_is_for_a_part_of_its_decision() -> None:
    decisions = RULES.vocabularies.decisions
    for row in RULES.wordings:
        code, _, part = row.code.partition("/")
        assert part in decisions[code].parts
        assert row.article
    covered = {row.code for row in RULES.wordings}
    assert all(f"{each.code}/reason" in covered for each in decisions if "reason" in each.parts)


async def test_the_library_begins_with_what_is_shipped(desk: Desk) -> None:
    found = await wording(desk)
    assert found["offered"]["version"] == 0
    assert found["offered"]["text"] == RULES.wordings["C6/reason"].text
    assert found["pending"] is None


async def test_an_edition_is_offered_once_another_person_approved_it(desk: Desk) -> None:
    clerk, chief = desk.client(id="clerk"), desk.client(id="chief")
    drafted = await post(desk, "draft", clerk, **EDITION)
    assert drafted.json["pending"]["version"] == 1
    assert (await wording(desk))["offered"]["version"] == 0
    assert (await post(desk, "approve", clerk, version=1)).code == "SAME_PERSON"
    assert (await post(desk, "approve", chief, version=2)).code == "WORDING_UNKNOWN"
    approved = await post(desk, "approve", chief, version=1)
    assert approved.json["offered"]["text"] == EDITION["text"]
    assert (await post(desk, "approve", chief, version=1)).code == "WORDING_UNKNOWN"
    assert desk.types()[-2:] == ["wording-drafted", "wording-approved"]


async def test_a_newer_draft_replaces_the_one_that_waits_and_nothing_is_lost(desk: Desk) -> None:
    clerk, chief = desk.client(id="clerk"), desk.client(id="chief")
    await post(desk, "draft", clerk, **EDITION)
    await post(desk, "draft", clerk, **(EDITION | {"text": "第二稿"}))
    assert (await post(desk, "approve", chief, version=1)).code == "WORDING_UNKNOWN"
    await post(desk, "approve", chief, version=2)
    found = await wording(desk)
    assert (found["offered"]["version"], len(found["editions"])) == (2, 2)


@pytest.mark.parametrize("path", ["C6/way", "C6/nonsense", "X9/reason"])
async def test_what_no_notice_has_gets_no_wording(desk: Desk, path: str) -> None:
    answer = await desk.post(f"{PATH}/{path}/draft", desk.client(), '"0"', EDITION)
    assert answer.code == "CODE_UNKNOWN"


async def test_a_key_that_only_handles_cannot_approve(desk: Desk) -> None:
    clerk = desk.client(id="clerk", scopes=frozenset({"requests.handle"}))
    assert (await post(desk, "draft", clerk, **EDITION)).status == 200
    other = desk.client(id="other", scopes=frozenset({"requests.handle"}))
    assert (await post(desk, "approve", other, version=1)).status == 403
    assert (await desk.client("agency", "a1", ("sh-*",)).get(f"{PATH}/C6")).status == 403


async def test_a_decision_records_the_editions_it_used_and_unknown_ones_are_refused(desk: Desk) -> None:
    case = await desk.opened()
    unknown = await desk.decide(case, "C6", wordings={"reason": 3})
    assert unknown.code == "WORDING_UNKNOWN"
    assert unknown.json["errors"][0]["pointer"] == "/wordings/reason"
    made = await desk.decide(case, "C6", wordings={"reason": 0, "which_process": 0})
    assert made.json["decision"]["wordings"] == {"reason": 0, "which_process": 0}


async def test_the_form_of_a_decision_is_filled_from_the_library_on_demand(desk: Desk) -> None:
    case = await desk.opened()
    path = f"/console/requests/{case}/decide?code=C6"
    html = {"accept": "text/html"}
    plain = (await desk.client().get(path, headers=html)).text
    assert "用统一口径填写" in plain
    assert RULES.wordings["C6/reason"].text not in plain
    filled = (await desk.client().get(f"{path}&worded=true", headers=html)).text
    assert RULES.wordings["C6/reason"].text in filled
    assert 'name="wording-reason" value="0"' in filled


async def test_the_page_of_the_library_drafts_and_lets_another_approve(desk: Desk) -> None:
    root = "/console/requests/wordings"
    clerk, chief = await signed_in(desk, "clerk"), await signed_in(desk, "chief")
    page = await clerk.get(f"{root}?code=C6")
    fields = {name: hidden(page, name) for name in ("csrf", "once")}
    assert (await submit(clerk, f"{root}/C6/reason/draft", **fields, text="", article="")).status == 422
    assert (await submit(clerk, f"{root}/C6/reason/draft", **fields, **EDITION)).status == 303
    assert "批准第 1 版" not in (await clerk.get(f"{root}?code=C6")).text
    seen = await chief.get(f"{root}?code=C6")
    fields = {name: hidden(seen, name) for name in ("csrf", "once", "version")}
    assert (await submit(chief, f"{root}/C6/reason/approve", **fields)).status == 303
    assert "第 1 版，clerk起草，chief批准" in (await chief.get(f"{root}?code=C6")).text
