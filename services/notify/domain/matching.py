"""Matching a whole city at once: every value of every dimension is a bitmap of enterprise numbers (受众匹配).

Numbers are kept bit by bit, so a range over millions costs forty operations on bitmaps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pyroaring import BitMap

from services.notify.domain.profiles import NUMBERS, Traits, wanted_by
from shared.contracts.facts.audience import Clause, Expression
from shared.law.rules import Rules

_BITS = 41


@dataclass(frozen=True, slots=True)
class Pair:
    """Those for whom something holds, and those for whom it may (a superset)."""

    yes: BitMap
    possible: BitMap


@dataclass(frozen=True, slots=True)
class Matched:
    """Whom an expression is for; ``any`` are those each of its ``any`` clauses holds for."""

    yes: BitMap
    undecided: BitMap
    any: tuple[BitMap, ...] = ()


@dataclass(slots=True)
class _Number:
    """One numeric dimension, bit by bit, the lowest first."""

    bits: list[BitMap] = field(default_factory=lambda: [BitMap() for _ in range(_BITS)])
    known: BitMap = field(default_factory=BitMap)

    def add(self, number: int, value: int) -> None:
        self.known.add(number)
        for place, bit in enumerate(self.bits):
            if value >> place & 1:
                bit.add(number)

    def discard(self, number: int) -> None:
        if number in self.known:
            self.known.discard(number)
            for bit in self.bits:
                bit.discard(number)

    def at_least(self, bound: int) -> BitMap:
        if bound <= 0:
            return BitMap(self.known)
        if bound >> _BITS:
            return BitMap()
        equal, greater = BitMap(self.known), BitMap()
        for place in reversed(range(_BITS)):
            if bound >> place & 1:
                equal &= self.bits[place]
            else:
                greater |= equal & self.bits[place]
                equal -= self.bits[place]
        return greater | equal


class Matcher:
    """The index over all profiles; one thread, no waiting."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.everyone = BitMap()
        self._sets: defaultdict[tuple[str, str], BitMap] = defaultdict(BitMap)
        self._exact: defaultdict[tuple[str, str], BitMap] = defaultdict(BitMap)
        self._known: defaultdict[str, BitMap] = defaultdict(BitMap)
        self._numbers = {name: _Number() for name in NUMBERS}

    def put(self, number: int, traits: Traits, *, fresh: bool = False) -> None:
        """Enter an enterprise, in place of what was known of it (nothing, if ``fresh``)."""
        if not fresh:
            self.remove(number)
        self.everyone.add(number)
        for dimension, values in traits.sets.items():
            self._known[dimension].add(number)
            for value in values:
                self._sets[dimension, value].add(number)
        for dimension, code in traits.exact.items():
            self._exact[dimension, code].add(number)
        for dimension, figure in traits.numbers.items():
            self._numbers[dimension].add(number, figure)

    def set_values(self, number: int, dimension: str, values: Sequence[str]) -> None:
        """Replace what is known of one dimension without hierarchy."""
        for (name, _), members in self._sets.items():
            if name == dimension:
                members.discard(number)
        self._known[dimension].discard(number)
        for value in values:
            self._known[dimension].add(number)
            self._sets[dimension, value].add(number)

    def remove(self, number: int) -> None:
        """Forget an enterprise."""
        if number not in self.everyone:
            return
        self.everyone.discard(number)
        for members in (*self._sets.values(), *self._exact.values(), *self._known.values()):
            members.discard(number)
        for figures in self._numbers.values():
            figures.discard(number)

    def match(self, expression: Expression) -> Matched:
        """Return whom an expression is for, and who cannot be told yet (待补充)."""
        everyone = self.everyone
        yes, possible = BitMap(everyone), BitMap(everyone)
        for clause in expression.all:
            pair = self.clause(clause)
            yes &= pair.yes
            possible &= pair.possible
        ways = [self.clause(clause) for clause in expression.any]
        if ways:
            yes &= BitMap.union(*(pair.yes for pair in ways))
            possible &= BitMap.union(*(pair.possible for pair in ways))
        for clause in expression.none:
            pair = self.clause(clause)
            yes -= pair.possible
            possible -= pair.yes
        return Matched(yes, possible - yes, tuple(pair.yes & yes for pair in ways))

    def clause(self, clause: Clause) -> Pair:
        """Return for whom one clause holds and for whom it may."""
        yes, open_ = self._range(clause) if not clause.any_of else self._values(clause)
        return Pair(yes, yes | open_)

    def within(self, dimension: str, value: str) -> BitMap:
        """Return those who have a value, or one below it."""
        return self._sets.get((dimension, value)) or BitMap()

    def values(self, dimension: str) -> list[str]:
        """Return the values a dimension has."""
        return sorted(value for (name, value), members in self._sets.items() if name == dimension and members)

    def _values(self, clause: Clause) -> tuple[BitMap, BitMap]:
        wanted = wanted_by(clause, self._rules)
        dimension = clause.dimension
        yes = BitMap.union(BitMap(), *(self.within(dimension, value) for value in wanted.values))
        coarse = (self._exact.get((dimension, code), BitMap()) for code in wanted.coarser)
        known = self._known.get(dimension, BitMap())
        return yes, BitMap.union(self.everyone - known, *coarse)

    def _range(self, clause: Clause) -> tuple[BitMap, BitMap]:
        figures = self._numbers.get(clause.dimension)
        if figures is None:
            return BitMap(), BitMap(self.everyone)
        yes = figures.at_least(clause.at_least if clause.at_least is not None else 0)
        if clause.at_most is not None:
            yes -= figures.at_least(clause.at_most + 1)
        return yes, self.everyone - figures.known
