"""What is personal in an event, and what whom may be shown of it (个人信息的遮盖与开启)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from shared.contracts.envelope import Envelope
from shared.contracts.sealed import Sealed
from shared.security.vault import Vault

Audience = Literal["full", "redacted", "applicant"]
Path = tuple[str | int, ...]
_BOX = {"key", "nonce", "box"}
_SEALED_AS: Mapping[tuple[str, str], str] = {
    ("requests.correction-notified", "text"): "correction",
    ("requests.reason-given", "text"): "reason",
}
"""Where the name a value was sealed under is not the name of the field it stands in."""

APPLICANTS_OWN = frozenset(
    f"requests.{name}"
    for name in (
        *("request-received", "correction-notified", "corrected", "reason-given"),
        *("decision-made", "notice-sent", "notice-returned"),
    )
)
"""Events whose personal values are the applicant's own, or were told to the applicant."""
_HIDDEN = ("despite",)
"""Fields of these that are internal all the same: why a decision was made despite a warning."""
INTERNAL = frozenset(
    f"requests.{name}"
    for name in (
        *("decision-drafted", "draft-approved", "draft-returned", "draft-withdrawn"),
        *("attribute-inquired", "attribute-noted", "contact-noted", "case-tagged"),
        *("rectification-opened", "rectification-closed", "remedy-reported"),
        *("review-opened", "review-evidenced", "conversion-held", "conversion-declined", "conversion-proposed"),
    )
)
"""Internal matters and how a decision came about (条例 Art. 16): an applicant gets their digests only."""


def boxes(value: Any, path: Path = ()) -> Iterator[tuple[Path, Sealed]]:
    """Yield every sealed value in the data of an event, with the way to it."""
    if isinstance(value, dict):
        if value.keys() >= _BOX:
            yield path, Sealed.model_validate(value)
            return
        for name, each in value.items():
            yield from boxes(each, (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from boxes(each, (*path, number))


def covered(value: Any) -> Any:
    """Return the data with a commitment in the place of every sealed value."""
    if isinstance(value, dict):
        if value.keys() >= _BOX:
            return {"commitment": value.get("commitment", "")}
        return {name: covered(each) for name, each in value.items()}
    return [covered(each) for each in value] if isinstance(value, list) else value


def opened(vault: Vault, event: Envelope, audience: Audience) -> dict[str, dict[str, str]]:
    """Return pointer -> value and salt of what the audience may see; what other cases sealed stays closed.

    Raises ``VaultError`` for a value that does not open although its key is there.
    """
    if audience == "redacted" or (audience == "applicant" and event.type not in APPLICANTS_OWN):
        return {}
    found: dict[str, dict[str, str]] = {}
    for path, sealed in boxes(event.data):
        hidden = audience == "applicant" and path[-1] in _HIDDEN
        if sealed.key == event.subject and sealed.commitment and not hidden:
            proof = vault.prove(sealed, event.subject, _field(event.type, path))
            if proof is not None:
                found[pointer(path)] = {"value": proof.text, "salt": proof.salt.hex()}
    return found


def _field(type_: str, path: Path) -> str:
    if "parts" in path:
        return f"part:{path[-1]}"
    return _SEALED_AS.get((type_, str(path[-1])), str(path[-1]))


def pointer(path: Path) -> str:
    """Return a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(name).replace('~', '~0').replace('/', '~1')}" for name in path)
