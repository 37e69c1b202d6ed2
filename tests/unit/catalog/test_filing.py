"""Filing documents: verdicts, merging of sources, gates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.catalog.commands import WithdrawDocument
from services.catalog.handlers import withdraw_document
from services.catalog.sweeps import Sweeps
from shared.bus.decider import Command
from shared.contracts.envelope import Envelope
from shared.store.blobs import Blobs
from tests.unit.catalog.conftest import Desk


def types(events: list[Envelope]) -> list[str]:
    return [e.type for e in events]


def verdict(events: list[Envelope]) -> dict[str, Any]:
    last = events[-1]
    assert last.type == "catalog.filing-judged"
    return last.data


def codes(events: list[Envelope]) -> list[str]:
    return [d["code"] for d in verdict(events).get("defects", [])]


async def test_a_complete_filing_is_archived(desk: Desk) -> None:
    said = await desk.hear(desk.document("e1"))
    assert types(said) == [
        "catalog.document-filed",
        "catalog.attribute-determined",
        "catalog.document-archived",
        "catalog.filing-judged",
    ]
    assert verdict(said)["verdict"] == "admitted"
    assert [e.sequence for e in said] == [1, 2, 3, 4]
    assert {e.causationid for e in said} == {"e1"}
    assert said[2].data["document"]["number_key"] == "沪电发〔2026〕7号"


async def test_the_same_news_twice_changes_nothing(desk: Desk) -> None:
    event = desk.document("e1")
    await desk.hear(event)
    assert await desk.hear(event, event) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": ""}, ["TITLE_MISSING"]),
        ({"issuer": None}, ["ISSUER_MISSING"]),
        ({"issuer": "某不存在局"}, ["ISSUER_UNREGISTERED"]),
        ({"number": None}, ["NUMBER_MISSING"]),
        ({"written_on": None}, ["DATE_MISSING"]),
        ({"written_on": "2026-03-03"}, ["DATE_IMPLAUSIBLE"]),
        ({"published_on": "2026-02-09"}, ["PUBLISHED_BEFORE_WRITTEN"]),
        ({"attribute": None}, ["ATTRIBUTE_MISSING"]),
        ({"attribute": "依申请公开"}, ["ATTRIBUTE_REASON_MISSING"]),
        ({"attribute": "不予公开"}, ["ATTRIBUTE_REASON_MISSING", "ATTRIBUTE_BASIS_MISSING"]),
        ({"issuer": None, "written_on": None}, ["ISSUER_MISSING", "DATE_MISSING"]),
    ],
)
async def test_a_filing_that_fails_a_gate_is_kept_and_returned(
    desk: Desk, change: dict[str, Any], expected: list[str]
) -> None:
    said = await desk.hear(desk.document("e1", **change))
    assert types(said) == ["catalog.document-filed", "catalog.filing-judged"]
    assert verdict(said)["verdict"] == "returned"
    assert codes(said) == expected


async def test_a_backlog_document_without_attribute_is_admitted_but_never_public(desk: Desk) -> None:
    said = await desk.hear(desk.document("e1", attribute=None, backlog=True))
    assert verdict(said)["verdict"] == "admitted"
    assert said[2].data["document"]["attribute"] == "未认定"


async def test_what_was_missing_can_be_added_later(desk: Desk) -> None:
    await desk.hear(desk.document("e1", written_on=None))
    said = await desk.hear(desk.document("e2"))
    assert verdict(said)["verdict"] == "admitted"
    assert len(await desk.documents()) == 1


async def test_an_incomplete_document_without_number_is_recognised_by_the_agencys_own_name(desk: Desk) -> None:
    await desk.hear(desk.document("e1", number=None, issuer=None, written_on=None))
    said = await desk.hear(desk.document("e2"))
    assert verdict(said)["verdict"] == "admitted"
    assert len(await desk.documents()) == 1


async def test_the_website_and_the_office_system_are_one_document(desk: Desk) -> None:
    await desk.hear(desk.document("e1", published_on="2026-02-11"))
    web = desk.document(
        "e2",
        subject="web-9",
        number="滬電發[2026]第07號",
        origin="web",
        published_on="2026-02-12",
        address="https://power.example.cn/7.html",
    )
    said = await desk.hear(web)
    assert types(said)[1] == "catalog.document-revised"
    [document] = await desk.documents()
    assert document.view is not None
    assert str(document.view.published_on) == "2026-02-12"
    assert document.view.number == "沪电发〔2026〕7号"
    assert document.view.address == "https://power.example.cn/7.html"


async def test_differing_sources_are_told_and_both_kept(desk: Desk) -> None:
    await desk.hear(desk.document("e1"))
    said = await desk.hear(desk.document("e2", subject="web-9", origin="web", title="关于夏季用电的通知"))
    assert verdict(said)["verdict"] == "admitted"
    assert codes(said) == ["SOURCES_DIFFER"]
    [document] = await desk.documents()
    assert document.filings["web"].values["title"] == "关于夏季用电的通知"
    assert document.title == "关于加强夏季用电保障工作的通知"


async def test_two_numbers_are_two_documents_even_with_one_title_and_date(desk: Desk) -> None:
    await desk.hear(desk.document("e1"), desk.document("e2", subject="oa-2", number="沪电发〔2026〕8号"))
    assert len(await desk.documents()) == 2


async def test_without_a_number_title_and_date_decide(desk: Desk) -> None:
    await desk.hear(desk.document("e1"))
    said = await desk.hear(desk.document("e2", subject="web-1", number=None, origin="web"))
    assert verdict(said)["verdict"] == "admitted"
    assert len(await desk.documents()) == 1


async def test_a_reused_id_is_rejected_and_touches_nothing(desk: Desk) -> None:
    await desk.hear(desk.document("e1"))
    said = await desk.hear(desk.document("e1", title="关于另一件事的通知"))
    assert types(said) == ["catalog.filing-judged"]
    assert (verdict(said)["verdict"], codes(said)) == ("rejected", ["ID_REUSED"])
    assert (await desk.documents())[0].title == "关于加强夏季用电保障工作的通知"


async def test_the_same_content_under_another_id_is_a_duplicate(desk: Desk) -> None:
    first = desk.document("e1")
    await desk.hear(first)
    said = await desk.hear(desk.document("e2"))
    assert (verdict(said)["verdict"], verdict(said)["first"]) == ("duplicate", first.receipt)


async def test_another_agencys_body_is_rejected(desk: Desk) -> None:
    said = await desk.hear(desk.document("e1", issuer="静安区办公室"))
    assert (verdict(said)["verdict"], codes(said)) == ("rejected", ["BODY_NOT_YOURS"])
    assert await desk.documents() == []
    again = await desk.hear(desk.document("e1", issuer="静安区办公室", title="改了内容的通知"))
    assert codes(again) == ["ID_REUSED"]


async def test_an_older_revision_does_not_win(desk: Desk) -> None:
    await desk.hear(desk.document("e1", revision=2, summary="新"))
    await desk.hear(desk.document("e2", revision=1, summary="旧"))
    [document] = await desk.documents()
    assert document.view is not None
    assert document.view.summary == "新"


async def test_a_document_waits_for_its_issuer(desk: Desk) -> None:
    await desk.hear(desk.document("e1", issuer="上海市燃气管理处"))
    body = desk.event("feed.body-registered", "sh-gas", "b9", body="sh-gas", name="上海市燃气管理处")
    await desk.hear(body)
    [document] = await desk.documents()
    outcome = await desk.dispatcher.execute(
        desk.policies.judge_waiting(document.document_id, document.waits_for or "", "job:1")
    )
    assert outcome.events[-1].data["verdict"] == "admitted"
    assert outcome.events[-1].data["receipt"] == document.receipts[0].receipt


async def test_erasing_destroys_texts_and_files_and_leaves_no_word(desk: Desk, tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    sha256 = await blobs.put("正文".encode())
    blob = {"sha256": sha256, "size": 6, "mediatype": "text/plain"}
    [*_, judged] = await desk.hear(desk.document("e1", text_blob=blob))
    wish = WithdrawDocument(reason="转为涉密", erase=True)
    wanted = withdraw_document(judged.subject, wish, "officer")
    outcome = await desk.dispatcher.execute(Command(wanted.aggregate, wanted.target, wanted.decide, "http:1"))
    assert "夏季用电" not in outcome.state.model_dump_json()
    await desk.hear(*outcome.events)
    sweeps = Sweeps(desk.store, blobs)
    await sweeps.erase()
    assert not blobs.exists(sha256)
    assert await blobs.text(sha256) == "〔已删除〕"
    await desk.hear(*outcome.events)
    await sweeps.erase()
