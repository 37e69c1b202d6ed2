"""Copies from document-sharing sites (文库): their banner, and the page numbers they leave inside the running text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.documents.lines import Sheet, Span

_BANNER = re.compile(
    r"《(?P<name>[^《》\n]{2,120}?)(?:\.(?:docx?|pdf|wps|txt|pptx?))?》由会员[^\n]{0,20}分享"
    r"|本文档?\((?P<other>[^()\n]{2,120}?)(?:\.(?:docx?|pdf))?\)为(?:本站)?会员[^\n]*上传",
)
_LINE_MARK = re.compile(r"(?m)^[ \t]*(?P<page>\d{1,3})、")
_INLINE_MARK = re.compile(r"(?<=[\u4e00-\u9fff,、\"”“])[ \t]*(?P<page>\d{1,3})、(?![\d一二三四五六七八九十])")
_NOT_A_CUT = re.compile(r"(?:第|附件|附表|附图|表|图|款|项|条|章|号|和|及|至|或)[ \t]*$")
_SENTENCE_END = tuple("。!?;:…")
_FOOTER = re.compile(
    r"(?m)^[ \t]*(?:[-·.~][ \t]*\d{1,4}[ \t]*[-·.~]|-{2,}[ \t]*\d{1,4}[ \t]*-{2,}"
    r"|第\s*\d{1,4}\s*页(?:[,\s/]*共\s*\d{1,4}\s*页)?)[ \t]*$"
)
_LEAST_PAGE = 80  # signs; two marks nearer than this are a list, not pages


@dataclass(frozen=True)
class Banner:
    """The site's own line: the name under which the file was shared, and where the line stands."""

    name: str
    line: Span


def find_banner(sheet: Sheet) -> Banner | None:
    """Find the banner of a sharing site in the first lines."""
    for line in sheet.written()[:5]:
        if match := _BANNER.search(line.plain):
            group = "name" if match["name"] else "other"
            span = (line.start + match.start(group), line.start + match.end(group))
            return Banner(sheet.value(span), (line.start, line.end))
    return None


def page_marks(sheet: Sheet, banner: Banner | None) -> list[Span]:
    """Find page numbers stuck in the text (``2、`` where a sentence was cut), as spans to take out.

    A number counts only as part of a rising sequence from 1 whose members stand at the beginning of a line or inside a
    cut sentence; without a banner only at line beginnings, and only if the lines before were cut. Anything less is
    taken for what the author wrote.
    """
    plain = "\n".join(line.plain for line in sheet.lines)
    start = banner.line[1] if banner else 0
    at_lines = _sequence(m for m in _LINE_MARK.finditer(plain, start))
    if _are_pages(plain, at_lines, banner is not None):
        return [_cut(plain, mark) for mark in at_lines]
    if banner is None:
        return []
    opening = at_lines[:1]
    inside = (m for m in _INLINE_MARK.finditer(plain, start) if not _NOT_A_CUT.search(plain[: m.start()][-4:]))
    chain = _sequence(inside, opening)
    return [_cut(plain, mark) for mark in chain] if len(chain) >= 3 and opening else []


def footers(sheet: Sheet) -> list[Span]:
    """Find page numbers on lines of their own (``— 3 —``, 第3页 共5页)."""
    plain = "\n".join(line.plain for line in sheet.lines)
    return [(m.start(), m.end()) for m in _FOOTER.finditer(plain)]


def _sequence(marks: Iterable[re.Match[str]], chain: list[re.Match[str]] | None = None) -> list[re.Match[str]]:
    found = list(chain or [])
    for mark in marks:
        if int(mark["page"]) == len(found) + 1 and (not found or mark.start() - found[-1].end() >= _LEAST_PAGE):
            found.append(mark)
    return found


def _are_pages(plain: str, marks: list[re.Match[str]], announced: bool) -> bool:
    if len(marks) < (2 if announced else 3):
        return False
    cuts = sum(_is_cut(plain, mark) for mark in marks[1:])
    share = cuts / (len(marks) - 1)
    return share >= 0.5 if announced else share >= 0.75


def _is_cut(plain: str, mark: re.Match[str]) -> bool:
    before = plain[: mark.start()].rstrip().rstrip('"”')
    return bool(before) and not before.endswith(_SENTENCE_END)


def _cut(plain: str, mark: re.Match[str]) -> Span:
    if not _is_cut(plain, mark) or int(mark["page"]) == 1:
        return (mark.start("page"), mark.end())
    # The sentence goes on: the line break goes with the number.
    return (len(plain[: mark.start()].rstrip()), mark.end())
