"""Plain mails (邮件), and the only module that knows aiosmtplib.

SMTP has no way to discard a repetition, so the moment the message itself goes out is the point of no return: a failure
before it may be tried again, silence after it is *uncertain* and waits for a person.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib

from shared.effects.port import Kind, Outcome, Outgoing

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_SCHEMES = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class _Relay:
    """Where mails are handed in; parsed from a URL, the password kept out of ``repr``."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)


@dataclass(slots=True)
class _Progress:
    """Whether the message itself may have reached the relay."""

    handed_over: bool = False


class Mailer:
    """Hands one mail after the other to a relay; each attempt is a connection of its own."""

    def __init__(
        self,
        url: str,
        sender: str,
        *,
        now: Callable[[], datetime],
        timeout: float = 15.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Take the relay (``smtp://``, ``smtp+starttls://`` or ``smtps://user:password@host:port``) and our address.

        ``now`` is wire time (aware), for the ``Date`` header; ``timeout`` in seconds covers a whole attempt. Raises
        ``ValueError`` for another URL, a sender that is no address, or a password that would travel in the clear.
        """
        self._relay = _relay(url)
        if not _ADDRESS.fullmatch(sender):
            raise ValueError("发件地址不正确")
        self._sender = sender
        self._now = now
        self._timeout = timeout
        self._tls = tls

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send the body (UTF-8) to the ``mailto:`` address with the header ``Subject``; see ``Sender``."""
        recipient = outgoing.url.removeprefix("mailto:")
        if not _ADDRESS.fullmatch(recipient) or not outgoing.url.startswith("mailto:"):
            return Outcome(Kind.REFUSED, error="address", snippet="收件地址不正确")
        message = self.compose(outgoing, recipient)
        progress = _Progress()
        try:
            async with asyncio.timeout(self._timeout):
                await self._deliver(recipient, message, progress)
        except aiosmtplib.SMTPResponseException as error:
            return _answered(error, progress)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            return Outcome(Kind.UNCERTAIN if progress.handed_over else Kind.RETRY, error=_failure(error))
        return Outcome(Kind.ACCEPTED, 250)

    def compose(self, outgoing: Outgoing, recipient: str) -> bytes:
        """Return the mail; the same effect has the same ``Message-ID``, whoever sends it and when."""
        headers = {name.lower(): value for name, value in outgoing.headers}
        mail = EmailMessage(policy=SMTP_POLICY)
        mail["From"] = Address(addr_spec=self._sender)
        mail["To"] = Address(addr_spec=recipient)
        mail["Subject"] = headers.get("subject", "")
        mail["Date"] = format_datetime(self._now())
        mail["Message-ID"] = f"<{outgoing.key}@{self._sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(outgoing.body.decode("utf-8"), cte="base64")
        return mail.as_bytes()

    async def _deliver(self, recipient: str, message: bytes, progress: _Progress) -> None:
        relay = self._relay
        client = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            username=relay.user,
            password=relay.password,
            use_tls=relay.scheme == "smtps",
            start_tls=relay.scheme == "smtp+starttls",
            tls_context=self._tls,
            timeout=self._timeout,
        )
        try:
            await client.connect()
            await client.mail(self._sender)
            await client.rcpt(recipient)
            progress.handed_over = True
            await client.data(message)
        finally:
            client.close()


def _relay(url: str) -> _Relay:
    parts = urlsplit(url)
    beyond = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in _SCHEMES or not parts.hostname or beyond:
        raise ValueError("邮件服务器须写成 smtp://、smtp+starttls:// 或 smtps:// 加主机与端口")
    if parts.username is not None and parts.scheme == "smtp":
        raise ValueError("明文 smtp:// 不得带口令，请改用 smtps:// 或 smtp+starttls://")
    port = parts.port or _SCHEMES[parts.scheme]
    return _Relay(parts.scheme, parts.hostname, port, _unquoted(parts.username), _unquoted(parts.password))


def _unquoted(part: str | None) -> str | None:
    return unquote(part) if part else None


def _answered(error: aiosmtplib.SMTPResponseException, progress: _Progress) -> Outcome:
    """A 5xx to the recipient or the content is final; one to us (login, sender) is ours to repair; 4xx may change.

    What the relay said is not kept: such texts repeat the recipient's address.
    """
    if error.code < 400:  # no reply at all as SMTP knows it
        return Outcome(Kind.UNCERTAIN if progress.handed_over else Kind.RETRY, error="protocol")
    if error.code >= 500 and isinstance(error, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError):
        return Outcome(Kind.CLOSED, error.code, "rejected")
    login = isinstance(error, aiosmtplib.SMTPAuthenticationError)
    return Outcome(Kind.RETRY, error.code, "unauthorized" if login else "deferred")


def _failure(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return "tls"
    return "disconnected" if isinstance(error, OSError) else "protocol"
