"""What is counted beside the handling of requests: how much is asked each day (申请热度), for people to look at.

By subject, by region and by agency; nobody's name or words, and nothing is decided on it.
"""

from __future__ import annotations

from shared.contracts.envelope import Envelope
from shared.contracts.facts.requests import RequestReceived
from shared.law.workdays import legal_date

AGENCY, REGION, SUBJECT = "agency", "region", "subject"
DIMENSIONS = (SUBJECT, REGION, AGENCY)


def heat(event: Envelope) -> list[tuple[str, str]]:
    """Return the buckets of an application, ``2026-03-02|agency|sh-power``, with what makes it one and the same.

    The day is the one on which it was entered, as the event itself says, so every replay counts alike. A case that was
    handed on or split counts as what it was, and for the agency it went to.
    """
    if event.type != RequestReceived.type:
        return []
    fact = RequestReceived.model_validate(event.data)
    day = legal_date(fact.entered_at).isoformat()
    values = [(AGENCY, fact.body)]
    if not fact.origin:
        values += [(REGION, fact.region)] if fact.region else []
        values += [(SUBJECT, subject) for subject in fact.subjects]
    return [(f"{day}|{dimension}|{value}", event.id) for dimension, value in values]
