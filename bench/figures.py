"""What is measured, as numbers: alternating rounds, medians, percentiles, one JSON object per question."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

Measure = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one question.

    Args:
        bench: which question.
        value: the median of the subject's rounds, in ``unit``.
        against: what it is held against; ``against_value`` in the same unit.
        goal: the bound on ``ratio``; ``least`` says whether it is a lower one.
        rounds: how many rounds of each were run, alternating.
        spread: (largest - smallest) / median over the subject's rounds.
        more: what else was seen.
    """

    bench: str
    value: float
    unit: str
    against: str
    against_value: float
    goal: float
    least: bool = True
    rounds: int = 1
    spread: float = 0.0
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """The subject in terms of what it is held against."""
        return self.value / self.against_value

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.ratio >= self.goal if self.least else self.ratio <= self.goal

    def wire(self) -> dict[str, Any]:
        """Return the JSON object of the result."""
        return {
            "bench": self.bench,
            "value": rounded(self.value),
            "unit": self.unit,
            "against": self.against,
            "against_value": rounded(self.against_value),
            "ratio": rounded(self.ratio),
            "goal": f"{'>=' if self.least else '<='} {self.goal:g}",
            "met": self.met,
            "rounds": self.rounds,
            "spread": rounded(self.spread),
            **self.more,
        }


def compared(
    bench: str, unit: str, against: str, goal: float, found: tuple[Sequence[float], Sequence[float]], **more: Any
) -> Result:
    """Return the result of alternating rounds: medians of both sides and their ratio, which must reach ``goal``."""
    ours, theirs = found
    return Result(
        bench,
        median(ours),
        unit,
        against,
        median(theirs),
        goal,
        rounds=len(ours),
        spread=spread(ours),
        more={"against_spread": rounded(spread(theirs)), **more},
    )


async def alternate(rounds: int, subject: Measure, peer: Measure) -> tuple[list[float], list[float]]:
    """Measure both, round after round; who goes first changes, so that what drifts hurts both alike."""
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(rounds):
        turns = [(subject, ours), (peer, theirs)]
        for measure, found in turns if number % 2 == 0 else reversed(turns):
            found.append(await measure())
    return ours, theirs


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` (0 to 1) of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(values: Sequence[float]) -> float:
    """Return (largest - smallest) / median."""
    return (max(values) - min(values)) / median(values)


def rounded(value: float) -> float:
    """Keep three digits that mean something, and all of a large number's whole part."""
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, max(0, 2 - math.floor(math.log10(abs(value)))))
