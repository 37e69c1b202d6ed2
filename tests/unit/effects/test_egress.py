"""The door outwards against receivers of every kind: what comes back is an outcome, in time, in little memory."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import time
from pathlib import Path

import pytest

from shared.effects.answers import EgressLimits
from shared.effects.egress import Egress
from shared.effects.port import Kind, Outgoing
from tests.support.loopback import (
    OK,
    SHORT,
    Behave,
    answering,
    closing,
    drip_body,
    drip_head,
    endless_headers,
    flood,
    hang,
    receiver,
)


@pytest.mark.parametrize(
    ("behave", "kind", "error"),
    [
        pytest.param(answering(OK), Kind.ACCEPTED, None, id="ok"),
        pytest.param(answering(b"HTTP/1.1 204 No Content\r\n\r\n"), Kind.ACCEPTED, None, id="204"),
        pytest.param(answering(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"), Kind.CLOSED, "gone", id="410"),
        pytest.param(hang, Kind.RETRY, "timeout", id="hangs"),
        pytest.param(drip_head, Kind.RETRY, "timeout", id="drips its head"),
        pytest.param(drip_body, Kind.ACCEPTED, None, id="drips its body after 200"),
        pytest.param(flood, Kind.ACCEPTED, None, id="1 GB body"),
        pytest.param(endless_headers, Kind.RETRY, "protocol", id="endless headers"),
        pytest.param(answering(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 300_000), Kind.RETRY, "protocol", id="huge header"),
        pytest.param(closing(b""), Kind.RETRY, "disconnected", id="reset before an answer"),
        pytest.param(closing(OK[:20]), Kind.RETRY, "disconnected", id="reset in the head"),
        pytest.param(
            closing(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\npart"), Kind.ACCEPTED, None, id="reset in the body"
        ),
        pytest.param(answering(b"\x16\x03\x01\x00\xff garbage\r\n\r\n"), Kind.RETRY, "protocol", id="no HTTP"),
        pytest.param(
            answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            Kind.RETRY,
            "protocol",
            id="bad chunk",
        ),
        pytest.param(
            answering(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), Kind.RETRY, "protocol", id="bad length"
        ),
    ],
)
async def test_every_receiver_yields_an_outcome_in_time(behave: Behave, kind: Kind, error: str | None) -> None:
    async with receiver(behave) as there, Egress([there.origin], limits=SHORT) as egress:
        start = time.monotonic()
        outcome = await egress.send(Outgoing("msg_a", there.origin + "/hook", b"{}"))
        assert (outcome.kind, outcome.error) == (kind, error)
        assert time.monotonic() - start < SHORT.total + 1


async def test_throttling_tells_how_long_to_wait() -> None:
    raw = b"HTTP/1.1 429 Too Many\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n"
    async with receiver(answering(raw)) as there, Egress([there.origin], limits=SHORT) as egress:
        outcome = await egress.send(Outgoing("msg_a", there.origin, b""))
        assert (outcome.kind, outcome.status, outcome.after) == (Kind.RETRY, 429, 30.0)


async def test_a_redirect_is_a_failure_and_is_never_followed() -> None:
    async with receiver(answering(OK)) as inside:
        location = f"HTTP/1.1 302 Found\r\nLocation: {inside.origin}/latest/meta-data\r\nContent-Length: 0\r\n\r\n"
        async with (
            receiver(answering(location.encode())) as there,
            Egress([there.origin, inside.origin], limits=SHORT) as egress,
        ):
            outcome = await egress.send(Outgoing("msg_a", there.origin, b""))
            assert (outcome.kind, outcome.status, outcome.error) == (Kind.RETRY, 302, "redirect")
            assert inside.connections == 0


async def test_a_gzip_bomb_stays_small_and_closed() -> None:
    bomb = gzip.compress(bytes(300_000_000), 6)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    async with receiver(answering(head + bomb)) as there, Egress([there.origin], limits=SHORT) as egress:
        response = await egress.post(there.origin, b"", {})
        assert len(bomb) > 250_000
        assert (response.outcome.kind, len(response.body), response.whole) == (Kind.ACCEPTED, SHORT.body, False)
        assert response.outcome.snippet == ""


async def test_a_get_reads_up_to_its_cap_and_says_whether_that_was_all() -> None:
    raw = b"HTTP/1.1 200 OK\r\nETag: a\r\nContent-Length: 50000\r\n\r\n" + b"x" * 50_000
    async with receiver(answering(raw)) as there, Egress([there.origin], limits=SHORT) as egress:
        whole = await egress.get(there.origin, cap=50_000)
        part = await egress.get(there.origin, cap=49_999)
    assert (len(whole.body), whole.whole, whole.headers["etag"]) == (50_000, True, "a")
    assert (len(part.body), part.whole) == (49_999, False)


async def test_what_is_sent_is_the_signed_bytes_without_cookies_or_surprises() -> None:
    raw = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
    async with receiver(answering(raw)) as there, Egress([there.origin], limits=SHORT) as egress:
        for _ in range(2):
            await egress.send(Outgoing("msg_a", there.origin + "/hook?x=1", b'{"a":1}', (("webhook-id", "msg_a"),)))
    assert there.connections == 1, "a kept connection is used again"
    for sent in there.heard:
        head, _, body = sent.partition(b"\r\n\r\n")
        assert body == b'{"a":1}'
        assert head.startswith(b"POST /hook?x=1 HTTP/1.1\r\n")
        assert b"webhook-id: msg_a" in head
        assert b"identity" in head
        assert b"cookie" not in head.lower()


async def test_a_proxy_of_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiver(answering(OK)) as proxy, receiver(answering(OK)) as there:
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        monkeypatch.setenv("http_proxy", proxy.origin)
        async with Egress([there.origin], limits=SHORT) as egress:
            assert (await egress.send(Outgoing("msg_a", there.origin, b""))).kind is Kind.ACCEPTED
        assert proxy.connections == 0


async def test_one_host_gets_no_more_connections_than_its_share() -> None:
    inside: list[int] = [0, 0]  # now, at most
    full, go = asyncio.Event(), asyncio.Event()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside[0] += 1
        inside[1] = max(inside)
        if inside[0] == 2:
            full.set()
        await go.wait()
        inside[0] -= 1
        writer.write(OK)
        await writer.drain()

    async with receiver(serve) as there, Egress([there.origin], limits=EgressLimits(per_host=2)) as egress:
        sent = asyncio.gather(*(egress.send(Outgoing(f"msg_{n}", there.origin, b"")) for n in range(6)))
        await asyncio.wait_for(full.wait(), 5)
        go.set()
        outcomes = await sent
    assert {outcome.kind for outcome in outcomes} == {Kind.ACCEPTED}
    assert inside[1] == 2


async def test_nobody_listening_and_no_such_name_can_be_tried_again() -> None:
    async with receiver(hang) as there:
        origin = there.origin

    async def nothing(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    async def silence(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    async with Egress([origin], limits=SHORT, resolver=nothing) as egress:
        assert (await egress.send(Outgoing("msg_a", origin, b""))).error == "connect"
        assert (await egress.send(Outgoing("msg_a", "https://a.example/", b""))).error == "dns"
    async with Egress(limits=SHORT, resolver=silence) as egress:
        outcome = await egress.send(Outgoing("msg_a", "https://a.example/", b""))
        assert (outcome.kind, outcome.error) == (Kind.RETRY, "timeout")


async def test_the_systems_resolver_is_asked_through_the_guard() -> None:
    async with receiver(answering(OK)) as there:
        origin = there.origin.replace("127.0.0.1", "localhost")
        async with Egress([origin], limits=SHORT) as egress:
            assert (await egress.send(Outgoing("msg_a", origin, b""))).kind is Kind.ACCEPTED
    assert b"Host: localhost" in there.heard[0]


async def test_a_refusal_of_the_guard_is_an_outcome_with_its_reason() -> None:
    async with Egress() as egress:
        outcome = await egress.send(Outgoing("msg_a", "https://192.168.1.1/", b""))
    assert (outcome.kind, outcome.error) == (Kind.REFUSED, "ADDRESS_FORBIDDEN")
    assert "内网地址" in outcome.snippet


async def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize(
    ("name", "trusted", "error"),
    [("hooks.example.com", True, None), ("other.example.com", True, "tls"), ("hooks.example.com", False, "tls")],
)
async def test_tls_is_checked_against_the_name_not_the_address(
    certificate: Path, name: str, trusted: bool, error: str | None
) -> None:
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(certificate)
    names: list[str | None] = []
    served.sni_callback = lambda _socket, asked, _context: names.append(asked)
    trust = ssl.create_default_context(cafile=str(certificate)) if trusted else None
    async with receiver(answering(OK), served) as there:
        origin = there.origin.replace("127.0.0.1", name)
        async with Egress([origin], limits=SHORT, resolver=loopback, tls=trust) as egress:
            outcome = await egress.send(Outgoing("msg_a", origin, b""))
    assert outcome.error == error
    assert names == [name]


async def test_tls_spoken_to_by_a_plain_receiver_is_a_tls_failure() -> None:
    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 plain\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(garbage, "127.0.0.1", 0)
    origin = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, Egress([origin], limits=SHORT) as egress:
        outcome = await egress.send(Outgoing("msg_a", origin, b""))
    assert (outcome.kind, outcome.error) == (Kind.RETRY, "tls")
