"""Files at the feed's door: references, uploads, and what only pretends to be a document."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.unit.web.conftest import Desk
from tests.unit.web.doors import Doorway, document

MIB = 1024 * 1024


@pytest.fixture
async def door(tmp_path: Path) -> Doorway:
    return await Doorway(tmp_path, Desk()).open()


FILE = {"sha256": "0" * 64, "size": 1, "mediatype": "application/pdf"}


@pytest.mark.parametrize(
    ("blob", "code"),
    [
        (FILE, "BLOB_UNKNOWN"),
        (FILE | {"sha256": "../../etc/passwd"}, "FIELD_INVALID"),
        (FILE | {"sha256": "A" * 64}, "FIELD_INVALID"),
        (FILE | {"mediatype": "text/html"}, "BLOB_TYPE"),
        (FILE | {"size": "1"}, "FIELD_INVALID"),
        (FILE | {"url": "http://169.254.169.254/"}, "FIELD_UNKNOWN"),
    ],
)
async def test_a_reference_to_a_file_must_be_good(door: Doorway, blob: dict[str, Any], code: str) -> None:
    for changes in ({"text_blob": blob}, {"files": [{"name": "附件", "blob": blob}]}):
        answer = await door.feed(document(**changes))
        assert answer.status == 422
        assert code in [error["code"] for error in answer.json["rejected"][0]["errors"]]


async def test_a_reference_must_tell_the_files_size(door: Doorway) -> None:
    digest = await door.blobs.put(b"%PDF-1.7")
    answer = await door.feed(document(text_blob=FILE | {"sha256": digest, "size": 9}))
    assert answer.code == "BLOB_MISMATCH"


async def test_an_erased_text_does_not_come_back(door: Doorway) -> None:
    await door.blobs.erase(hashlib.sha256("旧文".encode()).hexdigest())
    answer = await door.feed(document(text="旧文"))
    assert (answer.status, answer.code) == (422, "FIELD_INVALID")


ZIP = b"PK\x03\x04" + b"x" * 100
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"%PDF-1.7 body", "application/pdf", 201),
        (b"\x89PNG\r\n\x1a\n123456789", "image/png", 201),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4", 201),
        (ZIP + b"word/document.xml" + b"x" * 100, DOCX, 201),
        (ZIP + b"OFD.xml", "application/ofd", 201),
        ("正文".encode(), "text/plain; charset=utf-8", 201),
        (b"<html>", "text/html", 415),
        (b"<svg>", "image/svg+xml", 415),
        (b"MZ\x90\x00", "application/pdf", 415),
        (b"", "application/pdf", 415),
        (ZIP, DOCX, 415),
        (b"\xff\xfe\x00", "text/plain", 415),
        (b"a\x00b", "text/plain", 415),
        (b"%PDF-1.7", "", 415),
    ],
)
async def test_a_file_is_what_its_bytes_say(door: Doorway, content: bytes, kind: str, status: int) -> None:
    target = f"/feed/v1/blobs/{hashlib.sha256(content).hexdigest()}"
    chunks = [content[at : at + 7] for at in range(0, len(content), 7)]
    answer = await door.client.call("PUT", target, body=chunks, headers={"content-type": kind}, length=False)
    assert answer.status == status
    assert len(list(door.blobs.digests())) == (1 if status == 201 else 0)
    if status != 201:
        assert answer.code == "BLOB_TYPE"


async def test_a_file_under_another_name_or_too_large_is_not_kept(door: Doorway) -> None:
    pdf = {"content-type": "application/pdf"}
    wrong = await door.client.call("PUT", f"/feed/v1/blobs/{'0' * 64}", body=b"%PDF-1.7 content", headers=pdf)
    assert (wrong.status, wrong.code) == (422, "BLOB_MISMATCH")
    huge = [b"%PDF-1.7" + b"x" * MIB] * 33
    for length in (True, False):
        answer = await door.client.call("PUT", f"/feed/v1/blobs/{'1' * 64}", body=huge, headers=pdf, length=length)
        assert (answer.status, answer.code) == (413, "BODY_TOO_LARGE")
    for name in ("..%2f..%2fetc%2fpasswd", "A" * 64, "0" * 63):
        answer = await door.client.call("PUT", f"/feed/v1/blobs/{name}", body=b"%PDF-1.7", headers=pdf)
        assert answer.status in (404, 422)
    assert list(door.blobs.digests()) == []
