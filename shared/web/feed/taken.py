"""What became of the events of one call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.bus.port import Draft
from shared.contracts.codes import FeedCode
from shared.contracts.problems import Fault
from shared.web.problems import errors_of


@dataclass
class Taken:
    """Accepted, rejected, and what is to be written.

    ``drafts`` are by receipt, so what came twice is written once; ``texts`` by digest; ``secret`` counts by code.
    """

    accepted: list[dict[str, str]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    drafts: dict[str, Draft] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    secret: Counter[FeedCode] = field(default_factory=Counter)

    def reject(self, index: int, wire: Any, faults: Sequence[Fault]) -> None:
        """Note a refusal; the id is the sender's own, and left out where it is none."""
        id_ = wire.get("id") if isinstance(wire, dict) else None
        known = isinstance(id_, str) and len(id_) <= 200
        self.rejected.append({"index": index, "id": id_ if known else None, "errors": errors_of(faults)})

    def turn_away(self, index: int, code: FeedCode) -> None:
        """Note a refusal for secrecy: the place in the call and the code, nothing of the event."""
        self.secret[code] += 1
        self.reject(index, None, (Fault(code.name, "", code.text),))
