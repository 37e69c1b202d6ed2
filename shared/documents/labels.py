"""Metadata that web pages and tables print beside a label (发文字号：…, 发布日期：…), one or several in a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shared.documents.dates import DATE, parse_date
from shared.documents.lines import Line, Sheet, Span
from shared.documents.names import is_body
from shared.law.docnumbers import parse_number

_LABELS = {
    "number": "发文字号 文号 发文文号 发文号 文件编号 文件字号 公文字号 发布文号 文件号",
    "issuer": "发文机关 发文单位 发文机构 制发机关 制定机关 制发单位 成文机关 发文部门 印发机关 颁布机关",
    "publisher": "发布机构 发布机关 发布单位 发布部门 公开机构 公开责任部门 公布机关 公开单位",
    "written": "成文日期 成文时间 生成日期 生成时间 发文日期 发文时间 签发日期 制发日期 形成日期 签署日期",
    "published": "发布日期 发布时间 公开日期 公开时间 公布日期 公布时间 上网日期 发表时间 上传时间 时间 日期 发布于",
    "title": "标题 名称 信息名称 文件名称 公文名称 文件标题 信息标题",
    "attribute": "公开属性 公开方式 公开类别 公开类型 信息公开属性 信息公开类别 信息公开类型",
    "reason": "不公开理由 不予公开理由 不予公开依据 依申请公开理由 不主动公开理由 不公开依据",
    "subject": "主题分类 主题类别",
    "genre": "公文种类 文种 体裁分类 体裁",
    "tool": "简介 访问次数 内容概述 摘要 访问量 浏览次数 浏览量 点击数 点击量 点击率 浏览 阅读 阅读次数 作者 责任编辑 "
    "编辑 字体 字号 分享到 分享 打印 下载地址",
    "other": "公开目录 索引号 信息索引号 主题词 关键词 关键字 来源 信息来源 文件来源 有效性 效力状态 "
    "效力 时效性 废止日期 失效日期 生效日期 实施日期 施行日期 有效期 有效期至 分类 组配分类 "
    "语种 公开范围 公开时限 服务对象 载体类型 记录形式 审核 签发人 密级 紧急程度 发布人 "
    "所属主题 信息类别 信息分类 栏目 发布渠道",
}
_FIELDS = {label: field for field, words in _LABELS.items() for label in words.split()}
_ALL = "|".join(r"[ ]*".join(label) for label in sorted(_FIELDS, key=len, reverse=True))
_LABEL = re.compile(
    rf"(?:^|(?<=[\s|;\d】\]]))[\s|•·*\-【\[]*(?P<label>{_ALL})"
    rf"(?:\s*[\]】]?\s*[:][】\]]?|[】\]]|(?=\t| {{2,}}| *\||\s*$))"
)
_VALUE_ELSEWHERE = {"number", "issuer", "publisher", "written", "published", "other", "subject", "genre", "attribute"}


@dataclass(frozen=True)
class Labelled:
    """One value beside its label: which field, and where the value stands."""

    field: str
    span: Span


def read_labels(sheet: Sheet, line: Line) -> list[Labelled] | None:
    """Read a line of labels.

    Args:
        sheet: the text.
        line: a line outside the body of the document.

    Returns:
        What the line states (an empty value is left out; one that stands alone on the next line is found there);
        None when the line is no line of labels.
    """
    marks = [m for m in _LABEL.finditer(line.plain) if _is_label(line, m)]
    if not marks:
        return None
    before = line.plain[: marks[0].start()].strip()
    if before and not re.fullmatch(rf"{DATE}[\sT]*(?:\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?", before):
        return None
    found = list(_values(sheet, line, marks))
    if before:  # a page header: 2020-03-27 17:37 来源: …
        found.append(Labelled("published", _stripped(line, 0, marks[0].start())))
    return found


def value_lines(sheet: Sheet, line: Line) -> list[Line]:
    """The following line, where it holds the value of the last label of this line."""
    marks = [m for m in _LABEL.finditer(line.plain) if _is_label(line, m)]
    if not marks or line.plain[marks[-1].end() :].strip():
        return []
    below = sheet.next_line(line)
    return [below] if below and _fits(_field(marks[-1]), below) else []


def _values(sheet: Sheet, line: Line, marks: list[re.Match[str]]) -> Iterator[Labelled]:
    ends = [m.start() for m in marks[1:]] + [len(line.plain)]
    for mark, end in zip(marks, ends, strict=True):
        if line.plain[mark.end() : end].strip(" \t|;"):
            yield Labelled(_field(mark), _stripped(line, mark.end(), end))
    for below in value_lines(sheet, line):
        yield Labelled(_field(marks[-1]), below.span())


def _field(mark: re.Match[str]) -> str:
    return _FIELDS["".join(mark["label"].split())]


def _is_label(line: Line, mark: re.Match[str]) -> bool:
    # Without a colon a word is a label only as a cell of its own; 时间, 名称 and the like then mean anything.
    colon = mark[0].rstrip().endswith((":", "】", "]"))
    cell = line.plain[mark.end() :].lstrip().startswith("|")
    return colon or cell or (len("".join(mark["label"].split())) >= 3)


def _stripped(line: Line, start: int, end: int) -> Span:
    text = line.plain[start:end]
    left = len(text) - len(text.lstrip(" \t|"))
    right = len(text.rstrip(" \t|;【[•·")) or left
    return (line.start + start + left, line.start + start + max(right, left))


def _fits(field: str, below: Line) -> bool:
    tight = below.tight
    if field not in _VALUE_ELSEWHERE or any(_LABEL.finditer(below.plain)):
        return False
    if field == "number":
        return parse_number(tight) is not None
    if field in ("issuer", "publisher"):
        return is_body(tight)
    if field in ("written", "published"):
        match = re.match(DATE, below.plain.strip())
        return match is not None and parse_date(match[0]) is not None
    return len(tight) <= 20 and not re.search(
        r"关于|通知$|意见$|公告$|通告$|办法$|规定$|方案$|规则$|要点$|细则$", tight
    )
