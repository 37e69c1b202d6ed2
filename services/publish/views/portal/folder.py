"""A folder of static files, each written as a whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path


class Folder:
    """Files below a root, named by their address (``d/x.html``)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, content: bytes) -> bool:
        """Write a file where it is absent or differs; a reader sees the old or the new one. Returns whether it did."""
        path = self._path(name)
        try:
            if path.read_bytes() == content:
                return False
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.new")
        draft.write_bytes(content)
        draft.replace(path)
        return True

    def remove(self, name: str) -> None:
        """Remove a file or a folder with all that is in it; an absent one is fine."""
        path = self._path(name)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.root, ignore_errors=True)

    def digests(self) -> Iterator[tuple[str, str]]:
        """Yield (address, SHA-256) of every file, sorted by address; drafts left by a crash do not count."""
        files = (path for path in self.root.rglob("*") if path.is_file() and not path.name.startswith("."))
        for name, path in sorted((path.relative_to(self.root).as_posix(), path) for path in files):
            yield name, hashlib.sha256(path.read_bytes()).hexdigest()

    def _path(self, name: str) -> Path:
        parts = name.split("/")
        if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
            raise ValueError(f"not an address of a file: {name!r}")
        return self.root.joinpath(*parts)
