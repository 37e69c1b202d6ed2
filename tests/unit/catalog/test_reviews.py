"""Reviews of disclosure attributes: opened by the year, the backlog, demand, a case; settled once; counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.catalog.commands import WithdrawDocument
from services.catalog.domain.reviewing import open_yearly
from services.catalog.domain.state import Document
from services.catalog.handlers import withdraw_document
from services.catalog.store import DOCUMENT
from services.catalog.views.reviews import share
from shared.bus.decider import Command
from shared.contracts.facts.catalog import DocumentView
from tests.unit.catalog.conftest import Desk
from tests.unit.catalog.reviewing import BODY, Reviewing


@pytest.fixture
def city(desk: Desk) -> Reviewing:
    return Reviewing(desk)


async def test_what_is_not_public_is_reviewed_once_in_every_year_and_public_documents_never(city: Reviewing) -> None:
    closed = await city.filed("a")
    await city.filed("b", attribute="不予公开")
    await city.filed("c", attribute="主动公开")
    for _ in range(2):
        await city.sweep.sweep()
    yearly = [each for each in city.said("attribute-review-due") if each["cause"] == "yearly"]
    assert [(each["year"], each["review"]["due_on"]) for each in yearly] == [(2026, "2026-12-31")] * 2
    city.clock.to("2027-01-01")
    assert await city.sweep.sweep() == 2
    assert await city.sweep.sweep() == 0
    found = await city.document(closed)
    assert [(each.cause, each.year) for each in found.reviews] == [
        ("backlog", 2026),
        ("yearly", 2026),
        ("yearly", 2027),
    ]


async def test_the_cause_of_a_yearly_review_names_the_document_and_the_year(city: Reviewing) -> None:
    document = await city.filed("a")
    await city.sweep.sweep()
    opened = [e for e in city.desk.said if e.type == "catalog.attribute-review-due"]
    assert {e.causationid for e in opened} == {
        f"sweep:attribute-review:{document}:2026",
        f"sweep:attribute-review:{document}:backlog",
    }


@pytest.mark.parametrize(
    ("written", "attribute", "opened"),
    [
        ("2010-01-01", "依申请公开", ["backlog", "yearly"]),
        ("2009-12-31", "依申请公开", ["yearly"]),
        ("2010-01-01", None, ["backlog"]),
        ("2009-12-31", None, []),
        ("2010-01-01", "主动公开", []),
    ],
)
async def test_the_backlog_begins_in_2010_and_holds_what_was_never_determined(
    city: Reviewing, written: str, attribute: str | None, opened: list[str]
) -> None:
    await city.filed("a", written_on=written, attribute=attribute, backlog=attribute is None)
    await city.sweep.sweep()
    assert sorted(city.causes()) == opened


async def test_one_judgement_settles_the_year_and_the_backlog_with_its_reason(city: Reviewing) -> None:
    document = await city.filed("a")
    await city.sweep.sweep()
    client, review = city.client(), f"ar:{document}:yearly:2026"
    answer = await city.post(client, review, "keep", reason="情况没有变化", once="same-click")
    assert (answer.status, answer.json["reviews"]) == (200, [])
    again = await city.post(client, review, "keep", reason="情况没有变化", once="same-click")
    assert again.headers["idempotency-replayed"] == "true"
    settled = city.said("attribute-reviewed")
    assert {(e["review"]["cause"], e["outcome"], e["kept"], e["reason"], e["by"]) for e in settled} == {
        ("yearly", "kept", True, "情况没有变化", "officer-1"),
        ("backlog", "kept", True, "情况没有变化", "officer-1"),
    }
    assert (await city.post(client, review, "keep", reason="再来一次")).code == "REVIEW_CLOSED"
    assert await city.sweep.sweep() == 0


async def test_a_change_keeps_its_history_with_the_time_it_took_effect(city: Reviewing) -> None:
    document = await city.filed("a")
    await city.sweep.sweep()
    city.clock.to("2026-06-18")
    review = f"ar:{document}:backlog:once"
    wish: dict[str, Any] = {"attribute": "主动公开", "reason": "情势变化，可以公开"}
    assert (await city.post(city.client(), review, "change", **wish)).status == 200
    (changed,) = city.said("attribute-changed")
    assert (changed["before"], changed["after"]) == ("依申请公开", "主动公开")
    assert changed["effective_at"] == "2026-06-18T10:00:00+08:00"
    found = await city.document(document)
    assert [(each.attribute, each.effective_at is not None) for each in found.attributes] == [
        ("依申请公开", True),
        ("主动公开", True),
    ]
    assert {e["outcome"] for e in city.said("attribute-reviewed")} == {"changed"}
    assert found.reviews == ()


async def test_what_was_never_determined_is_never_public_cannot_be_kept_and_is_drained(city: Reviewing) -> None:
    document = await city.filed("a", attribute=None, backlog=True)
    await city.sweep.sweep()
    public = (await city.client("supervisor", "s1", ()).get("/catalog/v1/facets")).json
    assert public["body"] == []
    review, client = f"ar:{document}:backlog:once", city.client()
    assert (await city.post(client, review, "keep", reason="不变")).code == "REVIEW_UNDETERMINED"
    before = (await city.get(client, "/figures?year=2026"))["backlog"][BODY]
    assert (before["total"], before["remaining"], before["undetermined"]) == (1, 1, 1)
    refused = await city.post(client, review, "change", attribute="不予公开", reason="X16b")
    assert refused.code == "ATTRIBUTE_BASIS_MISSING"
    assert (await city.post(client, review, "change", attribute="主动公开", reason="可以公开")).status == 200
    after = (await city.get(client, "/figures?year=2026"))["backlog"][BODY]
    assert after == {
        "total": 1, "reviewed": 1, "remaining": 0, "progress": 1.0, "converted": 1, "undetermined": 0
    }  # fmt: skip


async def test_reviewed_of_due_is_counted_by_body_and_year_and_what_came_too_late_is_not_in_it(city: Reviewing) -> None:
    late, kept, _, gone = [await city.filed(each) for each in "abcd"]
    await city.sweep.sweep()
    client = city.client()
    await city.post(client, f"ar:{kept}:yearly:2026", "keep", reason="不变")
    wish = withdraw_document(gone, WithdrawDocument(reason="重复"), "officer-1")
    await city.dispatcher.execute(Command(wish.aggregate, wish.target, wish.decide, "http:gone"))
    city.clock.to("2027-01-04")
    await city.post(client, f"ar:{late}:yearly:2026", "keep", reason="不变")
    found = (await city.get(client, "/figures?year=2026"))["yearly"][BODY]
    assert found == {"due": 3, "reviewed": 1, "late": 1, "open": 1, "rate": 0.3333}
    assert (await city.get(client, "/figures?year=2025"))["yearly"] == {}


async def test_a_new_filing_that_opens_a_document_settles_its_reviews(city: Reviewing) -> None:
    document = await city.filed("a", number="沪电发〔2026〕8号")
    await city.sweep.sweep()
    await city.desk.hear(city.desk.document("a2", subject="a", number="沪电发〔2026〕8号", title="关于a的通知"))
    assert (await city.document(document)).reviews == ()
    assert {e["outcome"] for e in city.said("attribute-reviewed")} == {"changed"}


async def test_reviews_are_listed_by_body_cause_and_state_to_those_who_may(city: Reviewing) -> None:
    document = await city.filed("a")
    await city.sweep.sweep()
    officer = city.client()
    listed = (await city.get(officer, "?cause=yearly&state=open"))["items"]
    assert [(each["document_id"], each["due_on"], each["attribute"]) for each in listed] == [
        (document, "2026-12-31", "依申请公开")
    ]
    assert listed[0]["title"] == "关于a的通知"
    await city.post(officer, listed[0]["review_id"], "keep", version=listed[0]["version"], reason="不变")
    assert (await city.get(officer, "?state=open"))["items"] == []
    assert {each["reviewed_on"] for each in (await city.get(officer, "?state=kept"))["items"]} == {"2026-03-02"}
    foreign = city.client("officer", "officer-2", ("ja-office",))
    assert (await foreign.get(f"/catalog/v1/attribute-reviews?body={BODY}")).code == "FORBIDDEN"
    assert (await foreign.get("/catalog/v1/attribute-reviews")).json["items"] == []
    many = city.client("officer", "officer-3", ("ja-office", BODY))
    assert (await many.get("/catalog/v1/attribute-reviews")).code == "REVIEW_BODY_MISSING"
    everything = await city.get(city.client("supervisor", "s1", ()), "")
    assert len(everything["items"]) == 2


async def test_who_does_not_act_for_the_body_or_saw_an_older_version_settles_nothing(city: Reviewing) -> None:
    document = await city.filed("a")
    await city.sweep.sweep()
    review = f"ar:{document}:yearly:2026"
    foreign = city.client("officer", "officer-2", ("ja-office",))
    assert (await city.post(foreign, review, "keep", reason="不变")).code == "DOCUMENT_UNKNOWN"
    assert (await city.post(city.client(), review, "keep", version=1, reason="不变")).code == "VERSION_STALE"
    assert (await city.post(city.client(), "nothing:x", "keep", reason="不变")).code == "DOCUMENT_UNKNOWN"
    stored = (await city.desk.store.load(DOCUMENT.kind, [document]))[document]
    assert len(DOCUMENT.parse(stored.state).reviews) == 2


@pytest.mark.parametrize(
    ("last", "every", "opened"), [(None, 1, True), (2025, 1, True), (2026, 1, False), (2025, 2, False), (2024, 2, True)]
)
def test_a_review_opens_when_the_years_between_two_have_passed(last: int | None, every: int, opened: bool) -> None:
    view = DocumentView(
        document_id="d1",
        title="关于甲的通知",
        body=BODY,
        issuer="甲局",
        written_on=date(2020, 1, 1),
        attribute="不予公开",
    )
    document = Document(document_id="d1", view=view, review_year=last)
    assert bool(open_yearly(document, every, date(2026, 3, 2))) is opened
    gone = document.model_copy(update={"withdrawn": "重复"})
    assert open_yearly(gone, every, date(2026, 3, 2)) == []


@pytest.mark.parametrize(("part", "whole", "value"), [(0, 0, None), (0, 3, 0.0), (1, 3, 0.3333), (3, 3, 1.0)])
def test_nothing_is_a_share_of_nothing(part: int, whole: int, value: float | None) -> None:
    assert share(part, whole) == value
