"""From an examined event to the record in the log: its text moved out, its receipt, who sent it and when."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from shared.bus.port import Draft
from shared.contracts.canonical import canonical
from shared.contracts.codes import FeedCode
from shared.contracts.problems import Fault
from shared.contracts.topics import MAX_EVENT
from shared.security.principals import Principal
from shared.security.receipts import content_digest
from shared.web.feed.deps import FeedDeps
from shared.web.feed.taken import Taken

PLAIN = "text/plain"


class Stamp:
    """The stamp of one call: one agency, one moment."""

    def __init__(self, caller: Principal, deps: FeedDeps) -> None:
        self._agency = caller.id
        self._receipts = deps.receipts
        self._now = deps.clock.business().isoformat()
        stamps = {"agency": caller.id, "agencybodies": " ".join(sorted(caller.bodies)), "receivedat": self._now}
        self._tail = b"," + orjson.dumps(stamps)[1:-1] + b',"receipt":"'

    def put_on(self, wire: dict[str, Any], judge: str, taken: Taken) -> Fault | None:
        """Add the record of an event to what is taken; return a fault instead where the record would be too large.

        The record is written anew from the decoded values: the log never holds bytes that another parser could read
        differently. The receipt is made from what the log will hold, so the judge computes the same content.
        """
        data = wire["data"]
        text = _move_text(data)
        told = canonical(data)
        wire.setdefault("time", self._now)
        wire["data"] = orjson.Fragment(told)
        if not self.seal(wire, told, orjson.dumps(wire), judge, taken):
            return Fault(FeedCode.EVENT_TOO_LARGE.name, "", FeedCode.EVENT_TOO_LARGE.text)
        if text is not None:
            taken.texts[data["text_blob"]["sha256"]] = text
        return None

    def seal(self, wire: dict[str, Any], told: bytes, written: bytes, judge: str, taken: Taken) -> bool:
        """Add the record of an event written anew, whose data was told so; False where it would be too large."""
        id_, source, subject = wire["id"], wire["source"], wire["subject"]
        receipt = self._receipts.issue(self._agency, judge, source, id_, content_digest(wire["type"], subject, told))
        # The stamps are spliced on: the examination lets no event through that has a field of their names.
        value = b"".join((written[:-1], self._tail, receipt.encode(), b'"}'))
        if len(value) > MAX_EVENT:
            return False
        taken.drafts[receipt] = Draft(f"{self._agency}|{subject}", value)
        taken.accepted.append({"id": id_, "source": source, "receipt": receipt})
        return True


def digest_of_text(text: str) -> str:
    """Return the name of the blob that an inline text becomes."""
    return hashlib.sha256(text.encode()).hexdigest()


def _move_text(data: dict[str, Any]) -> bytes | None:
    """Put a reference in the place of an inline text and return its bytes."""
    text = data.pop("text", None)
    if not text:
        return None
    raw: bytes = text.encode()
    data["text_blob"] = {"sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw), "mediatype": PLAIN}
    return raw
