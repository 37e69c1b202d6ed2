"""The library of wordings (统一答复口径库): drafted by one person, approved by another; no wording names anybody."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from shared.contracts.facts.base import Fact


class WordingDrafted(Fact):
    """A new edition of the wording of one part of the notice of one decision is proposed; it replaces an older draft.

    ``code`` is the decision, ``part`` the part of its notice; ``version`` counts from 1 (0 is what is shipped).
    """

    type: ClassVar[str] = "requests.wording-drafted"

    wording_id: str
    code: str
    part: str
    version: int
    text: str
    article: str
    by: str
    at: datetime


class WordingApproved(Fact):
    """The edition is approved by another person and offered from now on."""

    type: ClassVar[str] = "requests.wording-approved"

    wording_id: str
    version: int
    by: str
    at: datetime
