"""The vault (密钥库): one key per owner, so that destroying a key erases everything it ever sealed, wherever it lies.

An owner is one request, one endpoint, one document: never a person. Keys lie in a file of their own, wrapped by a
master key (KEK) that lies elsewhere; they are never events and never backed up for longer than erasure allows.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.contracts.canonical import canonical
from shared.contracts.sealed import Sealed

ERASED = "〔已删除〕"
"""What a sealed value reads as once its key is destroyed."""

_NONCE = 12
_OWN = ""  # no owner has an empty id: the row of the pseudonym key

# A rollback journal instead of a WAL: it is gone after each commit, so no wrapped key outlives its row in a file.
_PRAGMAS = ("journal_mode=delete", "synchronous=extra", "secure_delete=on", "busy_timeout=5000")


class VaultError(Exception):
    """The vault cannot say what a value is: wrong master key, no such key, or a value that was tampered with."""


class KeyDestroyed(VaultError):
    """Something new was to be sealed for an owner whose key is destroyed."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a commitment stands for (承诺的开启): whoever has both can check it, without any key."""

    text: str
    salt: bytes


class Vault:
    """Keys by owner in one SQLite file. Calls are short and may come from any thread; a new key costs one fsync."""

    def __init__(self, path: Path | str, kek: bytes) -> None:
        """Open or create the file under a 32-byte master key. Raises ``VaultError`` if it was made under another."""
        self._wrap = AESGCM(kek)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in _PRAGMAS:
            self._database.execute(f"pragma {pragma}")
        self._database.execute("create table if not exists keys (owner text primary key, wrapped blob) without rowid")
        self.ensure([_OWN])
        row = self._row(_OWN)
        if row is None or row[0] is None:
            raise VaultError("the vault has lost its own key")
        self._pseudonym_key = self._unwrap(_OWN, row[0])

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._database.close()

    def ensure(self, owners: Iterable[str]) -> None:
        """Draw keys for those owners that never had one, durably and in one transaction; for batches."""
        fresh = [(owner, self._wrapped(owner)) for owner in owners]
        with self._lock:
            self._database.execute("begin immediate")
            try:
                self._database.executemany("insert or ignore into keys values (?, ?)", fresh)
            except sqlite3.Error:
                self._database.execute("rollback")
                raise
            self._database.execute("commit")

    def seal(self, owner: str, field: str, text: str) -> Sealed:
        """Encrypt a text for an owner; only for the same owner and field does it open again.

        Raises ``KeyDestroyed`` for an owner that was erased: nothing new about them may be kept.
        """
        row = self._row(_named(owner))
        if row is None:
            self.ensure([owner])
            row = self._row(owner)
        if row is None or row[0] is None:
            raise KeyDestroyed(f"the key of {owner} is destroyed")
        key = self._unwrap(owner, row[0])
        nonce = secrets.token_bytes(_NONCE)
        box = AESGCM(key).encrypt(nonce, text.encode("utf-8"), _bound(owner, field))
        proof = Proof(text, _salt(key, nonce, owner, field))
        return Sealed(key=owner, nonce=_text(nonce), box=_text(box), commitment=commitment_of(proof))

    def open_(self, sealed: Sealed, owner: str, field: str) -> str:
        """Return the text, or 〔已删除〕 if its key was destroyed.

        Raises ``VaultError`` if the value is not this owner's field, was changed, or its key is missing without having
        been destroyed (a lost or older vault): that must not pass for an erasure.
        """
        row = self._row(_named(owner))
        if row is None or sealed.key != owner:
            raise VaultError(f"no key for {sealed.key}")
        if row[0] is None:
            return ERASED
        key = self._unwrap(owner, row[0])
        try:
            nonce, box = base64.b64decode(sealed.nonce), base64.b64decode(sealed.box)
            return AESGCM(key).decrypt(nonce, box, _bound(owner, field)).decode("utf-8")
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise VaultError(f"{owner}/{field} does not open under its key") from error

    def prove(self, sealed: Sealed, owner: str, field: str) -> Proof | None:
        """Return the text and the salt that open its commitment; None once the key is destroyed. Raises ``VaultError``.

        The salt follows from the key, so that it is kept nowhere and goes with the key.
        """
        text, row = self.open_(sealed, owner, field), self._row(_named(owner))
        if row is None or row[0] is None:
            return None
        return Proof(text, _salt(self._unwrap(owner, row[0]), base64.b64decode(sealed.nonce), owner, field))

    def destroy(self, owner: str) -> None:
        """Destroy the key of an owner, durably; what remains says that there was one. Again is fine."""
        _named(owner)
        with self._lock:
            self._database.execute(
                "insert into keys values (?, null) on conflict (owner) do update set wrapped = null", (owner,)
            )

    def pseudonym(self, purpose: str, text: str) -> str:
        """Return a stable name for a text that only this vault can compute (假名): people compared, not known.

        Equal texts are equal only within one purpose. The caller brings the text into one spelling first.
        """
        name = hmac.digest(self._pseudonym_key, _bound(purpose, text), "sha256")
        return "ps_" + name[:16].hex()

    def _row(self, owner: str) -> tuple[bytes | None] | None:
        with self._lock:
            row: tuple[bytes | None] | None = self._database.execute(
                "select wrapped from keys where owner = ?", (owner,)
            ).fetchone()
        return row

    def _wrapped(self, owner: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._wrap.encrypt(nonce, AESGCM.generate_key(256), owner.encode("utf-8"))

    def _unwrap(self, owner: str, wrapped: bytes) -> bytes:
        try:
            return self._wrap.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], owner.encode("utf-8"))
        except InvalidTag as error:
            raise VaultError("the vault was made under another master key") from error


def commitment_of(proof: Proof) -> str:
    """Return the commitment a proof opens."""
    return hashlib.sha256(proof.salt + canonical(proof.text)).hexdigest()


def _salt(key: bytes, nonce: bytes, owner: str, field: str) -> bytes:
    return hmac.digest(key, b"commitment" + nonce + _bound(owner, field), "sha256")


def _named(owner: str) -> str:
    if owner == _OWN:
        raise ValueError("no owner has an empty id")
    return owner


def _bound(owner: str, field: str) -> bytes:
    # The length keeps ("ab", "c") apart from ("a", "bc").
    return f"{len(owner)}:{owner}{field}".encode()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
