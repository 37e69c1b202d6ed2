"""Which files agencies may send, told by their bytes and not by their name (按内容识别文件类型)."""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator, Mapping

from shared.contracts.codes import FeedCode
from shared.contracts.problems import Refused

_ZIP = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MAGIC: Mapping[str, tuple[int, tuple[bytes, ...]]] = {
    "application/pdf": (0, (b"%PDF-",)),
    "image/png": (0, (b"\x89PNG\r\n\x1a\n",)),
    "image/jpeg": (0, (b"\xff\xd8\xff",)),
    "video/mp4": (4, (b"ftyp",)),
    f"{_OFFICE}wordprocessingml.document": (0, (_ZIP,)),
    f"{_OFFICE}spreadsheetml.sheet": (0, (_ZIP,)),
    f"{_OFFICE}presentationml.presentation": (0, (_ZIP,)),
    "application/ofd": (0, (_ZIP,)),
}
_INSIDE: Mapping[str, bytes] = {
    f"{_OFFICE}wordprocessingml.document": b"word/document.xml",
    f"{_OFFICE}spreadsheetml.sheet": b"xl/workbook.xml",
    f"{_OFFICE}presentationml.presentation": b"ppt/presentation.xml",
    "application/ofd": b"OFD.xml",
}
"""The part every file of the kind has; a ZIP names its parts in the clear."""
TEXTS = frozenset(("text/plain", "text/csv"))
ALLOWED = TEXTS | _MAGIC.keys()
_HEAD = 16


def bare(mediatype: str) -> str:
    """Return a media type without its parameters."""
    return mediatype.partition(";")[0].strip().lower()


async def as_declared(mediatype: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Pass chunks on and raise ``Refused`` BLOB_TYPE as soon as, and at the latest when, they are not of the type.

    Nothing is kept by whoever reads this to its end unless it ends well.
    """
    if mediatype not in ALLOWED:
        raise Refused(FeedCode.BLOB_TYPE, "接收 TXT、CSV、PDF、DOCX、XLSX、PPTX、OFD、PNG、JPEG 和 MP4")
    check = _Text() if mediatype in TEXTS else _Binary(mediatype)
    async for chunk in chunks:
        check.feed(chunk)
        yield chunk
    check.end()


class _Text:
    """Text is UTF-8 without control characters a reader would choke on."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def feed(self, chunk: bytes) -> None:
        self._decode(chunk)

    def end(self) -> None:
        self._decode(b"", True)

    def _decode(self, chunk: bytes, final: bool = False) -> None:
        try:
            text = self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            raise Refused(FeedCode.BLOB_TYPE, "文字文件应为 UTF-8 编码") from error
        if "\0" in text:
            raise Refused(FeedCode.BLOB_TYPE, "文字文件中不能有空字符")


class _Binary:
    """A known beginning and, for what is packed, the part that tells the kind."""

    def __init__(self, mediatype: str) -> None:
        self._offset, self._begins = _MAGIC[mediatype]
        self._inside = _INSIDE.get(mediatype)
        self._head = b""
        self._tail = b""

    def feed(self, chunk: bytes) -> None:
        if len(self._head) < _HEAD:
            self._head += chunk[: _HEAD - len(self._head)]
            if len(self._head) == _HEAD:
                self._look()
        if self._inside is not None:
            window = self._tail + chunk
            if self._inside in window:
                self._inside = None
            self._tail = window[-len(self._inside or b" ") :]

    def end(self) -> None:
        self._look()
        if self._inside is not None:
            raise Refused(FeedCode.BLOB_TYPE)

    def _look(self) -> None:
        if not self._head[self._offset :].startswith(self._begins):
            raise Refused(FeedCode.BLOB_TYPE)
