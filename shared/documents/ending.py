"""The end of a document: signature (落款), note on disclosure (附注), where attachments and imprint (版记) begin."""

import itertools
import re
from dataclasses import dataclass
from datetime import date

from shared.documents.dates import DATE, LONG_DATE, parse_date
from shared.documents.lines import Line, Sheet, Span
from shared.documents.names import bodies_in, is_body, is_person
from shared.documents.titles import closed

_IMPRINT = re.compile(r"(?:抄送|抄报|分送|分发|主题词|印发|校对|共印)|.{0,40}(?:\d|[日])印发$")
_PRINTED = re.compile(r".*印(?:发|制)$")
_ATTACHMENT = re.compile(r"附[件表图]?(?:[\d一二三四五六七八九十]{1,3})?:?")
_REMARK = re.compile(
    r"\(?此件(?P<how>[^()]{2,30})\)?。?|\(?(?:信息)?公开(?:属性|方式|类别|类型):(?P<value>[^()]{4,5})(?:[(,;].{0,60})?\)?"
)
_TEXT_END = tuple("。!?;:”》)…")
_END_MARKS = re.compile(
    r"\(?(?:此件|信息公开|公开属性|公开方式)|附[件表]|抄[送报]|.*印发$|分送|主题词|【|责任编辑|扫一扫|打印|上一篇|下一篇|相关|关闭|分享|联系|\(联系"
)
_SKIPPED = re.compile(_END_MARKS.pattern + r"|(?:19|20)\d{2}年(?:\d{1,2}月日?)?$")  # a date without a day is no date
_LAST_BEFORE_DATE = re.compile(r"附件|\d{1,2}[.、]|[\u4e00-\u9fff]{1,6}(?:室|科|处|组|部|股|队|会|站|所|中心)$")
_GOES_ON = re.compile(r"[起前后至止,、。以之]|施行|印发|公布|发布|通过")


@dataclass(frozen=True)
class Signature:
    """A signature (落款): the bodies in order, where the date stands, and the index of its last line."""

    bodies: tuple[Span, ...]
    written: Span | None
    day: date | None
    last: int


@dataclass(frozen=True)
class Remark:
    """What a note says about disclosure, and where."""

    how: str
    span: Span
    line: int


def find_remarks(sheet: Sheet, start: int) -> list[Remark]:
    """Find notes on disclosure (附注: 此件公开发布) that stand on lines of their own."""
    matches = ((line, _REMARK.fullmatch(line.tight)) for line in sheet.written(start))
    return [Remark(m["how"] or m["value"], line.span(), line.index) for line, m in matches if m]


def main_end(sheet: Sheet, start: int, attached: frozenset[str]) -> int:
    """Find where the document proper ends: at its attachments, an attached text, the imprint, or the end.

    Args:
        sheet: the text.
        start: index of the first line of the running text.
        attached: titles of texts this document issues (《…》 in 关于印发《…》的通知), without blanks.
    """
    remarks = {remark.line for remark in find_remarks(sheet, start)}
    for line in sheet.written(start):
        above = sheet.next_line(line, -1)
        if line.index > start and _begins_other(sheet, line, above, attached):
            return line.index
        if line.index in remarks and not _signature_near(sheet, line):
            return line.index + 1
    return len(sheet.lines)


def find_signature(sheet: Sheet, start: int, end: int) -> Signature | None:
    """Find the first signature between two lines; signatures of several bodies right below each other are one."""
    lines = sheet.written(start, end)
    for position, _line in enumerate(lines):
        signature = _signature_at(sheet, lines, position)
        if signature is None:
            continue
        return _joined(sheet, lines, position, signature)
    return _unsigned_date(sheet, lines) or _undated(sheet, lines)


def _begins_other(sheet: Sheet, line: Line, above: Line | None, attached: frozenset[str]) -> bool:
    tight = line.tight
    if _IMPRINT.match(tight) and len(tight) < 120 and re.match(r"抄|分[送发]|主题词:|.*印发$", tight):
        return True
    if _ATTACHMENT.fullmatch(tight):
        return not _lists(sheet, line)
    ended = above is not None and (above.tight.endswith(_TEXT_END) or parse_date(above.tight) is not None)
    listed = above is not None and above.tight in ("附件:", "附:")
    if not listed and any(_begins_title(sheet, line, title) for title in attached):
        return True
    return ended and closed(tight) and "," not in tight and not re.match(r"\d|[一二三四五六七八九十]、|《|\(|附", tight)


def _begins_title(sheet: Sheet, line: Line, title: str) -> bool:
    text, below = line.tight, sheet.next_line(line)
    if len(text) < 4 or not (title.startswith(text) or (text.startswith(title) and len(text) <= len(title) + 12)):
        return False
    while below and len(text) < len(title) and title.startswith(text):
        text, below = text + below.tight, sheet.next_line(below)
    return text.startswith(title)


