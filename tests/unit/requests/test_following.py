"""What applicants do themselves, with the code they were given and without an account."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest

from tests.unit.requests.conftest import BODY, Desk
from tests.unit.web.client import Answer, Client

ROOT = "/requests/v1/applications"
_once = count()


@dataclass
class Applicant:
    """Somebody who applied online and kept the code."""

    desk: Desk
    code: str = ""
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(self.desk.app)

    async def apply(self, **data: Any) -> str:
        answer = await self._post("", self.desk.application(**data))
        assert answer.status == 201, answer.text
        self.code = answer.json["code"]
        await self.desk.step(answer.json["request_id"], "confirm")
        return str(answer.json["request_id"])

    async def does(self, name: str, once: str = "", **wish: Any) -> Answer:
        return await self._post(f"/{self.code}/{name}", wish, once)

    async def sees(self, path: str = "") -> Answer:
        return await self.client.get(f"{ROOT}/{self.code}{path}")

    async def _post(self, path: str, wish: dict[str, Any], once: str = "") -> Answer:
        answer = await self.client.post_json(
            f"{ROOT}{path}", wish, idempotency_key=once or f"applicant-{next(_once)}-key"
        )
        await self.desk.settle()
        return answer


@pytest.fixture
def applicant(desk: Desk) -> Applicant:
    return Applicant(desk)


async def test_a_correction_made_online_starts_the_period_anew(desk: Desk, applicant: Applicant) -> None:
    case = await applicant.apply()
    assert (await applicant.sees()).json["may"] == ["withdraw"]
    await desk.step(case, "notify-correction", text="请写明年份。")
    seen = (await applicant.sees()).json
    assert (seen["may"], seen["mode"], seen["turn_until"]) == (["correct", "withdraw"], "correcting", "2026-03-23")
    desk.clock.to("2026-03-10")
    answer = await applicant.does("correct", description="2025年夏季有序用电方案的编制依据")
    assert answer.status == 200, answer.text
    assert (answer.json["phase"], answer.json["due"]) == ("processing", "2026-04-08")
    assert (await desk.case(case)).timeline[-1].by == "applicant"
    shown = (await desk.client().get(f"/requests/v1/cases/{case}")).json
    assert shown["applicant"]["description"] == "2025年夏季有序用电方案的编制依据"


async def test_the_same_correction_sent_twice_counts_once(desk: Desk, applicant: Applicant) -> None:
    case = await applicant.apply()
    await desk.step(case, "notify-correction", text="请写明年份。")
    wish = {"description": "2025年夏季有序用电方案"}
    assert (await applicant.does("correct", "one-and-the-same", **wish)).status == 200
    again = await applicant.does("correct", "one-and-the-same", **wish)
    assert (again.status, again.headers["idempotency-replayed"]) == (200, "true")
    assert (await applicant.does("correct", **wish)).code == "STEP_UNLAWFUL"


@pytest.mark.parametrize(
    ("name", "wish", "pointer"),
    [
        ("correct", {}, "/description"),
        ("correct", {"description": "短"}, "/description"),
        ("correct", {"description": "够长的内容描述", "on": "2020-01-01"}, "/on"),
        ("give-reason", {"text": " "}, "/text"),
        ("withdraw", {"reason": "不要了"}, "/reason"),
    ],
)
async def test_what_does_not_fit_is_told_by_field(
    applicant: Applicant, name: str, wish: dict[str, Any], pointer: str
) -> None:
    await applicant.apply()
    answer = await applicant.does(name, **wish)
    assert (answer.status, [each["pointer"] for each in answer.json["errors"]]) == (422, [pointer])


async def test_a_reason_is_given_and_an_application_taken_back(desk: Desk, applicant: Applicant) -> None:
    case = await applicant.apply()
    assert (await applicant.does("give-reason", text="为编写地方志。")).code == "REASON_NOT_ASKED"
    await desk.step(case, "ask-reason", count=50)
    assert (await applicant.does("give-reason", text="为编写地方志。")).status == 200
    withdrawn = await applicant.does("withdraw")
    assert (withdrawn.json["phase"], withdrawn.json["may"]) == ("withdrawn", [])
    assert (await applicant.does("withdraw")).status == 409


async def test_the_notice_of_a_decision_can_be_read_once_it_was_sent(desk: Desk, applicant: Applicant) -> None:
    case = await applicant.apply()
    await desk.step(case, "consult", kind="third_party", party="某公司")
    await desk.step(case, "end-consultation", consultation=1, outcome="agreed")
    await desk.decide(case)
    kinds = [each["kind"] for each in (await applicant.sees("/notices")).json["items"]]
    assert kinds == ["receipt"]
    assert (await applicant.sees("/notices/decision.docx")).code == "NOTICE_UNKNOWN"
    assert (await applicant.sees("/notices/consultation.docx")).code == "NOTICE_UNKNOWN"
    await desk.step(case, "serve", way="电子送达")
    kinds = [each["kind"] for each in (await applicant.sees("/notices")).json["items"]]
    assert kinds == ["receipt", "decision"]
    assert (await applicant.sees("/notices/decision.docx")).status == 200
    assert (await applicant.sees("/clock")).json["due"] == "2026-03-30"


async def test_a_code_that_is_not_ours_opens_nothing(applicant: Applicant) -> None:
    case = await applicant.apply()
    for wrong in (case, f"{case}.", f"{case}.{'0' * 32}", "x" * 40):
        applicant.code = wrong
        assert (await applicant.does("withdraw")).code == "FOLLOW_UNKNOWN"
        assert (await applicant.sees("/clock")).code == "FOLLOW_UNKNOWN"


async def test_trying_codes_is_limited(desk: Desk, applicant: Applicant) -> None:
    await applicant.apply()
    applicant.code = "nobody.0000"
    answers = [await applicant.sees() for _ in range(40)]
    assert answers[-1].code == "TOO_MANY"


async def test_once_the_applicant_is_erased_nothing_can_be_done_or_read(desk: Desk, applicant: Applicant) -> None:
    case = await applicant.apply()
    await applicant.does("withdraw")
    await desk.step(case, "erasure", reason="申请人要求删除")
    assert (await applicant.does("withdraw")).code == "ERASED"
    assert (await applicant.sees("/notices")).json["items"] == []
    assert (await applicant.sees()).json["may"] == []


async def test_an_officer_finds_a_case_by_its_number_in_own_bodies_only(desk: Desk) -> None:
    case = await desk.opened("e1")
    for asked in ("1", "2026-1", "〔2026〕第1号", " 〔2026〕第1号 "):
        found = await _search(desk, asked)
        assert (found.status, found.headers["location"]) == (303, f"/console/requests/{case}"), asked
    for asked in ("2", "2025-1", "一号", "1" * 30):
        assert (await _search(desk, asked)).status == 200, asked
    assert (await _search(desk, "1", "ja-office")).status == 200


async def _search(desk: Desk, number: str, body: str = BODY) -> Answer:
    officer = desk.client(id=f"officer-of-{body}", bodies=(body,))
    return await officer.get(f"/console/requests?number={quote(number)}", headers={"accept": "text/html"})
