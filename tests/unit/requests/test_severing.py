"""Taking information apart: as much as can be is disclosed, and refusing the whole of it asks for a reason."""

from __future__ import annotations

import pytest

from services.requests.domain.severing import propose
from services.requests.pages.supporting import segment_of
from shared.contracts.problems import Refused
from tests.unit.requests.conftest import RULES, Desk
from tests.unit.requests.test_flags import stops, up

WORDS = RULES.vocabularies


@pytest.mark.parametrize(
    ("grounds", "code", "named"),
    [
        ([(), ()], "A2", ()),
        ([(), ("X15",)], "B", ("X15",)),
        ([("X16b",)], "C6", ("X16b",)),
        ([("X16b",), ("X14a",)], "C1", ("X14a", "X16b")),
        ([("X16a", "X16b"), ()], "B", ("X16a", "X16b")),
    ],
)
def test_the_proposal_discloses_what_it_can(grounds: list[tuple[str, ...]], code: str, named: tuple[str, ...]) -> None:
    proposal = propose(grounds, WORDS)
    assert (proposal.code, proposal.grounds) == (code, named)
    assert sorted(proposal.open + proposal.withheld) == list(range(1, len(grounds) + 1))


@pytest.mark.parametrize("ground", WORDS.grounds.codes)
def test_one_ground_for_all_of_it_names_its_own_refusal(ground: str) -> None:
    assert propose([(ground,), (ground,)], WORDS).code == WORDS.grounds[ground].decision


def test_an_unknown_ground_is_refused_where_it_stands() -> None:
    with pytest.raises(Refused) as refused:
        propose([(), ("X99",)], WORDS)
    assert refused.value.faults[0].pointer == "/segments/1/grounds"


@pytest.mark.parametrize(
    ("line", "name", "grounds"),
    [
        ("方案正文", "方案正文", ()),
        ("用户名单|X15", "用户名单", ("X15",)),
        ("讨论记录｜X16a、X16b", "讨论记录", ("X16a", "X16b")),
    ],
)
def test_a_line_of_the_form_is_a_part(line: str, name: str, grounds: tuple[str, ...]) -> None:
    assert segment_of(line) == {"name": name, "grounds": grounds}


async def test_refusing_the_whole_while_a_part_is_open_asks_for_a_reason(desk: Desk) -> None:
    case = await desk.opened()
    parts = [{"name": "方案正文"}, {"name": "会商记录", "grounds": ["X16b"]}]
    severed = await desk.step(case, "sever", segments=parts)
    assert severed.status == 200, severed.text
    shown = (await desk.client().get(f"/requests/v1/cases/{case}/severing")).json
    assert (shown["code"], shown["open"], shown["withheld"]) == ("B", [1], [2])
    refused = await desk.decide(case, "C6")
    assert stops(refused) == ["WHOLLY_REFUSED"]
    assert "第1部分" in refused.json["detail"]
    assert (await desk.decide(case, "B", grounds=["X16b"])).json["decision"]["flags"] == ["NO_CONTACT"]


async def test_the_names_of_the_parts_are_sealed_and_shown_to_officers(desk: Desk) -> None:
    case = await desk.opened()
    answer = await desk.step(case, "sever", segments=[{"name": "用户名单", "grounds": ["X15"]}])
    assert answer.json["notes"]["segment:1"] == "用户名单"
    assert "用户名单" not in str([event.data for event in desk.said])
    page = (await desk.client().get(f"/console/requests/{case}", headers={"accept": "text/html"})).text
    assert "建议的决定：C4" in page


async def test_parts_recorded_anew_replace_the_old(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "sever", segments=[{"name": "一"}, {"name": "二"}])
    await desk.step(case, "sever", segments=[{"name": "全部", "grounds": ["X16b"]}])
    assert (await desk.decide(case, "C6")).status == 200
    assert await up(desk, case) == {}
    bad = await desk.step(await desk.opened("e2"), "sever", segments=[{"name": "一", "grounds": ["X9"]}])
    assert bad.code == "GROUND_UNFIT"
