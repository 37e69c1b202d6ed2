"""Mails through a real SMTP server on the loopback: what arrives, and what each failure means."""

from __future__ import annotations

import asyncio
import email
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from hypothesis import given
from hypothesis import strategies as st

from shared.effects.mail import Mailer
from shared.effects.port import Kind, Outgoing
from tests.support.wait import until

SENDER = "tuisong@gongkai.example"
MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TEXT = "您好：\n.新政策《示例办法》与贵单位有关。\n" + "长" * 2000


class Box:
    """A handler of aiosmtpd: keeps what it is given, and fails where it is told to."""

    def __init__(self, at: str = "", reply: str = "") -> None:
        self.at, self.reply = at, reply
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.released = asyncio.Event()

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.at == "RCPT":
            return self.reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.at == "HANG":
            await self.released.wait()
        if self.at == "DROP":
            server.transport.abort()
        if self.at == "DATA":
            return self.reply
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append((envelope.rcpt_tos, message))
        return "250 OK"


@asynccontextmanager
async def relay(box: Box, tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    sessions: list[SMTP] = []

    def session() -> SMTP:
        sessions.append(SMTP(box, loop=loop, hostname="relay.example", **options))
        return sessions[-1]

    server = await loop.create_server(session, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"{'smtps' if tls else 'smtp'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        box.released.set()
        server.close()
        await until(lambda: all(each.transport is None for each in sessions), what="the end of the sessions")


def mailer(url: str) -> Mailer:
    return Mailer(url, SENDER, now=lambda: MOMENT, timeout=0.5)


def letter(to: str = "lianxi@qiye.example", subject: str = "政策提醒", body: str = TEXT) -> Outgoing:
    return Outgoing("msg_abc", f"mailto:{to}", body.encode(), (("Subject", subject),))


async def test_a_mail_arrives_as_plain_text_with_the_effects_id() -> None:
    box = Box()
    async with relay(box) as url:
        outcome = await mailer(url).send(letter())
    assert (outcome.kind, outcome.status) == (Kind.ACCEPTED, 250)
    [(recipients, mail)] = box.mails
    assert recipients == ["lianxi@qiye.example"]
    assert mail["Message-ID"] == "<msg_abc@gongkai.example>"
    assert mail["Subject"] == "政策提醒"
    assert mail["Date"].datetime == MOMENT
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n").rstrip("\n") == TEXT


@pytest.mark.parametrize(
    ("at", "reply", "kind", "error"),
    [
        ("RCPT", "550 no such user", Kind.CLOSED, "rejected"),
        ("RCPT", "451 greylisted", Kind.RETRY, "deferred"),
        ("DATA", "554 refused", Kind.CLOSED, "rejected"),
        ("DATA", "452 full", Kind.RETRY, "deferred"),
        ("DATA", "nonsense", Kind.UNCERTAIN, "protocol"),
        ("HANG", "", Kind.UNCERTAIN, "timeout"),
        ("DROP", "", Kind.UNCERTAIN, "disconnected"),
    ],
)
async def test_a_failure_means_what_the_relay_may_have_done(at: str, reply: str, kind: Kind, error: str) -> None:
    async with relay(Box(at, reply)) as url:
        outcome = await mailer(url).send(letter())
    assert (outcome.kind, outcome.error) == (kind, error)
    assert outcome.snippet == ""


async def test_a_relay_that_is_away_or_silent_before_the_message_can_be_tried_again() -> None:
    async with relay(Box()) as url:
        pass
    assert (await mailer(url).send(letter())).kind is Kind.RETRY

    left = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        outcome = await mailer(url).send(letter())
        await asyncio.wait_for(left.wait(), 5)
    assert (outcome.kind, outcome.error) == (Kind.RETRY, "timeout")


def accepts(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=data.login == b"user" and data.password == b"p@ss", handled=False)


# aiosmtpd does not count TLS from the first byte as TLS.
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("starttls", [False, True], ids=["smtps", "starttls"])
@pytest.mark.parametrize(
    ("host", "password", "kind", "error"),
    [
        ("localhost", "p%40ss", Kind.ACCEPTED, None),
        ("localhost", "wrong", Kind.RETRY, "unauthorized"),
        ("127.0.0.1", "p%40ss", Kind.RETRY, "tls"),
    ],
)
async def test_a_password_travels_only_to_a_relay_that_proves_its_name(
    certificate: Path, starttls: bool, host: str, password: str, kind: Kind, error: str | None
) -> None:
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(certificate)
    trusted = ssl.create_default_context(cafile=str(certificate))
    box = Box()
    options: dict[str, Any] = {"tls_context": served} if starttls else {"tls": served, "auth_require_tls": False}
    async with relay(box, authenticator=accepts, auth_required=True, **options) as url:
        port = url.rpartition(":")[2]
        scheme = "smtp+starttls" if starttls else "smtps"
        sender = Mailer(f"{scheme}://user:{password}@{host}:{port}", SENDER, now=lambda: MOMENT, timeout=2, tls=trusted)
        outcome = await sender.send(letter())
    assert (outcome.kind, outcome.error) == (kind, error)
    assert len(box.mails) == (kind is Kind.ACCEPTED)


async def test_starttls_that_the_relay_does_not_offer_sends_nothing() -> None:
    box = Box()
    async with relay(box) as url:
        outcome = await mailer(url.replace("smtp:", "smtp+starttls:")).send(letter())
    assert outcome.kind is Kind.RETRY
    assert box.mails == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@b",
        "a@b.example,c@d.example",
        "a@b.example\r\nRCPT TO:<c@d.example>",
        "<a@b.example>",
        "a b@c.example",
        "张@b.example",
        "a@b.example?bcc=c@d.example",
    ],
)
async def test_what_is_no_single_plain_address_is_refused_before_any_connection(address: str) -> None:
    outcome = await mailer("smtp://127.0.0.1:1").send(letter(to=address))
    assert (outcome.kind, outcome.error) == (Kind.REFUSED, "address")


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_no_subject_and_no_body_adds_a_header_or_a_recipient(subject: str, body: str) -> None:
    if not subject.isprintable():
        with pytest.raises(ValueError, match="header"):
            letter(subject=subject)
        return
    raw = mailer("smtp://127.0.0.1:1").compose(letter(subject=subject, body=body), "a@b.example")
    mail = email.message_from_bytes(raw, policy=default)
    names = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"]
    assert [name for name in mail.keys() if name in names] == names  # noqa: SIM118
    assert len(mail.keys()) == len(names) + 3, "and the three of MIME"
    assert mail["To"] == "a@b.example"


@pytest.mark.parametrize(
    "url",
    ["http://relay.example", "smtp://", "smtp://user:secret@relay.example", "smtp://relay.example/x", "relay.example"],
)
def test_a_relay_that_is_none_or_would_leak_the_password_stops_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="smtp") as caught:
        Mailer(url, SENDER, now=lambda: MOMENT)
    assert "secret" not in str(caught.value)


def test_the_password_stays_out_of_logs() -> None:
    made = Mailer("smtps://user:p%40ss@relay.example", SENDER, now=lambda: MOMENT)
    assert "p@ss" not in repr(vars(made))
