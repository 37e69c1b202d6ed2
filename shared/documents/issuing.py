"""Who issued a document, under which number, on which day, and when it was published."""

import re
from datetime import date

from shared.documents.anatomy import Anatomy
from shared.documents.dates import DATE, LONG_DATE, parse_date
from shared.documents.lines import Span
from shared.documents.names import bodies_in, is_body
from shared.documents.proposals import Proposed, State
from shared.law.docnumbers import number_key, parse_number
from shared.law.script import simplify

_ADOPTED = re.compile(rf"(?P<date>{LONG_DATE})[^()]*?(?:通过|批准|公布|发布|印发|令第)|^\((?P<bare>{LONG_DATE})\)$")
_ORDER = re.compile(r"[\u4e00-\u9fff]{4,30}?令第[\d一二三四五六七八九十百]+号")
_SPACED_DATE = re.compile(rf"{DATE}|(?:19|20)\d{{2}} *年 *\d{{1,2}} *月 *\d{{1,2}} *日")
_COMMON = re.compile(r"(?P<body>[\u4e00-\u9fff]{4,40}?)(?:关于|印发|转发|批转)")


def propose_issuers(anatomy: Anatomy) -> tuple[Proposed[str], ...]:
    """Propose the issuing bodies (发文机关), lead first.

    Only letterhead, signature and a label state an issuer; a name in the title is a suggestion, any other mention none.
    """
    signed = _signed(anatomy)
    marked = _marked(anatomy)
    if signed and (not marked or _related(signed, marked)):
        return _lead_first(signed, marked)
    return marked or _labelled(anatomy, "issuer", State.STATED) or _beside_number(anatomy) or _suggested(anatomy)


def propose_number(anatomy: Anatomy) -> tuple[Proposed[str], str | None]:
    """Propose the document number (发文字号) and its key: it stands in the head by itself, or beside its label."""
    for number, span in anatomy.head.numbers:
        # In brackets below 关于转发……的通知 it may just as well be the number of what is forwarded.
        title, before = anatomy.best_title(), anatomy.sheet.visible[: span[0]].rstrip()
        doubtful = bool(title and re.search("转发|批转", title.tight) and simplify(before[-1:]) == "(")
        return anatomy.printed(span, "发文字号行", State.DERIVED if doubtful else State.STATED), number.key
    for item in anatomy.labelled("number"):
        if number_found := parse_number(anatomy.tight(item.span)):
            return anatomy.printed(item.span, "网页元数据"), number_found.key
    return _order_number(anatomy) or _noted_number(anatomy) or (Proposed(), None)


def propose_written(anatomy: Anatomy) -> Proposed[date]:
    """Propose the written date (成文日期): of signature or adoption, or beside its label; never the printing date."""
    signature = anatomy.signature
    if signature and signature.written and signature.day:
        return anatomy.quoted(signature.day, signature.written, "落款")
    for _, span in anatomy.head.signed:
        if day := parse_date(anatomy.tight(span).strip("()")):
            return anatomy.quoted(day, span, "文头")
    if noted := _noted_date(anatomy):
        return noted
    labelled = _labelled_date(anatomy, "written")
    return labelled if labelled.value else _date_below_title(anatomy)


def propose_published(anatomy: Anatomy) -> Proposed[date]:
    """Propose the day of publication (发布日期), where a page header or label states it."""
    stated = _labelled_date(anatomy, "published")
    if stated.value:
        return stated
    for span in anatomy.head.dates:
        tight = anatomy.tight(span)
        if "年" not in tight and (day := parse_date(tight.strip("()"))):
            return anatomy.quoted(day, span, "页头日期", State.DERIVED)
    return Proposed()


def _signed(anatomy: Anatomy) -> tuple[Proposed[str], ...]:
    if anatomy.signature and anatomy.signature.bodies:
        return tuple(anatomy.printed(span, "落款") for span in anatomy.signature.bodies)
    return tuple(anatomy.printed(span, "文头") for names, _ in anatomy.head.signed for span in names)


def _marked(anatomy: Anatomy) -> tuple[Proposed[str], ...]:
    for mark in anatomy.head.marks:
        below = [
            span for line in anatomy.head.alone if 0 < line.index - mark.line.index <= 6 for span in bodies_in(line)
        ]
        spans = mark.names + (below if mark.form == "文件" and _numbered_below(anatomy, below) else [])
        return tuple(anatomy.printed(span, "发文机关标志") for span in spans)
    return ()


def _numbered_below(anatomy: Anatomy, names: list[Span]) -> bool:
    return bool(names) and any(span[0] > names[-1][1] for _, span in anatomy.head.numbers)


def _related(signed: tuple[Proposed[str], ...], marked: tuple[Proposed[str], ...]) -> bool:
    """Say whether letterhead and signature name the same body, one perhaps in short; else it is another's."""
    return any(_same(a, b) for a in signed for b in marked)


def _same(one: Proposed[str], other: Proposed[str]) -> bool:
    a, b = simplify(one.value or ""), simplify(other.value or "")
    return a.endswith(b) or b.endswith(a)


