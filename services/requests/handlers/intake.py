"""Intake (受理申请): an application becomes one command, with everything personal sealed before."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date

from services.requests.commands import Apply, Enter
from services.requests.domain.casework import receive
from services.requests.domain.registers import Office
from services.requests.domain.state import Application, Filing, Request
from services.requests.domain.timing import Doing
from services.requests.handlers.people import ONLINE, People
from services.requests.handlers.subjects import subjects_of
from services.requests.store import REQUEST
from shared.bus.decider import Command, Context, Target, new_id
from shared.contracts.facts.base import Fact
from shared.law.book import Lawbook

APPLICANT = "申请人"


def request_id_of(cause: str) -> str:
    """Return the id of the case an application becomes."""
    return new_id("r", cause)


class Intake:
    """Takes applications in."""

    def __init__(self, law: Lawbook, people: People) -> None:
        self._law, self._people = law, people

    async def online(self, asked: Apply, office: Office, cause: str, today: date) -> Command:
        """Return the command for an application made on the site; both sides have yet to confirm it."""
        entered = Enter(**asked.model_dump(), channel=ONLINE, submitted_on=today)
        request_id = request_id_of(cause)
        sealed = self._classed(await asyncio.to_thread(self._people.application, request_id, entered, office), asked)
        digest = self._people.fingerprint(asked.model_dump(mode="json"))
        return self._command(sealed, None, Target(request_id), cause, digest, APPLICANT)

    async def offline(self, asked: Enter, filing: Filing, subject: str, office: Office) -> Command:
        """Return the command for an application an agency entered; its receipt is the cause."""
        request_id = request_id_of(filing.receipt)
        found = await asyncio.to_thread(self._people.application, request_id, asked, office, subject)
        sealed = self._classed(found, asked)
        keys = (f"event:{filing.source}|{filing.event}", f"content:{sealed.content}")
        target = Target(request_id, keys)
        return self._command(sealed, filing, target, filing.receipt, sealed.content, filing.agency)

    def _classed(self, sealed: Application, asked: Apply) -> Application:
        return sealed.model_copy(update={"subjects": subjects_of(asked.description, self._law.rules.vocabularies)})

    def _command(
        self, asked: Application, filing: Filing | None, target: Target, cause: str, digest: str, by: str
    ) -> Command:
        def decide(state: Request | None, context: Context) -> Sequence[Fact]:
            return receive(state, context.id, asked, filing, Doing(context.now, by, self._law.rules))

        agency = filing.agency if filing else None
        return Command(REQUEST, target, decide, cause, digest, agency=agency)
