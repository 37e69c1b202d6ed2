"""Standard Webhooks 1.0 signatures (签名): ``v1`` HMAC-SHA256 and ``v1a`` ed25519, both directions.

The bytes that are sent are the bytes that are signed, and times are whole seconds of wire time.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SECRET, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"
TOLERANCE = 300
"""How far a timestamp may be from the reader's clock, in seconds."""

_MOMENT = re.compile(r"[1-9][0-9]{0,11}")
_MOST_SIGNATURES = 32


class SignatureError(ValueError):
    """A webhook that does not prove where it comes from; says why, never what the key is."""


def new_secret() -> str:
    """Return a fresh symmetric secret: ``whsec_`` and 32 random bytes in base64."""
    return SECRET + _text(secrets.token_bytes(32))


def new_pair() -> tuple[str, str]:
    """Return a fresh ed25519 pair: (``whsk_…`` for us to sign with, ``whpk_…`` for receivers to verify with)."""
    private = Ed25519PrivateKey.generate()
    return PRIVATE + _text(private.private_bytes_raw()), PUBLIC + _text(private.public_key().public_bytes_raw())


def public_of(private: str) -> str:
    """Return the ``whpk_…`` that belongs to a ``whsk_…``."""
    return PUBLIC + _text(_private(private).public_key().public_bytes_raw())


class Signer:
    """Signs with every key it is given: during a rotation (轮换) the new one and the old one."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Take ``whsec_…`` and ``whsk_…`` keys, the preferred first. Raises ``ValueError`` for none or another kind."""
        self._signs: list[Callable[[bytes], str]] = [_signing(key) for key in keys]
        if not self._signs:
            raise ValueError("签名至少需要一个密钥")

    def headers(self, message: str, timestamp: int, body: bytes) -> dict[str, str]:
        """Return the three headers for one attempt at ``timestamp`` (unix seconds, whole).

        Raises ``ValueError`` for an id with a ``.`` or outside printable ASCII, being ambiguous when signed.
        """
        content = _content(message, timestamp, body)
        return {
            "webhook-id": message,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(sign(content) for sign in self._signs),
        }


def verify(
    keys: Iterable[str], headers: Mapping[str, str], body: bytes, *, now: int, tolerance: int = TOLERANCE
) -> str:
    """Return the id of a webhook that one of the ``whsec_…`` or ``whpk_…`` keys proves.

    ``now`` is wire time in unix seconds. Raises ``SignatureError`` for whatever is not proven, and only that: headers
    and body may be any garbage.
    """
    found = {name.lower(): value for name, value in headers.items()}
    message, moment = found.get("webhook-id", ""), found.get("webhook-timestamp", "")
    if not _MOMENT.fullmatch(moment) or abs(int(moment) - now) > tolerance:
        raise SignatureError("webhook-timestamp is absent, malformed or too far from now")
    try:
        content = _content(message, int(moment), body)
    except ValueError as error:
        raise SignatureError(str(error)) from None
    _demand_proof([_proving(key) for key in keys], found.get("webhook-signature", ""), content)
    return message


def _demand_proof(proofs: list[Callable[[str, bytes, bytes], bool]], header: str, content: bytes) -> None:
    signatures = [_signature(entry) for entry in header.split(" ")[:_MOST_SIGNATURES]]
    if not any(proof(version, signature, content) for proof in proofs for version, signature in signatures):
        raise SignatureError("no signature matches")


def _content(message: str, timestamp: int, body: bytes) -> bytes:
    if not message or "." in message or not (message.isascii() and message.isprintable()):
        raise ValueError("webhook-id is absent or ambiguous")
    if isinstance(timestamp, bool) or not isinstance(timestamp, int):
        raise ValueError("webhook-timestamp must be whole seconds")
    return f"{message}.{timestamp}.".encode("ascii") + body


def _signing(key: str) -> Callable[[bytes], str]:
    if key.startswith(SECRET):
        secret = _secret(key)
        return lambda content: "v1," + _text(hmac.digest(secret, content, "sha256"))
    private = _private(key)
    return lambda content: "v1a," + _text(private.sign(content))


def _proving(key: str) -> Callable[[str, bytes, bytes], bool]:
    if key.startswith(SECRET):
        secret = _secret(key)
        return lambda version, signature, content: (
            version == "v1" and hmac.compare_digest(hmac.digest(secret, content, "sha256"), signature)
        )
    public = Ed25519PublicKey.from_public_bytes(_bytes(key, PUBLIC, 32, 32))

    def proves(version: str, signature: bytes, content: bytes) -> bool:
        if version != "v1a":
            return False
        try:
            public.verify(signature, content)
        except InvalidSignature:
            return False
        return True

    return proves


def _signature(entry: str) -> tuple[str, bytes]:
    version, _, text = entry.partition(",")
    try:
        return version, base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "", b""


def _secret(key: str) -> bytes:
    return _bytes(key, SECRET, 24, 64)


def _private(key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_bytes(key, PRIVATE, 32, 32))


def _bytes(key: str, prefix: str, least: int, most: int) -> bytes:
    if not key.startswith(prefix):
        raise ValueError(f"密钥须以 {prefix} 开头")
    try:
        raw = base64.b64decode(key[len(prefix) :], validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("密钥不是 base64") from None
    if not least <= len(raw) <= most:
        raise ValueError(f"密钥长度须为 {least}–{most} 字节")
    return raw


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
