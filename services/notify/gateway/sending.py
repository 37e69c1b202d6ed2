"""How each kind of effect becomes a message, attempt by attempt (Standard Webhooks 1.0; plain mail)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from services.notify.domain.channels import Channel
from services.notify.domain.directory import Directory
from services.notify.domain.messages import mail_of
from services.notify.domain.shelf import Shelf
from shared.effects.answers import Response
from shared.effects.ledger import Effect
from shared.effects.ledger_courier import Purpose
from shared.effects.port import Kind, Outcome, Outgoing, Sender, effect_key
from shared.security.vault import Vault
from shared.security.webhooks import Signer

JSON = (("content-type", "application/json"),)
TIMEOUT = 15.0
_GONE = Outcome(Kind.CLOSED, error="endpoint-gone")


class Post(Protocol):
    """What the door outwards can do."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """Post once."""
        ...

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Post an effect once."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A channel's address and secrets, in clear."""

    box: str
    address: str
    secrets: Mapping[str, str]
    signer: Signer | None


class Strongbox:
    """Opens channels; keeps what is open until it changes."""

    def __init__(self, directory: Directory, vault: Vault) -> None:
        self._directory = directory
        self._vault = vault
        self._open: dict[str, Opened] = {}

    def open_(self, channel_id: str) -> tuple[Channel, Opened] | None:
        """Return a channel with its secrets, None where it is gone."""
        channel = self._directory.channels.get(channel_id)
        if channel is None or channel.state == "deleted":
            self._open.pop(channel_id, None)
            return None
        opened = self._open.get(channel_id)
        if opened is None or opened.box != channel.secrets.box:
            address = self._vault.open_(channel.address, channel_id, "address")
            secrets = json.loads(self._vault.open_(channel.secrets, channel_id, "secrets"))
            keys = [secrets[name] for name in ("secret", "private") if name in secrets]
            opened = Opened(channel.secrets.box, address, secrets, Signer(keys) if keys else None)
            self._open[channel_id] = opened
        return channel, opened


