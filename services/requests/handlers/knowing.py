"""What is known besides the case when it is decided: earlier answers, the applicant's disputes, the notice."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence

from services.requests.domain.deciding import information_of
from services.requests.domain.flags import Earlier, Known
from services.requests.domain.ruling import Ruling
from services.requests.domain.state import Request
from services.requests.handlers.people import People
from services.requests.store import REQUEST
from shared.store.port import Query, Scalar, Store

MANY = 200
"""More earlier decisions than anybody reads."""
_SUES = re.compile(r"直接.{0,24}(?:提起|起诉|诉讼)|(?:六|6)个月内.{0,24}(?:提起|起诉|诉讼)")


class Knowing:
    """Reads what the flags of a decision are looked for in."""

    def __init__(self, store: Store, people: People) -> None:
        self._store, self._people = store, people

    async def known(self, case: Request, ruling: Ruling | None) -> Known:
        """Return what is known for a decision of a case; without a ruling, for the case as it is."""
        earlier, disputes = await asyncio.gather(self.earlier(case, ruling), self._disputes(case))
        return Known(earlier, disputes, await self._sues(case, ruling) if ruling else False)

    async def earlier(self, case: Request, ruling: Ruling | None = None) -> tuple[Earlier, ...]:
        """Return what the body decided before about the information asked for or given out, the newest first."""
        names = {case.information, information_of(ruling.record) if ruling else None} - {None}
        cases: dict[str, Request] = {}
        for name in names:
            cases |= {other.request_id: other for other in await self._cases(body=case.body, information=name)}
        cases.pop(case.request_id, None)
        found = [
            Earlier(other.request_id, made.notice, made.code, made.made_on, other.applicant == case.applicant)
            for other in cases.values()
            for made in other.decisions
        ]
        return tuple(sorted(found, key=lambda each: (each.made_on, each.request_id), reverse=True))

    async def _disputes(self, case: Request) -> tuple[str, ...]:
        others = await self._cases(body=case.body, applicant=case.applicant, disputed=1)
        return tuple(other.request_id for other in others if other.request_id != case.request_id)

    async def _sues(self, case: Request, ruling: Ruling) -> bool:
        """Whether the officer's own words send the applicant straight to court."""
        opened: Mapping[str, str] = await asyncio.to_thread(self._people.parts, case.request_id, ruling.parts or {})
        return any(_SUES.search(text) for text in opened.values())

    async def _cases(self, **equal: Scalar) -> Sequence[Request]:
        page = await self._store.select(REQUEST.kind, Query(equal=equal, limit=MANY))
        return [REQUEST.parse(stored.state) for stored in page.items]
