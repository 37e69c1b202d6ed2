"""Blobs are whole, kept once, checked, and stay erased."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.contracts.problems import Unavailable
from shared.store.blobs import ERASED, BlobErased, BlobMissing, BlobRejected, Blobs

TEXT = "关于开放数据的说明".encode()
NAME = hashlib.sha256(TEXT).hexdigest()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs", limit=100)


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 7):
        yield data[start : start + 7]


def files(tmp_path: Path) -> list[str]:
    return sorted(str(path.relative_to(tmp_path / "blobs")) for path in tmp_path.rglob("*") if path.is_file())


async def test_content_is_kept_once_under_its_hash(blobs: Blobs, tmp_path: Path) -> None:
    assert [await blobs.put(TEXT), await blobs.put(TEXT)] == [NAME, NAME]
    assert await blobs.put_stream(NAME, pieces(TEXT)) == len(TEXT)

    assert files(tmp_path) == [f"{NAME[:2]}/{NAME[2:]}"]
    assert (await blobs.get(NAME), await blobs.text(NAME), blobs.exists(NAME)) == (TEXT, TEXT.decode(), True)


async def test_a_stream_that_is_not_what_it_says_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(BlobRejected, match="digest"):
        await blobs.put_stream(NAME, pieces(b"other"))
    with pytest.raises(BlobRejected, match="more than 100"):
        await blobs.put_stream(NAME, pieces(b"x" * 101))
    with pytest.raises(BlobRejected):
        await blobs.put(b"x" * 101)

    assert (files(tmp_path), blobs.exists(NAME)) == ([], False)


async def test_what_is_erased_stays_erased(blobs: Blobs, tmp_path: Path) -> None:
    await blobs.put(TEXT)
    await blobs.erase(NAME)
    await blobs.erase(NAME)

    assert (blobs.exists(NAME), blobs.erased(NAME), await blobs.text(NAME)) == (False, True, ERASED)
    with pytest.raises(BlobErased):
        await blobs.get(NAME)
    with pytest.raises(BlobErased):
        await blobs.put(TEXT)
    with pytest.raises(BlobErased):
        await blobs.put_stream(NAME, pieces(TEXT))
    assert TEXT not in b"".join((tmp_path / "blobs" / name).read_bytes() for name in files(tmp_path))


async def test_what_was_never_put_is_missing(blobs: Blobs) -> None:
    with pytest.raises(BlobMissing):
        await blobs.get(NAME)
    with pytest.raises(BlobMissing):
        await blobs.text(NAME)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", NAME.upper(), NAME + "0"])
async def test_only_a_hash_is_a_name(blobs: Blobs, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        blobs.exists(name)
    with pytest.raises(ValueError, match="SHA-256"):
        await blobs.put_stream(name, pieces(TEXT))


async def test_equal_folders_have_equal_fingerprints(tmp_path: Path) -> None:
    first, second = Blobs(tmp_path / "1"), Blobs(tmp_path / "2")
    names = [await first.put(data) for data in (b"a", b"b", b"c")]
    for data in (b"c", b"a"):
        await second.put(data)

    assert list(first.digests()) == sorted(names)
    assert first.fingerprint() != second.fingerprint()
    await second.put(b"b")
    assert first.fingerprint() == second.fingerprint()


async def test_a_disk_that_refuses_is_unavailable(blobs: Blobs, tmp_path: Path) -> None:
    (tmp_path / "blobs" / NAME[:2]).write_text("a file where a folder must be")

    with pytest.raises(Unavailable):
        await blobs.put(TEXT)
