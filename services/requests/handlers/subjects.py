"""Which subject classes (主题分类) a description touches, by plain words: closed codes for counting, never the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.law.script import simplify
from shared.law.vocabularies import Vocabularies

_ALSO: Mapping[str, tuple[str, ...]] = {
    "财政、金融、审计": ("预算", "决算", "税收", "贷款", "补贴", "专项资金"),
    "城乡建设、环境保护": ("征收", "拆迁", "旧改", "房屋", "规划许可", "环评", "污染", "建设工程"),
    "国土资源、能源": ("土地", "用地", "电力", "用电", "燃气", "矿产"),
    "卫生、体育": ("医院", "医疗", "防疫", "疫苗", "健身"),
    "科技、教育": ("学校", "招生", "学区", "入学"),
    "劳动、人事、监察": ("社保", "工伤", "养老金", "招聘", "职称"),
    "公安、安全、司法": ("交警", "户籍", "消防", "安全生产", "治安"),
    "市场监管、安全生产监管": ("食品安全", "企业登记", "价格"),
    "民政、扶贫、救灾": ("低保", "救助", "慈善", "社区"),
    "农业、林业、水利": ("农村", "宅基地", "河道", "承包地"),
}


def subjects_of(description: str, words: Vocabularies) -> tuple[str, ...]:
    """Return the codes of the subject classes whose words a description has, in the order of the classification."""
    text = simplify(description)
    return tuple(
        subject.code
        for subject in words.subjects
        if any(word in text for word in _words(subject.label)) or any(also in text for also in subject.also)
    )


def _words(label: str) -> Iterator[str]:
    yield from (word for word in label.split("、") if len(word) > 1)
    yield from _ALSO.get(label, ())
