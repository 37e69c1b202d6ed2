"""What supervision sees: counters that are the report's, rates, overdue and idle bodies, ledgers, and its page."""

from __future__ import annotations

from typing import Any

from services.requests.views.counting import CASES
from shared.store.port import Query, Row
from tests.unit.requests.conftest import BODY, Desk
from tests.unit.web.client import Client

FIGURES = "/requests/v1/reports/statistics"
HTML = {"accept": "text/html"}


def supervisor(desk: Desk) -> Client:
    return desk.client("supervisor", "office-1", ())


async def seen(desk: Desk, year: int = 2026) -> dict[str, Any]:
    return dict((await supervisor(desk).get(f"{FIGURES}?year={year}")).json)


async def cases_of(desk: Desk, figure: str, year: int = 2026) -> list[str]:
    answer = await supervisor(desk).get(f"{FIGURES}/{figure}?year={year}&body={BODY}")
    assert answer.status == 200, answer.text
    return [item["request_id"] for item in answer.json["items"]]


async def test_counters_by_stage_and_type_are_the_cells_of_the_annual_report(desk: Desk) -> None:
    decided, waiting, open_ = await desk.opened("e1"), await desk.opened("e2"), await desk.opened("e3", category="law")
    await desk.decide(decided, "D2")
    await desk.step(waiting, "notify-correction", text="请写明年度", days=10)
    found = (await seen(desk))["items"][0]
    table = (await desk.client().get(f"/requests/v1/reports/table-two?body={BODY}&year=2026")).json
    cells = {row["code"]: row["cells"]["sum"] for row in table["rows"]}
    assert {each["figure"]: each["count"] for each in found["types"]} == {
        f"row:{row}": count for row, count in cells.items() if count
    }
    assert [found["counters"][name] for name in ("r1", "r3", "r4")] == [cells["r1"], cells["r3"], cells["r4"]]
    assert {each["figure"]: each["count"] for each in found["stages"]} == {"stage:correcting": 1, "stage:processing": 1}
    assert await cases_of(desk, "stage:correcting") == [waiting]
    assert await cases_of(desk, "row:D2") == [decided]
    assert set(await cases_of(desk, "r4")) == {waiting, open_}


async def test_rates_are_shares_of_what_is_concluded_and_nothing_is_a_share_of_nothing(desk: Desk) -> None:
    on_spot, later = await desk.opened("e1"), await desk.opened("e2")
    await desk.opened("e3", channel="fax")
    await desk.decide(on_spot, "D2")
    desk.clock.to("2026-04-01")
    await desk.decide(later, "D2")
    found = (await seen(desk))["total"]
    rates = {name: (rate["part"], rate["whole"], rate["value"]) for name, rate in found["rates"].items()}
    assert rates == {
        "on_time": (1, 2, 0.5),
        "on_spot": (1, 2, 0.5),
        "correction": (0, 0, None),
        "loss": (0, 0, None),
    }
    assert await cases_of(desk, "late") == [later]
    assert found["average_days"] == 11.0
    assert found["counters"]["unconfirmed"] == 1


async def test_correction_and_loss_leave_pending_remedies_out(desk: Desk) -> None:
    cases = [await desk.opened(f"e{n}") for n in range(3)]
    for case in cases:
        await desk.decide(case, "C7", grounds=["X16c"])
    desk.clock.to("2026-03-20")
    for case in cases:
        answer = await desk.step(case, "file-remedy", kind="reconsideration", organ="上海市人民政府")
        assert answer.status == 200, answer.text
    desk.clock.to("2026-05-11")
    for case, result in zip(cases, ("corrected", "upheld"), strict=False):
        answer = await desk.step(case, "conclude-remedy", remedy=1, result=result, anew=False)
        assert answer.status == 200, answer.text
    rates = (await seen(desk))["total"]["rates"]
    assert (rates["correction"]["part"], rates["correction"]["whole"]) == (1, 2)
    assert rates["loss"]["value"] is None
    table = (await desk.client().get(f"/requests/v1/reports/table-three?body={BODY}&year=2026")).json
    assert table["holds"]
    assert table["groups"][0]["cells"] == {"upheld": 1, "corrected": 1, "other": 0, "pending": 1, "total": 3}
    cell = f"/requests/v1/reports/table-three/reconsideration/pending?body={BODY}&year=2026"
    assert [item["request_id"] for item in (await desk.client().get(cell)).json["items"]] == [cases[2]]
    assert await cases_of(desk, "remedy:reconsideration.corrected") == [cases[0]]
    assert (await desk.client().get(cell.replace("pending", "lost"))).code == "CODE_UNKNOWN"


