"""The chain of hashes over the events of a case (哈希链); ``verify.py`` says what each hash is of."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson

from services.requests.evidence.personal import INTERNAL, Audience, covered
from services.requests.evidence.places import Lying
from services.requests.evidence.verify import beginning, link_of
from shared.contracts.canonical import canonical, digest


def links(case: str, chain: str, events: Sequence[Lying], audience: Audience) -> list[dict[str, Any]]:
    """Return the links of a chain; every audience's have the same hashes.

    Hashed is each event with commitments in the place of what is personal, and the digest of its record as it lies in
    the log. Where it lies is told beside it: a log moved to other machines stays the same log.
    """
    made: list[dict[str, Any]] = []
    before = beginning(case, chain)
    for number, each in enumerate(events, 1):
        content = content_of(each)
        hidden = audience == "applicant" and each.envelope.type in INTERNAL
        link = {
            "n": number,
            "id": each.envelope.id,
            "type": each.envelope.type,
            "prev": before,
            "place": {"topic": each.topic, "partition": each.partition, "offset": each.offset},
            **({"digest": digest(content)} if hidden else content),
        }
        link["hash"] = before = link_of(link, number)
        made.append(link)
    return made


def content_of(event: Lying) -> dict[str, Any]:
    """Return what a link is about."""
    wire = orjson.loads(event.value)
    shown = {**wire, "data": covered(wire["data"])}
    return {"event": shown, "record": hashlib.sha256(event.value).hexdigest()}


def lines(made: Sequence[dict[str, Any]]) -> bytes:
    """Return links as NDJSON."""
    return b"".join(canonical(link) + b"\n" for link in made)


def head_of(case: str, chain: str, made: Sequence[dict[str, Any]]) -> str:
    """Return the hash of the last link; of an empty chain what it would begin with."""
    return str(made[-1]["hash"]) if made else beginning(case, chain)
