"""A caller of ASGI applications: no sockets, and it can send what well-behaved clients cannot."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.datastructures import MutableHeaders


@dataclass
class Answer:
    status: int
    headers: MutableHeaders
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def code(self) -> str:
        """The stable code of a problem document."""
        assert self.headers["content-type"] == "application/problem+json", (self.status, self.body[:300])
        problem = self.json
        assert problem["status"] == self.status
        assert problem["title"]
        assert problem["detail"]
        return str(problem["code"])


class Client:
    """Calls an application; ``key`` becomes the bearer token, cookies are kept as a browser keeps them."""

    def __init__(self, app: Any, key: str | None = None) -> None:
        self.app, self.key = app, key
        self.cookies: dict[str, str] = {}

    async def call(
        self,
        method: str,
        target: str,
        *,
        body: bytes | Iterable[bytes] = b"",
        headers: Mapping[str, str] | None = None,
        length: bool = True,
    ) -> Answer:
        path, _, query = target.partition("?")
        chunks = [body] if isinstance(body, bytes) else list(body)
        sent = self._headers(headers or {}, sum(map(len, chunks)) if length and method not in ("GET", "HEAD") else None)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": sent,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
        return await self._run(scope, _messages(chunks))

    def _headers(self, given: Mapping[str, str], length: int | None) -> list[tuple[bytes, bytes]]:
        headers = {"host": "gongkai.test", **{name.lower(): value for name, value in given.items()}}
        if self.key is not None:
            headers.setdefault("authorization", f"Bearer {self.key}")
        if self.cookies:
            headers.setdefault("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if length is not None:
            headers.setdefault("content-length", str(length))
        return [(name.encode(), value.encode()) for name, value in headers.items()]

    async def _run(self, scope: dict[str, Any], messages: AsyncIterator[dict[str, Any]]) -> Answer:
        out: list[Any] = []

        async def receive() -> Any:
            return await anext(messages)

        async def send(message: Any) -> None:
            out.append(message)

        await self.app(scope, receive, send)
        assert out[0]["type"] == "http.response.start"
        assert sum(message["type"] == "http.response.start" for message in out) == 1
        headers = MutableHeaders(raw=list(out[0]["headers"]))
        for cookie in headers.getlist("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(out[0]["status"], headers, b"".join(message.get("body", b"") for message in out[1:]))

    async def get(self, target: str, **more: Any) -> Answer:
        return await self.call("GET", target, **more)

    async def post(self, target: str, **more: Any) -> Answer:
        return await self.call("POST", target, **more)

    async def post_json(self, target: str, value: Any, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): text for name, text in headers.items()} | {"content-type": "application/json"}
        return await self.call("POST", target, body=json.dumps(value).encode(), headers=sent)


async def _messages(chunks: list[bytes]) -> AsyncIterator[dict[str, Any]]:
    for number, chunk in enumerate(chunks, 1):
        yield {"type": "http.request", "body": chunk, "more_body": number < len(chunks)}
    if not chunks:
        yield {"type": "http.request", "body": b"", "more_body": False}
    while True:
        yield {"type": "http.disconnect"}
