"""The guard at the door outwards (防 SSRF): which URLs and which addresses may be contacted at all.

Two checks, both needed: ``target`` judges how a URL is written, ``admit`` judges every address its name resolves to and
the address actually connected to. There is no off switch; an operator may list exact ``scheme://host:port`` exceptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address

import idna

from shared.contracts.codes import EgressCode
from shared.contracts.problems import Refused
from shared.effects.networks import forbidden, local

PORTS = frozenset({443, 8443})
MAX_URL = 2048
_DEFAULT_PORTS = {"https": 443, "http": 80}

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>[^#]*)(?:#.*)?", re.DOTALL)
_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(?::(?P<port>[1-9][0-9]{0,4}))?")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class GuardRefused(Refused):
    """The guard's refusal; its ``code`` is an ``EgressCode``."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, normalised host and port: what an exception names."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be tried: ``url`` is rebuilt from the checked parts; ``excepted`` says an operator named it."""

    url: str
    origin: Origin
    excepted: bool


class Guard:
    """Judges URLs and addresses under a fixed set of exceptions (``GONGKAI_EGRESS_ALLOW``)."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        """Take exact ``scheme://host:port`` exceptions. Raises ``ValueError`` for anything less exact."""
        self._allow = frozenset(map(_exception, allow))

    def target(self, url: str) -> Target:
        """Return what to contact for a URL, or raise ``GuardRefused`` with the reason."""
        scheme, host, port, rest = _split(url)
        origin = Origin(scheme, host, port)
        excepted = origin in self._allow
        if not excepted:
            _demand_public(origin)
        path = rest if rest.startswith("/") else "/" + rest
        return Target(f"{scheme}://{_bracketed(host)}:{port}{path}", origin, excepted)

    def admit(self, target: Target, address: str) -> None:
        """Raise ``GuardRefused`` unless this address may be connected to for the target.

        An exception that names an address opens exactly that address; one that names a host (a receiver in the
        operator's own network) opens private and loopback addresses too, but never metadata, multicast and the like.
        """
        try:
            found = ip_address(address)
        except ValueError:
            raise GuardRefused(EgressCode.ADDRESS_FORBIDDEN, "域名解析出无法识别的地址") from None
        if target.excepted and (str(found) == target.origin.host or (_is_name(target.origin.host) and local(found))):
            return
        # The address itself is not told: whoever names a host must not learn what it resolves to in here.
        reason = forbidden(found)
        if reason is not None:
            raise GuardRefused(EgressCode.ADDRESS_FORBIDDEN, f"该主机的地址属于{reason}，不得访问")


def _demand_public(origin: Origin) -> None:
    if origin.scheme != "https":
        raise GuardRefused(EgressCode.SCHEME_NOT_HTTPS)
    if origin.port not in PORTS:
        raise GuardRefused(EgressCode.PORT_NOT_ALLOWED, f"端口 {origin.port} 不在允许之列（443、8443）")
    if _is_name(origin.host):
        if "." not in origin.host:
            raise GuardRefused(EgressCode.HOST_INVALID, "主机名须是完整域名")
        return
    reason = forbidden(ip_address(origin.host))
    if reason is not None:
        raise GuardRefused(EgressCode.ADDRESS_FORBIDDEN, f"{origin.host} 属于{reason}，不得访问")


def _exception(text: str) -> Origin:
    try:
        scheme, host, port, rest = _split(text.strip(), need_port=True)
    except GuardRefused as error:
        raise ValueError(f"外发例外须写成 scheme://host:port：{text!r}（{error.detail}）") from error
    if rest:
        raise ValueError(f"外发例外不得带路径：{text!r}")
    return Origin(scheme, host, port)


@lru_cache(maxsize=4096)
def _split(url: str, need_port: bool = False) -> tuple[str, str, int, str]:
    match = _URL.fullmatch(url) if _readable(url) else None
    if match is None:
        raise GuardRefused(EgressCode.URL_MALFORMED)
    scheme = match["scheme"].lower()
    if scheme not in _DEFAULT_PORTS:
        raise GuardRefused(EgressCode.SCHEME_NOT_HTTPS)
    host, port = _authority(match["authority"], None if need_port else _DEFAULT_PORTS[scheme])
    return scheme, _host(host), port, match["rest"]


def _readable(url: str) -> bool:
    # A backslash, a blank or a control character is read differently by different parsers: none of them is right here.
    return len(url) <= MAX_URL and url.isprintable() and " " not in url and "\\" not in url


def _authority(text: str, default: int | None) -> tuple[str, int]:
    if "@" in text:
        raise GuardRefused(EgressCode.USERINFO_PRESENT)
    parts = _AUTHORITY.fullmatch(text)
    port = int(parts["port"]) if parts is not None and parts["port"] else default
    if parts is None or port is None:
        raise GuardRefused(EgressCode.URL_MALFORMED, "主机或端口的写法不正确")
    if port > 65535:
        raise GuardRefused(EgressCode.PORT_NOT_ALLOWED, "端口超出范围")
    return parts["host"], port


def _host(raw: str) -> str:
    """Return the host in the one spelling we use: a lower-case ASCII name, or an address without brackets."""
    if raw.startswith("["):
        return _literal6(raw[1:-1])
    try:
        host = idna.encode(raw, uts46=True, std3_rules=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise GuardRefused(EgressCode.HOST_INVALID) from None
    labels = host.split(".")
    # Whatever ends in a number is an IPv4 address to somebody (127.1, 0x7f000001, 2130706433, ①②⑦.⓪.⓪.①).
    if _NUMBER.fullmatch(labels[-1]):
        return _literal4(raw)
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise GuardRefused(EgressCode.HOST_INVALID)
    return host


def _literal4(raw: str) -> str:
    try:
        if str(IPv4Address(raw)) == raw:
            return raw
    except AddressValueError:
        pass
    raise GuardRefused(EgressCode.IP_NOT_CANONICAL, "IPv4 地址须写成四段十进制")


def _literal6(raw: str) -> str:
    try:
        if str(IPv6Address(raw)) == raw and "%" not in raw:
            return raw
    except AddressValueError:
        pass
    raise GuardRefused(EgressCode.IP_NOT_CANONICAL, "IPv6 地址须按 RFC 5952 书写，且不带区域标识")


def _is_name(host: str) -> bool:
    # A normalised name never ends in a number (see _host) and never holds a colon.
    return ":" not in host and not _NUMBER.fullmatch(host.rpartition(".")[2])


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
