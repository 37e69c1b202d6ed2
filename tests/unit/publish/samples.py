"""Documents, envelopes and desks for the tests of publishing."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from services.publish.domain.item import Desk
from services.publish.store import load_columns
from shared.clock import ZONE
from shared.contracts.envelope import Envelope, encode
from shared.contracts.facts import publish
from shared.contracts.facts.base import Fact
from shared.contracts.facts.catalog import DocumentView
from shared.law.rules import load_rules

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)


@cache
def desk() -> Desk:
    return Desk(load_rules(), load_columns(), "shanghai")


def document(id_: str = "dc1", **values: Any) -> DocumentView:
    known = {
        "document_id": id_,
        "title": "关于促进中小企业数字化转型的若干措施",
        "number": "滨府办发〔2026〕3号",
        "number_key": "滨府办发〔2026〕3号",
        "body": "bj-office",
        "issuer": "滨江区人民政府办公室",
        "agency": "binjiang",
        "written_on": date(2026, 2, 20),
        "published_on": date(2026, 2, 27),
        "attribute": "主动公开",
        "genre": "通知",
        "subject": "工业、交通",
        "index_number": "bj-office/2026-00001",
    }
    return DocumentView(**{**known, **values})


def published(id_: str = "dc1", *, basis: int = 1, **values: Any) -> publish.ItemPublished:
    shown = document(id_, **values)
    return publish.ItemPublished(
        item_id=id_,
        edition=shown.edition,
        path=f"d/{id_}.html",
        column="policy",
        column_name="政策文件",
        validity="现行有效",
        document=shown,
        first_published_at=NOW,
        basis=basis,
    )


def withdrawn(id_: str = "dc1", edition: int = 1, reason: str = "内容有误") -> publish.ItemWithdrawn:
    return publish.ItemWithdrawn(
        item_id=id_, edition=edition, path=f"d/{id_}.html", reason=reason, withdrawn_on=NOW.date(), final=True
    )


def envelope(fact: Fact, subject: str, sequence: int | None = 1, **more: Any) -> Envelope:
    known = {
        "id": f"{subject}:{sequence}",
        "source": f"/{fact.type.split('.')[0]}",
        "type": fact.type,
        "subject": subject,
        "time": NOW,
        "data": fact.wire(),
        "sequence": sequence,
    }
    return Envelope(**{**known, **more})


def wire(fact: Fact, subject: str, sequence: int | None = 1, **more: Any) -> bytes:
    return encode(envelope(fact, subject, sequence, **more))
