"""The text of a PDF, page by page."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

from shared.contracts.problems import Refused
from shared.documents.faults import FileCode
from shared.law.script import fold_width

if TYPE_CHECKING:
    import pypdf

MOST_PAGES = 1_000
MOST_SIGNS = 5_000_000
_RADICALS = range(0x2E80, 0x2FE0)

logging.getLogger("pypdf").setLevel(logging.ERROR)  # what is wrong with a file is said once, by us


def pdf_text(data: bytes) -> str:
    """Read the text layer of a PDF.

    Raises:
        Refused: FILE_DAMAGED, FILE_ENCRYPTED, FILE_INFLATES (too many pages or signs), NO_TEXT (a scan).
    """
    import pypdf  # heavy: a service that restarts must not wait for it
    from pypdf.errors import PyPdfError

    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused(FileCode.FILE_ENCRYPTED)
        if len(reader.pages) > MOST_PAGES:
            raise Refused(FileCode.FILE_INFLATES, f"超过 {MOST_PAGES} 页")
        text = _pages(reader)
    except Refused:
        raise
    except PyPdfError as error:
        raise Refused(FileCode.FILE_DAMAGED) from error
    except Exception as error:
        raise Refused(FileCode.FILE_DAMAGED) from error
    if not text.strip():
        raise Refused(FileCode.NO_TEXT)
    return text


def _pages(reader: pypdf.PdfReader) -> str:
    pages, length = [], 0
    for page in reader.pages:
        text = page.extract_text()
        length += len(text)
        if length > MOST_SIGNS:
            raise Refused(FileCode.FILE_INFLATES)
        pages.append(text)
    # Many fonts map 文 to the look-alike radical ⽂, which no search would find.
    return "".join(fold_width(sign) if ord(sign) in _RADICALS else sign for sign in "\n".join(pages))
