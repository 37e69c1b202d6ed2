"""Which texts are about the same thing: compared by their words, here and now; nothing of them is kept (内容相近)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import rjieba

from shared.law.sameness import plain_description
from shared.law.script import simplify

LIKE = 0.5
"""From which share of common words on two descriptions are shown as alike."""


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, simplified, in small letters, without those of a single sign."""
    folded = simplify(text).lower()
    return frozenset(word for word in rjieba.cut(plain_description(folded)) if len(word) > 1)


def likeness(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """Return the share of the words of both that is common to both, from 0 to 1."""
    both = one | other
    return len(one & other) / len(both) if both else 0.0
