"""The letters of a case, as they lie in its evidence (文书副本)."""

from __future__ import annotations

from services.requests.domain.state import Request
from services.requests.evidence.personal import Audience
from services.requests.handlers.people import People
from services.requests.views.notices import Source, compose, docx_of, notices_of
from services.requests.views.notices.kinds import decision_of
from shared.law.rules import Rules

_OUTSIDERS = ("consultation", "override")
"""Letters to somebody else than the applicant."""


def letters_of(case: Request, office: str, rules: Rules, people: People, audience: Audience) -> dict[str, bytes]:
    """Return file name -> DOCX of every letter the audience may read; letters name people, so none once erased.

    The receipt is left out: it carries the code under which the case is followed.
    """
    if audience == "redacted" or case.erased:
        return {}
    found: dict[str, bytes] = {}
    for notice in notices_of(case):
        if notice.kind == "receipt" or (audience == "applicant" and notice.kind in _OUTSIDERS):
            continue
        made = decision_of(case, notice)
        words = people.words(case, made) if made else {}
        sheet = compose(notice, Source(case, office, rules, people.of(case), words))
        found[f"letters/{notice.kind}-{notice.nth}.docx"] = docx_of(sheet)
    return found
