"""Cases by messages and by HTTP: received, numbered, corrected, consulted, extended, decided, served, filed away."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.requests.conftest import BODY, Desk


async def test_an_application_at_the_counter_is_received_that_day_and_numbered(desk: Desk) -> None:
    case = await desk.case(await desk.opened())
    assert str(case.received_on) == "2026-03-02"
    assert str(case.due) == "2026-03-30"
    assert case.number == "〔2026〕第1号"
    assert case.phase == "processing"
    assert not case.entered_late


async def test_numbers_have_no_gaps_and_belong_to_body_and_year(desk: Desk) -> None:
    both = desk.client("agency", "shanghai", ("sh-*", "ja-*"))
    events = [desk.event(f"e{n}", f"s{n}", body="ja-office" if n == 2 else BODY) for n in range(1, 5)]
    answer = await desk.enter(*events, client=both)
    cases = [await desk.case(each["request_id"]) for each in answer.json["accepted"]]
    assert [(case.body, case.number) for case in cases] == [
        (BODY, "〔2026〕第1号"),
        ("ja-office", "〔2026〕第1号"),
        (BODY, "〔2026〕第2号"),
        (BODY, "〔2026〕第3号"),
    ]


@pytest.mark.parametrize(
    ("channel", "dates", "received"),
    [
        ("counter", {"submitted_on": "2026-02-28"}, "2026-02-28"),
        ("zone", {"submitted_on": "2026-02-28"}, "2026-02-28"),
        ("oral", {"submitted_on": "2026-02-27"}, "2026-02-27"),
        ("registered", {"submitted_on": "2026-02-25", "signed_on": "2026-02-27"}, "2026-02-27"),
        ("letter", {"submitted_on": "2026-02-25"}, None),
        ("letter", {"submitted_on": "2026-02-25", "confirmed_on": "2026-02-26"}, "2026-02-26"),
        ("fax", {"submitted_on": "2026-02-25"}, None),
        ("online", {"submitted_on": "2026-02-25", "confirmed_on": "2026-03-01"}, "2026-03-01"),
    ],
)
async def test_the_received_date_follows_the_channel(
    desk: Desk, channel: str, dates: dict[str, str], received: str | None
) -> None:
    case = await desk.case(await desk.opened(channel=channel, **dates))
    assert (str(case.received_on) if case.received_on else None) == received
    assert case.phase == ("processing" if received else "confirming")


@pytest.mark.parametrize(
    ("signed", "today", "due", "late"),
    [
        ("2026-04-03", "2026-04-08", "2026-04-08", False),
        ("2026-04-03", "2026-04-09", "2026-04-08", True),
        ("2026-09-30", "2026-10-09", "2026-10-09", False),
    ],
)
async def test_a_late_entry_is_recorded_and_never_shifts_the_clock(
    desk: Desk, signed: str, today: str, due: str, late: bool
) -> None:
    desk.clock.to(today)
    case = await desk.case(await desk.opened(channel="registered", submitted_on=signed, signed_on=signed))
    assert (str(case.entry_due), case.entered_late) == (due, late)
    assert str(case.received_on) == signed


async def test_an_unconfirmed_application_has_no_clock_until_both_sides_confirm(desk: Desk) -> None:
    case = await desk.opened(channel="fax")
    assert (await desk.clock_of(case))["mode"] == "confirming"
    assert (await desk.decide(case)).code == "NOT_RECEIVED"
    desk.clock.to("2026-03-05")
    assert (await desk.step(case, "confirm", on="2026-03-04")).status == 200
    receipt = await desk.clock_of(case)
    assert (receipt["started"], receipt["due"]) == ("2026-03-04", "2026-04-01")


async def test_the_clock_receipt_names_every_day_and_its_article(desk: Desk) -> None:
    receipt = await desk.clock_of(await desk.opened())
    assert (receipt["due"], receipt["days_left"], receipt["calendar"]) == ("2026-03-30", 20, receipt["calendar"])
    assert receipt["lines"][0]["label"] == "起算日，不计入"
    assert receipt["lines"][-1]["number"] == 20
    assert all(line["article"] for line in receipt["lines"])


async def test_overlapping_consultations_are_united(desk: Desk) -> None:
    case = await desk.opened()
    desk.clock.to("2026-04-02")
    assert (await desk.step(case, "consult", kind="third_party", party="甲公司", sent_on="2026-03-09")).status == 200
    await desk.step(case, "consult", kind="other_agency", party="乙局", sent_on="2026-03-18")
    assert (await desk.clock_of(case))["mode"] == "consulting"
    first: dict[str, Any] = {"consultation": 1, "outcome": "agreed", "ended_on": "2026-03-25"}
    second: dict[str, Any] = {"consultation": 2, "outcome": "agreed", "ended_on": "2026-04-01"}
    await desk.step(case, "end-consultation", **first)
    await desk.step(case, "end-consultation", **second)
    assert (await desk.clock_of(case))["due"] == "2026-04-23"
    assert (await desk.case(case)).due is not None


async def test_silence_of_a_third_party_counts_only_once_its_time_is_over(desk: Desk) -> None:
    case = await desk.opened()
    desk.clock.to("2026-03-11")
    await desk.step(case, "consult", kind="third_party", party="甲公司", sent_on="2026-03-10", arrived_on="2026-03-11")
    silent: dict[str, Any] = {"consultation": 1, "outcome": "silent"}
    desk.clock.to("2026-04-01")
    assert (await desk.step(case, "end-consultation", **silent)).code == "SILENCE_TOO_EARLY"
    assert (await desk.decide(case)).code == "CONSULTATION_OPEN"
    desk.clock.to("2026-04-07")
    assert (await desk.step(case, "end-consultation", **silent)).status == 200
    assert str((await desk.case(case)).consultations[0].ended_on) == "2026-04-01"


async def test_a_correction_restarts_the_clock_in_full_and_is_asked_once(desk: Desk) -> None:
    desk.clock.to("2026-05-06")
    case = await desk.opened()
    desk.clock.to("2026-05-14")
    assert (await desk.step(case, "notify-correction", text="请写明年度")).status == 200
    noticed = await desk.case(case)
    assert (noticed.phase, noticed.correction_late, str(noticed.due)) == ("correcting", False, "2026-06-04")
    assert (await desk.clock_of(case))["due"] is None
    desk.clock.to("2026-05-27")
    await desk.step(case, "correct", description="2025年度的有序用电方案")
    assert (await desk.clock_of(case))["due"] == "2026-06-25"
    assert (await desk.step(case, "notify-correction", text="还有一事")).code == "CORRECTION_ONCE"


async def test_a_late_correction_notice_leaves_the_clock_alone(desk: Desk) -> None:
    desk.clock.to("2026-05-06")
    case = await desk.opened()
    desk.clock.to("2026-05-15")
    await desk.step(case, "notify-correction", text="请写明年度")
    assert (await desk.case(case)).correction_late
    assert (await desk.clock_of(case))["due"] == "2026-06-02"


async def test_who_never_corrects_is_closed_as_f1_and_only_after_his_time(desk: Desk) -> None:
    case = await desk.opened()
    desk.clock.to("2026-03-04")
    await desk.step(case, "notify-correction", text="请写明年度", days=5)
    desk.clock.to("2026-03-11")
    assert (await desk.decide(case, "F1")).code == "PERIOD_RUNNING"
    desk.clock.to("2026-03-12")
    assert (await desk.decide(case, "A2")).code == "STEP_UNLAWFUL"
    assert (await desk.decide(case, "F1")).status == 200


async def test_an_unpaid_fee_ends_as_f2_and_a_paid_one_restarts_the_clock(desk: Desk) -> None:
    desk.clock.to("2026-06-10")
    unpaid, paid = await desk.opened("e1"), await desk.opened("e2")
    for case in (unpaid, paid):
        assert (await desk.step(case, "notify-fee", yuan=100)).status == 200
    assert str((await desk.case(unpaid)).due) == "2026-07-09"
    desk.clock.to("2026-06-24")
    await desk.step(paid, "pay")
    assert (await desk.clock_of(paid))["due"] == "2026-07-22"
    desk.clock.to("2026-07-09")
    assert (await desk.decide(unpaid, "F2")).code == "PERIOD_RUNNING"
    desk.clock.to("2026-07-10")
    assert (await desk.decide(unpaid, "F2")).status == 200


async def test_an_extension_is_granted_once_and_before_the_end(desk: Desk) -> None:
    first, second = await desk.opened("e1"), await desk.opened("e2")
    wish: dict[str, Any] = {"approved_by": "机关负责人", "reason": "需要检索档案"}
    assert (await desk.step(first, "extend", **wish, days=21)).code == "EXTENSION_TOO_LONG"
    desk.clock.to("2026-03-30", 23)
    assert (await desk.step(first, "extend", **wish)).status == 200
    assert (await desk.clock_of(first))["due"] == "2026-04-28"
    assert (await desk.step(first, "extend", **wish)).code == "EXTENSION_ONCE"
    desk.clock.to("2026-03-31")
    assert (await desk.step(second, "extend", **wish)).code == "EXTENSION_LATE"


async def test_a_decided_case_is_served_filed_away_and_no_more_decided(desk: Desk) -> None:
    case = await desk.opened()
    assert (await desk.decide(case)).status == 200
    assert (await desk.decide(case)).code == "STEP_UNLAWFUL"
    desk.clock.to("2026-03-31")
    served = await desk.step(case, "serve", way="邮寄", on="2026-03-31")
    assert served.json["served_late"] is True
    assert [step["name"] for step in served.json["steps"]] == ["note-contact", "close", "file-remedy", "tag-case"]
    assert (await desk.step(case, "close")).json["phase"] == "closed"


async def test_a_withdrawn_application_is_over(desk: Desk) -> None:
    case = await desk.opened()
    assert (await desk.step(case, "withdraw")).json["phase"] == "withdrawn"
    assert (await desk.decide(case)).code == "STEP_UNLAWFUL"


async def test_an_unlawful_step_names_the_rule(desk: Desk) -> None:
    answer = await desk.step(await desk.opened(), "serve", way="当面")
    assert (answer.status, answer.code) == (409, "STEP_UNLAWFUL")
    assert answer.json["detail"] == "案件处于“办理中”状态，不能“送达”（条例第33条）"


@pytest.mark.parametrize("day", ["2026-03-01", "2026-03-03"])
async def test_a_step_happened_neither_before_the_case_nor_in_the_future(desk: Desk, day: str) -> None:
    answer = await desk.step(await desk.opened(), "notify-correction", text="请写明年度", on=day)
    assert answer.code == "DATE_IMPLAUSIBLE"
    assert answer.json["errors"][0]["pointer"] == "/on"


async def test_the_same_step_under_the_same_key_happens_once(desk: Desk) -> None:
    case, officer = await desk.opened(), desk.client()
    headers = {"idempotency_key": "same-key-1", "if_match": '"2"'}
    wish = {"kind": "other_agency", "party": "乙局"}
    path = f"/requests/v1/cases/{case}/consult"
    assert (await officer.post_json(path, wish, **headers)).status == 200
    again = await officer.post_json(path, wish, **headers)
    assert (again.status, again.headers["idempotency-replayed"]) == (200, "true")
    assert len((await desk.case(case)).consultations) == 1
    other = await officer.post_json(path, wish | {"party": "丙局"}, **headers)
    assert (other.status, other.code) == (409, "IDEMPOTENCY_KEY_REUSED")
    await desk.settle()
