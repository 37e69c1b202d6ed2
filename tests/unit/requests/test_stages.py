"""One life cycle under the names of each place."""

from __future__ import annotations

from datetime import date

import pytest

from services.requests.domain.stages import MILESTONES
from tests.unit.requests.conftest import BODY, RULES, Desk

NAMES = {
    "national": ["登记", "审核", "办理", "答复", "归档"],
    "shanghai": ["登记", "审核", "办理", "答复", "归档"],
    "jingan": ["接收", "登记", "答复", "邮寄", "办结", "归档", "复议诉讼报备"],
    "changzhi": ["登记", "受理", "补正", "征求意见", "提出办理意见", "作出决定", "报批", "送达"],
}


@pytest.mark.parametrize("place", NAMES)
def test_every_place_names_its_stages_of_known_milestones_without_overlap(place: str) -> None:
    named = RULES.profiles.series(place, "stages", date(2026, 3, 2))
    assert [names[0] for names in named if isinstance(names, tuple)] == NAMES[place]
    parts = [part for names in named if isinstance(names, tuple) for part in names[1:]]
    assert len(parts) == len(set(parts))
    assert set(parts) <= set(MILESTONES.values())


async def test_a_case_is_shown_in_the_stages_of_its_place(desk: Desk) -> None:
    both = desk.client("agency", "shanghai", ("sh-*", "ja-*"))
    events = [desk.event(f"e{n}", f"s{n}", body=body) for n, body in enumerate((BODY, "ja-office"))]
    answer = await desk.enter(*events, client=both)
    city, district = (each["request_id"] for each in answer.json["accepted"])
    jingan = desk.client("officer", "ja-officer", ("ja-office",))
    await desk.step(city, "accept", identity_seen=True)
    assert (await desk.decide(district, "D2", jingan)).json["stage"] == "答复"
    await desk.step(district, "serve", jingan, way="当面")
    shown = (await jingan.get(f"/requests/v1/cases/{district}")).json
    assert [stage["label"] for stage in shown["stages"] if stage["at"]] == ["接收", "登记", "答复", "办结"]
    assert (await desk.client().get(f"/requests/v1/cases/{city}")).json["stage"] == "审核"
