"""A reference second site: verifies what it is sent, keeps copies, deletes on a tombstone. Used by demo and tests."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import orjson

from shared.security.webhooks import SignatureError, verify

Message = MutableMapping[str, Any]
LARGEST = 4 * 1024 * 1024


class Mirror:
    """An ASGI application: ``POST /`` takes copies, ``GET /items/<id>`` shows one (200, 404, or 410 after a tombstone).

    Args:
        folder: where copies are kept.
        secret: what they are signed with.
        wire: wire time in seconds.
    """

    def __init__(self, folder: Path, secret: str, wire: Callable[[], float]) -> None:
        self._folder, self._secret, self._wire = folder, secret, wire
        folder.mkdir(parents=True, exist_ok=True)

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if scope["method"] == "POST":
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            status, body = self._take(headers, await _body(receive)), b""
        else:
            status, body = self._show(scope["path"].removeprefix("/items/"))
        length = (b"content-length", str(len(body)).encode())
        kind = (b"content-type", b"application/json")
        await send({"type": "http.response.start", "status": status, "headers": [kind, length]})
        await send({"type": "http.response.body", "body": body})

    def get(self, item: str) -> dict[str, Any] | None:
        """Return what is kept of an item: the copy, the tombstone, or None."""
        try:
            found: dict[str, Any] = orjson.loads(self._path(item).read_bytes())
        except FileNotFoundError:
            return None
        return found

    def _take(self, headers: dict[str, str], body: bytes | None) -> int:
        if body is None:
            return 413
        try:
            verify([self._secret], headers, body, now=int(self._wire()))
            message = orjson.loads(body)
            item, sequence = str(message["item_id"]), int(message["sequence"])
        except SignatureError:
            return 401
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return 422
        known = self.get(item)
        if known is None or known["sequence"] < sequence:
            self._keep(item, message)
        return 204

    def _keep(self, item: str, message: dict[str, Any]) -> None:
        path = self._path(item)
        draft = path.with_suffix(".new")
        draft.write_bytes(orjson.dumps(message))
        draft.replace(path)

    def _show(self, item: str) -> tuple[int, bytes]:
        found = self.get(item)
        if found is None:
            return 404, b""
        return (200, orjson.dumps(found)) if "item" in found else (410, b"")

    def _path(self, item: str) -> Path:
        return self._folder / f"{hashlib.sha256(item.encode()).hexdigest()}.json"


async def _body(receive: Callable[[], Awaitable[Message]]) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if size > LARGEST:
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
