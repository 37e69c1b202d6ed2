"""What the wishes of people are made into facts with: words sealed, texts moved out to blobs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from services.requests import commands as ask
from services.requests.domain.continuing import Carried
from services.requests.domain.registers import Office
from services.requests.domain.review import Review
from services.requests.domain.ruling import Ruling
from services.requests.domain.state import Request
from services.requests.domain.timing import Doing
from services.requests.handlers.knowing import Knowing
from services.requests.handlers.library import Library
from services.requests.handlers.likeness import Likeness
from services.requests.handlers.people import People
from services.requests.store import OFFICE, REQUEST
from shared.bus.decider import new_id
from shared.contracts.codes import RequestsCode
from shared.contracts.facts.base import Blob, Fact
from shared.contracts.facts.requests import Record
from shared.contracts.problems import Refused
from shared.contracts.sealed import Sealed
from shared.law.book import Lawbook
from shared.store.blobs import Blobs
from shared.store.port import Query, Scalar, Store

CaseAct = Callable[[Request | None, Doing], list[Fact]]
ReviewAct = Callable[[Review | None, Doing], list[Fact]]


class Material:
    """Prepares what a wish holds: its personal words are sealed before anything is decided."""

    def __init__(self, people: People, blobs: Blobs, store: Store, law: Lawbook) -> None:
        self.people, self.blobs = people, blobs
        self.knowing, self.library, self.likeness = Knowing(store, people), Library(store), Likeness(store, people)
        self._store, self._law = store, law

    async def case(self, request_id: str) -> Request:
        """Return a case as it is now. Raises ``Refused`` REQUEST_UNKNOWN."""
        found = (await self._store.load(REQUEST.kind, [request_id])).get(request_id)
        if found is None:
            raise Refused(RequestsCode.REQUEST_UNKNOWN)
        return REQUEST.parse(found.state)

    async def office(self, body: str) -> Office | None:
        """Return a body that may be asked."""
        found = (await self._store.load(OFFICE.kind, [body])).get(body)
        return OFFICE.parse(found.state) if found else None

    async def similar(self, request_id: str) -> tuple[str, ...]:
        """Return the open cases of the same body about the same information."""
        case = await self.case(request_id)
        asked: dict[str, Scalar] = {"body": case.body, "information": case.information, "open": 1}
        page = await self._store.select(REQUEST.kind, Query(equal=asked, limit=200))
        return tuple(stored.id for stored in page.items if stored.id != request_id)

    async def carried(self, request_id: str, what: str, part: ask.Part | None = None) -> Carried:
        """Seal what another case takes with it; that case's id follows from ``what`` it is."""
        case = await self.case(request_id)
        other = new_id("r", f"{what}:{request_id}")
        return await asyncio.to_thread(self.people.carried, case, other, part)

    async def sealed(self, request_id: str, **texts: str) -> dict[str, Sealed]:
        """Seal texts of a case. Raises ``Refused`` ERASED once its key is destroyed."""
        return await asyncio.to_thread(self.people.seal, request_id, texts)

    async def despite(self, request_id: str, text: str) -> Sealed | None:
        """Seal why something is decided in spite of its flags, where that was said."""
        return (await self.sealed(request_id, despite=text))["despite"] if text else None

    async def record(self, given: ask.Recorded | None) -> Record | None:
        """Move the text of a new record out to a blob."""
        if given is None or not any((given.document_id, given.number, given.title, given.text)):
            return None
        text = None
        if given.text:
            data = given.text.encode()
            text = Blob(sha256=await self.blobs.put(data), size=len(data), mediatype="text/plain")
        return Record(**given.model_dump(exclude={"text"}), text=text)

    async def ruling(self, request_id: str, wish: ask.Decide) -> Ruling:
        """Return what a wish decides, its parts of the notice sealed. Raises ``Refused`` WORDING_UNKNOWN, ERASED."""
        await self.library.check(wish.code, wish.wordings, self._law.rules)
        parts = await self.sealed(request_id, **{f"part:{part}": text for part, text in wish.parts.items()})
        sealed = None
        if wish.form_reason:
            sealed = (await self.sealed(request_id, form_reason=wish.form_reason))["form_reason"]
        return Ruling(
            code=wish.code,
            grounds=wish.grounds,
            article=wish.article,
            record=await self.record(wish.record),
            parts={field.removeprefix("part:"): sealed for field, sealed in parts.items()},
            reason=wish.reason,
            form=wish.form or "",
            form_reason=sealed,
            wordings=wish.wordings,
        )


Prepared = Callable[[Material, str, Any], Awaitable[CaseAct]]
"""Makes of a wish for a case what decides it."""
