"""Title (标题) and kind (文种, 主题分类) of a document."""

import re

from shared.documents.anatomy import Anatomy
from shared.documents.lines import Span
from shared.documents.proposals import Proposed, State
from shared.documents.titles import GENRES, Title, score

_RUN_IN = re.compile(
    r"\s*(?:[\u4e00-\u9fff]{2,12}[(〔\[]?(?:19|20)\d{2}[)〕\]]?\d{1,4}号\s*)?"
    r"(?P<title>[^。;:,]{0,40}?关于[^。;:]{4,120}?的(?:通知|意见|通告|公告|决定|通报|批复|函))"
    r"(?=\s*(?:各|你|市|区|县|机关|局|为|根据|现|经|\())"
)
_NUMBERED = re.compile(r"\s*[\u4e00-\u9fff]{2,12}[〔\[(](?:19|20)\d{2}[〕\])]\d{1,5}号\s+")
_AT_END = re.compile(r"(?P<genre>" + "|".join(sorted(GENRES, key=len, reverse=True)) + r")(?:[(〔][^()]{1,24}[)〕])?$")
_KINDS = {"复函": "函", "令": "命令", "便函": "函"}
_RULE = re.compile(r"(?:规定|办法|条例|细则|规则)(?:\([^()]*\))?")


def propose_title(anatomy: Anatomy) -> Proposed[str]:
    """Propose the title: what stands in the head, else its label, else the letterhead of an order or announcement."""
    best = anatomy.best_title()
    if best and best.score >= 3:
        return _of(anatomy, best)
    for item in anatomy.labelled("title"):
        if score(anatomy.tight(item.span)) >= 3:
            return anatomy.printed(item.span, "网页元数据")
    return _of_sharing(anatomy) or _run_in(anatomy) or _of_order(anatomy) or _weak(anatomy, best)


def propose_genre(anatomy: Anatomy, title: Proposed[str]) -> Proposed[str]:
    """Propose the kind of document: the last word of the title, or what the letterhead says."""
    for item in anatomy.labelled("genre"):
        if anatomy.tight(item.span) in GENRES:
            return anatomy.quoted(_kind(anatomy.tight(item.span)), item.span, "网页元数据")
    for mark in anatomy.head.marks:
        if mark.form in ("令", "命令") or mark.form.endswith("纪要"):
            word = mark.line.span(
                len(mark.line.tight) - (2 if mark.form.endswith("纪要") or mark.form == "命令" else 1)
            )
            return anatomy.quoted("纪要" if mark.form.endswith("纪要") else "命令", word, "发文机关标志")
    return _genre_of_title(anatomy, title)


def propose_subject(anatomy: Anatomy) -> Proposed[str]:
    """Propose the subject (主题分类), only where a label states it."""
    items = anatomy.labelled("subject")
    return anatomy.printed(items[0].span, "网页元数据") if items else Proposed()


def _genre_of_title(anatomy: Anatomy, title: Proposed[str]) -> Proposed[str]:
    if title.span is None or title.value is None:
        return Proposed()
    tight = "".join(_plain(anatomy, title.span).split())
    match = _AT_END.search(tight)
    if match is None:
        return Proposed()
    end = title.span[1]
    start = _back(anatomy, title.span, len(tight) - match.start("genre"))
    stop = _back(anatomy, title.span, len(tight) - match.end("genre")) if match.end("genre") < len(tight) else end
    return anatomy.quoted(_kind(match["genre"]), (start, stop), "标题", title.state)


def _kind(word: str) -> str:
    return _KINDS.get(word, word)


def _plain(anatomy: Anatomy, span: Span) -> str:
    return "\n".join(line.plain for line in anatomy.sheet.lines)[slice(*span)]


def _back(anatomy: Anatomy, span: Span, signs: int) -> int:
    """Offset of the sign that stands ``signs`` visible signs before the end of the span."""
    text, at = _plain(anatomy, span), len(_plain(anatomy, span))
    while signs:
        at -= 1
        signs -= not text[at].isspace()
    return span[0] + at


def _of(anatomy: Anatomy, title: Title, basis: str = "标题") -> Proposed[str]:
    line = title.lines[0]
    number = _NUMBERED.match(line.plain)  # a web list prints the number before the title, a blank between
    if number and score(title.tight[len("".join(number[0].split())) :]) >= 3:
        return anatomy.printed((line.start + number.end(), title.span[1]), basis)
    return anatomy.quoted(title.text(anatomy.sheet).lstrip("#*● "), title.span, basis)


def _of_sharing(anatomy: Anatomy) -> Proposed[str] | None:
    """A shared file: its name, if the text really begins with it; otherwise only a suggestion."""
    banner = anatomy.banner
    if banner is None:
        return None
    opening = _opening(anatomy)
    if opening is not None:
        span = (opening, opening + len(banner.name))
        if anatomy.sheet.value(span) == banner.name:
            return anatomy.printed(span, "正文开头")
    at = anatomy.sheet.text.find(banner.name)
    return anatomy.printed((at, at + len(banner.name)), "文库文件名", State.DERIVED) if at >= 0 else None


def _opening(anatomy: Anatomy) -> int | None:
    """Offset of the first sign of the text, behind banner and page number."""
    after = anatomy.banner.line[1] if anatomy.banner else 0
    for line in anatomy.sheet.written():
        if line.start < after:
            continue
        offset = next((b for a, b in anatomy.artefacts if line.start <= a and b <= line.end), line.start)
        rest = line.plain[offset - line.start :]
        return offset + len(rest) - len(rest.lstrip()) if rest.strip() else None
    return None


def _run_in(anatomy: Anatomy) -> Proposed[str] | None:
    """A title that copying ran into the text behind it."""
    opening = None if anatomy.head.titles else _opening(anatomy)
    if opening is None:
        return None
    line = next(line for line in anatomy.sheet.lines if line.start <= opening <= line.end)
    match = _RUN_IN.match(line.plain, opening - line.start)
    if match is None:
        return None
    return anatomy.printed((line.start + match.start("title"), line.start + match.end("title")), "正文开头")


def _of_order(anatomy: Anatomy) -> Proposed[str] | None:
    """An order has no title of its own: the rule it publishes has; else its letterhead stands for it."""
    for mark in anatomy.head.marks:
        if mark.form in ("文件", "函", "便函"):
            continue
        if mark.form in ("令", "命令") and (rule := _rule_below(anatomy)):
            return rule
        return anatomy.printed(mark.line.span(), "发文机关标志")
    return None


def _rule_below(anatomy: Anatomy) -> Proposed[str] | None:
    body = anatomy.sheet.written(anatomy.head.end)
    named = re.search(r"《([^《》]+)》", "".join(line.tight for line in body[:4]))
    for line in body[1:]:
        if named and line.tight == named[1] and _RULE.search(line.tight):
            return anatomy.printed(line.span(), "令所公布文件的标题")
    return None


def _weak(anatomy: Anatomy, best: Title | None) -> Proposed[str]:
    if best and len(best.tight) >= (2 if best.score >= 2 else 6):
        sure = best.score >= 2 or bool(anatomy.head.numbers) or anatomy.head.addressed
        return anatomy.quoted(best.text(anatomy.sheet), best.span, "标题", State.STATED if sure else State.DERIVED)
    for item in anatomy.labelled("title"):
        return anatomy.printed(item.span, "网页元数据")
    return Proposed()
