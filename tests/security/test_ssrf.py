"""No spelling, no name and no second answer of a name server makes us contact what is not public.

Judged at the socket: what counts is that no connection was tried, not what the guard said.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest

from shared.effects import guard
from shared.effects.answers import EgressLimits
from shared.effects.egress import Egress
from shared.effects.port import Kind, Outgoing
from tests.support.inside import MORE

SHORT = EgressLimits(connect=0.3, total=0.6)
INSIDE4 = (
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254"),
    *("100.100.100.200", "168.63.129.16", "192.0.0.192"),
)


def spellings(text: str) -> Iterator[str]:
    """Yield hosts that somebody's parser takes for this IPv4 address."""
    address = IPv4Address(text)
    number, parts = int(address), text.split(".")
    octets = [int(part) for part in parts]
    yield text
    yield from (str(number), hex(number), hex(number).upper(), f"0{number:o}", f"0x{number:012x}")
    yield ".".join(map(hex, octets))
    yield ".".join(f"0{octet:o}" for octet in octets)
    yield ".".join(f"{octet:03d}" for octet in octets)
    yield ".".join([hex(octets[0]), *parts[1:]])
    yield f"{octets[0]}.{number & 0xFFFFFF}"
    yield f"{octets[0]}.{octets[1]}.{number & 0xFFFF}"
    yield text + "."
    yield "。".join(parts)
    yield "．".join(parts)
    yield text.translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)})
    yield text.translate({ord("0"): "⓪"} | {ord(str(digit)): 0x2460 + digit - 1 for digit in range(1, 10)})
    yield text.translate({ord(str(digit)): 0x1D7D8 + digit for digit in range(10)})
    yield "".join(f"%{ord(char):02x}" for char in text)
    yield f"[{text}]"
    for carrier in (f"::ffff:{text}", f"::{text}", f"64:ff9b::{text}", f"::ffff:0:{text}", f"64:ff9b:1::{text}"):
        yield f"[{carrier}]"
        yield f"[{IPv6Address(carrier)}]"
        yield f"[{IPv6Address(carrier).exploded}]"
    yield f"[{IPv6Address(0x2002 << 112 | number << 80)}]"
    yield f"[{IPv6Address(0x20010000 << 96 | number ^ 0xFFFFFFFF)}]"
    yield f"[{IPv6Address(0x26064700 << 96 | 0x5EFE << 32 | number)}]"


