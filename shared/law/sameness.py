"""What two people mean who ask for the same thing in other words: texts and contacts brought into one spelling.

For comparing only (同一信息、同一联系方式): what comes out is never shown or kept, only a keyed pseudonym of it.
"""

import re

from shared.law.script import simplify

_NOT_WORDS = re.compile(r"[\W_]+")
_STOP = (
    *(
        "本人",
        "本公司",
        "本单位",
        "我单位",
        "我公司",
        "我们",
        "贵局",
        "贵委",
        "贵办",
        "贵单位",
        "贵机关",
        "你局",
        "你单位",
    ),
    *(
        "申请公开",
        "依法公开",
        "予以公开",
        "请公开",
        "请求公开",
        "要求公开",
        "公开一下",
        "申请",
        "请求",
        "希望",
        "想要",
        "麻烦",
    ),
    *("现向", "特此", "获取", "获得", "查阅", "查询", "了解", "提供", "一份", "全文", "如下", "以下"),
    *("政府信息", "有关", "相关", "关于", "的", "请", "我", "您", "你"),
)
"""Words of asking only: what names a thing (条例, 规定, 依据 …) tells one information from another and stays."""
_STOPS = re.compile("|".join(sorted(map(re.escape, _STOP), key=len, reverse=True)))
_LEAST = 4
"""A text of which less is left is compared with its stop words."""
_COUNTRY = re.compile(r"^(?:0086|86)(?=1\d{10}$)")


def plain(text: str) -> str:
    """Return one spelling of a text: simplified (繁→简), without blanks and punctuation, in small letters."""
    return _NOT_WORDS.sub("", simplify(text)).lower()


def plain_description(text: str) -> str:
    """Return what a description is about, without the words of asking for it (去停用词)."""
    whole = plain(text)
    left = _STOPS.sub("", whole)
    return left if len(left) >= _LEAST else whole


def plain_contact(text: str) -> str:
    """Return one spelling of a contact: no country code before a mobile number, no ``+tag`` in a mail address."""
    local, at, domain = simplify(text).strip().lower().rpartition("@")
    if at:
        return f"{local.partition('+')[0]}@{domain}"
    return _COUNTRY.sub("", plain(text))
