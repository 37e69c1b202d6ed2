"""Dates as official documents print them: 2023年4月23日, 二〇二三年四月二十三日, 2023-04-23."""

import re
from datetime import date

from shared.law.docnumbers import parse_integer

# 〇 is printed in many ways: as zero, as a circle, as the letter O.
_ZEROS = str.maketrans("○OoО◯0Oо", "〇〇〇〇〇〇〇〇")
_CHINESE = r"[一二三四五六七八九〇零○OoО◯0]"
DATE = (
    r"(?:(?:19|20)\d{2}年\d{1,2}月\d{1,2}日"
    r"|(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"
    rf"|[一二]{_CHINESE}{{3}}年[一二三四五六七八九十元正]{{1,3}}月[一二三四五六七八九十廿卅]{{1,3}}日)"
)
LONG_DATE = DATE.replace(r"|(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)", "")


def parse_date(text: str) -> date | None:
    """Read one whole date.

    Args:
        text: a date and nothing else, simplified and without blanks (see ``Line.tight``).

    Returns:
        The date, or None when the text is none or there is no such day; a month without a day is no date.
    """
    if not re.fullmatch(DATE, text):
        return None
    parts = [_number(part) for part in re.split(r"[年月日/.\-]", text) if part]
    try:
        return date(*(part or 0 for part in parts[:3]))
    except ValueError:
        return None


def _number(part: str) -> int | None:
    if part.isdigit() and part.isascii():
        return int(part)
    part = part.translate(_ZEROS).replace("元", "一").replace("正", "一")
    return parse_integer(part.replace("廿", "二十").replace("卅", "三十"))
