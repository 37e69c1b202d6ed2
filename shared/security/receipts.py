"""Receipts of the feed (回执): ``rc_<judge><content><mac>``, issued and checked without looking anything up.

The content part is the same for the same event from the same agency, whoever computes it; the mac proves that we issued
it, to which agency, and which service judges.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

JUDGES = {"c": "catalog", "r": "requests", "n": "notify", "p": "publish"}
_LETTERS = {name: letter for letter, name in JUDGES.items()}
_BLOCK = 64
_CONTENT, _NAME = hashlib.blake2b(digest_size=16), hashlib.blake2b(digest_size=12)
"""Copied for every use: making them anew takes as long as hashing a name."""
_RECEIPT = re.compile(r"rc_([crnp])([0-9a-f]{24})([0-9a-f]{16})")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that is ours: the agency it was issued to and the service that judges."""

    agency: str
    judge: str


class Receipts:
    """Issues and checks receipts under one key that every copy of every service shares."""

    def __init__(self, key: bytes) -> None:
        """Take the receipt key (32 bytes)."""
        if len(key) != 32:
            raise ValueError("the receipt key has 32 bytes")
        # HMAC (RFC 2104) with the key already taken in: every event at the door needs one.
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key.ljust(_BLOCK, b"\0")))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key.ljust(_BLOCK, b"\0")))

    def issue(self, agency: str, judge: str, source: str, event_id: str, content: str) -> str:
        """Return the receipt of an event; ``content`` is its ``content_digest``. ``KeyError`` for no judge of ours."""
        letter = _LETTERS[judge]
        named = _NAME.copy()
        named.update(f"{len(source)}:{source}{len(event_id)}:{event_id}{content}".encode())
        name = named.hexdigest()
        return f"rc_{letter}{name}{self._mac(agency, letter, name)}"

    def check(self, receipt: str, agencies: Iterable[str]) -> Receipt | None:
        """Return whose receipt it is among the agencies, None where it is not ours or another's."""
        match = _RECEIPT.fullmatch(receipt)
        if match is None:
            return None
        letter, name, mac = match.groups()
        for agency in agencies:
            if hmac.compare_digest(self._mac(agency, letter, name), mac):
                return Receipt(agency, JUDGES[letter])
        return None

    def _mac(self, agency: str, letter: str, name: str) -> str:
        # Letter and name have fixed lengths, so what follows can only be the agency.
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(f"{letter}{name}{agency}".encode())
        outer.update(inner.digest())
        return outer.hexdigest()[:16]


def content_digest(event_type: str, subject: str, data: bytes) -> str:
    """Return what makes two events the same content: type, subject and canonical JSON of the data, as 32 hex digits."""
    made = _CONTENT.copy()
    made.update(f"{len(event_type)}:{event_type}{len(subject)}:{subject}".encode())
    made.update(data)
    return made.hexdigest()
