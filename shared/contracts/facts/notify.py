"""What pushing says: profiles, partners, pushes planned and delivered (政策精准推送). Organisations only."""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.facts.base import Judgement


class FilingJudged(Judgement):
    """The verdict on a reported enterprise, partner or licence."""

    type: ClassVar[str] = "notify.filing-judged"
