"""The command line's way to a running platform: plain HTTP to one origin, with a key."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit


class Unreachable(Exception):
    """Nobody answers at the address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON; None where there is none."""
        return json.loads(self.body) if self.body else None

    @property
    def ok(self) -> bool:
        """Whether it is a success."""
        return 200 <= self.status < 300

    def must(self) -> Any:
        """Return the JSON of a success. Raises ``Problem`` otherwise."""
        if not self.ok:
            raise Problem(self)
        return self.json


class Problem(Exception):
    """The platform said no; ``str`` is what it says, in Chinese."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        try:
            told = answer.json or {}
        except ValueError:
            told = {}
        self.code = str(told.get("code", answer.status))
        super().__init__(f"{self.code}：{told.get('detail') or told.get('title') or answer.body[:200]!r}")


class Client:
    """Calls one origin with one key; a connection is kept and made anew when it broke before anything was sent."""

    def __init__(self, url: str, key: str = "", *, timeout: float = 60.0) -> None:
        parts = urlsplit(url)
        self.url = url.rstrip("/")
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host = parts.netloc
        self._key = key
        self._timeout = timeout
        self._connection: HTTPConnection | None = None

    def call(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, *, kind: str = ""
    ) -> Answer:
        """Send one request; ``body`` is bytes as they are, anything else as JSON. Raises ``Unreachable``."""
        path = quote(path, safe="/?&=%:,;@!$'()*+~#-._")
        sent = dict(headers or {})
        if self._key:
            sent.setdefault("Authorization", f"Bearer {self._key}")
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body, ensure_ascii=False).encode()
            kind = kind or "application/json"
        if kind:
            sent["Content-Type"] = kind
        try:
            return self._send(method, path, body, sent)
        except (ConnectionError, HTTPException):
            self.close()
        except OSError as error:  # a timeout: it may have been carried out, so it is not repeated here
            self.close()
            raise Unreachable(f"{self.url} 没有应答：{error}") from error
        try:
            return self._send(method, path, body, sent)
        except (OSError, HTTPException) as error:
            self.close()
            raise Unreachable(f"{self.url} 没有应答：{error}") from error

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        if self._connection is None:
            self._connection = self._kind(self._host, timeout=self._timeout)
        self._connection.request(method, path, body, dict(headers))
        response = self._connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def get(self, path: str) -> Any:
        """Return the JSON at a path. Raises ``Problem`` or ``Unreachable``."""
        return self.call("GET", path).must()

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Post JSON and return the JSON that comes back. Raises ``Problem`` or ``Unreachable``."""
        return self.call("POST", path, body if body is not None else {}, headers).must()

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def address(data: Path, given: str = "") -> str:
    """Return where the platform is: as given, from ``GONGKAI_URL``, from the running ``up``, else the usual port."""
    noted = data / "url"
    return given or os.environ.get("GONGKAI_URL") or (noted.read_text() if noted.exists() else "http://127.0.0.1:8600")


def key_of(data: Path, name: str, given: str = "") -> str:
    """Return a key: as given, from ``GONGKAI_KEY``, or the file ``name`` under the data folder; else ``SystemExit``."""
    if given or os.environ.get("GONGKAI_KEY"):
        return given or os.environ["GONGKAI_KEY"]
    path = data / name
    if not path.exists():
        raise SystemExit(f"没有密钥文件 {path}：请先用 gongkai keys issue 签发，或用 --key 给出")
    return path.read_text(encoding="ascii").strip()
