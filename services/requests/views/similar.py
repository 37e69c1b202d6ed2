"""Like applications and public items, as they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from services.requests.domain.state import PHASES, Request
from services.requests.views.opened import Opened
from shared.law.rules import Rules


def items(found: Iterable[Opened]) -> list[dict[str, Any]]:
    """Return public items."""
    return [asdict(each) for each in found]


def like(other: Request, score: float, same: bool, case: Request, rules: Rules) -> dict[str, Any]:
    """Return an application that is like a case; nobody is named."""
    made = other.decision
    return {
        "request_id": other.request_id,
        "number": other.number,
        "phase_label": PHASES[other.phase],
        "received_on": other.received_on.isoformat() if other.received_on else None,
        "code": made.code if made else None,
        "label": rules.vocabularies.decisions[made.code].label if made else None,
        "same_information": same,
        "same_applicant": other.applicant == case.applicant,
        "score": score,
    }
