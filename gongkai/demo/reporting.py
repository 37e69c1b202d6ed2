"""Step 7: Table II of the annual report (年报表二) comes out of the same events, with its identities holding."""

from __future__ import annotations

from typing import Any

from gongkai.demo.requesting import BODY, OFFICER
from gongkai.demo.stage import Stage
from gongkai.demo.story import eventually, held

EXPECTED = {
    ("r1", "np"): 2,
    ("r1", "com"): 1,
    ("r1", "sum"): 3,
    ("r2", "sum"): 0,
    ("A", "sum"): 2,
    ("F3", "np"): 1,
    ("r3", "sum"): 3,
    ("r4", "sum"): 0,
}


class Reporting:
    """The report of one body."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def act(self) -> None:
        """A third applicant asks and withdraws: one case in the row 其他处理."""
        stage = self._stage
        wish = {
            "body": BODY,
            "category": "np",
            "name": "申请人丙",
            "contact": "13900000000",
            "description": "申请公开商铺消防改造的施工单位名单",
        }
        online = await stage.wish("/requests/v1/applications", wish, "")
        path = f"/requests/v1/cases/{online['request_id']}"
        await eventually(lambda: stage.client(OFFICER).get(path)["number"], "第三件已登记")
        for step in ("confirm", "withdraw"):
            _, version = await stage.versioned(path, OFFICER)
            await stage.wish(f"{path}/{step}", {}, OFFICER, version)

    async def prove(self) -> dict[str, Any]:
        """The cells are as the story went, the identities hold, a cell opens its cases."""
        stage = self._stage
        path = f"/requests/v1/reports/table-two?body={BODY}&year=2026"
        found = await eventually(lambda: _as_expected(stage, path), "表二各单元格与经过一致")
        held(not found["violations"], "勾稽关系成立", found["violations"])
        cases = await stage.ask(f"/requests/v1/reports/table-two/A/sum?body={BODY}&year=2026", OFFICER)
        opened = sorted(case["request_id"] for case in cases["items"])
        held(opened == sorted(stage.notes["requests"]), "“予以公开”单元格打开的正是那两件", opened)
        return {"cells": {f"{row}.{column}": value for (row, column), value in EXPECTED.items()}, "violations": []}


def _as_expected(stage: Stage, path: str) -> dict[str, Any] | None:
    found: dict[str, Any] = stage.client(OFFICER).get(path)
    cells = {row["code"]: row["cells"] for row in found["rows"]}
    return found if all(cells[row][column] == value for (row, column), value in EXPECTED.items()) else None
