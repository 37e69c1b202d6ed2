"""Whether the files an event names are here, whole, and of a kind we hand on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

from shared.contracts.codes import FeedCode
from shared.contracts.problems import Fault
from shared.store.blobs import BlobErased, BlobMissing, Blobs
from shared.web.feed.media import ALLOWED, bare
from shared.web.feed.stamp import digest_of_text

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ERASED = "该内容已按规定删除，不再接收"


def blob_faults(data: dict[str, Any], blobs: Blobs) -> list[Fault]:
    """Return what is wrong with the files that valid data names; most data names none."""
    found = [fault for pointer, blob in _named(data) if (fault := _fault(pointer, blob, blobs))]
    text = data.get("text")
    if text and blobs.erased(digest_of_text(text)):
        found.append(Fault(FeedCode.FIELD_INVALID.name, "/data/text", _ERASED))
    return found


def _named(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if data.get("text_blob"):
        yield "/data/text_blob", data["text_blob"]
    for number, file in enumerate(data.get("files") or ()):
        yield f"/data/files/{number}/blob", file["blob"]


def _fault(pointer: str, blob: dict[str, Any], blobs: Blobs) -> Fault | None:
    if not _SHA256.fullmatch(blob["sha256"]):
        return Fault(FeedCode.FIELD_INVALID.name, f"{pointer}/sha256", "应为 64 位小写十六进制的 SHA-256")
    if bare(blob["mediatype"]) not in ALLOWED:
        return Fault(FeedCode.BLOB_TYPE.name, f"{pointer}/mediatype", FeedCode.BLOB_TYPE.text)
    try:
        with blobs.open(blob["sha256"]) as file:
            size = os.fstat(file.fileno()).st_size
    except BlobMissing:
        return Fault(FeedCode.BLOB_UNKNOWN.name, pointer, FeedCode.BLOB_UNKNOWN.text)
    except BlobErased:
        return Fault(FeedCode.BLOB_UNKNOWN.name, pointer, _ERASED)
    if size != blob["size"]:
        return Fault(FeedCode.BLOB_MISMATCH.name, f"{pointer}/size", f"文件实际为 {size} 字节")
    return None
