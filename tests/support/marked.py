"""Looks for marked words in files, however they are written down: in any character set, encoded, packed, compressed.

What cannot be opened is reported as well, so that nothing passes because nobody could look into it.
"""

from __future__ import annotations

import base64
import io
import json
import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

CHARSETS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
DEEPEST = 5
"""How many containers in each other are opened."""
_CODECS = {2: "snappy", 3: "lz4", 4: "zstd"}
_BATCH = struct.Struct(">qiibIh")
_BATCH_HEADER = 61
_OPAQUE = {b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4", b"\x82SNAPPY\x00": "snappy", b"BZh": "bzip2"}
_FLATE = re.compile(rb"\x78[\x01\x5e\x9c\xda]")


@dataclass(frozen=True, slots=True)
class Found:
    """A mark in a file: which one, written how; ``mark`` is empty where the file could not be looked into."""

    place: str
    mark: str
    written: str


def writings(mark: str) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of every way a mark may be written down; hex and percent signs also in capitals."""
    plain: dict[str, bytes] = {charset: mark.encode(charset) for charset in CHARSETS}
    plain["json"] = json.dumps(mark)[1:-1].encode()
    plain["JSON"] = re.sub(rb"\\u[0-9a-f]{4}", lambda m: b"\\u" + m[0][2:].upper(), plain["json"])
    plain["entities"] = "".join(f"&#{ord(char)};" for char in mark).encode()
    for name, raw in plain.items():
        yield name, raw
        yield f"{name} hex", raw.hex().encode()
        yield f"{name} HEX", raw.hex().upper().encode()
        percent = quote(raw, safe="").encode()
        yield f"{name} percent", percent
        yield f"{name} percent small", re.sub(rb"%[0-9A-F]{2}", lambda m: m[0].lower(), percent)
        yield f"{name} percent all", b"".join(b"%%%02X" % byte for byte in raw)
        for shift in range(3):
            yield from _base64(f"{name} base64+{shift}", raw, shift)


def _base64(name: str, raw: bytes, shift: int) -> Iterator[tuple[str, bytes]]:
    """Yield what of the base64 does not depend on what stands before and after."""
    first, rest = (shift * 8 + 5) // 6, (shift + len(raw)) * 8 // 6
    for encode, kind in ((base64.b64encode, ""), (base64.urlsafe_b64encode, " url")):
        yield f"{name}{kind}", encode(b"\0" * shift + raw)[first:rest]


def _either(words: Iterable[bytes], depth: int = 4) -> bytes:
    """Return a pattern for any of the words, sorted by their first bytes: alternatives side by side are slow."""
    words = sorted(words)
    if b"" in words or depth == 0:
        return b"(?:" + b"|".join(map(re.escape, words)) + b")"
    tree: dict[bytes, list[bytes]] = {}
    for word in words:
        tree.setdefault(word[:1], []).append(word[1:])
    return b"(?:" + b"|".join(re.escape(first) + _either(rest, depth - 1) for first, rest in tree.items()) + b")"


class Scanner:
    """Looks for some marks in files and folders."""

    def __init__(self, marks: Iterable[str]) -> None:
        self._named: Mapping[bytes, tuple[str, str]] = {
            written: (mark, name) for mark in marks for name, written in writings(mark)
        }
        self._any = re.compile(_either(self._named))
        self.files = self.bytes = 0

    def folder(self, folder: Path) -> list[Found]:
        """Return what is in the files of a folder and of those below it."""
        return [found for path in sorted(folder.rglob("*")) if path.is_file() for found in self.file(path)]

    def file(self, path: Path) -> list[Found]:
        """Return what is in a file: its bytes as they lie there, and everything packed in them."""
        whole = path.read_bytes()
        data = whole[: len(whole.rstrip(b"\0")) + 64]  # without what is preallocated
        self.files += 1
        self.bytes += len(data)
        found = set(self._look(data, str(path), 0))
        if path.suffix == ".log" and path.stem.isdigit():
            found |= set(self._segment(whole, str(path)))
        if data.startswith(b"SQLite format 3\0"):
            found |= set(self._database(path))
        return sorted(found, key=lambda each: (each.place, each.mark, each.written))

    def data(self, data: bytes, place: str = "") -> list[Found]:
        """Return what is in some bytes."""
        return list(self._look(data, place, 0))

    def _look(self, data: bytes, place: str, depth: int) -> Iterator[Found]:
        for written in {match[0] for match in self._any.finditer(data)}:
            yield Found(place, *self._named[written])
        if depth == DEEPEST:
            return
        for start, kind in _OPAQUE.items():
            if data.startswith(start):
                yield Found(place, "", f"{kind} cannot be opened")
        for name, inner in _unpacked(data):
            yield from self._look(inner, f"{place}!{name}", depth + 1)

    def _segment(self, data: bytes, place: str) -> Iterator[Found]:
        """Look into the batches of a segment of Kafka's log (record format 2); a compressed one hides its records."""
        at = 0
        while at + _BATCH_HEADER <= len(data):
            offset, length, _, magic, _, attributes = _BATCH.unpack_from(data, at)
            if length <= 0:
                return  # the rest is preallocated
            codec = attributes & 7
            if magic != 2 or codec in _CODECS:
                yield Found(f"{place}@{offset}", "", f"{_CODECS.get(codec, f'magic {magic}')} cannot be opened")
            elif codec == 1:
                records = zlib.decompress(data[at + _BATCH_HEADER : at + 12 + length], 31)
                yield from self._look(records, f"{place}@{offset}", 1)
            at += 12 + length

    def _database(self, path: Path) -> Iterator[Found]:
        """Look into the cells of a database, which may be cut into pages as they lie in the file."""
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        database.text_factory = bytes
        try:
            names = [row[0].decode() for row in database.execute("select name from sqlite_master where type = 'table'")]
            for name in names:
                for row in database.execute(f'select * from "{name}"'):
                    for cell in row:
                        if isinstance(cell, bytes):
                            yield from self._look(cell, f"{path}!{name}", 1)
        finally:
            database.close()


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of everything that is packed in some bytes, wherever in them it begins."""
    if b"PK\x05\x06" in data:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                yield from [(name, packed.read(name)) for name in packed.namelist()]
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError):
            pass
    for match in re.finditer(rb"\x1f\x8b\x08", data):
        yield from _inflated(memoryview(data)[match.start() :], 31, f"gzip@{match.start()}")
    for match in _FLATE.finditer(data):
        yield from _inflated(memoryview(data)[match.start() :], 15, f"flate@{match.start()}")


def _inflated(data: memoryview, window: int, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield what can be inflated; where it breaks off, what came before."""
    inflater, made = zlib.decompressobj(window), bytearray()
    try:
        for start in range(0, len(data), 4096):
            made += inflater.decompress(data[start : start + 4096])
            if inflater.eof:
                break
    except zlib.error:
        pass
    if made:
        yield name, bytes(made)
