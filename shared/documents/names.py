"""Telling the name of a body (机关名称) from other words, by how such names end and what they never contain."""

import re

from shared.documents.lines import Line, Sheet, Span

_ENDINGS = (
    "人民政府|政府|办公厅|办公室|委员会|常委会|管委会|协调会|理事会|董事会|监事会|委|局|厅|部|署|院|法庭|检察院|中心|总队|支队|大队|"
    "处|科|所|站|联合会|工商联|总工会|工会|协会|学会|基金会|促进会|红十字会|妇联|残联|领导小组|工作组|专班|指挥部|"
    "办事处|公司|集团|学院|大学|学校|中学|小学|幼儿园|医院|银行|海关|党组|党委|党工委|支部|书院|研究院|分局|馆|台|"
    "法院|公证处|仲裁委|街道|园区|开发区|国务院|政协|人大|纪委|监委|法工委|代表大会|主席团|会议"
)
_BODY = re.compile(rf"[\u4e00-\u9fff·()\-]{{1,40}}(?:{_ENDINGS})(?:\([\u4e00-\u9fff]{{2,20}}\))?")
_SHORT = re.compile(r"[\u4e00-\u9fff]{1,2}[部委办院署厅局]|国务院|市政府|区政府|县政府|省政府|本局|各[\u4e00-\u9fff]+")
_WORDS = (
    "关于|印发|转发|批转|的|第[一二三四五六七八九十]|请|经|根据|按照|为|抄送|主送|报送|负责|应当|责任|编辑|来源|有关|各[市区县街有]|"
    "以及|实施|加强|开展|推进|落实|会议室|网上|首页|专栏|通知|机关各"
)
_NOT = re.compile(_WORDS)
_SEAL = re.compile(r"\((?:盖章|印章|公章|章|代章|印)\)$")
_OFFICES = (
    "市长|区长|县长|镇长|乡长|省长|州长|主席|局长|主任|部长|厅长|署长|总理|行长|会长|院长|校长|检察长|书记|秘书长|委员长|关长|"
    "司令员|主任委员"
)
_PERSON = re.compile(rf"(?:代|副|主任委员|常务副)?(?:{_OFFICES})[:]?[\u4e00-\u9fff·]{{2,8}}(?:\(签名\))?")
_SHORT_NAMES = "国务院 财政部 教育部 公安部 外交部 商务部 科技部 司法部 民政部 水利部 国资委 证监会 银保监会 中办 国办"
_SHORT_BODIES = frozenset(_SHORT_NAMES.split())


def is_body(tight: str) -> bool:
    """Say whether a text without blanks is the name of one body and nothing else."""
    name = _SEAL.sub("", tight)
    if name in _SHORT_BODIES:
        return True
    if len(name) < 4 or _NOT.search(name) or _SHORT.fullmatch(name):
        return False
    return _BODY.fullmatch(name) is not None


def is_person(tight: str) -> bool:
    """Say whether a line is an office and a name (市长　某某): part of a signature, never proposed as anything."""
    return _PERSON.fullmatch(tight) is not None


def without_seal(tight: str) -> int:
    """How many signs of the line are the name, before a （盖章）."""
    return len(_SEAL.sub("", tight))


def bodies_in(line: Line, end: int | None = None) -> list[Span]:
    """Find the bodies a line names when it names nothing else: one, or several set apart by blanks or 、.

    Args:
        line: the line.
        end: how many signs of ``line.tight`` to look at (what follows was understood otherwise).

    Returns:
        Where each name stands; empty when the line holds anything but names.
    """
    tight = line.tight[:end]
    limit = line.span(0, len(tight))[1] - line.start if tight else 0
    words = [(m.start(), m.end()) for m in re.finditer(r"[^\s、]+", line.plain[:limit])]
    texts = [line.plain[a:b] for a, b in words]
    if len(texts) > 1 and all(is_body(text) for text in texts):
        return [_name(line.start + a, text) for (a, _), text in zip(words, texts, strict=True)]
    if is_body(tight):
        return [line.span(0, without_seal(tight))]
    return []


def names(sheet: Sheet, spans: list[Span]) -> list[str]:
    """The names as printed, in one line each."""
    return [sheet.value(span) for span in spans]


def _name(start: int, text: str) -> Span:
    return (start, start + without_seal(text))
