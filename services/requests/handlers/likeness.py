"""Which other applications to a body are about the same or about something alike (相同、相近的申请).

Descriptions are sealed. To compare them they are opened for the moment of the question, the newest ones only, and no
word or fingerprint of a word is written anywhere: what is erased cannot be found again by its words.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from services.requests.domain.likeness import LIKE, likeness, words_of
from services.requests.domain.state import Request
from services.requests.handlers.people import People
from services.requests.store import REQUEST
from shared.store.port import Query, Store

LOOKED_AT = 300
"""How many of the newest applications to a body are compared by their words."""
MOST = 20


@dataclass(frozen=True, slots=True)
class Like:
    """Another application; ``score`` is 1 for the same information, else the share of common words."""

    case: Request
    score: float
    same: bool


class Likeness:
    """Compares applications."""

    def __init__(self, store: Store, people: People) -> None:
        self._store, self._people = store, people

    async def of(self, case: Request) -> list[Like]:
        """Return the applications to the same body that are like one, the likest first, then the newest."""
        equal = {"body": case.body, "information": case.information}
        same = await self._cases(Query(equal=equal, limit=LOOKED_AT))
        newest = await self._cases(Query(equal={"body": case.body}, order="entered", down=True, limit=LOOKED_AT))
        known = {each.request_id for each in same}
        others = [each for each in newest if each.request_id not in known]
        found = [Like(each, 1.0, True) for each in same]
        found += await asyncio.to_thread(self._alike, case, others)
        found = [each for each in found if each.case.request_id != case.request_id]
        return sorted(found, key=lambda each: (-each.score, -each.case.entered_at.timestamp()))[:MOST]

    def _alike(self, case: Request, others: Sequence[Request]) -> list[Like]:
        wanted = words_of(self._people.description(case))
        scored = (
            (each, likeness(wanted, words_of(self._people.description(each)))) for each in others if not each.erased
        )
        return [Like(each, round(score, 2), False) for each, score in scored if score >= LIKE]

    async def _cases(self, query: Query) -> list[Request]:
        page = await self._store.select(REQUEST.kind, query)
        return [REQUEST.parse(stored.state) for stored in page.items]
