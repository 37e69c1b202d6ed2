"""Java programs from Maven Central without an installed Java: resolved once, then cached for every checkout."""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

KAFKA = "org.apache.kafka:kafka_2.13:4.1.0+org.slf4j:slf4j-simple:1.7.36"


class JarsUnavailable(Exception):
    """The jars are neither cached nor to be had; the text says what to do, in Chinese."""


def cache_folder() -> Path:
    """Return where jars are kept: `GONGKAI_CACHE`, else the user's cache folder."""
    named = os.environ.get("GONGKAI_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gongkai"


def cached(endpoint: str) -> list[Path]:
    """Return the jars of a Maven endpoint that an earlier `resolve` left, or an empty list."""
    note = _note(endpoint)
    if not note.exists():
        return []
    jars = [Path(line) for line in note.read_text(encoding="utf-8").splitlines()]
    return jars if all(jar.exists() for jar in jars) else []


def resolve(endpoint: str, say: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Return all jars of a Maven endpoint, downloading them the first time (blocking; about 100 MB for Kafka).

    Several processes may ask at once: one downloads, the others wait for it.

    Args:
        endpoint: coordinates as jgo reads them, joined by `+`.
        say: hears one Chinese line before a download begins.

    Raises:
        JarsUnavailable: not cached, and the repository cannot be reached.
    """
    if jars := cached(endpoint):
        return jars
    with _alone(cache_folder() / "jars.lock"):
        if jars := cached(endpoint):
            return jars
        say(f"首次使用，正在从 Maven 中央仓库下载 {endpoint.split(':')[1]}（只需一次）……")
        jars = _download(endpoint)
        note = _note(endpoint)
        draft = note.with_suffix(".draft")
        draft.write_text("\n".join(map(str, jars)), encoding="utf-8")
        draft.replace(note)  # readers do not take the lock, so they must never see half a list
        return jars


def _note(endpoint: str) -> Path:
    return cache_folder() / f"{hashlib.sha256(endpoint.encode()).hexdigest()[:16]}.jars"


def _download(endpoint: str) -> list[Path]:
    import jgo

    try:
        environment = jgo.build(endpoint, cache_dir=cache_folder() / "jgo")
    except Exception as error:  # jgo raises whatever its HTTP client or XML parser raised
        raise JarsUnavailable(
            f"无法取得 {endpoint}：{error}。请检查本机能否访问 Maven 中央仓库；"
            "已有 Kafka 集群时可设置 GONGKAI_KAFKA=主机:端口 直接使用。"
        ) from error
    # jgo sorts jars into two folders, plain and modular; a class path needs both
    return sorted(environment.jars_dir.parent.rglob("*.jar"))


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
