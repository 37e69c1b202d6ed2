"""Document numbers (发文字号) brought to one key: 滬府辦[2020]第020號 is 沪府办〔2020〕20号."""

import re
from dataclasses import dataclass

from shared.law.script import simplify

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SERIAL = r"(?P<serial>\d{1,7}|[零〇○一二三四五六七八九十百千]{1,9})"
_OPEN, _CLOSE = r"[〔\[【(〈<{《]", r"[〕\]】)〉>}》]"
_YEAR = r"(?P<year>(?:19|20)\d{2})"

# GB/T 9704-2012: agency code, full year in hexagonal brackets, serial without 第 and without leading zeros.
_NUMBER = re.compile(
    rf"(?P<code>[\u4e00-\u9fff]{{1,11}}(?!第)[\u4e00-\u9fff]|[\u4e00-\u9fff]{{2,30}}(?:公告|通告|令)|)第?{_OPEN}{_YEAR}年?{_CLOSE}"
    rf"第?{_SERIAL}号(?P<suffix>-[\u4e00-\u9fff]{{1,4}})?"
)
# Orders (令) count on without a year; announcements (公告, 通告) print the year without brackets.
_ORDER = re.compile(
    rf"(?P<code>[\u4e00-\u9fff()]{{0,40}}?(?:令|公告|通告)){_OPEN}?(?:{_YEAR}年)?第{_SERIAL}号{_CLOSE}?(?P<suffix>)"
)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A document number (发文字号) and the key under which all its spellings meet.

    Attributes:
        original: as printed, surrounding blanks taken off.
        key: the normal spelling, e.g. ``沪府办〔2020〕20号`` or ``上海市人民政府令第32号``.
        code: agency code (机关代字), simplified; for orders the words up to 令; empty where none is printed.
        year: the year in the brackets; None for orders.
        serial: the number within the year.
    """

    original: str
    key: str
    code: str
    year: int | None
    serial: int


def parse_number(text: str) -> DocumentNumber | None:
    """Parse a text that is a document number and nothing else (rules R11.3, GB/T 9704-2012).

    Args:
        text: one number, in any of the usual spellings: ``[ ] 【】 () 〈〉`` for ``〔〕``, full-width digits, inner
            blanks, 第, leading zeros, traditional script (繁体).

    Returns:
        The number, or None when the text is no document number.
    """
    tight = re.sub(r"\s+", "", simplify(text))
    match = _NUMBER.fullmatch(tight) or _ORDER.fullmatch(tight)
    if match is None:
        return None
    serial = parse_integer(match["serial"])
    if not serial or serial > 99_999:
        return None
    year = int(match["year"]) if match["year"] else None
    return DocumentNumber(text.strip(), _key(match, year, serial), match["code"], year, serial)


def number_key(text: str) -> str | None:
    """Return the key of a document number, or None when the text is none."""
    number = parse_number(text)
    return number.key if number else None


def parse_integer(text: str) -> int | None:
    """Read a whole number below ten thousand in Arabic or Chinese digits (``32``, ``三十二``, ``二〇二三``).

    Returns:
        The number, or None when the text is none.
    """
    if re.fullmatch(r"[0-9]+", text):
        return int(text)
    if not text or any(sign not in _DIGITS and sign not in _UNITS for sign in text):
        return None
    if not any(sign in _UNITS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, pending = 0, 0
    for sign in text:
        if sign in _UNITS:
            total += (pending or 1) * _UNITS[sign]
            pending = 0
        else:
            pending = _DIGITS[sign]
    return total + pending


def _key(match: re.Match[str], year: int | None, serial: int) -> str:
    code, suffix = match["code"], match["suffix"] or ""
    if match.re is _NUMBER:
        return f"{code}〔{year}〕{serial}号{suffix}"
    return f"{code}{year}年第{serial}号" if year else f"{code}第{serial}号"