def _lead_first(signed: tuple[Proposed[str], ...], marked: tuple[Proposed[str], ...]) -> tuple[Proposed[str], ...]:
    fuller = [next((m for m in marked if _same(s, m) and len(m.value or "") > len(s.value or "")), s) for s in signed]
    rest = [m for m in marked if not any(_same(m, s) for s in signed)]
    if not marked:
        return tuple(fuller)
    lead = [item for item in fuller if _same(item, marked[0])]
    others = [item for item in fuller if item not in lead]
    return (*lead, *others, *rest)


def _labelled(anatomy: Anatomy, name: str, state: State) -> tuple[Proposed[str], ...]:
    for item in anatomy.labelled(name):
        line = next(line for line in anatomy.sheet.lines if line.start <= item.span[0] <= line.end)
        text = line.plain[item.span[0] - line.start : item.span[1] - line.start]
        spans = [(m.start() + item.span[0], m.end() + item.span[0]) for m in re.finditer(r"[^\s、,;]+", text)]
        if spans and all(is_body(anatomy.tight(span)) for span in spans):
            return tuple(anatomy.printed(span, "网页元数据", state) for span in spans)
        if is_body(anatomy.tight(item.span)):
            return (anatomy.printed(item.span, "网页元数据", state),)
    return ()


def _beside_number(anatomy: Anatomy) -> tuple[Proposed[str], ...]:
    """A name without 文件 is a letterhead when the number follows it, or when the title begins with the same name."""
    named = _title_body(anatomy)
    for line in anatomy.head.alone:
        spans = bodies_in(line)
        numbered = any(0 < _index(anatomy, span) - line.index <= 4 for _, span in anatomy.head.numbers)
        same = named is not None and any(anatomy.tight(span).endswith(named[0]) for span in spans)
        if same or (numbered and named is None):
            return tuple(anatomy.printed(span, "发文机关标志") for span in spans)
    return ()


def _suggested(anatomy: Anatomy) -> tuple[Proposed[str], ...]:
    if published := _labelled(anatomy, "publisher", State.DERIVED):
        return published
    title = anatomy.best_title()
    if title and (bodies := bodies_in(title.lines[0])):
        return tuple(anatomy.printed(span, "标题中的机关名称", State.DERIVED) for span in bodies)
    if named := _title_body(anatomy):
        return (anatomy.printed(named[1], "标题中的机关名称", State.DERIVED),)
    return ()


def _title_body(anatomy: Anatomy) -> tuple[str, Span] | None:
    title = anatomy.best_title()
    if title is None:
        return None
    match = _COMMON.match(title.tight)
    if match is None or not is_body(match["body"]):
        return None
    length, end = len(match["body"]), title.span[0]
    for line in title.lines:
        if length <= len(line.tight):
            end = line.span(0, length)[1]
            break
        length -= len(line.tight)
    return (match["body"], (title.span[0], end))


def _index(anatomy: Anatomy, span: Span) -> int:
    return next(line.index for line in anatomy.sheet.lines if line.start <= span[0] <= line.end)


def _order_number(anatomy: Anatomy) -> tuple[Proposed[str], str | None] | None:
    """An order or announcement prints its body in the letterhead and its number below (上海市人民政府令 / 第32号)."""
    for span in anatomy.head.serials:
        serial = anatomy.tight(span).strip("()")
        for mark in anatomy.head.marks:
            head = mark.line.tight
            key = number_key(head + serial) if mark.form in ("令", "命令", "公告", "通告") else None
            if key:
                printed = anatomy.sheet.value(mark.line.span()) + anatomy.sheet.value(span)
                where = (mark.line.span()[0], span[1])
                return anatomy.quoted(printed, where, "发文机关标志与编号"), key
        if key := number_key(serial):
            return anatomy.printed(span, "发文字号行"), key
    return None


def _noted_number(anatomy: Anatomy) -> tuple[Proposed[str], str | None] | None:
    for note in anatomy.head.notes:
        match = _ORDER.search(anatomy.tight(note))
        if match:
            name = re.sub(r"^.*?日", "", match[0])
            return anatomy.quoted(name, note, "题注", State.DERIVED), number_key(name)
    return None


def _noted_date(anatomy: Anatomy) -> Proposed[date] | None:
    for note in anatomy.head.notes:
        match = _ADOPTED.search(_whole(anatomy, note))
        day = parse_date(match["date"] or match["bare"]) if match else None
        if day:
            return anatomy.quoted(day, note, "题注")
    return None


def _whole(anatomy: Anatomy, span: Span) -> str:
    return "".join("\n".join(line.plain for line in anatomy.sheet.lines)[slice(*span)].split())


def _labelled_date(anatomy: Anatomy, name: str) -> Proposed[date]:
    for item in anatomy.labelled(name):
        line = anatomy.sheet.lines[_index(anatomy, item.span)]
        # Blanks count here: 2020-03-27 17:37 must not become 2020-03-2717:37.
        match = _SPACED_DATE.match(line.plain, item.span[0] - line.start)
        day = parse_date("".join(match[0].split())) if match else None
        if match and day:
            return anatomy.quoted(day, (line.start + match.start(), line.start + match.end()), "网页元数据")
    return Proposed()


def _date_below_title(anatomy: Anatomy) -> Proposed[date]:
    for span in anatomy.head.dates:
        tight = anatomy.tight(span)
        if "年" in tight and (day := parse_date(tight.strip("()"))):
            return anatomy.quoted(day, span, "标题下日期", State.DERIVED)
    return Proposed()
