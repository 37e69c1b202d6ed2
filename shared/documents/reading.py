"""Reading a document from a file: what kind it really is, and its text (TXT, DOCX, PDF)."""

from dataclasses import dataclass
from pathlib import Path, PurePath

import puremagic

from shared.contracts.problems import Refused
from shared.documents.faults import FileCode
from shared.documents.office import check_package, docx_text
from shared.documents.pdf import pdf_text

MOST_BYTES = 32 * 1024 * 1024  # the limit of a blob at the feed's door
MEDIA_TYPES = {
    ".txt": "text/plain",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
}
_ZIP, _PDF, _OLE = b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """The text of a document (正文), with lines separated by ``\\n``, and what the file really is."""

    text: str
    mediatype: str


def load(path: Path) -> bytes:
    """Read a file of at most 32 MiB.

    Raises:
        Refused: FILE_TOO_LARGE, FILE_EMPTY.
    """
    if path.stat().st_size > MOST_BYTES:
        raise Refused(FileCode.FILE_TOO_LARGE)
    return path.read_bytes()


def check_type(name: str, data: bytes) -> str:
    """Check that a file is what its name says, by its first bytes and, for office files, by its parts.

    Args:
        name: file name; only its ending counts.
        data: the whole file.

    Returns:
        The ending in lower case (``.docx``).

    Raises:
        Refused: with a ``FileCode`` that says what is wrong.
    """
    ending = PurePath(name).suffix.lower()
    if ending not in MEDIA_TYPES:
        raise Refused(FileCode.FILE_TYPE_UNKNOWN, f"{FileCode.FILE_TYPE_UNKNOWN.text}：{ending or '没有扩展名'}")
    if len(data) > MOST_BYTES:
        raise Refused(FileCode.FILE_TOO_LARGE)
    if not data.strip():
        raise Refused(FileCode.FILE_EMPTY)
    if ending in _PARTS and data.startswith(_OLE):
        # Word and Excel wrap a file with an opening password in the old container format.
        raise Refused(FileCode.FILE_ENCRYPTED, "文件已加密，或是改了扩展名的旧版 Office 文件，请另存为 DOCX 或 XLSX")
    if not _looks_like(ending, data):
        raise Refused(FileCode.FILE_TYPE_MISMATCH, f"扩展名是 {ending}，内容却是{_really(data)}")
    if ending in _PARTS:
        check_package(data, _PARTS[ending])
    return ending


def read_document(name: str, data: bytes) -> ReadDocument:
    """Read the text of a document.

    Args:
        name: file name, ending in .txt, .docx or .pdf.
        data: the whole file.

    Raises:
        Refused: with a ``FileCode``: not what its name says, too large, damaged, encrypted, without text.
    """
    ending = check_type(name, data)
    readers = {".txt": decode, ".docx": docx_text, ".pdf": pdf_text}
    if ending not in readers:
        raise Refused(FileCode.FILE_TYPE_UNKNOWN, f"{ending} 不是文档，请作为表格报送")
    text = readers[ending](data).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    if not text.strip():
        raise Refused(FileCode.NO_TEXT)
    return ReadDocument(text, MEDIA_TYPES[ending])


def decode(data: bytes) -> str:
    """Decode text that is UTF-8 (with or without mark), UTF-16 with its mark, or GB18030; never with replacements.

    Raises:
        Refused: ENCODING_UNKNOWN.
    """
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text):
            return text
    raise Refused(FileCode.ENCODING_UNKNOWN)


def _is_text(text: str) -> bool:
    # GB18030 decodes almost any bytes: what no Chinese text contains gives the wrong guess away.
    strange = sum(1 for sign in text if (sign < " " and sign not in "\t\n\r\f\x0b") or "\x7f" <= sign <= "\x9f")
    private = sum(1 for sign in text if "\ue000" <= sign <= "\uf8ff")
    return strange == 0 and private * 50 <= len(text)


def _looks_like(ending: str, data: bytes) -> bool:
    if ending in _PARTS:
        return data.startswith(_ZIP)
    if ending == ".pdf":
        return data[:1024].lstrip().startswith(_PDF)
    if data.startswith((_ZIP, _PDF, _OLE)) or _is_page(data):
        return False
    return b"\x00" not in data[:8192] or data.startswith((b"\xff\xfe", b"\xfe\xff"))


def _is_page(data: bytes) -> bool:
    return data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html"))


def _really(data: bytes) -> str:
    if _is_page(data):
        return "网页（HTML）"
    try:
        return f" {puremagic.from_string(data[:65536])} 文件"
    except (puremagic.PureError, ValueError):
        return "别的格式"
