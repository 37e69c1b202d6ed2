"""What helps to decide, as it is shown: flags, earlier decisions, the parts of the information."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.requests.domain.flags import Earlier, Raised, differing
from services.requests.domain.severing import propose
from services.requests.domain.state import Request
from shared.law.rules import Rules

SEVERITIES = {"stop": "须说明理由", "warn": "提示"}


def flag(each: Raised) -> dict[str, Any]:
    """Return a flag."""
    return {
        "code": each.risk.code,
        "text": each.risk.text,
        "article": each.risk.article,
        "severity": each.risk.severity,
        "severity_label": SEVERITIES[each.risk.severity],
        "detail": each.detail,
        "cases": list(each.cases),
    }


def earlier(found: Iterable[Earlier], rules: Rules, code: str = "") -> list[dict[str, Any]]:
    """Return earlier decisions about the same information; ``differs`` where a code would answer otherwise."""
    known = tuple(found)
    others = differing(code, known) if code else ()
    return [
        {
            "request_id": each.request_id,
            "notice": each.notice,
            "code": each.code,
            "label": rules.vocabularies.decisions[each.code].label,
            "made_on": each.made_on.isoformat(),
            "same_applicant": each.same,
            "differs": each in others,
        }
        for each in known
    ]


def severed(case: Request, rules: Rules) -> dict[str, Any] | None:
    """Return the parts of the information with the decision that follows from them; None where none were noted."""
    if not case.segments:
        return None
    words = rules.vocabularies
    proposal = propose([each.grounds for each in case.segments], words)
    return {
        "code": proposal.code,
        "label": words.decisions[proposal.code].label,
        "grounds": list(proposal.grounds),
        "open": list(proposal.open),
        "withheld": list(proposal.withheld),
        "segments": [
            {
                "segment": n,
                "grounds": list(each.grounds),
                "ground_labels": [words.grounds[ground].label for ground in each.grounds],
            }
            for n, each in enumerate(case.segments, 1)
        ],
    }
