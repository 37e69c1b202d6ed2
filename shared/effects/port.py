"""What an effect is, what may become of it, and who may carry it out."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from shared.contracts.canonical import canonical

SNIPPET_BYTES = 2048
"""How much of an answer is kept for a person to look at."""


@lru_cache(16_384)  # asked for at every step of an attempt
def effect_key(
    item: str, edition: str | int, recipient: str, endpoint: str, purpose: str, nonce: str | None = None
) -> str:
    """Return the one id an effect has for ever (效果编号); it is also the ``webhook-id``.

    A pure function of the fact: the same on every attempt, worker and replay; 3 and "3" are one edition. Only a
    deliberate resend brings a ``nonce``. The result is ``msg_`` and 32 lower-case base32 characters, so it never
    contains the ``.`` that separates the parts of a signed webhook.
    """
    parts = [item, str(edition), recipient, endpoint, purpose]
    if nonce is not None:
        parts.append(nonce)
    return "msg_" + base64.b32encode(hashlib.sha256(canonical(parts)).digest()).decode("ascii")[:32].lower()


class Kind(StrEnum):
    """What became of one attempt."""

    ACCEPTED = "accepted"
    """The receiver took it. Absorbing: never sent again."""
    RETRY = "retry"
    """It certainly or possibly did not arrive, and the same id may be sent again."""
    CLOSED = "closed"
    """The receiver said: never again (410 for a webhook, a final 5xx for a mail)."""
    REFUSED = "refused"
    """Our own guard did not let it out; nothing was contacted."""
    UNCERTAIN = "uncertain"
    """It may have arrived where a repetition would be noticed (mail): a person decides."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One effect to carry out: a POST to an ``https:`` URL, or a plain text to a ``mailto:`` address.

    Headers must be free of control characters (``ValueError``). Address and content stay out of ``repr`` because a
    ``repr`` ends up in logs.
    """

    key: str
    url: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for name, value in self.headers:
            if not name or not (name + value).isprintable():
                raise ValueError("a header holds a control character or has no name")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt: ``status`` as the peer gave it, ``error`` a short class such as ``timeout``.

    ``after`` is how many seconds the peer asked us to wait. ``snippet`` is the beginning of what it said, at most
    2 kB and made printable; it is the peer's text, so a page must escape it.
    """

    kind: Kind
    status: int | None = None
    error: str | None = None
    after: float | None = None
    snippet: str = ""


class Sender(Protocol):
    """Carries one effect out, once. It never raises for what the world does: that is an ``Outcome``."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Try once and say what became of it. Does not retry, does not remember."""
        ...


class EffectsClosed(RuntimeError):
    """A replay tried to act on the world."""


class ClosedSender:
    """The sender of a replay: it holds no client and refuses to act."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Raise ``EffectsClosed``, whatever is asked."""
        raise EffectsClosed(f"no effect leaves a replay: {outgoing.key}")


class RecordingSender:
    """Remembers instead of sending: for shadow runs and tests. Answers with ``answer`` every time."""

    def __init__(self, answer: Outcome = Outcome(Kind.ACCEPTED, 200)) -> None:
        self.answer = answer
        self.sent: list[Outgoing] = []

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Note the effect and return the fixed answer."""
        self.sent.append(outgoing)
        return self.answer


def snippet_of(raw: bytes) -> str:
    """Return the first 2 kB of a peer's answer as printable text; bytes that are no UTF-8 become ``�``."""
    text = raw[:SNIPPET_BYTES].decode("utf-8", "replace")
    kept = "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in text)
    return kept.encode("utf-8")[:SNIPPET_BYTES].decode("utf-8", "ignore")
