"""Where an enterprise is, what it does, how large it is: GB/T 2260, GB/T 4754-2017, 工信部联企业〔2011〕300号."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, Self

from shared.law.rows import Row, UnknownCode, Vocabulary

Bounds = tuple[int, int, int]
Size = Literal["大型", "中型", "小型", "微型", "不适用"]
_SIZES: tuple[Size, ...] = ("微型", "小型", "中型", "大型")


class Region(Row):
    """A division (行政区划); `until` and `successor` when it is gone, years."""

    label: str
    parent: str | None = None
    since: int | None = None
    until: int | None = None
    successor: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """All divisions known here."""

    rows: Vocabulary[Region]

    def present(self, code: str) -> Region:
        """The division that a code stands for today: itself, or what took it over. Raises UnknownCode."""
        region = self.rows[code]
        return self.present(region.successor) if region.successor else region

    def within(self, code: str, area: str) -> bool:
        """Whether the division lies in `area` or is it (区 ⊂ 市 ⊂ 省 ⊂ 全国), former ones by their successor."""
        region, wanted = self.present(code), self.present(area)
        while region.code != wanted.code and region.parent:
            region = self.rows[region.parent]
        return region.code == wanted.code


class Section(Row):
    """A section (门类) with its first and last division (大类)."""

    label: str
    divisions: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Industries:
    """The sections of one edition; codes are a letter, or 2 to 4 digits, or both (`C13`)."""

    edition: str
    sections: Vocabulary[Section]
    letters_2002: Mapping[str, str]

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> Self:
        """From industries.toml."""
        sections = Vocabulary.parse(Section, "section", content)
        return cls(content["edition"], sections, MappingProxyType(dict(content["letters_2002"])))

    def section(self, code: str) -> Section:
        """The section of an industry code. Raises UnknownCode, also when letter and digits disagree."""
        letter, digits = split_industry(code)
        if not digits:
            return self.sections[letter]
        for each in self.sections:
            if each.divisions[0] <= int(digits[:2]) <= each.divisions[1] and letter in ("", each.code):
                return each
        raise UnknownCode(f"industry: {code}")

    def section_of_edition(self, letter: str, edition: str) -> Section:
        """The present section for a section letter of an older edition (2002 or 2011 or this one)."""
        return self.sections[self.letters_2002.get(letter, letter) if edition == "2002" else letter]


def split_industry(code: str) -> tuple[str, str]:
    """Letter and digits of an industry code, either may be empty. Raises UnknownCode for another form."""
    letter, digits = (code[:1], code[1:]) if code[:1].isalpha() else ("", code)
    if not (letter or digits) or (digits and not (digits.isascii() and digits.isdigit() and 2 <= len(digits) <= 4)):
        raise UnknownCode(f"industry: {code}")
    return letter, digits


class SizeRow(Row):
    """Lower bounds of 大型, 中型, 小型 in one industry; none at all when the standard does not cover it."""

    label: str
    industries: tuple[str, ...]
    persons: Bounds | None = None
    revenue: Bounds | None = None
    assets: Bounds | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sizes:
    """The size standard."""

    rows: Vocabulary[SizeRow]
    industries: Industries

    @classmethod
    def parse(cls, content: Mapping[str, Any], industries: Industries) -> Self:
        """From sizes.toml."""
        return cls(Vocabulary.parse(SizeRow, "size", content), industries)

    def row(self, industry: str) -> SizeRow | None:
        """The row of the standard for an industry code; None when the code is too coarse to tell.

        F, G, H, I and K are divided by the standard and need digits; so do Q (health is not covered, social work is).
        """
        section, (_, digits) = self.industries.section(industry).code, split_industry(industry)
        for row in self.rows:
            if section in row.industries or any(digits.startswith(p) for p in row.industries if p.isdigit()):
                return row
        return None

    def size(
        self, industry: str, persons: int | None = None, revenue: float | None = None, assets: float | None = None
    ) -> Size | None:
        """The size class: persons, and revenue and assets in 10,000 yuan (万元).

        An enterprise is of a class when *all* indicators of its industry reach the lower bound, and 微型 when *any* is
        below that of 小型. None when the industry code is too coarse or a figure that matters is missing.
        """
        row = self.row(industry)
        if row is None:
            return None
        pairs = [(row.persons, persons), (row.revenue, revenue), (row.assets, assets)]
        levels = [_level(bounds, figure) for bounds, figure in pairs if bounds]
        if not levels:
            return "不适用"
        if None in levels and 0 not in levels:
            return None
        return _SIZES[min(level for level in levels if level is not None)]


def _level(bounds: Bounds, figure: float | None) -> int | None:
    return None if figure is None else sum(figure >= bound for bound in bounds)