class ChallengeSender:
    """Posts a challenge; only an answer that repeats it counts, and then the channel is confirmed."""

    def __init__(self, egress: Post, confirm: Callable[[str], Awaitable[None]]) -> None:
        self._egress = egress
        self._confirm = confirm

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send once; see ``Sender``."""
        response = await self._egress.post(outgoing.url, outgoing.body, dict(outgoing.headers))
        if response.outcome.kind is not Kind.ACCEPTED:
            return response.outcome
        data = json.loads(outgoing.body)["data"]
        if not _repeats(response.body, data["challenge"]):
            return Outcome(Kind.RETRY, response.status, "challenge-unanswered", snippet=response.outcome.snippet)
        await self._confirm(data["endpoint"])
        return response.outcome


def _repeats(body: bytes, challenge: str) -> bool:
    """Whether an answer is the challenge, bare or as ``{"challenge": …}``."""
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        try:
            found = json.loads(text).get("challenge")
        except ValueError:
            return False
        text = found if isinstance(found, str) else ""
    return hmac.compare_digest(text.encode(), challenge.encode())


class Sending:
    """The purposes of notify's courier.

    Args:
        strongbox: opens channels.
        shelf: knows which pushes are withdrawn.
        wire: wire time in seconds.
        egress: the door outwards.
        mailer: the mail relay, None where there is none.
        public_url: where readers reach the platform.
        confirm: called with a channel whose challenge was answered.
    """

    def __init__(
        self,
        strongbox: Strongbox,
        shelf: Shelf,
        wire: Callable[[], float],
        egress: Post,
        mailer: Sender | None,
        public_url: str,
        confirm: Callable[[str], Awaitable[None]],
    ) -> None:
        self._strongbox = strongbox
        self._shelf = shelf
        self._wire = wire
        self._egress = egress
        self._mailer = mailer
        self._public_url = public_url.rstrip("/")
        self._confirm = confirm

    def purposes(self) -> dict[str, Purpose]:
        """Return how effects are carried out, by purpose."""
        challenge = ChallengeSender(self._egress, self._confirm)
        found = {
            "webhook": Purpose(self._egress, self.policy_webhook, TIMEOUT),
            "webhook-test": Purpose(self._egress, self.trial_webhook, TIMEOUT),
            "webhook-challenge": Purpose(challenge, self.challenge_webhook, TIMEOUT),
        }
        if self._mailer is not None:
            found |= {
                "mail": Purpose(self._mailer, self.policy_mail, TIMEOUT, repeatable=False),
                "mail-test": Purpose(self._mailer, self.trial_mail, TIMEOUT, repeatable=False),
                "mail-challenge": Purpose(self._mailer, self.challenge_mail, TIMEOUT, repeatable=False),
            }
        return found

    async def policy_webhook(self, effect: Effect, _: int) -> Outgoing | Outcome:
        """Tell of a policy."""
        if effect.payload["push"] in self._shelf.withdrawn:
            return Outcome(Kind.CLOSED, error="withdrawn")
        return self._signed(effect, _message(effect))

    async def trial_webhook(self, effect: Effect, _: int) -> Outgoing | Outcome:
        """Send a test event."""
        data = {"endpoint": effect.endpoint, "text": "这是一条测试消息，用于检查接收与验签。"}
        return self._signed(effect, _event("endpoint.test", effect, data))

    async def challenge_webhook(self, effect: Effect, _: int) -> Outgoing | Outcome:
        """Ask for the proof that somebody there knows us."""
        found = self._strongbox.open_(effect.endpoint)
        if found is None:
            return _GONE
        data = {"endpoint": effect.endpoint, "challenge": found[1].secrets["challenge"]}
        return self._signed(effect, _event("endpoint.challenge", effect, data))

    def _signed(self, effect: Effect, message: Mapping[str, Any]) -> Outgoing | Outcome:
        found = self._strongbox.open_(effect.endpoint)
        if found is None or found[1].signer is None:
            return _GONE
        body = orjson.dumps(message)
        headers = found[1].signer.headers(effect.key, int(self._wire()), body)
        return Outgoing(effect.key, found[1].address, body, (*headers.items(), *JSON))

    async def policy_mail(self, effect: Effect, _: int) -> Outgoing | Outcome:
        """Tell of a policy by mail."""
        if effect.payload["push"] in self._shelf.withdrawn:
            return Outcome(Kind.CLOSED, error="withdrawn")
        subject, text = mail_of(_message(effect))
        return self._mail(effect, subject, text)

    async def trial_mail(self, effect: Effect, _: int) -> Outgoing | Outcome:
        """Send a test mail."""
        return self._mail(effect, "【政策推送】测试邮件", "这是一封测试邮件，说明本渠道可以收到推送。\n")

    async def challenge_mail(self, effect: Effect, _: int) -> Outgoing | Outcome:
        """Ask the reader of a mail box for a code only that mail holds."""
        found = self._strongbox.open_(effect.endpoint)
        if found is None:
            return _GONE
        code = found[1].secrets["challenge"]
        link = f"{self._public_url}/notify/v1/endpoints/{effect.endpoint}/confirmation?code={code}"
        text = f"请打开下面的链接确认用本邮箱接收政策推送：\n\n{link}\n\n如非贵单位申请，请忽略本邮件。\n"
        return self._mail(effect, "【政策推送】请确认接收邮箱", text)

    def _mail(self, effect: Effect, subject: str, text: str) -> Outgoing | Outcome:
        found = self._strongbox.open_(effect.endpoint)
        if found is None:
            return _GONE
        return Outgoing(effect.key, f"mailto:{found[1].address}", text.encode(), (("Subject", subject),))


def _event(type_: str, effect: Effect, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": type_, "timestamp": effect.payload["timestamp"], "data": dict(data)}


def _message(effect: Effect) -> Mapping[str, Any]:
    """Return the message of a delivery; a deliberate resend says so, and what it repeats."""
    message: Mapping[str, Any] = effect.payload["message"]
    if effect.nonce is None:
        return message
    first = effect_key(effect.item, effect.edition, effect.recipient, effect.endpoint, effect.purpose)
    return {**message, "data": {**message["data"], "resend_of": first, "resend_reason": effect.reason}}
