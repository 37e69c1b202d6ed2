"""Requests for information from their intake to their row of the annual report, over HTTP and the broker.

Every date was counted by hand on the published arrangement of 2026 (条例 Art. 30–34, 国办函〔2020〕109号).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.handling import Office, opened
from tests.support.wait import until

SH, CZ, JA = "officer-shanghai", "officer-changzhi", "officer-jingan"
POWER: dict[str, Any] = {"body": "sh-power", "name": "陈晓禾"}
pytestmark = pytest.mark.slow


@pytest.fixture
async def office(
    kafka: str, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    async with opened(kafka, topic_prefix, tmp_path / "var", monkeypatch, "catalog", "requests") as made:
        yield made


async def test_a_letter_is_corrected_a_third_party_stays_silent_and_the_day_of_posting_counts(office: Office) -> None:
    office.on("2026-04-08")
    letter = {"channel": "registered", "submitted_on": "2026-04-01", "signed_on": "2026-04-03"}
    case = await office.entered("shanghai", **POWER, **letter)
    found = await office.get(f"/cases/{case}", SH)
    days = [found[day] for day in ("received_on", "entry_due", "due")]
    assert (days, found["entered_late"]) == (["2026-04-03", "2026-04-08", "2026-05-07"], False)
    office.on("2026-04-15")
    asked = await office.step(case, "notify-correction", SH, text="请写明年度和地域")
    assert (asked["phase"], asked["turn_until"]) == ("correcting", "2026-05-09")
    office.on("2026-05-06")
    fresh = await office.step(case, "correct", SH, description="2025年度静安区有序用电方案")
    assert (fresh["phase"], fresh["due"]) == ("processing", "2026-06-02")
    office.on("2026-05-13")
    letter = {"sent_on": "2026-05-11", "arrived_on": "2026-05-13"}
    await office.step(case, "consult", SH, kind="third_party", party="甲公司", **letter)
    silence: dict[str, Any] = {"consultation": 1, "outcome": "silent"}
    office.on("2026-06-03")
    assert (await office.step(case, "end-consultation", SH, **silence))["code"] == "SILENCE_TOO_EARLY"
    assert (await office.step(case, "decide", SH, code="D2"))["code"] == "CONSULTATION_OPEN"
    office.on("2026-06-05")
    ended = await office.step(case, "end-consultation", SH, **silence)
    assert (ended["consultations"][0]["ended_on"], ended["due"]) == ("2026-06-03", "2026-06-26")
    await _its_receipt_lists_every_day(office, case)
    office.on("2026-06-26", 23)
    parts = {"open_part": "方案正文", "withheld_reasons": "附件涉及甲公司商业秘密"}
    ruling = {"code": "B", "grounds": ["X15"], "article": "条例第37条", "parts": parts}
    made = await office.step(case, "decide", SH, **ruling, record={"number": "沪电保〔2026〕7号"})
    assert (made["phase"], made["decision"]["overdue"]) == ("decided", False), made
    mail = {"way": "邮寄", "carrier": "ems", "tracking": "EA123456789CN"}
    await office.step(case, "send", SH, **mail)
    office.on("2026-06-30")
    signed = await office.step(case, "sign", SH)
    assert (signed["phase"], signed["served_on"], signed["served_late"]) == ("served", "2026-06-30", False)
    assert (await office.step(case, "close", SH))["phase"] == "closed"
    await _counted(office, "sh-power", SH, {"r1": 1, "B": 1, "r3": 1})


async def _its_receipt_lists_every_day(office: Office, case: str) -> None:
    """From the corrected application on: twenty days count, the make-up Saturday too, the silent weeks do not."""
    receipt = await office.get(f"/cases/{case}/clock", SH)
    days = {line["date"]: (line["kind"], line["number"]) for line in receipt["lines"]}
    assert {day: days[f"2026-{day}"] for day in DAYS} == DAYS
    assert sum(kind in ("counted", "makeup") for kind, _ in days.values()) == 20
    assert (receipt["due"], max(days)) == ("2026-06-26", "2026-06-26")


DAYS = {
    "05-06": ("start", None),
    "05-07": ("counted", 1),
    "05-09": ("makeup", 3),
    "05-10": ("weekend", None),
    "05-11": ("counted", 4),
    "05-12": ("paused", None),
    "06-03": ("paused", None),
    "06-04": ("counted", 5),
    "06-19": ("holiday", None),
    "06-22": ("counted", 16),
    "06-26": ("counted", 20),
}


async def _counted(office: Office, body: str, who: str, rows: dict[str, int], year: int = 2026) -> None:
    async def there() -> bool:
        return await office.rows("two", body, year, who) == rows

    try:
        await until(there, 20, what=f"Table II of {body}")
    except AssertionError:
        assert await office.rows("two", body, year, who) == rows


async def test_two_applicants_at_one_agency_trigger_a_conversion_and_two_at_two_agencies_do_not(office: Office) -> None:
    office.on("2026-03-02")
    about = {"number": "长热发〔2026〕3号", "channel": "counter", "submitted_on": "2026-03-02"}
    people = {"陈晓禾": "11010519491231002X", "林一川": "440524188001010014"}
    for body, name in (("cz-heat", "陈晓禾"), ("cz-chengguan", "林一川")):
        await office.entered("changzhi", body=body, name=name, identity=people[name], contact=f"{name}@qq.com", **about)

    async def reviews(body: str) -> list[Any]:
        return list((await office.get(f"/reviews?body={body}", CZ))["items"])

    assert await reviews("cz-heat") == await reviews("cz-chengguan") == []
    name = "林一川"
    again = await office.entered(
        "changzhi", body="cz-heat", name=name, identity=people[name], contact=f"{name}@qq.com", **about
    )
    [review] = await until(lambda: reviews("cz-heat"), 20, what="a review of the conversion")
    assert review["body"] == "cz-heat"
    assert again in str(review)
    assert await reviews("cz-chengguan") == []


async def test_what_a_zone_took_in_for_another_body_is_counted_once_and_there(office: Office) -> None:
    office.on("2026-03-03")
    asked = {"body": "ja-office", "name": "陈晓禾", "channel": "zone", "submitted_on": "2026-03-02"}
    case = await office.entered("jingan", **asked)
    moved = await office.step(case, "transfer", JA, to="ja-digital", reason="属于该机关职权")
    assert moved["phase"] == "transferred", moved
    [new] = moved["continued"]

    async def there() -> dict[str, Any]:
        answer = await office.call("GET", f"/requests/v1/cases/{new}", who=JA)
        return dict(answer.json) if answer.status == 200 and answer.json["number"] else {}

    found = await until(there, 20, what="the case at the right body")
    assert (found["body"], found["received_on"], found["due"]) == ("ja-digital", "2026-03-02", "2026-03-30")
    await _counted(office, "ja-digital", JA, {"r1": 1, "r4": 1})
    await _counted(office, "ja-office", JA, {})


async def test_a_fee_that_is_not_paid_in_time_ends_the_case_as_f2(office: Office) -> None:
    office.on("2026-06-10")
    case = await office.entered("shanghai", **POWER, channel="counter", submitted_on="2026-06-10")
    billed = await office.step(case, "notify-fee", SH, yuan=100)
    assert (billed["phase"], billed["turn_until"]) == ("paying", "2026-07-09")
    office.on("2026-07-09", 23)
    assert (await office.step(case, "decide", SH, code="F2"))["code"] == "PERIOD_RUNNING"
    office.on("2026-07-10", 0)
    assert (await office.step(case, "decide", SH, code="F2"))["phase"] == "decided"
    await _counted(office, "sh-power", SH, {"r1": 1, "F2": 1, "r3": 1})
