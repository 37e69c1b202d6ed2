"""A backup on disk: resumed where it broke off, refused where it is damaged, brought back without later events."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from gongkai.archive import Damaged, Maker, check, digest_of, records
from gongkai.client import Client


class Paged(Client):
    """A platform with one partition of ten records, three a page."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1")
        self.asked: list[str] = []

    def get(self, path: str) -> Any:
        self.asked.append(path)
        offset = int(path.partition("offset=")[2].partition("&")[0])
        items = [
            {"topic": "p-feed", "partition": 0, "offset": n, "timestamp": 1, "key": f"k{n}",
             "value": base64.b64encode(bytes([n, 255])).decode(), "headers": [["h", "aGk="]]}
            for n in range(offset, min(offset + 3, 10))
        ]  # fmt: skip
        return {"items": items, "end": 10}


def maker(folder: Path, client: Paged) -> Maker:
    return Maker(client, folder, folder, "1", lambda *_: None)


SLOT = {"partition": 0, "first": 0, "end": 10}


def test_a_copy_that_broke_off_in_the_middle_of_a_line_goes_on_and_is_whole(tmp_path: Path) -> None:
    maker(tmp_path, Paged()).partition("p-feed", "feed", SLOT)
    path = tmp_path / "topics" / "feed.0.ndjson"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    client = Paged()
    maker(tmp_path, client).partition("p-feed", "feed", SLOT)
    assert path.read_bytes() == whole
    assert "offset=0&" not in client.asked[0]
    client = Paged()
    maker(tmp_path, client).partition("p-feed", "feed", SLOT)
    assert client.asked == []


def test_records_come_back_byte_for_byte_in_their_order(tmp_path: Path) -> None:
    maker(tmp_path, Paged()).partition("p-feed", "feed", SLOT)
    found = list(records(tmp_path, "feed", 0))
    assert [(n, d.key, d.value, d.headers) for n, d in found] == [
        (n, f"k{n}", bytes([n, 255]), (("h", b"hi"),)) for n in range(10)
    ]


def test_a_backup_that_lost_or_changed_a_file_is_refused_but_the_vault_may_be_kept_apart(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="不是完整的备份"):
        check(tmp_path)
    for name in ("stores/a.db", "vault/a.db"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"content")
    files = {name: digest_of(tmp_path / name) for name in ("stores/a.db", "vault/a.db")}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": files}))
    (tmp_path / "vault" / "a.db").unlink()
    assert check(tmp_path)["files"] == files
    (tmp_path / "stores" / "a.db").write_bytes(b"another")
    with pytest.raises(Damaged, match=r"stores/a\.db"):
        check(tmp_path)
