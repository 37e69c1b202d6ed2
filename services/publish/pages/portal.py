"""Serves the portal: static files of the live colour from memory where they are hot, search, 404 and 410.

A bare ASGI application: the public reads, so nothing stands between a request and the bytes of a file.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from services.publish.pages.searching import SearchPage
from services.publish.views.portal.render import POLICY, Pages
from services.publish.views.questions import Questions

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_HOT = 2000
_LARGEST_HOT = 512 * 1024
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
}
_DOWNLOADS = {".pdf": "application/pdf", ".txt": _TYPES[".txt"], ".json": _TYPES[".json"]}
_FEEDS = {"feed.xml": "application/atom+xml", "feed.json": "application/feed+json"}
_ALWAYS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", POLICY.encode()),
]


@dataclass(frozen=True, slots=True)
class File:
    """A file ready to be sent; ``packed`` is it compressed, where that pays."""

    stamp: tuple[int, int]
    etag: bytes
    plain: bytes
    packed: bytes | None
    headers: Headers
    packed_headers: Headers


OWN = ("/publish/", "/feed/", "/catalog/", "/requests/", "/notify/", "/console", "/openapi.json", "/asyncapi.json")
"""What is not the portal's: the services' interfaces and the console."""


class PortalFirst:
    """Lets the portal answer before the application does, for every address that is not an interface's."""

    def __init__(self, app: Any, site: PortalSite) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to whom it belongs."""
        own = scope["type"] != "http" or scope["path"].startswith(OWN) or scope["path"].startswith("/static/")
        await (self._app if own else self._site)(scope, receive, send)


class PortalSite:
    """The portal of one installation.

    Args:
        root: the folder of the colours.
        colour: says which colour is live.
        questions: search, and what is gone.
        pages: renders what is not a file.
    """

    def __init__(self, root: Path, colour: Callable[[], str], questions: Questions, pages: Pages) -> None:
        self._root, self._colour, self._questions, self._pages = root, colour, questions, pages
        self._search = SearchPage(questions, pages)
        self._hot: dict[str, File] = {}

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        method, path = scope["method"], scope["path"]
        if method not in ("GET", "HEAD"):
            await _answer(send, 405, b"", [(b"allow", b"GET, HEAD"), *_ALWAYS])
            return
        if path == "/search":
            await self._page(send, method, 200, await self._search.page(scope["query_string"]), b"no-store")
            return
        file = self._file(path)
        if file is not None:
            await _send_file(scope, send, method, file)
        else:
            await self._missing(send, method, path)

    def _file(self, path: str) -> File | None:
        name = path[1:] + "index.html" if path.endswith("/") else path[1:]
        full = f"{self._root}/{self._colour()}/{name}"
        if "/." in path or "\\" in path or "\0" in path or "//" in path:
            return None
        try:
            found = os.stat(full)  # noqa: PTH116 -- the hot path of every reader; Path costs as much as all the rest
            stamp = (found.st_mtime_ns, found.st_size)
            hot = self._hot.get(full)
            if hot is not None and hot.stamp == stamp:
                return hot
            file = _load(Path(full), name, stamp)
        except (OSError, ValueError):
            return None
        if found.st_size <= _LARGEST_HOT:
            if len(self._hot) >= _HOT:
                self._hot.clear()
            self._hot[full] = file
        return file

    async def _missing(self, send: Send, method: str, path: str) -> None:
        if not path.endswith("/") and self._file(f"{path}/") is not None:
            await _answer(send, 301, b"", [(b"location", quote(f"{path}/").encode()), *_ALWAYS])
            return
        gone = await self._questions.gone(item_path(path)) if path.startswith("/d/") else None
        if gone is None:
            lines = ["地址可能有误，或者该信息从未在本平台公开。"]
            status, title = 404, "没有找到这个页面"
        else:
            lines = [
                "该信息曾在本平台公开，现已撤下，不再提供。",
                f"撤下日期：{gone['on']}",
                f"撤下理由：{gone['reason']}",
            ]
            status, title = 410, "该信息已撤下"
        page = self._pages.page("message.html", title=title, lines=lines, trail=[(title, "")])
        await self._page(send, method, status, page, b"max-age=60")

    async def _page(self, send: Send, method: str, status: int, page: bytes, cache: bytes) -> None:
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", cache), *_ALWAYS]
        await _answer(send, status, page, headers, bodiless=method == "HEAD")


def item_path(path: str) -> str:
    """Return the address of the item that an address below ``/d/`` belongs to."""
    name = path.removeprefix("/d/").partition("/")[0].removesuffix(".html")
    return f"d/{name}.html"


def _load(path: Path, name: str, stamp: tuple[int, int]) -> File:
    content = path.read_bytes()
    etag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'.encode()
    headers: Headers = [(b"etag", etag), *_kind(name), *_ALWAYS]
    packed = None
    if len(content) > 1024 and path.suffix in _TYPES:
        packed = gzip.compress(content, 6, mtime=0)
        headers.append((b"vary", b"accept-encoding"))
    sized = [*headers, (b"content-length", str(len(content)).encode())]
    packed_sized = [*headers, (b"content-encoding", b"gzip"), (b"content-length", str(len(packed or b"")).encode())]
    return File(stamp, etag, content, packed, sized, packed_sized)


def _kind(name: str) -> Headers:
    parts = name.split("/")
    suffix = Path(name).suffix.lower()
    if parts[0] == "d" and len(parts) > 2:
        kind = _DOWNLOADS.get(suffix, "application/octet-stream")
        disposition = f"attachment; filename*=UTF-8''{quote(parts[-1])}"
        return [
            (b"content-type", kind.encode()),
            (b"content-disposition", disposition.encode()),
            (b"cache-control", b"max-age=60"),
        ]
    kind = _FEEDS.get(parts[-1]) or _TYPES.get(suffix, "application/octet-stream")
    cache = b"public, max-age=31536000, immutable" if parts[0] == "assets" else b"max-age=60"
    return [(b"content-type", kind.encode()), (b"cache-control", cache)]


async def _send_file(scope: Scope, send: Send, method: str, file: File) -> None:
    encoding, known = _asked(scope["headers"])
    if known is not None and (known == b"*" or file.etag in known):
        await _answer(send, 304, b"", [(b"etag", file.etag), *_ALWAYS], length=False)
        return
    packed = file.packed is not None and b"gzip" in encoding
    body = (file.packed if packed else file.plain) or b""
    headers = list(file.packed_headers if packed else file.headers)  # whoever is in between may add to it
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _asked(headers: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes | None]:
    encoding, known = b"", None
    for name, value in headers:
        if name == b"accept-encoding":
            encoding = value
        elif name == b"if-none-match":
            known = value
    return encoding, known


async def _answer(
    send: Send, status: int, body: bytes, headers: Headers, *, bodiless: bool = False, length: bool = True
) -> None:
    sized = [*headers, (b"content-length", str(len(body)).encode())] if length else headers
    await send({"type": "http.response.start", "status": status, "headers": sized})
    await send({"type": "http.response.body", "body": b"" if bodiless else body})
