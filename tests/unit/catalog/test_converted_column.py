"""What was disclosed on request and is public now names the column in which the portal shows it."""

from __future__ import annotations

from typing import Any

import pytest

from services.publish.store import load_columns
from shared.contracts.facts.catalog import DocumentView
from tests.unit.catalog.conftest import Desk
from tests.unit.catalog.reviewing import BODY, Reviewing


@pytest.fixture
def city(desk: Desk) -> Reviewing:
    return Reviewing(desk)


async def approve(city: Reviewing, **more: Any) -> None:
    fact = {
        "review_id": "rv1", "request_id": "r1", "body": BODY, "reason": "可为公众知晓", "basis": "",
        "proposed_by": "p1", "approved_by": "p2", **more,
    }  # fmt: skip
    await city.desk.hear(city.news("requests.conversion-approved", "rv1", 4, **fact))


def column(view: DocumentView | None) -> str:
    assert view is not None
    assert view.attribute == "主动公开"
    return load_columns().of(view).name


async def test_a_converted_document_stands_in_its_column_also_after_it_was_filed_anew(city: Reviewing) -> None:
    document = await city.filed("a", column="规划计划")
    await approve(city, document_id=document)
    assert column((await city.document(document)).view) == "依申请公开转主动公开"
    again = city.desk.document(
        "a2", subject="a", number="沪电发〔2026〕1号", title="关于a的通知（修订）", column="规划计划"
    )
    await city.desk.hear(again)
    assert column((await city.document(document)).view) == "依申请公开转主动公开"


async def test_a_new_record_stands_there_too_and_what_was_public_before_does_not(city: Reviewing) -> None:
    await approve(city, title="2025年夏季有序用电方案", written_on="2025-05-08")
    [archived] = [e for e in city.desk.said if e.type == "catalog.document-archived"]
    assert column((await city.document(archived.subject)).view) == "依申请公开转主动公开"
    public = await city.filed("b", attribute="主动公开", attribute_reason=None, attribute_basis=None)
    assert column((await city.document(public)).view) != "依申请公开转主动公开"
