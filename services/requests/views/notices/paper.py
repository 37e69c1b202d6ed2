"""A letter as PDF; the same letter and font give the same bytes. The font is the system's own (字体)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

from fpdf import FPDF

from services.requests.views.notices.sheet import Sheet
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused

FONTS = (
    ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 2),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSerifCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSerifCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/arphic/uming.ttc", 0),
    ("/System/Library/Fonts/Supplemental/Songti.ttc", 0),
    ("C:/Windows/Fonts/simsun.ttc", 0),
)
"""Where systems keep fonts with Chinese signs, and which face of the collection is the one for mainland China."""
_TEXT, _TITLE = 14, 20
_LINE = 9
_CLOSING = "。，、；：？！）〕》」』”’…"

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every table it keeps


def font_of(configured: str = "") -> tuple[str, int]:
    """Return the font to print with, ``path`` or ``path#face`` where one is set. Raises ``Refused`` FONT_MISSING."""
    path, _, face = configured.partition("#")
    places = ((path, int(face) if face.isdecimal() else 0),) if configured else FONTS
    found = next((place for place in places if Path(place[0]).is_file()), None)
    if found is None:
        raise Refused(RequestsCode.FONT_MISSING)
    return found


def pdf_of(sheet: Sheet, configured: str = "") -> bytes:
    """Return a letter on A4. Takes a second or two, most of it for the font. Raises ``Refused`` FONT_MISSING."""
    path, face = font_of(configured)
    made = FPDF(format="A4")
    made.set_margins(28, 30, 26)
    made.set_auto_page_break(auto=True, margin=30)
    made.set_creation_date(datetime.combine(sheet.on, time(), UTC))
    made.set_title(sheet.title)
    made.set_author(sheet.body)
    made.set_lang("zh-CN")
    made.add_font("text", fname=path, collection_font_number=face)
    made.add_page()
    _print(made, sheet)
    return bytes(made.output())


def _print(made: FPDF, sheet: Sheet) -> None:
    for text, size in ((sheet.body, _TITLE - 2), (sheet.title, _TITLE), (sheet.number, _TEXT)):
        _line(made, text, "C", size)
    _line(made, f"{sheet.addressee}：", "L")
    for text in sheet.paragraphs:
        for part in text.splitlines():
            _line(made, f"\u3000\u3000{part}", "L")
    made.ln(_LINE)
    for text in sheet.closing:
        _line(made, text, "R")


def _line(made: FPDF, text: str, align: str, size: int = _TEXT) -> None:
    made.set_font("text", size=size)
    for line in _wrapped(made, text):
        made.cell(0, _LINE, line, align=align, new_x="LMARGIN", new_y="NEXT")


def _wrapped(made: FPDF, text: str) -> Iterator[str]:
    """Break a text into lines; no line begins with a sign that closes (标点避头), it hangs over the margin instead."""
    line = ""
    for sign in text:
        if line and sign not in _CLOSING and made.get_string_width(line + sign) > made.epw:
            yield line
            line = ""
        line += sign
    yield line
