"""A backup brought back into an empty data folder (恢复): stores, blobs, vault, and the topics into a fresh broker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from gongkai.archive import Damaged, check, records
from gongkai.launcher import VERSION, check_version
from gongkai.localkafka import LocalKafka
from shared.bus.kafka import KafkaLog
from shared.bus.port import Draft, Slot, TopicSpec, partition_of
from shared.contracts.envelope import decode
from shared.contracts.problems import Undecodable
from shared.store.blobs import Blobs
from shared.store.port import Store
from shared.store.sqlite import SqliteStore
from shared.wiring import load_settings

_CHUNK = 500
Say = Callable[[str, int, int], None]


async def restore(folder: Path, data: Path, say: Say) -> dict[str, Any]:
    """Restore a backup; return how many records were written and left out.

    Uses the cluster at ``GONGKAI_KAFKA``, else a broker of its own under the data folder.
    Raises ``Damaged`` for a damaged backup, a data folder that is not empty, or topics that are not.
    """
    manifest = _examine(folder, data)
    check_version(data)
    await _files(folder, data, manifest)
    async with AsyncExitStack() as stack:
        bootstrap = os.environ.get("GONGKAI_KAFKA") or await _broker(stack, data)
        settings = load_settings(data=data, kafka=bootstrap)
        log = KafkaLog(bootstrap)
        stack.push_async_callback(log.close)
        stores = {}
        for name in manifest["services"]:
            stores[name] = SqliteStore(data / name / "state.db")
            stack.push_async_callback(stores[name].close)
        importer = Importer(folder, log, settings.topic_prefix, settings.replication, say)
        for short, count in manifest["partitions"].items():
            await importer.topic(short, count, stores.get(short))
    return {"records": importer.written, "left_out": importer.left_out, "services": manifest["services"]}


def _examine(folder: Path, data: Path) -> dict[str, Any]:
    """Return the manifest; raises ``Damaged`` where nothing may be written."""
    manifest = check(folder)
    if manifest["version"] != VERSION:
        raise Damaged(f"备份的数据版本是 {manifest['version']}，本程序只认识 {VERSION}")
    if data.exists() and any(data.iterdir()):
        raise Damaged(f"数据目录 {data} 不是空的：只能恢复到空目录")
    return manifest


async def _broker(stack: AsyncExitStack, data: Path) -> str:
    kafka = LocalKafka(data / "kafka")
    await kafka.start()
    stack.push_async_callback(kafka.stop)
    return kafka.bootstrap


async def _files(folder: Path, data: Path, manifest: dict[str, Any]) -> None:
    for name in manifest["services"]:
        (data / name).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "stores" / f"{name}.db", data / name / "state.db")
        vault = folder / "vault" / f"{name}.db"
        if vault.exists():
            shutil.copyfile(vault, data / name / "vault.db")
    if (folder / "vault" / "receipt.key").exists():
        shutil.copy(folder / "vault" / "receipt.key", data / "receipt.key")
    blobs = Blobs(data / "blobs")
    for path in sorted((folder / "blobs").iterdir()):
        await blobs.put(path.read_bytes())


class Importer:
    """Writes the records of a backup into empty topics: same partitions, same order, same offsets."""

    def __init__(self, folder: Path, log: KafkaLog, prefix: str, replication: int, say: Say) -> None:
        self._folder, self._log, self._prefix, self._replication, self._say = folder, log, prefix, replication, say
        self.written = self.left_out = 0

    async def topic(self, short: str, count: int, store: Store | None) -> None:
        """Write one topic; ``store`` is its owner's, whose later events are left out. Raises ``Damaged``."""
        name = self._prefix + short
        await self._log.ensure([TopicSpec(name, count, self._replication)])
        bounds = await self._log.bounds(name)
        if any(end for _, end in bounds.values()):
            raise Damaged(f"主题 {name} 已有记录：只能恢复到空的主题")
        for partition in range(count):
            wrote = 0
            chunk: list[Draft] = []
            for _, draft in records(self._folder, short, partition):
                if partition_of(draft.key, count) != partition:
                    raise Damaged(f"主题 {short} 的记录不在它应在的分区")
                chunk.append(draft)
                if len(chunk) == _CHUNK:
                    wrote += await self._write(name, chunk, store)
                    chunk = []
                    self._say(f"主题 {short}/{partition}", wrote, 0)
            wrote += await self._write(name, chunk, store)
            (_, end) = (await self._log.bounds(name))[Slot(name, partition)]
            if end != wrote:
                raise Damaged(f"主题 {name} 分区 {partition} 写入后的位置不符：{end} 而不是 {wrote}")
            self.written += wrote

    async def _write(self, name: str, drafts: Sequence[Draft], store: Store | None) -> int:
        kept = list(drafts) if store is None else await _known(drafts, store)
        self.left_out += len(drafts) - len(kept)
        await self._log.append(name, kept)
        return len(kept)


async def _known(drafts: Sequence[Draft], store: Store) -> list[Draft]:
    """Return the events that the store has already folded."""
    sequences: dict[str, int] = {}
    names = sorted({draft.key for draft in drafts})
    for kind in await store.kinds():
        sequences |= {id_: found.sequence for id_, found in (await store.load(kind, names)).items()}
    return [draft for draft in drafts if _sequence(draft) <= sequences.get(draft.key, 0)]


def _sequence(draft: Draft) -> int:
    try:
        return decode(draft.value).sequence or 0
    except Undecodable:
        return 0
