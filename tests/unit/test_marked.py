"""The scanner finds a planted mark however it is written down, and says what it could not look into."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sqlite3
import struct
import zipfile
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.marked import CHARSETS, Scanner

MARK = "欧阳青禾甲"
ASCII = "13900017788"
WRITTEN = {
    **{charset: MARK.encode(charset) for charset in CHARSETS},
    "json": json.dumps({"name": MARK}).encode(),
    "JSON": json.dumps({"name": MARK}).upper().replace("\\U", "\\u").encode(),
    "hex": MARK.encode().hex().encode(),
    "HEX": MARK.encode("utf-16-le").hex().upper().encode(),
    "url": quote(f"/who?name={MARK}").encode(),
    "gb url": quote(MARK.encode("gb18030")).lower().encode(),
    "html": "".join(f"&#{ord(c)};" for c in MARK).encode(),
    "json in base64": base64.b64encode(json.dumps({"n": MARK}).encode()),
    "url-safe base64": base64.urlsafe_b64encode(f"??>>{MARK}".encode()),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_mark_is_found_however_it_is_written(how: str) -> None:
    found = Scanner([MARK]).data(b"before " + WRITTEN[how] + b" after")
    assert {each.mark for each in found} == {MARK}
    assert Scanner(["司马青禾甲"]).data(WRITTEN[how]) == []


@given(st.binary(max_size=40), st.binary(max_size=40), st.sampled_from(CHARSETS), st.sampled_from([MARK, ASCII]))
def test_a_mark_is_found_in_base64_wherever_it_stands(before: bytes, after: bytes, charset: str, mark: str) -> None:
    packed = base64.b64encode(before + mark.encode(charset) + after)
    assert mark in {each.mark for each in Scanner([mark]).data(packed)}


def zipped(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", data)
    return buffer.getvalue()


PACKED = {
    "gzip": gzip.compress(MARK.encode()),
    "gzip inside": b"\0" * 100 + gzip.compress(MARK.encode()) + b"\0" * 100,
    "broken off": gzip.compress(MARK.encode() + bytes(range(256)) * 99)[:-40],
    "zlib": b"stream\n" + zlib.compress(MARK.encode()),
    "zip": zipped(MARK.encode()),
    "zip in zip in gzip": gzip.compress(zipped(zipped(MARK.encode("utf-16-le")))),
}


@pytest.mark.parametrize("how", PACKED)
def test_a_mark_is_found_however_it_is_packed(how: str) -> None:
    assert {each.mark for each in Scanner([MARK]).data(PACKED[how])} == {MARK}


def test_a_mark_is_found_in_a_cell_that_was_cut_into_pages_and_in_a_page_that_was_given_up(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    database = sqlite3.connect(path)
    database.executescript("pragma journal_mode=wal; pragma secure_delete=off")
    database.execute("create table t (x)")
    database.executemany("insert into t values (?)", [("字" * n + MARK + "字" * 4000,) for n in range(1320, 1370)])
    database.commit()
    assert {each.mark for each in Scanner([MARK]).file(Path(f"{path}-wal"))} == {MARK}
    database.execute("pragma wal_checkpoint(truncate)")
    assert f"{path}!t" in {each.place for each in Scanner([MARK]).file(path)}
    database.execute("delete from t")
    database.commit()
    database.close()
    assert str(path) in {each.place for each in Scanner([MARK]).file(path)}


def batch(records: bytes, codec: int) -> bytes:
    """A batch as Kafka writes it into a segment."""
    rest = struct.pack(">ibIhiqqqhii", 0, 2, 0, codec, 0, 0, 0, -1, -1, -1, 1) + records
    return struct.pack(">qi", 0, len(rest)) + rest


def test_the_batches_of_a_segment_are_opened_or_named(tmp_path: Path) -> None:
    path = tmp_path / "00000000000000000000.log"
    path.write_bytes(batch(b"nothing", 0) + batch(gzip.compress(MARK.encode()), 1) + b"\0" * 4096)
    assert {each.mark for each in Scanner([MARK]).file(path)} == {MARK}
    for codec in (2, 3, 4):
        path.write_bytes(batch(b"nothing", 0) + batch(b"who knows", codec))
        [found] = Scanner([MARK]).file(path)
        assert "cannot be opened" in found.written
    (tmp_path / "x.zst").write_bytes(b"\x28\xb5\x2f\xfd....")
    assert [each.mark for each in Scanner([MARK]).file(tmp_path / "x.zst")] == [""]


def test_a_folder_is_looked_through_to_its_last_file(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.json").write_text(json.dumps([ASCII]))
    (tmp_path / "d").write_bytes(b"")
    scanner = Scanner([MARK, ASCII])
    assert {(each.mark, Path(each.place).name) for each in scanner.folder(tmp_path)} == {(ASCII, "c.json")}
    assert scanner.files == 2
