"""What a backup is made of, over HTTP: snapshots of the store and the vault, and the blobs."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Path as InPath
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from shared.contracts.codes import OpsCode, WebCode
from shared.contracts.problems import Refused
from shared.replay.operations import Operations
from shared.store.blobs import BlobErased, BlobMissing
from shared.web.asking import shown
from shared.web.routes import Router

Digest = Annotated[str, InPath(pattern=r"^[0-9a-f]{64}$")]


def copies(router: Router, ops: Operations) -> None:
    """Add the routes a backup asks."""
    folder = ops.data / ops.name

    @router.get("/snapshots/{part}")
    async def snapshot(part: Literal["state", "vault"]) -> Response:
        """The store or the vault of wrapped keys as it is at one moment, as a SQLite file."""
        if part not in ops.snapshots:
            raise Refused(OpsCode.SNAPSHOT_UNSUPPORTED)
        return await _file(folder, ops.snapshots[part])

    @router.get("/blobs")
    async def blobs() -> Response:
        """The digests of all texts and files."""
        return shown({"items": sorted(await asyncio.to_thread(lambda: list(ops.blobs.digests())))})

    @router.get("/blobs/{digest}")
    async def blob(digest: Digest) -> Response:
        """One text or file."""
        try:
            return Response(await ops.blobs.get(digest), media_type="application/octet-stream")
        except (BlobMissing, BlobErased) as error:
            raise Refused(WebCode.NOT_FOUND) from error


async def _file(folder: Path, write: Callable[[Path], Awaitable[None]]) -> Response:
    """Write a file beside the original, send it, remove it."""
    held = tempfile.TemporaryDirectory(prefix="snapshot-", dir=folder)
    target = Path(held.name) / "copy.db"
    try:
        await write(target)
    except BaseException:
        held.cleanup()
        raise
    return FileResponse(target, media_type="application/vnd.sqlite3", background=BackgroundTask(held.cleanup))
