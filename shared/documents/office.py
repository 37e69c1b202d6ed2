"""Office Open XML packages: safe to unpack, and the text of a DOCX in reading order."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from shared.contracts.problems import Refused
from shared.documents.faults import FileCode

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MOST_UNPACKED = 256 * 1024 * 1024
MOST_PARTS = 5_000
_MOST_RATIO = 150  # XML packs well, 150 to 1 it does not unless somebody means it
_SMALL = 4 * 1024 * 1024  # a part this small cannot hurt, however well it packed


def check_package(data: bytes, part: str) -> None:
    """Check a package before anything is unpacked.

    Args:
        data: the whole file.
        part: the part that makes it the kind its name says, e.g. ``word/document.xml``.

    Raises:
        Refused: FILE_DAMAGED, FILE_ENCRYPTED, FILE_INFLATES, FILE_TYPE_MISMATCH.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Refused(FileCode.FILE_DAMAGED) from error
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused(FileCode.FILE_ENCRYPTED)
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refused(FileCode.FILE_INFLATES)
    if any(entry.file_size > _SMALL and entry.file_size > _MOST_RATIO * entry.compress_size for entry in entries):
        raise Refused(FileCode.FILE_INFLATES)
    if part not in {entry.filename for entry in entries}:
        raise Refused(FileCode.FILE_TYPE_MISMATCH, f"压缩包里没有 {part}，不是对应的 Office 文件")


def docx_text(data: bytes) -> str:
    """Read paragraphs and tables of a DOCX in the order in which they stand; cells of a row are set apart by tabs.

    Raises:
        Refused: FILE_DAMAGED.
    """
    import docx  # heavy: a service that restarts must not wait for it

    try:
        body = docx.Document(io.BytesIO(data)).element.body
    except Exception as error:
        raise Refused(FileCode.FILE_DAMAGED) from error
    return "\n".join(_blocks(body))


def _w(tag: str) -> str:
    return _WORD + tag


def _blocks(parent: Any) -> Iterator[str]:
    for child in parent.iterchildren():
        if child.tag == _w("p"):
            yield from _paragraph(child)
        elif child.tag == _w("tbl"):
            yield from _rows(child)
        elif child.tag in (_w("sdt"), _w("sdtContent"), _w("customXml")):
            yield from _blocks(child)


def _rows(table: Any) -> Iterator[str]:
    for row in table.findall(_w("tr")):
        cells = [" ".join(part.strip() for part in _blocks(cell) if part.strip()) for cell in row.findall(_w("tc"))]
        yield "\t".join(cells)


def _paragraph(paragraph: Any) -> Iterator[str]:
    """The text of a paragraph; letterheads are often set in a text box, which is read before it."""
    boxes: list[str] = []
    text = "".join(_signs(paragraph, boxes))
    yield from boxes
    yield text


def _signs(parent: Any, boxes: list[str]) -> Iterator[str]:
    marks = {_w("tab"): "\t", _w("br"): "\n", _w("cr"): "\n", _w("noBreakHyphen"): "-"}
    for child in parent.iterchildren():
        if child.tag == _w("t"):
            yield child.text or ""
        elif child.tag in marks:
            yield marks[child.tag]
        elif child.tag == _w("txbxContent"):
            boxes.extend(_blocks(child))
        elif child.tag not in (_w("del"), _w("pPr"), _w("rPr"), _FALLBACK):
            yield from _signs(child, boxes)


# The same text box once more, for programs that do not know the newer drawing format.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
