"""What a document prints about its disclosure (公开属性) and its secrecy (密级)."""

import re

from shared.documents.anatomy import Anatomy
from shared.documents.dates import parse_date
from shared.documents.ending import Remark
from shared.documents.proposals import Proposed

_WORDS = {
    "公开发布": "主动公开",
    "主动公开": "主动公开",
    "公开": "主动公开",
    "予以公开": "主动公开",
    "依申请公开": "依申请公开",
    "不予公开": "不予公开",
    "不公开": "不予公开",
}
_HOW = re.compile(
    r"(?:属于?|为|可以?|予以(?=主动))?(?P<word>"
    + "|".join(sorted(_WORDS, key=len, reverse=True))
    + r")(?P<rest>[,;:(].*)?"
)
_REASON = re.compile(r"(?:(?:不予|不|依申请|不主动)公开的?)?(?:理由|原因|依据)[:为](?P<reason>[^)]{2,120})")


def propose_attribute(anatomy: Anatomy) -> tuple[Proposed[str], Proposed[str]]:
    """Propose attribute and reason, only as printed: a note on a line of its own (此件公开发布) or a label.

    A note that belongs to an attached document, or notes that contradict each other, state nothing.
    """
    own = [(word, remark) for remark in anatomy.remarks if (word := _word(remark.how)) and _is_own(anatomy, remark)]
    if own and len({word for word, _ in own}) == 1:
        word, remark = own[0]
        return anatomy.quoted(word, remark.span, "附注"), _reason(anatomy, remark.span[0])
    for item in anatomy.labelled("attribute"):
        if not own and (stated := _word(anatomy.tight(item.span))):
            return anatomy.quoted(stated, item.span, "网页元数据"), _reason(anatomy, item.span[0])
    return Proposed(), Proposed()


def propose_secrecy(anatomy: Anatomy) -> Proposed[str]:
    """Report a grade of secrecy printed in the head."""
    for span in anatomy.head.secrecy:
        return anatomy.quoted(anatomy.tight(span)[:2], span, "文头")
    for item in anatomy.head.labels:
        if item.field == "other" and re.match(r"绝密|机密|秘密", anatomy.tight(item.span)):
            return anatomy.quoted(anatomy.tight(item.span)[:2], item.span, "网页元数据")
    return Proposed()


def _word(how: str) -> str | None:
    match = _HOW.fullmatch(how)
    return _WORDS[match["word"]] if match else None


def _is_own(anatomy: Anatomy, remark: Remark) -> bool:
    """Notes inside the document proper are its own; behind it only if no other document was signed in between."""
    if remark.line < anatomy.end:
        return True
    between = anatomy.sheet.written(anatomy.end, remark.line)
    return not any(parse_date(line.tight) or (line.tight.endswith(":") and len(line.tight) < 40) for line in between)


def _reason(anatomy: Anatomy, near: int) -> Proposed[str]:
    for line in anatomy.sheet.written():
        match = _REASON.search(line.tight)
        if match and abs(line.start - near) < 200 and line.start <= near + 120:
            return anatomy.printed(line.span(match.start("reason"), match.end("reason")), "附注")
    return Proposed()