async def test_overdue_cases_and_days_without_handling_are_seen_without_a_sweep(desk: Desk) -> None:
    late, asked = await desk.opened("e1"), await desk.opened("e2")
    await desk.step(asked, "consult", kind="other_agency", party="乙局")
    desk.clock.to("2026-04-13")
    found = (await seen(desk))["items"][0]
    assert (found["counters"]["overdue"], await cases_of(desk, "overdue")) == (1, [late])
    assert found["idle_days"] == 29
    await desk.decide(late, "D2")
    assert (await seen(desk))["items"][0]["idle_days"] == 0


async def test_figures_are_for_those_who_may_see_them(desk: Desk) -> None:
    await desk.opened()
    officer = desk.client()
    assert (await officer.get(f"{FIGURES}?year=2026")).code == "BODY_REQUIRED"
    assert (await officer.get(f"{FIGURES}?year=2026&body=ja-office")).code == "FORBIDDEN"
    assert len((await officer.get(f"{FIGURES}?year=2026&body={BODY}")).json["items"]) == 1
    assert (await officer.get("/requests/v1/reports/watch?year=2026")).status == 403
    assert (await supervisor(desk).get(f"{FIGURES}/everything?year=2026")).code == "CODE_UNKNOWN"


async def test_a_row_broken_by_hand_is_found_by_the_watch_and_names_the_case(desk: Desk) -> None:
    good, bad = await desk.opened("e1"), await desk.opened("e2")
    watch = "/requests/v1/reports/watch?year=2026"
    assert (await supervisor(desk).get(watch)).json == {"year": 2026, "bodies": 1, "sound": True, "items": []}
    await tampered(desk, bad, rulings=[["2025-12-30", "D2", False]], number="〔2026〕第7号")
    answer = (await supervisor(desk).get(watch)).json
    [item] = answer["items"]
    assert (answer["sound"], item["body"], item["name"]) == (False, BODY, "上海市电力保障局")
    assert {(v["identity"], tuple(v["cases"])) for v in item["violations"]} == {("BALANCE", (bad,))}
    assert bad in item["violations"][0]["told"]
    assert item["numbers"]["missing"][0] == "〔2026〕第2号"
    assert good not in str(item["violations"])
    page = await supervisor(desk).get("/console/requests/supervision?year=2026", headers=HTML)
    assert "需要核对" in page.text
    assert bad in page.text
    await tampered(desk, bad, rulings=[], number="〔2026〕第2号")


async def tampered(desk: Desk, case: str, **changes: Any) -> None:
    """Change a stored tally behind everybody's back."""
    table = f"counting.blue.{CASES}"
    row = (await desk.store.rows(table, [case]))[case]
    data = {name: value for name, value in {**row.data, **changes}.items() if value}
    await desk.store.delete(table, [case])
    await desk.store.put([Row(table, case, row.version, data, row.index)])
    assert (await desk.store.page(table, Query(limit=10))).items


async def test_an_agencys_own_ledger_is_held_against_what_is_entered(desk: Desk) -> None:
    first, other = await desk.opened("e1"), await desk.opened("e2")
    desk.clock.to("2026-03-20")
    late = await desk.opened("e3", submitted_on="2026-03-03")
    wish = {"first": "2026-03-01", "last": "2026-03-31", "numbers": ["sq-e1", "sq-e3", "sq-77", "sq-77"]}
    ledger = f"/requests/v1/reports/ledger?body={BODY}"
    found = (await desk.client().post_json(ledger, wish)).json
    assert (found["listed"], found["matched"], found["missing"]) == (3, 2, ["sq-77"])
    assert [item["request_id"] for item in found["unlisted"]] == [other]
    assert [item["request_id"] for item in found["late"]] == [late]
    assert first not in str(found)
    wrong = await desk.client().post_json(ledger, {**wish, "first": "2026-04-01"})
    assert (wrong.status, "起止日期" in wrong.text) == (422, True)
    assert (await desk.client().post_json(ledger.replace(BODY, "ja-office"), wish)).code == "FORBIDDEN"