INSIDE6 = (
    *("::1", "::", "0:0:0:0:0:0:0:1", "0000::1", "::0001", "::1%lo", "::1%25lo", "fe80::1", "fe80::1%eth0"),
    *("fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1", "100::1", "100:0:0:1::1", "2001:db8::1", "3fff::1"),
    *("5f00::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "2620:4f:8000::1", "2002::1", "4000::1", "v1.x"),
)
CORPUS = tuple(
    dict.fromkeys(
        [
            *(f"https://{host}/" for text in INSIDE4 for host in spellings(text)),
            *(f"https://[{host}]/" for host in INSIDE6),
            *MORE,
        ]
    )
)
ADDRESSES = tuple(
    dict.fromkeys(
        [
            *INSIDE4,
            *(host[1:-1] for text in INSIDE4 for host in spellings(text) if host.startswith("[") and ":" in host),
            *(text for text in INSIDE6 if "%25" not in text),
            *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "192.88.99.1"),
            *("198.51.100.1", "203.0.113.1", "192.31.196.1", "192.52.193.1", "192.175.48.1", "127.1", "nonsense", ""),
        ]
    )
)
PUBLIC = "93.184.215.14"


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address a connection was tried to, whoever tried; none of the tries gets anywhere."""
    seen: list[Any] = []

    async def note(_loop: object, _socket: object, address: Any) -> None:
        seen.append(address)
        raise ConnectionRefusedError(111, "noted")

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", note)
    return seen


@pytest.fixture
async def knocks() -> AsyncIterator[tuple[int, list[Any]]]:
    """A real listener on the loopback of both families: its port, and who knocked."""
    seen: list[Any] = []

    def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(writer.get_extra_info("peername"))
        writer.close()

    first = await asyncio.start_server(note, "127.0.0.1", 0)
    port = first.sockets[0].getsockname()[1]
    servers = [first]
    with contextlib.suppress(OSError):  # a machine without IPv6 still has the other loopback
        servers.append(await asyncio.start_server(note, "::1", port))
    yield port, seen
    for server in servers:
        server.close()


def answers(*rounds: Sequence[str]) -> Any:
    """Return a resolver that answers each question with the next of the given answers, the last one for ever."""
    left = list(rounds)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


async def kind_of(egress: Egress, url: str) -> Kind:
    return (await egress.send(Outgoing("msg_a", url, b"{}"))).kind


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(CORPUS) >= 400
    assert len(ADDRESSES) >= 150


async def test_no_spelling_makes_a_connection(tried: list[Any]) -> None:
    async with Egress(limits=SHORT) as egress:
        leaks = [url for url in CORPUS if await kind_of(egress, url) is not Kind.REFUSED]
    assert leaks == []
    assert tried == []


async def test_no_spelling_reaches_a_real_listener_on_an_allowed_port(
    knocks: tuple[int, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, seen = knocks
    monkeypatch.setattr(guard, "PORTS", frozenset({port}))
    loopback = [host for text in INSIDE4[:3] for host in spellings(text)] + [f"[{host}]" for host in INSIDE6[:6]]
    async with Egress(limits=SHORT) as egress:
        leaks = [host for host in loopback if await kind_of(egress, f"https://{host}:{port}/") is not Kind.REFUSED]
        assert leaks == []
        assert seen == []
    async with Egress([f"https://127.0.0.1:{port}"], limits=SHORT) as egress:
        await kind_of(egress, f"https://127.0.0.1:{port}/")
        assert len(seen) == 1, "the listener does notice who knocks"


@pytest.mark.parametrize("mixed", [False, True], ids=["alone", "among public ones"])
async def test_no_name_that_resolves_inside_makes_a_connection(tried: list[Any], mixed: bool) -> None:
    leaks = []
    for address in ADDRESSES:
        found = [PUBLIC, address, PUBLIC] if mixed else [address]
        async with Egress(limits=SHORT, resolver=answers(found)) as egress:
            if await kind_of(egress, "https://hooks.example.com/") is not Kind.REFUSED:
                leaks.append(address)
    assert leaks == []
    assert tried == []


async def test_a_name_that_turns_inside_later_is_checked_again_at_every_attempt(tried: list[Any]) -> None:
    resolver = answers([PUBLIC], ["127.0.0.1"], [PUBLIC], ["::1"], ["64:ff9b::a9fe:a9fe"])
    async with Egress(limits=SHORT, resolver=resolver) as egress:
        kinds = [await kind_of(egress, "https://hooks.example.com/") for _ in range(5)]
    assert kinds == [Kind.RETRY, Kind.REFUSED, Kind.RETRY, Kind.REFUSED, Kind.REFUSED]
    assert tried == [(PUBLIC, 443)] * 2


async def test_the_name_is_asked_once_an_attempt_so_nothing_can_change_between_check_and_use(tried: list[Any]) -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return [PUBLIC, "2606:4700::1111"]

    async with Egress(limits=SHORT, resolver=resolve) as egress:
        assert await kind_of(egress, "https://hooks.example.com/") is Kind.RETRY
    assert asked == ["hooks.example.com"]
    assert {address[0] for address in tried} <= {PUBLIC, "2606:4700::1111"}
    assert tried


async def test_a_socket_is_checked_even_if_the_resolver_was_by_passed(
    tried: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unchecked(self: Egress, host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(Egress, "resolve", unchecked)
    async with Egress(limits=SHORT) as egress:
        assert await kind_of(egress, "https://hooks.example.com/") is Kind.REFUSED
    assert tried == []


async def test_attempts_side_by_side_are_judged_each_by_its_own_target(tried: list[Any]) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(0)
        return ["10.0.0.9"]

    async with Egress(["http://inner:8080"], limits=SHORT, resolver=resolve) as egress:
        urls = ["http://inner:8080/", "https://hooks.example.com/"] * 20
        kinds = await asyncio.gather(*(kind_of(egress, url) for url in urls))
    assert kinds == [Kind.RETRY, Kind.REFUSED] * 20
    assert set(tried) == {("10.0.0.9", 8080)}
