"""Texts and files, kept under the hash of their content (正文与附件). Nothing else keeps them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterable, Iterator
from pathlib import Path
from typing import BinaryIO

from shared.contracts.problems import Unavailable

LIMIT = 32 * 1024 * 1024
"""Largest blob in bytes."""
ERASED = "〔已删除〕"
"""What stands where an erased text stood."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class BlobMissing(Exception):
    """No such blob was ever put here."""


class BlobErased(Exception):
    """The content was erased for good: it is neither given out nor taken in again."""


class BlobRejected(Exception):
    """The bytes are not what their name says, or too many."""


class Blobs:
    """A folder ``ab/cdef…`` of files named by the SHA-256 of their content.

    A blob is durable, and whole, when ``put`` returns; the same content is kept once. Erasing leaves a tombstone, so
    that neither a replay nor a second filing brings the content back. Every method may raise ``Unavailable`` (disk).
    """

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit
        folder.mkdir(parents=True, exist_ok=True)

    async def put(self, data: bytes) -> str:
        """Keep bytes and return their digest. Raises ``BlobRejected`` (too large) or ``BlobErased``."""
        if len(data) > self._limit:
            raise BlobRejected(f"{len(data)} bytes, at most {self._limit}")
        digest = hashlib.sha256(data).hexdigest()
        if not self.exists(digest):
            await asyncio.to_thread(self._write, digest, data)
        return digest

    async def put_stream(self, digest: str, chunks: AsyncIterable[bytes]) -> int:
        """Keep streamed bytes that must have this digest; return their size.

        Never more than the limit touches the disk. Raises ``BlobRejected`` (too large, another digest) or
        ``BlobErased``.
        """
        self._path(digest)
        draft, size, seen = self._draft(), 0, hashlib.sha256()
        try:
            with draft:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > self._limit:
                        raise BlobRejected(f"more than {self._limit} bytes")
                    seen.update(chunk)
                    await asyncio.to_thread(draft.write, chunk)
                if seen.hexdigest() != digest:
                    raise BlobRejected(f"the content's digest is {seen.hexdigest()}")
                await asyncio.to_thread(self._keep, draft, digest)
        except OSError as error:
            raise Unavailable(f"blobs: {error}") from error
        finally:
            _discard(draft.name)
        return size

    async def get(self, digest: str) -> bytes:
        """Return the content. Raises ``BlobMissing`` or ``BlobErased``."""
        with self.open(digest) as handle:
            return await asyncio.to_thread(handle.read)

    async def text(self, digest: str) -> str:
        """Return the content as text, ``〔已删除〕`` where it was erased. Raises ``BlobMissing``."""
        try:
            return (await self.get(digest)).decode("utf-8")
        except BlobErased:
            return ERASED

    def open(self, digest: str) -> BinaryIO:
        """Open the content for reading; what is open stays readable. Raises ``BlobMissing`` or ``BlobErased``."""
        try:
            return open(self._name(digest), "rb")  # noqa: PTH123 -- a rebuild opens thousands, and Path costs as much
        except FileNotFoundError as error:
            if self.erased(digest):
                raise BlobErased(digest) from error
            raise BlobMissing(digest) from error
        except OSError as error:
            raise Unavailable(f"blobs: {error}") from error

    def exists(self, digest: str) -> bool:
        """Return whether the content is here."""
        return self._path(digest).exists()

    def erased(self, digest: str) -> bool:
        """Return whether the content was erased."""
        return self._tombstone(digest).exists()

    async def erase(self, digest: str) -> None:
        """Erase for good, also content that is not here yet; again changes nothing."""
        await asyncio.to_thread(self._erase, digest)

    def digests(self) -> Iterator[str]:
        """Yield the digests of all that is here, sorted."""
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(f"{folder.name}{path.name}" for path in folder.glob("[0-9a-f]" * 62))

    def fingerprint(self) -> str:
        """Return one digest over all digests: equal folders have equal ones."""
        seen = hashlib.sha256()
        for digest in self.digests():
            seen.update(f"{digest}\n".encode())
        return seen.hexdigest()

    def _write(self, digest: str, data: bytes) -> None:
        try:
            with self._draft() as draft:
                try:
                    draft.write(data)
                    self._keep(draft, digest)
                finally:
                    _discard(draft.name)
        except OSError as error:
            raise Unavailable(f"blobs: {error}") from error

    def _draft(self) -> tempfile._TemporaryFileWrapper[bytes]:
        try:
            return tempfile.NamedTemporaryFile(dir=self._folder, prefix="draft-", delete=False)
        except OSError as error:
            raise Unavailable(f"blobs: {error}") from error

    def _keep(self, draft: tempfile._TemporaryFileWrapper[bytes], digest: str) -> None:
        if self.erased(digest):
            raise BlobErased(digest)
        draft.flush()
        os.fsync(draft.fileno())
        path = self._path(digest)
        path.parent.mkdir(exist_ok=True)
        Path(draft.name).replace(path)
        _sync_folder(path.parent)
        if self.erased(digest):  # erased while we wrote
            path.unlink(missing_ok=True)
            raise BlobErased(digest)

    def _erase(self, digest: str) -> None:
        try:
            path = self._path(digest)
            path.parent.mkdir(exist_ok=True)
            self._tombstone(digest).touch()  # before the content goes: a crash in between erases on the next call
            _sync_folder(path.parent)
            path.unlink(missing_ok=True)
            _sync_folder(path.parent)
        except OSError as error:
            raise Unavailable(f"blobs: {error}") from error

    def _path(self, digest: str) -> Path:
        return Path(self._name(digest))

    def _name(self, digest: str) -> str:
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"not a SHA-256 in lower-case hex: {digest!r}")
        return f"{self._folder}/{digest[:2]}/{digest[2:]}"

    def _tombstone(self, digest: str) -> Path:
        return self._path(digest).with_suffix(".erased")


def _discard(draft: str) -> None:
    Path(draft).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
