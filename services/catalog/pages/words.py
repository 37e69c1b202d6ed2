"""The words of the clerk's pages: verdicts, what a defect asks the clerk to do, how values read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from shared.contracts.facts.base import Defect
from shared.documents.filling import COLUMNS

TEMPLATES = Path(__file__).parent / "templates"
ROOT = "/console/filings"
STATES: Mapping[str, tuple[str, str]] = {
    "admitted": ("已入库", "good"),
    "returned": ("退回", "warn"),
    "rejected": ("拒收", "bad"),
    "duplicate": ("重复", "info"),
    "withdrawn": ("已撤回", "bad"),
    "accepted": ("已受理待审", "info"),
}
"""The verdict as a word, and the colour of its badge."""

ADVICE: Mapping[str, str] = {
    "TITLE_MISSING": "填写公文的主标题后重新报送。",
    "ISSUER_MISSING": "按落款或发文机关标志填写发文机关全称后重新报送。",
    "ISSUER_UNREGISTERED": "核对机关全称；名称无误的，先报送该机关进入发文机关名录，登记后本件自动重新审核。",
    "NUMBER_MISSING": "该文种应有发文字号，请按原件填写，例如 沪府办〔2026〕3号。",
    "DATE_MISSING": "填写成文日期（签发或会议通过的日期）后重新报送。",
    "DATE_IMPLAUSIBLE": "核对成文日期：不能晚于今天，也不能早于 1949 年 10 月 1 日。",
    "PUBLISHED_BEFORE_WRITTEN": "核对成文日期和发布日期，发布不能早于成文。",
    "ATTRIBUTE_MISSING": "由发文机关认定公开属性（主动公开、依申请公开或不予公开）后重新报送。",
    "ATTRIBUTE_REASON_MISSING": "写明不主动公开的理由，例如理由代码 X16a。",
    "ATTRIBUTE_BASIS_MISSING": "写明不予公开所依据的条款。",
    "SOURCES_DIFFER": "办公系统和网站的记载不同，请核对下表，更正有误的一方。",
    "BODY_NOT_YOURS": "本单位的密钥不能为该机关报送，请由该机关报送，或申请调整授权。",
    "ID_REUSED": "同一编号已用于别的内容，请更换事件编号。",
    "WITHDRAWN": "该公文已撤回，不能再报送。",
    "BODY_UNKNOWN": "先报送该机关进入发文机关名录，再报送年报数据。",
    "CELL_UNKNOWN": "核对行、列代码：2019、2020 年度用 2019 年表式，以后年度用 2021 年表式。",
    "CELL_COUNTED": "规章、行政规范性文件由公文目录统计；数字有误的，请补报或者更正公文。",
    "CELL_DOUBLED": "同一格只能写一个数，请合并后重新报送。",
    "COUNT_INVALID": "填写不小于零的整数；没有发生的填 0。",
    "AMOUNT_INVALID": "金额以万元为单位，写作带 2 至 4 位小数的文字，例如 12.30。",
    "UNIT_INVALID": "金额换算为万元后重新报送。",
    "EVIDENCE_UNKNOWN": "佐证文件须随同一次报送列在 files 中，名称一致。",
    "YEAR_AHEAD": "核对年度，只能报送当年和以前年度的数据。",
}

CAUSES: Mapping[str, tuple[str, str]] = {
    "yearly": ("年度复核", "info"),
    "backlog": ("历史公文重新审查", "info"),
    "demand": ("多人申请，建议主动公开", "warn"),
    "inquiry": ("依申请询问，待公函答复", "bad"),
}
"""Why an attribute is reviewed, and the colour of its badge."""

REVIEW_FIELDS: Mapping[str, str] = {
    "attribute": "公开属性",
    "reason": "理由",
    "basis": "依据",
    "letter": "公函文号",
}


def label_of(pointer: str) -> str:
    """Return the Chinese name of the field a JSON pointer into an event names; empty for none."""
    column = COLUMNS.get(field_of(pointer))
    return column.header if column else ""


def field_of(pointer: str) -> str:
    """Return the field of the data that a pointer names."""
    return pointer.removeprefix("/data").lstrip("/").partition("/")[0]


def told(defects: Iterable[Defect]) -> list[dict[str, str]]:
    """Return defects with the field's name and what to do."""
    return [
        {"code": d.code, "label": label_of(d.field), "detail": d.detail or d.code, "advice": ADVICE.get(d.code, "")}
        for d in defects
    ]


def plain(value: Any) -> str:
    """Return a value of a filing as people read and write it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "；".join(str(each) for each in value)
    return "" if value is None else str(value)
