"""A reader that costs little itself: connections kept open, each asking again the moment its answer is whole."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from functools import partial
from typing import cast

CONNECTIONS = 32
_PATIENCE = 10.0


class _Reader(asyncio.Protocol):
    """Asks for one path after the other until the time is over; counts whole answers with status 200."""

    def __init__(self, host: str, paths: Sequence[str], first: int, until: float) -> None:
        self.count = self.bytes = 0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = [f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode() for path in paths]
        self._next, self._until = first, until
        self._buffer = b""
        self._left = 0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def _ask(self) -> None:
        self._transport.write(self._requests[self._next % len(self._requests)])
        self._next += 1

    def data_received(self, data: bytes) -> None:
        self.bytes += len(data)
        if self._left:
            self._left -= len(data)
        else:
            self._buffer += data
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            try:
                self._left = _length(self._buffer[:end]) - (len(self._buffer) - end - 4)
            except ValueError as error:
                self.over.set_exception(error)
                self._transport.close()
                return
            self._buffer = b""
        if self._left == 0:
            self._answered()

    def _answered(self) -> None:
        self.count += 1
        if time.perf_counter() < self._until:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            if exc is None and self._left == 0 and not self._buffer:
                self.over.set_result(None)
            else:
                self.over.set_exception(exc or ConnectionError("closed within an answer"))


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    if not lines[0].startswith(b"http/1.1 200"):
        raise ValueError(f"not 200: {lines[0]!r}")
    return next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))


async def read(url: str, paths: Sequence[str], seconds: float) -> tuple[float, int]:
    """Read for some seconds; return answers per second and the mean size of one in bytes, with its head."""
    host = url.removeprefix("http://")
    name, _, port = host.partition(":")
    loop = asyncio.get_running_loop()
    start = time.perf_counter()
    readers: list[_Reader] = []
    for number in range(CONNECTIONS):
        first = number * len(paths) // CONNECTIONS
        _, reader = await loop.create_connection(partial(_Reader, host, paths, first, start + seconds), name, int(port))
        readers.append(reader)
    async with asyncio.timeout(seconds + _PATIENCE):
        await asyncio.gather(*(reader.over for reader in readers))
    count = sum(reader.count for reader in readers)
    return count / (time.perf_counter() - start), sum(reader.bytes for reader in readers) // count
