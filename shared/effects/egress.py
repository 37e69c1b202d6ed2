"""The only HTTP client that leaves the house (唯一出口), and the only module that knows aiohttp.

The address connected to is the address that was checked: names are resolved through the guard, and every socket is
checked once more as it is made. Nothing is followed, decompressed, remembered or read without a limit.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from ipaddress import ip_address
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from shared.effects.answers import EgressLimits, Response, classify
from shared.effects.guard import Guard, GuardRefused, Target
from shared.effects.port import Kind, Outcome, Outgoing

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Name and port to addresses in text; raises ``OSError`` where there are none."""

USER_AGENT = "gongkai/1"


# Which target the connection being made belongs to: the hooks of aiohttp are told an address, not the reason for it.
_current: ContextVar[Target | None] = ContextVar("egress_target", default=None)


class Egress:
    """The one door outwards. Use inside one event loop; ``close`` when done."""

    def __init__(
        self,
        allow: Iterable[str] = (),
        *,
        resolver: Resolver | None = None,
        limits: EgressLimits | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Take the operator's exact exceptions; ``tls`` replaces the system's certificate authorities."""
        self.guard = Guard(allow)
        self._limits = limits or EgressLimits()
        self._tls = tls
        self._pool: ThreadPoolExecutor | None = None
        self._resolver = resolver or self._system
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection; attempts under way fail."""
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Post an effect once; see ``Sender``."""
        return (await self.post(outgoing.url, outgoing.body, dict(outgoing.headers))).outcome

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, cap: int | None = None) -> Response:
        """Post once and read at most ``cap`` bytes of the answer. Never raises for what the world does."""
        return await self._ask("POST", url, headers, cap, body)

    async def get(self, url: str, headers: Mapping[str, str] | None = None, *, cap: int | None = None) -> Response:
        """Get once and read at most ``cap`` bytes of the answer, as sent (``identity`` is asked for)."""
        return await self._ask("GET", url, headers or {}, cap, None)

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str], cap: int | None, body: bytes | None
    ) -> Response:
        try:
            target = self.guard.target(url)
        except GuardRefused as error:
            return _refused(error)
        token = _current.set(target)
        try:
            return await self._exchange(method, target, headers, self._limits.body if cap is None else cap, body)
        except GuardRefused as error:
            return _refused(error)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # ValueError: aiohttp lets some of its parser's complaints about an answer through as such.
            return Response(Outcome(Kind.RETRY, error=_failure(error)))
        finally:
            _current.reset(token)

    async def _exchange(
        self, method: str, target: Target, headers: Mapping[str, str], cap: int, body: bytes | None
    ) -> Response:
        wanted = {"Accept-Encoding": "identity", "User-Agent": USER_AGENT, **headers}
        async with self._open().request(
            method, URL(target.url), data=body, headers=wanted, allow_redirects=False
        ) as answer:
            content = bytearray()
            try:
                whole = await _read(answer, content, cap)
            except (aiohttp.ClientError, OSError, ValueError):
                # The status had arrived: it is the answer, whatever became of the rest of the body.
                answer.close()
                whole = False
            received = bytes(content)
            outcome = classify(answer.status, answer.headers, received)
            return Response(outcome, answer.status, answer.headers, received, whole)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            limits = self._limits
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=_Checked(self),
                    socket_factory=self._socket,
                    use_dns_cache=False,
                    limit=limits.connections,
                    limit_per_host=limits.per_host,
                    ssl=self._tls or True,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=limits.total, sock_connect=limits.connect),
                read_bufsize=limits.body,
                max_line_size=limits.header_field,
                max_field_size=limits.header_field,
                max_headers=limits.header_count,
            )
        return self._session

    def _socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Make the socket for one address: the last moment before ``connect``, so the last check."""
        family, kind, proto, _, address = info
        self.admit(str(address[0]))
        made = socket.socket(family, kind, proto)
        made.setblocking(False)
        return made

    def admit(self, address: str) -> None:
        """Raise ``GuardRefused`` unless the attempt under way may connect to this address."""
        target = _current.get()
        if target is None:
            raise RuntimeError("a connection is being made outside an attempt")
        self.guard.admit(target, address)

    async def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses of a name, all of them checked; one forbidden address refuses them all."""
        async with asyncio.timeout(self._limits.connect):
            found = list(await self._resolver(host, port))
        if not found:
            raise OSError(f"no address for {host}")
        for address in found:
            self.admit(address)
        return found

    async def _system(self, host: str, port: int) -> Sequence[str]:
        # Threads of our own: a name server that hangs must not use up the threads others wait for.
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._limits.resolvers, thread_name_prefix="egress-dns")
        found = await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _Checked(AbstractResolver):
    """aiohttp's way to resolve, answered by the egress."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET if ip_address(address).version == 4 else socket.AF_INET6,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in await self._egress.resolve(host, port)
        ]

    async def close(self) -> None:
        """Nothing is held."""


async def _read(answer: aiohttp.ClientResponse, into: bytearray, cap: int) -> bool:
    """Read until the end or the cap; return whether that was the end. Beyond the cap the connection is dropped."""
    while len(into) < cap:
        chunk = await answer.content.read(cap - len(into))
        if not chunk:
            return True
        into += chunk
    if answer.content.at_eof():
        return True
    answer.close()
    return False


def _refused(error: GuardRefused) -> Response:
    return Response(Outcome(Kind.REFUSED, error=error.code.name, snippet=error.detail))


_FAILURES: tuple[tuple[type[BaseException], str], ...] = (
    (TimeoutError, "timeout"),
    (aiohttp.ClientConnectorDNSError, "dns"),
    (aiohttp.ClientSSLError, "tls"),
    (aiohttp.ClientConnectorError, "connect"),
    (aiohttp.ServerDisconnectedError, "disconnected"),
    (aiohttp.ClientResponseError, "protocol"),
    (aiohttp.ClientPayloadError, "disconnected"),
    (aiohttp.ClientOSError, "disconnected"),
    (OSError, "disconnected"),
)


def _failure(error: BaseException) -> str:
    return next((name for kind, name in _FAILURES if isinstance(error, kind)), "protocol")
