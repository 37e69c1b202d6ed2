"""Putting a title (标题) together again: over several lines, repeated, with the issuing body on a line of its own."""

import re
from dataclasses import dataclass, field

from shared.documents.lines import Line, Sheet, Span
from shared.documents.names import bodies_in, is_body

_STRONG = "决议|决定|命令|令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|复函|函|纪要"
GENRES = _STRONG.split("|")
_LOOSE = (
    _STRONG
    + "|要点|方案|办法|规定|细则|条例|规则|规程|规划|计划|公示|名单|指南|目录|清单|标准|答复|答复书|告知书|说明|总结|"
    "措施|制度|预案|纲要|章程|倡议书|批文|解读|指引|规范|决定书|意见书|通知书|范本|简报|预告|讲话|须知|情况|问答|"
    "政策|机制|要求"
)
_NOTE = r"(?:[(〔\[](?:[^()]{1,24})[)〕\]])?"
_CLOSED = re.compile(rf"(?:.*?(?:关于|印发|转发|批转|公布|发布|废止|修改|授予|表彰|同意|任免).*?)(?:{_STRONG}){_NOTE}")
_ENDED = re.compile(rf".*(?:{_LOOSE}){_NOTE}")
_GOES_ON = re.compile(r"关于|印发|转发|批转|公布|发布|授予|表彰|贯彻|同意|修改|废止|任免")
_OPENING = re.compile(r"\s*(?P<bodies>\S+?(?:\s+\S+?)+?)\s*(?=关于|印发|转发)")
_SUFFIX = re.compile(
    r"\((?:试行|暂行|修订|修订版|修正|征求意见稿|草案|草案[^()]{1,12}|送审稿|\d{4}[^()]{0,14}年?版?本?)\)|的(?:通知|意见|函|批复|决定|公告|通告)"
)
_NUMBERED = re.compile(r"\d{4}[〕\])】]?第?\d+号$")  # a broken number is no title
_COLUMN_NAMES = (
    "通知公告 公示公告 公告公示 政策文件 规范性文件 政府文件 政务公开 信息公开 政府信息公开 法定主动公开内容 "
    "主动公开 政策解读 部门文件 行政规范性文件 政策法规 公文公报 市政府文件 区政府文件 通知 工作动态 其他文件 "
    "最新政策 人事信息 规划计划 政策 意见 报告 函 令 文件 政府公报 依申请公开 公开指南 公开制度 公开年报 "
    "政府信息公开指南 政府信息公开制度 政府信息公开年报 政策问答"
)
COLUMNS = frozenset(_COLUMN_NAMES.split())  # headings of web pages, never titles


@dataclass
class Title:
    """A candidate: its lines, and how much speaks for it."""

    lines: list[Line] = field(default_factory=list)

    @property
    def tight(self) -> str:
        return "".join(line.tight for line in self.lines)

    @property
    def span(self) -> Span:
        return (self.lines[0].span()[0], self.lines[-1].span()[1])

    @property
    def score(self) -> int:
        return score(self.tight)

    def text(self, sheet: Sheet) -> str:
        """The title in one line; bodies issuing it together (联合发文) stay apart by a blank."""
        text, named = "", False
        for line in self.lines:
            bodies = [sheet.value(span) for span in bodies_in(line)]
            part = " ".join(bodies) or _with_bodies_apart(sheet, line)
            text += (" " if named and bodies else "") + part
            named = bool(bodies)
        return text


def _with_bodies_apart(sheet: Sheet, line: Line) -> str:
    match = _OPENING.match(line.plain)
    words = match["bodies"].split() if match else []
    if match is None or len(words) < 2 or not all(is_body(word) for word in words):
        return sheet.value(line.span())
    start, end = line.start + match.start("bodies"), line.start + match.end("bodies")
    named = " ".join(sheet.visible[start:end].split())
    return named + sheet.value((end, line.end))


def score(tight: str) -> int:
    """How much a text looks like the title of an official document: 0 not at all … 4 (关于……的通知)."""
    if tight in COLUMNS or len(tight) < 2 or is_body(tight) or _NUMBERED.search(tight):
        return 0
    if closed(tight):
        return 4
    if balanced(tight) and _ENDED.fullmatch(tight):
        return 3 if len(tight) >= 6 else 2
    return 1


def closed(tight: str) -> bool:
    """Say whether the text is a whole title: says what it is about, names its kind at the end, closes its brackets."""
    return balanced(tight) and _CLOSED.fullmatch(tight) is not None


def balanced(tight: str) -> bool:
    """Say whether every 《 and ( has its partner."""
    return tight.count("《") == tight.count("》") and tight.count("(") == tight.count(")")


def is_open(tight: str) -> bool:
    """Say whether a title has begun and cannot end here."""
    return bool(tight) and not closed(tight) and ("关于" in tight or not balanced(tight))


def collect(run: list[Line], top: int) -> tuple[list[Title], list[Line]]:
    """Split lines that may be title lines into titles and names of bodies standing alone.

    Args:
        run: lines following each other in the head of a document, nothing else between them.
        top: index of the first line with something on it.

    Returns:
        The titles in order, and the lines that name only a body.
    """
    titles: list[Title] = []
    alone: list[Line] = []
    current = Title()
    for line in run:
        if current.lines and _starts_anew(current, line, current.lines[0].index == top):
            _flush(current, titles, alone)
            current = Title()
        if not current.lines and titles and _SUFFIX.fullmatch(line.tight):
            titles[-1].lines.append(line)
            continue
        current.lines.append(line)
        if closed(current.tight):
            _flush(current, titles, alone)
            current = Title()
    _flush(current, titles, alone)
    return titles, alone


def _starts_anew(current: Title, line: Line, opening: bool) -> bool:
    before, gap = current.tight, line.index - current.lines[-1].index > 1
    if all(bodies_in(part) for part in current.lines):  # so far only names
        # A name set apart at the very top is a letterhead; anywhere else it opens the title.
        apart = gap and (opening or bool(bodies_in(line)))
        return apart or not (bodies_in(line) or _GOES_ON.match(line.tight))
    if is_open(before):
        return False
    if len(line.tight) >= 6 and before.startswith(line.tight):
        return True
    return gap and (score(before) >= 2 or "关于" in line.tight or bool(bodies_in(line)))


def _flush(current: Title, titles: list[Title], alone: list[Line]) -> None:
    if not current.lines:
        return
    if all(bodies_in(line) for line in current.lines):
        alone.extend(current.lines)
    else:
        titles.append(current)
