"""A letter as a Word document (DOCX); the same letter gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from services.requests.views.notices.sheet import Sheet

_FIXED = (1980, 1, 1, 0, 0, 0)
"""The time of every part of the archive; a zip cannot say an earlier one."""
_INDENT = Pt(32)
"""Two signs of the text, as Chinese paragraphs begin."""


def docx_of(sheet: Sheet) -> bytes:
    """Return a letter as a document on A4, laid out as official documents are (GB/T 9704-2012)."""
    made = _blank(sheet)
    _line(made, sheet.body, WD_ALIGN_PARAGRAPH.CENTER, Pt(18))
    _line(made, sheet.title, WD_ALIGN_PARAGRAPH.CENTER, Pt(22))
    _line(made, sheet.number, WD_ALIGN_PARAGRAPH.CENTER)
    _line(made, f"{sheet.addressee}：", WD_ALIGN_PARAGRAPH.LEFT)
    for text in sheet.paragraphs:
        for part in text.splitlines():
            _line(made, part, WD_ALIGN_PARAGRAPH.JUSTIFY).paragraph_format.first_line_indent = _INDENT
    for text in sheet.closing:
        _line(made, text, WD_ALIGN_PARAGRAPH.RIGHT)
    return _same_bytes(made)


def _blank(sheet: Sheet) -> Doc:
    made = Document()
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Cm(3.7), Cm(3.5), Cm(2.8), Cm(2.6)
    normal = made.styles["Normal"]
    normal.font.size = Pt(16)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
    about = made.core_properties
    about.title, about.author, about.last_modified_by = sheet.title, sheet.body, sheet.body
    about.language, about.comments = "zh-CN", ""
    about.created = about.modified = datetime.combine(sheet.on, time())
    return made


def _line(made: Doc, text: str, alignment: WD_ALIGN_PARAGRAPH, size: Pt | None = None) -> Paragraph:
    line = made.add_paragraph()
    line.alignment = alignment
    run = line.add_run(text)
    if size is not None:
        run.font.size, run.bold = size, True
    return line


def _same_bytes(made: Doc) -> bytes:
    """Pack the parts anew in their order with one fixed time: what else differs between two runs is the clock."""
    raw, packed = io.BytesIO(), io.BytesIO()
    made.save(raw)
    with zipfile.ZipFile(raw) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as after:
        for part in before.infolist():
            entry = zipfile.ZipInfo(part.filename, _FIXED)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            after.writestr(entry, before.read(part.filename))
    return packed.getvalue()
