"""A folder of static files, each written as a whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

# ruff: noqa: PTH102, PTH105, PTH123 -- a rebuild writes thousands of files, and Path costs as much as writing one


class Folder:
    """Files below a root, named by their address (``d/x.html``)."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._root = str(root)

    def write(self, name: str, content: bytes) -> bool:
        """Write a file where it is absent or differs; a reader sees the old or the new one. Returns whether it did."""
        path = self._path(name)
        try:
            with open(path, "rb", buffering=0) as file:
                if file.read() == content:
                    return False
        except FileNotFoundError:
            pass
        self._put(path, content)
        return True

    def show(self, name: str, content: bytes) -> None:
        """Write a file that is absent as far as anybody knows; a reader sees all of it or nothing."""
        self._put(self._path(name), content)

    def _put(self, path: str, content: bytes) -> None:
        folder, _, last = path.rpartition("/")
        draft = f"{folder}/.{last}.new"
        try:
            _write(draft, content)
        except FileNotFoundError:
            Path(folder).mkdir(parents=True, exist_ok=True)
            _write(draft, content)
        os.replace(draft, path)

    def add(self, name: str, content: bytes) -> None:
        """Write a file into a folder just made, which no page links to yet."""
        _write(self._path(name), content)

    def made(self, name: str) -> bool:
        """Make a folder; returns whether it was not there."""
        path = self._path(name)
        try:
            os.mkdir(path)
        except FileExistsError:
            return False
        except FileNotFoundError:
            Path(path).mkdir(parents=True)
        return True

    def names(self, name: str) -> list[str]:
        """Return the addresses of what lies in a folder."""
        return [f"{name}/{each.name}" for each in Path(self._path(name)).iterdir()]

    def remove(self, name: str) -> None:
        """Remove a file or a folder with all that is in it; an absent one is fine."""
        path = Path(self._path(name))
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.root, ignore_errors=True)

    def sweep(self) -> None:
        """Remove the drafts that a crash has left."""
        for draft in self.root.rglob(".*.new"):
            draft.unlink()

    def digests(self) -> Iterator[tuple[str, str]]:
        """Yield (address, SHA-256) of every file, sorted by address; drafts left by a crash do not count."""
        files = (path for path in self.root.rglob("*") if path.is_file() and not path.name.startswith("."))
        for name, path in sorted((path.relative_to(self.root).as_posix(), path) for path in files):
            yield name, hashlib.sha256(path.read_bytes()).hexdigest()

    def _path(self, name: str) -> str:
        if "\\" in name or "\0" in name or not _IMPROPER.isdisjoint(name.split("/")):
            raise ValueError(f"not an address of a file: {name!r}")
        return f"{self._root}/{name}"


_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
_IMPROPER = frozenset(("", ".", ".."))


def _write(path: str, content: bytes) -> None:
    handle = os.open(path, _FLAGS, 0o666)  # half of what ``open`` costs, which also asks what kind of file it is
    try:
        while content:
            content = content[os.write(handle, content) :]
    finally:
        os.close(handle)