def _lists(sheet: Sheet, line: Line) -> bool:
    """Say whether 附件： opens the list of attachments above the signature, not an attachment itself."""
    below = sheet.next_line(line)
    if below is None or not line.tight.endswith(":"):
        return False
    if re.match(r"\d{1,2}[.、]|《|[一二三四五六七八九十]、", below.tight):
        return True
    before, after = sheet.written(0, line.index)[-4:], sheet.written(line.index + 1)[:8]
    signed = any(bodies_in(a) and parse_date(b.tight) for a, b in itertools.pairwise(after))
    return signed and not any(parse_date(above.tight) for above in before)


def _signature_near(sheet: Sheet, line: Line) -> bool:
    below: Line | None = line
    for _ in range(4):
        below = sheet.next_line(below) if below else None
        if below is None:
            return False
        if parse_date(below.tight):
            return True
        if not (bodies_in(below) or is_person(below.tight)):
            return _split(below) is not None
    return False


def _split(line: Line) -> tuple[int, int] | None:
    """Cut a line that holds a body and a date, in either order: where the date stands in ``tight``."""
    match = re.search(rf"{LONG_DATE}$", line.tight) or re.match(DATE, line.tight)
    if match is None or match[0] == line.tight or not parse_date(match[0]):
        return None
    rest = line.tight[: match.start()] + line.tight[match.end() :]
    return match.span() if is_body(rest) or (match.start() and bodies_in(line, match.start())) else None


def _signature_at(sheet: Sheet, lines: list[Line], position: int) -> Signature | None:
    line = lines[position]
    below = sheet.next_line(line)
    if below and _PRINTED.fullmatch(below.tight) and len(below.tight) <= 4:
        return None
    if cut := _split(line):
        start, end = cut
        names = bodies_in(line, start) if start else [line.span(end)]
        above = _names_above(lines, position)
        return Signature(tuple(above + names), line.span(start, end), parse_date(line.tight[start:end]), line.index)
    day = parse_date(line.tight)
    if day is None:
        return None
    names = _names_above(lines, position)
    last = line.index
    if not names and (below := lines[position + 1] if position + 1 < len(lines) else None):
        names = _names_below(sheet, below)
        last = below.index if names else last
    return Signature(tuple(names), line.span(), day, last) if names else None


def _names_above(lines: list[Line], position: int) -> list[Span]:
    names: list[Span] = []
    for line in reversed(lines[max(0, position - 40) : position]):
        if is_person(line.tight):
            continue
        found = bodies_in(line)
        if not found:
            break
        names = found + names
    return names


def _names_below(sheet: Sheet, below: Line) -> list[Span]:
    after = sheet.next_line(below)
    if (after and parse_date(after.tight)) or below.tight.endswith("印发"):
        return []
    return bodies_in(below)


def _joined(sheet: Sheet, lines: list[Line], position: int, first: Signature) -> Signature:
    """Add the signatures right below: each body with its own date; the last day counts (R11.1, last signer)."""
    found = first
    rest = [line for line in lines[position:] if line.index > first.last]
    for index, line in enumerate(rest):
        further = _signature_at(sheet, rest, index)
        if further:
            later = (further.day or date.min) >= (found.day or date.min)
            written, day = (further.written, further.day) if later else (found.written, found.day)
            known = {sheet.value(span) for span in found.bodies}
            added = tuple(span for span in further.bodies if sheet.value(span) not in known)
            found = Signature(found.bodies + added, written, day, further.last)
        elif not bodies_in(line):
            break
    return found


def _unsigned_date(sheet: Sheet, lines: list[Line]) -> Signature | None:
    """A date alone where the letterhead already names the body, or below the person signing an order."""
    for line in lines:
        day = parse_date(line.tight)
        if day is None or not re.fullmatch(LONG_DATE, line.tight):
            continue
        above, below = sheet.next_line(line, -1), sheet.next_line(line)
        closes = above is not None and (above.tight.endswith(_TEXT_END) or is_person(above.tight) or _listed(above))
        ends = below is None or line is lines[-1] or _END_MARKS.match(below.tight) is not None
        if closes and ends and not (below and _GOES_ON.match(below.tight)):
            return Signature((), line.span(), day, line.index)
    return None


def _listed(above: Line) -> bool:
    return _LAST_BEFORE_DATE.match(above.tight) is not None


def _undated(sheet: Sheet, lines: list[Line]) -> Signature | None:
    """The name alone on the last line: signed, but no date printed."""
    if not lines:
        return None
    last = next((line for line in reversed(lines) if not _SKIPPED.match(line.tight)), None)
    if last is None:
        return None
    above = sheet.next_line(last, -1)
    names = bodies_in(last)
    if names and above is not None and above.tight.endswith(_TEXT_END):
        return Signature(tuple(names), None, None, last.index)
    return None
