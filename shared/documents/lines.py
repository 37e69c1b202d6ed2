"""A text as lines that can be matched in one script and quoted in the original."""

import re
from dataclasses import dataclass
from functools import cached_property

from shared.law.script import simplify

Span = tuple[int, int]

GONE = "\x00"  # stands where a sign was that nobody sees (markup, zero width): keeps every position
_TAGS = (
    "p|br|div|span|table|tbody|thead|tr|td|th|a|img|strong|em|b|i|u|font|h[1-6]|li|ul|ol|center|o:p|hr|section|article"
)
_TAG = re.compile(rf"</?(?P<name>{_TAGS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BREAKING = re.compile(r"p|br|div|tr|h[1-6]|li|hr|section|article|table", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->|<(style|script)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"&(nbsp|ensp|emsp|amp|lt|gt|quot|ldquo|rdquo|middot|mdash|hellip|#\d{2,5}|#x[0-9a-fA-F]{2,4});")
_ENTITIES = {"nbsp": " ", "ensp": " ", "emsp": " ", "amp": "&", "lt": "<", "gt": ">", "quot": '"'}
_ENTITIES |= {"ldquo": "“", "rdquo": "”", "middot": "·", "mdash": "—", "hellip": "…"}
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"), GONE)
_BREAKS = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_INNER_BLANK = re.compile(rf"(?<=[{_WIDE}“”\d])\s+(?=[{_WIDE}“”])|(?<=[{_WIDE}“”])\s+(?=\d)")


def visible(text: str) -> str:
    """Blank out what a reader of the page would not see (HTML leftovers, zero-width signs), keeping every position."""
    text = text.replace("\r\n", GONE + "\n").replace("\r", "\n").translate(_BREAKS).translate(_UNSEEN)
    if "<" in text:
        text = _COMMENT.sub(lambda match: GONE * len(match[0]), text)
        text = _TAG.sub(_untag, text)
    return _ENTITY.sub(_decode, text) if "&" in text else text


def tidy(text: str) -> str:
    """Join a quote into one line: no break, no blank between Chinese signs (去换行、去空格)."""
    return _INNER_BLANK.sub("", re.sub(r"\s+", " ", text.replace(GONE, "")).strip())


@dataclass(frozen=True)
class Line:
    """One line: where it stands in the text, and how it reads in the form used for matching.

    Attributes:
        index: position among all lines of the sheet.
        start: offset of its first sign in the text; ``end`` is behind its last.
        plain: simplified, half width, same length as the text between start and end.
    """

    index: int
    start: int
    plain: str

    @property
    def end(self) -> int:
        return self.start + len(self.plain)

    @cached_property
    def _kept(self) -> tuple[int, ...]:
        return tuple(i for i, sign in enumerate(self.plain) if not sign.isspace())

    @cached_property
    def tight(self) -> str:
        """The line without any blank."""
        return "".join(self.plain.split())

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """Where the signs ``tight[start:end]`` stand in the text."""
        kept = self._kept[start:end]
        return (self.start + kept[0], self.start + kept[-1] + 1)


class Sheet:
    """A text, its lines, and the way back from a line to what is printed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.visible = visible(text)
        plain = simplify(self.visible).replace(GONE, " ")
        self.lines: list[Line] = []
        start = 0
        for index, row in enumerate(plain.split("\n")):
            self.lines.append(Line(index, start, row))
            start += len(row) + 1

    def value(self, span: Span) -> str:
        """What is printed there, in one line."""
        return tidy(self.visible[slice(*span)])

    def next_line(self, line: Line, step: int = 1) -> Line | None:
        """The nearest line with something on it, downwards (1) or upwards (-1)."""
        index = line.index + step
        while 0 <= index < len(self.lines):
            if self.lines[index].tight:
                return self.lines[index]
            index += step
        return None

    def written(self, start: int = 0, end: int | None = None) -> list[Line]:
        """The lines with something on them, from line ``start`` up to line ``end``."""
        return [line for line in self.lines[start:end] if line.tight]


def _untag(match: re.Match[str]) -> str:
    first = "\n" if _BREAKING.fullmatch(match["name"]) else GONE
    return first + GONE * (len(match[0]) - 1)


def _decode(match: re.Match[str]) -> str:
    name = match[1]
    if name.startswith("#"):
        code = int(f"0{name[1:]}", 16) if name[1] == "x" else int(name[1:])
        sign = " " if code in (160, 12288, 8194, 8195) else chr(code)
    else:
        sign = _ENTITIES[name]
    return sign + GONE * (len(match[0]) - 1)
