"""The unified social credit code (统一社会信用代码), GB 32100-2015, with both of its check characters.

A code never changes when its holder moves or a district is merged: the region in it is where it was registered, never
where the holder is.
"""

from typing import Literal

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of the standard: no I, O, S, V, Z."""

AUTHORITIES = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "工商",
    "A": "军委改革编制办",
    "N": "农业",
    "Y": "其他",
}
"""First character: the registering authority."""

PROVINCES = frozenset(
    str(n)
    for n in (10, *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71)
) | {"81", "82"}
"""First two digits of the region, GB/T 2260; 10 is a registration with a national authority."""

Fault = Literal["LENGTH", "ALPHABET", "AUTHORITY", "CATEGORY", "REGION", "ORGANISATION_CHECK", "CHECK"]
FAULTS: dict[Fault, str] = {
    "LENGTH": "统一社会信用代码应为18位",
    "ALPHABET": "统一社会信用代码只能使用数字和大写字母，且不含I、O、S、V、Z",
    "AUTHORITY": "第1位登记管理部门代码不存在",
    "CATEGORY": "第2位机构类别代码应为1至9",
    "REGION": "第3至8位登记管理机关行政区划码不正确",
    "ORGANISATION_CHECK": "第17位组织机构代码校验码不正确",
    "CHECK": "第18位校验码不正确",
}

_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def faults(code: str) -> tuple[Fault, ...]:
    """Everything that is wrong with the code, in the order of its positions; empty when it is right.

    A code of wrong length or alphabet is not looked at further.
    """
    if len(code) != 18:
        return ("LENGTH",)
    if any(character not in ALPHABET for character in code):
        return ("ALPHABET",)
    region = code[2:8]
    found: list[tuple[bool, Fault]] = [
        (code[0] in AUTHORITIES, "AUTHORITY"),
        (code[1] in "123456789", "CATEGORY"),
        (region.isdigit() and region[:2] in PROVINCES, "REGION"),
        (code[16] == organisation_check(code[8:16]), "ORGANISATION_CHECK"),
        (code[17] == check_character(code[:17]), "CHECK"),
    ]
    return tuple(fault for right, fault in found if not right)


def is_valid(code: str) -> bool:
    """Whether nothing is wrong with the code."""
    return not faults(code)


def registered_region(code: str) -> str:
    """The GB/T 2260 code of the authority that registered the holder: not the holder's present district."""
    return code[2:8]


def make(authority: str, category: str, region: str, serial: int | str) -> str:
    """A valid code from its parts, for examples and tests; `serial` is the 8-character body of the organisation code.

    Raises ValueError when the parts cannot make a valid code.
    """
    body = f"{serial:08d}" if isinstance(serial, int) else serial
    if len(body) != 8 or not set(authority + category + region + body) <= set(ALPHABET):
        raise ValueError("the parts are not of the standard's form")
    head = authority + category + region + body + organisation_check(body)
    code = head + check_character(head)
    if wrong := faults(code):
        raise ValueError(", ".join(wrong))
    return code


def organisation_check(body: str) -> str:
    """The ninth character of an organisation code (组织机构代码, GB 11714) for its first eight."""
    remainder = 11 - sum(int(c, 36) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def check_character(head: str) -> str:
    """The eighteenth character for the first seventeen (GB/T 17710, ISO 7064)."""
    total = sum(ALPHABET.index(c) * w for c, w in zip(head, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]
