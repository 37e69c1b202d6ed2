"""A backup on disk: topics record by record, stores, blobs, the vault apart, and a manifest of digests (备份).

``DIR/manifest.json``, ``DIR/topics/<topic>.<partition>.ndjson``, ``DIR/stores/<service>.db``, ``DIR/blobs/<sha256>``,
``DIR/vault/`` (wrapped keys and the receipt key: keep it apart from the rest).

The stores are copied first and the topics after them, so every event a store counts as sent is in the topics. Events a
service said after its copy was made are left out on restore: it decides them again from what caused them.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongkai.client import Client, Problem
from gongkai.keys import keep
from shared.bus.port import Draft

SERVICES = ("catalog", "requests", "notify", "publish")
MANIFEST = "manifest.json"
Say = Callable[[str, int, int], None]


class Damaged(Exception):
    """A backup is not what its manifest says; the text is Chinese."""


@dataclass(frozen=True)
class Maker:
    """Makes a backup of a running platform, or goes on with one; ``say`` hears (what, done, of how many)."""

    client: Client
    folder: Path
    data: Path
    version: str
    say: Say
    services: Sequence[str] = SERVICES

    def make(self, at: str) -> dict[str, Any]:
        """Copy everything; return the manifest, which is written last."""
        (self.folder / MANIFEST).unlink(missing_ok=True)
        for name in self.services:
            self._store(name)
        topics = self.client.get("/catalog/v1/ops/topics")["items"]
        prefix = topics[0]["topic"].removesuffix(topics[0]["owner"])
        partitions = {each["topic"].removeprefix(prefix): len(each["partitions"]) for each in topics}
        for each in topics:
            for slot in each["partitions"]:
                self.partition(each["topic"], each["topic"].removeprefix(prefix), slot)
        self._blobs()
        if (self.data / "receipt.key").exists():
            keep(self.folder / "vault" / "receipt.key", (self.data / "receipt.key").read_text("ascii").strip())
        files = {str(path.relative_to(self.folder)): digest_of(path) for path in files_in(self.folder)}
        made = {
            "made": at,
            "version": self.version,
            "services": list(self.services),
            "partitions": partitions,
            "files": files,
        }
        (self.folder / MANIFEST).write_text(json.dumps(made, ensure_ascii=False, indent=1), "utf-8")
        return made

    def _store(self, name: str) -> None:
        """Copy a service's store, and its vault where it has one. Raises ``Problem``: no service is left out."""
        for part, place in (("state", "stores"), ("vault", "vault")):
            answer = self.client.call("GET", f"/{name}/v1/ops/snapshots/{part}")
            if part == "vault" and answer.status == 409:
                continue
            if not answer.ok:
                raise Problem(answer)
            target = self.folder / place / f"{name}.db"
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            target.write_bytes(answer.body)
        self.say(f"存储 {name}", 1, 1)

    def partition(self, topic: str, short: str, slot: dict[str, Any]) -> None:
        """Append what is missing to the file of a partition."""
        number, end = slot["partition"], slot["end"]
        path = self.folder / "topics" / f"{short}.{number}.ndjson"
        path.parent.mkdir(parents=True, exist_ok=True)
        at = _resume(path, slot["first"])
        with path.open("ab") as file:
            while at < end:
                page = self.client.get(
                    f"/catalog/v1/ops/topics/{topic}/records?partition={number}&offset={at}&limit=1000"
                )
                for record in page["items"]:
                    del record["topic"]
                    file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
                    at = record["offset"] + 1
                if not page["items"]:
                    break
                self.say(f"主题 {short}/{number}", at, end)

    def _blobs(self) -> None:
        folder = self.folder / "blobs"
        folder.mkdir(parents=True, exist_ok=True)
        names = self.client.get("/catalog/v1/ops/blobs")["items"]
        for number, name in enumerate(names, 1):
            path = folder / name
            if path.exists() and digest_of(path) == name:
                continue
            answer = self.client.call("GET", f"/catalog/v1/ops/blobs/{name}")
            if answer.ok:  # else it was erased meanwhile
                path.write_bytes(answer.body)
            self.say("正文和附件", number, len(names))


def _resume(path: Path, first: int) -> int:
    """Cut a line that was not finished; return the offset to go on from."""
    if not path.exists():
        return first
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        path.write_bytes(whole)
    lines = whole.splitlines()
    return int(json.loads(lines[-1])["offset"]) + 1 if lines else first


def check(folder: Path) -> dict[str, Any]:
    """Return the manifest of a whole and undamaged backup. Raises ``Damaged``."""
    path = folder / MANIFEST
    if not path.exists():
        raise Damaged(f"{folder} 不是完整的备份：没有 {MANIFEST}")
    manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    for name, digest in manifest["files"].items():
        file = folder / name
        if name.startswith("vault/") and not file.exists():
            continue  # kept apart on purpose
        if not file.exists() or digest_of(file) != digest:
            raise Damaged(f"备份已损坏：{name} 缺失或内容与清单不符")
    return manifest


def records(folder: Path, short: str, partition: int) -> Iterator[tuple[int, Draft]]:
    """Yield (offset, record) of one partition of a topic, in order."""
    path = folder / "topics" / f"{short}.{partition}.ndjson"
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            found = json.loads(line)
            headers = tuple((name, base64.b64decode(value)) for name, value in found["headers"])
            yield found["offset"], Draft(found["key"] or "", base64.b64decode(found["value"] or ""), headers)


def files_in(folder: Path) -> list[Path]:
    """Return the files of a backup, without its manifest."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
