"""What to look at before a decision is approved (风险提示): rows of data, found by what is known of the case."""

from typing import Literal

from shared.law.rows import Row


class Risk(Row):
    """One kind of flag: ``stop`` asks for a reason before the decision is approved, ``warn`` only tells."""

    severity: Literal["stop", "warn"]
    text: str
    article: str
