"""The log of a desk without one: what was said, in the order it was said."""

from __future__ import annotations

from collections.abc import Sequence

from services.requests.evidence import Lying
from services.requests.evidence.places import number_of
from shared.contracts.envelope import Envelope, encode


class Recollection:
    """Gives back events from a list, as if it were one partition."""

    def __init__(self, said: Sequence[Envelope]) -> None:
        self._said = said

    async def of(self, names: Sequence[str]) -> list[Lying]:
        """Return the events named."""
        found = {self._named(e): Lying(e, encode(e), "requests", 0, n) for n, e in enumerate(self._said)}
        return [found[name] for name in names if name in found]

    @staticmethod
    def _named(event: Envelope) -> str:
        assigned = event.type == "requests.number-assigned"
        return number_of(event.data["request_id"]) if assigned else event.id
