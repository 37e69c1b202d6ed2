"""Master keys in files: read, or drawn once where the platform is allowed to."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

KEY_BYTES = 32


def load_key(path: Path, *, create: bool = False) -> bytes:
    """Return the 32 bytes kept as base64 in a file (主密钥文件).

    With ``create`` (embedded mode) an absent file is drawn and written durably with mode 0600. Raises
    ``FileNotFoundError`` where it is absent otherwise, ``ValueError`` for another content or a file others may write.
    """
    if create and not path.exists():
        _draw(path)
    text = path.read_text(encoding="ascii").strip()
    if path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise ValueError(f"密钥文件可被他人改写：{path.name}")
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"密钥文件内容不正确：{path.name}") from error
    if len(key) != KEY_BYTES:
        raise ValueError(f"密钥须为 {KEY_BYTES} 字节：{path.name}")
    return key


def _draw(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: of two processes starting together the first one's key stays.
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        _sync_folder(path.parent)
    finally:
        draft.unlink()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
