"""Texts cut for the index: every sign in one script, as pairs of neighbours, and as words."""

from __future__ import annotations

import rjieba

from shared.law.script import simplify

_BRACKETS = dict.fromkeys("[【〔(〈<{《", "〔") | dict.fromkeys("]】〕)〉>}》", "〕")
# Signs that stay apart in simplified script although what one place writes with one, another writes with the other.
_VARIANTS = {"覆": "复", "乾": "干", "著": "着", "藉": "借", "瞭": "了", "餘": "余", "夥": "伙", "摺": "折", "甯": "宁"}


class _Folding(dict[int, str]):
    """One sign in, one sign out, whatever stands around it: so that a piece of a text folds to a piece of its fold."""

    def __missing__(self, code: int) -> str:
        sign = simplify(chr(code))
        sign = _VARIANTS.get(sign) or _BRACKETS.get(sign, sign).lower()
        self[code] = sign if len(sign) == 1 else chr(code)
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Return a text in the form that is compared, of exactly the same length: simplified, half width, small letters.

    All brackets are one, because document numbers are typed with any of them.
    """
    return text.translate(_FOLDING)


def tight(text: str) -> str:
    """Return a folded text without blanks."""
    return "".join(fold(text).split())


def pairs(folded: str) -> list[str]:
    """Return all pairs of neighbouring signs of a text without blanks; a single sign is its own pair."""
    return [folded[i : i + 2] for i in range(len(folded) - 1)] if len(folded) > 1 else [folded] if folded else []


def words(folded: str) -> list[str]:
    """Return the words of a text, compounds together with their parts."""
    return [word for word in rjieba.cut_for_search(folded) if len(word) > 1 and not word.isspace()]
