"""From a document file to its event: what is printed on it, what a person adds, its text and the file itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongkai.feeding.items import Item, source_of
from shared.contracts.canonical import digest
from shared.contracts.facts.feed import DocumentIssued
from shared.documents.events import event
from shared.documents.filling import Filled, filled, refuse_classified, stated, text_of
from shared.documents.proposing import propose
from shared.documents.reading import decode, read_document

MOST_INLINE = 256 * 1024
"""Bytes of a text that may travel inside its event."""
PLAIN = "text/plain"
Upload = Callable[[bytes, str], Mapping[str, Any]]
"""Sends bytes of a media type ahead and returns the reference to them."""


@dataclass(frozen=True)
class Draft:
    """A document as read, before anybody confirmed anything."""

    name: str
    raw: bytes
    mediatype: str
    text: str
    fields: tuple[Filled, ...]
    notes: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The agency's own name for the document: the file's content, so that a correction finds it again."""
        return f"file-{hashlib.sha256(self.raw).hexdigest()[:16]}"


def draft(path: Path, raw: bytes) -> Draft:
    """Read a document and propose its metadata. Raises ``Refused``: unreadable, or with a printed grade of secrecy."""
    document = read_document(path.name, raw)
    proposal = propose(document.text)
    refuse_classified(proposal)
    return Draft(path.name, raw, document.mediatype, text_of(proposal), filled(proposal), proposal.notes)


def item(found: Draft, more: Mapping[str, Any], agency: str, upload: Upload) -> Item:
    """Return the event of a document: the stated fields and ``more``, with text and file.

    Its id is made of file and data: the same again is the same receipt, a correction is a new event.
    """
    data = stated(found.fields, more)
    id_ = f"doc-{digest([found.subject, hashlib.sha256(found.raw).hexdigest(), data])[:32]}"
    if "text" not in data:
        data |= _text(found.text, upload)
    data["files"] = [{"name": found.name, "blob": dict(upload(_original(found), found.mediatype))}]
    return Item(None, event(source_of(agency), DocumentIssued.type, found.subject, id_, data))


def _text(text: str, upload: Upload) -> dict[str, Any]:
    raw = text.encode()
    if not raw:
        return {}
    return {"text": text} if len(raw) <= MOST_INLINE else {"text_blob": dict(upload(raw, PLAIN))}


def _original(found: Draft) -> bytes:
    # The feed takes texts as UTF-8 only; other encodings are the same text in other bytes.
    return decode(found.raw).encode() if found.mediatype == PLAIN else found.raw
