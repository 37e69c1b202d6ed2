"""What recipients read: the body of a webhook, the text of a mail. Below 20 kB, whatever the push is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.notify.domain.bits import unpack
from services.notify.domain.directory import Directory
from shared.contracts.facts.notify import Card, Delivery, PushPlanned

MEMBERS_SHOWN = 400


def address_of(public_url: str, document_id: str) -> str:
    """Return where the portal shows a document."""
    return f"{public_url.rstrip('/')}/d/{document_id}.html"


def about(card: Card, public_url: str) -> dict[str, Any]:
    """Return what every message says of a document."""
    return {
        "document_id": card.document_id,
        "edition": card.edition,
        "title": card.title,
        "number": card.number,
        "issuer": card.issuer,
        "written_on": card.written_on.isoformat(),
        "url": address_of(public_url, card.document_id),
    }


def policy_message(
    plan: PushPlanned, delivery: Delivery, at: datetime, public_url: str, directory: Directory
) -> dict[str, Any]:
    """Return the body of a webhook: thin, with the reasons why this recipient gets it."""
    reasons = [plan.reasons[place] for place in delivery.reasons][:50]
    data = about(plan.document, public_url) | {
        "recipient": delivery.owner,
        "reasons": [r.text + (f"（{r.citation}）" if r.citation else "") for r in reasons],
        "sequence": plan.wave,
    }
    if delivery.members:
        members = unpack(delivery.members)
        codes = directory.codes_of(members, MEMBERS_SHOWN)
        data["members"] = {"total": len(members), "credit_codes": codes, "item": f"{plan.push_id}.{plan.wave}"}
    return {"type": plan.kind, "timestamp": at.isoformat(), "data": data}


def mail_of(message: Mapping[str, Any]) -> tuple[str, str]:
    """Return subject and text of the mail that says what a webhook would."""
    data = message["data"]
    lines = [
        f"{data['issuer']}发布：{data['title']}" + (f"（{data['number']}）" if data["number"] else ""),
        "",
        "为什么推送给您：",
        *(f"· {reason}" for reason in data["reasons"]),
        "",
        f"查看原文与解读：{data['url']}",
    ]
    if "members" in data:
        lines += ["", f"请转达贵单位的 {data['members']['total']} 家成员：", *data["members"]["credit_codes"]]
    return f"【政策推送】{data['title']}"[:200], "\n".join(lines) + "\n"