async def test_the_page_of_supervision_shows_every_body_and_opens_its_cells(desk: Desk) -> None:
    empty = await supervisor(desk).get("/console/requests/supervision", headers=HTML)
    assert "这一年没有申请" in empty.text
    case = await desk.opened(name="陈晓禾")
    desk.clock.to("2026-04-13")
    page = await supervisor(desk).get("/console/requests/supervision", headers=HTML)
    assert page.status == 200
    assert "上海市电力保障局" in page.text
    assert "各机关勾稽关系全部成立" in page.text
    link = f"/console/requests/supervision/cases?figure=overdue&amp;year=2026&amp;body={BODY}"
    assert link in page.text
    opened = await supervisor(desk).get(link.replace("&amp;", "&"), headers=HTML)
    assert "〔2026〕第1号" in opened.text
    assert "陈晓禾" not in opened.text + page.text
    assert (await desk.client().get("/console/requests/supervision", headers=HTML)).status == 403
    assert (await supervisor(desk).get("/console/requests/supervision/cases?figure=x", headers=HTML)).status == 422
    assert case not in page.text


async def test_the_officers_pages_do_not_offer_supervision(desk: Desk) -> None:
    page = await desk.client().get("/console/requests", headers=HTML)
    assert "/console/requests/supervision" not in page.text
    assert (
        "/console/requests/supervision"
        in (await supervisor(desk).get("/console/requests/supervision", headers=HTML)).text
    )


async def test_a_remedy_that_corrects_a_decision_changes_both_tables_and_no_total(desk: Desk) -> None:
    case = await desk.opened()
    await desk.decide(case, "C7", grounds=["X16c"])
    before = await cells(desk)
    desk.clock.to("2026-03-20")
    await desk.step(case, "file-remedy", kind="reconsideration", organ="上海市人民政府")
    desk.clock.to("2026-05-11")
    await desk.step(case, "conclude-remedy", remedy=1, result="corrected")
    assert await cases_of(desk, "reopened") == [case]
    assert await cells(desk) == before, "the decision that is gone counts until there is another"
    assert (await desk.decide(case, "A2")).status == 200
    after = await cells(desk)
    assert (before, after) == ({"r1": 1, "C7": 1, "r3": 1}, {"r1": 1, "A": 1, "r3": 1})
    table = (await desk.client().get(f"/requests/v1/reports/table-three?body={BODY}&year=2026")).json
    assert (table["groups"][0]["cells"]["corrected"], table["groups"][0]["cells"]["total"]) == (1, 1)
    assert await cases_of(desk, "reopened") == []


async def cells(desk: Desk) -> dict[str, int]:
    table = (await desk.client().get(f"/requests/v1/reports/table-two?body={BODY}&year=2026")).json
    assert table["holds"]
    return {row["code"]: row["cells"]["sum"] for row in table["rows"] if row["cells"]["sum"]}


async def test_the_officers_report_opens_the_cases_behind_its_cells(desk: Desk) -> None:
    case = await desk.opened(category="law")
    officer = desk.client()
    page = await officer.get("/console/requests/report", headers=HTML)
    link = f"/console/requests/report/cases?figure=row%3Ar4.law&amp;body={BODY}&amp;year=2026"
    assert link in page.text
    assert "复议后起诉" in page.text
    opened = await officer.get(link.replace("&amp;", "&"), headers=HTML)
    assert f'href="/console/requests/{case}"' in opened.text
    assert "法律服务机构" in opened.text
    assert (await officer.get(link.replace("&amp;", "&").replace(BODY, "ja-office"), headers=HTML)).status == 403
